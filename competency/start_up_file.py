"""The one file with which an organisation brings in what its people could do before. Reads text, writes nothing.

Semicolons, quotation marks as in RFC 4180, UTF-8 or (as Windows writes it) Latin-1; headings in Swedish or English.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _
from stdnum.se import personnummer

from .errors import StartUpFileError
from .trees import CERTIFICATE, CONFIRMATION, OBSERVATION

LICENCE = "licence"

COLUMNS = {
    "organisation": ("organisation",),
    "employee_number": ("employee number", "anställningsnummer"),
    "kind": ("kind", "slag"),
    "code": ("competency or licence", "kompetens eller legitimation"),
    "level": ("level", "nivå"),
    "date": ("date", "datum"),
    "until": ("until", "till och med"),
    "ground": ("ground", "grund"),
    "registrar": ("registrar", "registrerad av"),
}
KINDS = {
    LICENCE: LICENCE,
    "legitimation": LICENCE,
    "examen": LICENCE,
    CERTIFICATE: CERTIFICATE,
    "intyg": CERTIFICATE,
    OBSERVATION: OBSERVATION,
    CONFIRMATION: CONFIRMATION,
    "bekräftelse": CONFIRMATION,
}
MOST_BYTES = 50_000_000


@dataclass(frozen=True)
class Line:
    """One row as it was written, cells by column. `number` is where it begins, counted from 1 with the headings."""

    number: int
    cells: dict[str, str]


def read(source: str | Path | IO[str]) -> list[Line]:
    """Return the rows. Raises StartUpFileError for a file that cannot be used as a whole."""
    if isinstance(source, str | Path):
        name, text = Path(source).name, _text(Path(source))
    else:
        name, text = _("the file"), source.read()
    lines = list(_lines(name, text))
    if not lines:
        raise StartUpFileError(_("%(file)s is empty.") % {"file": name})
    places = _places(name, lines[0][1])
    return [
        Line(number, {column: cells[place] if place < len(cells) else "" for column, place in places.items()})
        for number, cells in lines[1:]
    ]


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise StartUpFileError(_("%(file)s is too large.") % {"file": path.name})
        data = path.read_bytes()
    except OSError as error:
        raise StartUpFileError(_("%(file)s cannot be opened.") % {"file": path.name}) from error
    if b"\0" in data:
        raise StartUpFileError(_("%(file)s is not a text file.") % {"file": path.name})
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _lines(name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    number = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield number, [unicodedata.normalize("NFC", cell).strip() for cell in cells]
            number = reader.line_num + 1
    except csv.Error as error:
        place = {"file": name, "line": number}
        raise StartUpFileError(_("%(file)s, line %(line)s: the quotation marks do not pair up.") % place) from error


def _places(name: str, headings: list[str]) -> dict[str, int]:
    """Return where each column stands. Every one must be there, once."""
    folded = [" ".join(heading.casefold().replace("_", " ").split()) for heading in headings]
    found = {}
    for column, spellings in COLUMNS.items():
        at = [place for place, heading in enumerate(folded) if heading in spellings]
        if len(at) != 1:
            what = {"file": name, "column": spellings[-1]}
            raise StartUpFileError(_("%(file)s must have the column %(column)s, once, among its headings.") % what)
        found[column] = at[0]
    return found


def holds_personnummer(line: Line) -> bool:
    """Whether a cell is, or a word of it is, a Swedish personal identity number. They have no place here."""
    words = (word for cell in line.cells.values() for word in cell.split())
    return any(personnummer.is_valid(word) for word in words)
