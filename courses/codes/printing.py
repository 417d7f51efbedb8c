"""Codes on paper: a poster in two sizes, and labels, as many different ones on a sheet as there is room for.

What hangs on a wall is read by whoever comes by, so it is in the language of the course and not in its maker's.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import segno
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from courses.codes.queries import CodeLine
from courses.rendering import CONTENT_LANGUAGE
from people.api import printed

POSTER = "courses/codes/poster.typ"
LABELS = "courses/codes/labels.typ"
SIZES = ("a4", "a6")
# A quarter of the pattern may be dirty, scratched or behind a screw, and it is still read.
ERROR_LEVEL = "q"
QUIET_ZONE = 4


def poster(line: CodeLine, size: str, at: datetime) -> bytes:
    """Return a poster for one code; `size` is one of SIZES."""
    with override(CONTENT_LANGUAGE):
        return printed(POSTER, {**_sheet(line.title), **_shown(line), "size": size}, CONTENT_LANGUAGE, at)


def labels(lines: Sequence[CodeLine], copies: int, at: datetime) -> bytes:
    """Return sheets of 24 labels of 70 x 37 mm, the codes after each other, each so many times."""
    with override(CONTENT_LANGUAGE):
        shown = [_shown(line) for line in lines for _copy in range(copies)]
        return printed(LABELS, {**_sheet(_("Labels with QR codes")), "labels": shown}, CONTENT_LANGUAGE, at)


def _sheet(title: str) -> dict[str, Any]:
    return {"title": title, "eyebrow": "Lärnära", "foot": "", "page": "{page}"}


def _shown(line: CodeLine) -> dict[str, Any]:
    module, course = line.target.module, line.target.course
    minutes = module.minutes if module else 0
    above = [module.title if module and line.target.section else "", course.title if course else ""]
    return {
        "name": line.title,
        "where": " · ".join(part for part in above if part and part != line.title),
        "minutes": ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes} if minutes else "",
        "scan": _("Scan with the camera of your phone"),
        "type": _("or write in the browser"),
        "address": line.short_address,
        "owner": line.code.node.name,
        "alt": _("QR code that leads to %(address)s") % {"address": line.short_address},
        "picture": pattern(line.address),
    }


def pattern(address: str) -> str:
    """Return the QR code of an address as SVG."""
    drawn = io.BytesIO()
    segno.make(address, error=ERROR_LEVEL, micro=False, boost_error=False).save(
        drawn, kind="svg", border=QUIET_ZONE, xmldecl=False, svgns=True
    )
    return drawn.getvalue().decode()
