"""Documents for paper and for the archive: PDF/A-2a and PDF/UA-1, so tagged, with language and title.

A document is a Typst file below `templates/` that lays out data; the data reaches it as JSON and never as markup, so
what people have written can neither set type nor read files. The look is `templates/print/house.typ`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.http import HttpResponse

TEMPLATES = Path(settings.BASE_DIR) / "templates"
FONTS = Path(__file__).parent / "fonts"
STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]

# What the fonts can show: Latin with all its accents, Greek, Cyrillic, Hebrew, Arabic, and common signs. Both standards
# forbid a document with a character that nobody can see.
SHOWN = (
    (0x20, 0x7E),
    (0xA0, 0xAC),
    (0xAE, 0x377),
    (0x386, 0x386),
    (0x388, 0x38A),
    (0x38C, 0x38C),
    (0x38E, 0x3A1),
    (0x3A3, 0x4FF),
    (0x5D0, 0x5EA),
    (0x621, 0x63A),
    (0x640, 0x652),
    (0x1E00, 0x1EFF),
    (0x2010, 0x2027),
    (0x2030, 0x203A),
    (0x20A0, 0x20C0),
    (0x2190, 0x22FF),
)


def printed(template: str, data: Mapping[str, Any], language: str, made_at: datetime) -> bytes:
    """Return a document as PDF: the same bytes for the same arguments.

    `template`: a path below `templates/`, such as `competency/delegation/decision.typ`. `data`: whatever JSON can say;
    `house.typ` asks for a `title` that is not empty, `eyebrow`, `foot` and `page`. `language`: of the document, such as
    `sv`. `made_at` is kept in it, to the second.
    """
    sheet = showable({**data, "language": language})
    made: bytes = typst.compile(
        TEMPLATES / template,
        root=TEMPLATES,
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(sheet)},
        pdf_standards=STANDARDS,
        timestamp=made_at.replace(microsecond=0),
    )
    return made


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """Answer with a document, shown in the browser; `name`, in ASCII, is what it is called when it is kept."""
    return HttpResponse(content, "application/pdf", headers={"Content-Disposition": f'inline; filename="{name}.pdf"'})


def showable(value: Any) -> Any:
    """Return the value with each character that cannot be shown named by its number, as in `[U+1F600]`."""
    if isinstance(value, str):
        return "".join(_character(each) for each in value.replace("\r\n", "\n").replace("\t", " "))
    if isinstance(value, Mapping):
        return {key: showable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [showable(each) for each in value]
    return value


def _character(each: str) -> str:
    code = ord(each)
    is_shown = each == "\n" or any(first <= code <= last for first, last in SHOWN)
    return each if is_shown else f"[U+{code:04X}]"


@cache
def _fonts() -> typst.Fonts:
    """Only ours and those that come with Typst: what is printed does not depend on the machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[FONTS])
