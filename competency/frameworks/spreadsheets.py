"""Tables in files: a workbook (XLSX), a folder of CSV files (ZIP), or one of its CSV files alone.

A cell that a spreadsheet would compute is written with an apostrophe before it, and read without; a formula is refused.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils.exceptions import InvalidFileException

from people.api import UnreadableTable, read_table, write_table

from ..errors import FrameworkError
from .places import place_of
from .tables import COLUMNS, KEYS, Numbered, Tables

MOST_BYTES_UNPACKED = 50_000_000
MOST_ROWS = 20_000
MOST_COLUMNS = 50
DAMAGED = (
    *(BadZipFile, InvalidFileException, zlib.error, OSError, EOFError, SyntaxError),
    *(LookupError, ValueError, TypeError, AttributeError, RuntimeError),
)
"""What the readers of archives, XML and workbooks raise for bytes that are none of these, or only nearly so."""
WIDEST = 60
_COMPUTED = re.compile(r"'* *[=+\-@\t\r\n]")


@dataclass(frozen=True)
class Sheet:
    """What was read: headings as they stand, and rows with their numbers."""

    name: str
    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def guarded(cell: str) -> str:
    """Return a cell that no spreadsheet computes. `unguarded` gives back exactly what was put in."""
    return f"'{cell}" if _COMPUTED.match(cell) else cell


def unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _COMPUTED.match(cell) else cell


# Writing


def workbook_of(tables: Tables) -> bytes:
    """Return an XLSX file with a sheet for each table."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        lines = [list(COLUMNS[name]), *([guarded(row[column]) for column in COLUMNS[name]] for row in rows)]
        for line in lines:
            sheet.append(line)
        sheet.freeze_panes = "A2"
        for column, cells in zip(sheet.columns, zip(*lines, strict=True), strict=True):
            sheet.column_dimensions[column[0].column_letter].width = min(WIDEST, max(map(len, cells)) + 2)
            column[0].font = Font(bold=True)
            for cell in column:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_of(name: str, tables: Tables) -> bytes:
    """Return one table as CSV."""
    columns = COLUMNS[name]
    return write_table(columns, ([guarded(row[column]) for column in columns] for row in tables[name]))


def zip_of(tables: Tables) -> bytes:
    """Return a ZIP file with a CSV file for each table. The same tables give the same bytes."""
    out = io.BytesIO()
    with ZipFile(out, "w") as folder:
        for name in tables:
            folder.writestr(ZipInfo(f"{name}.csv", (1980, 1, 1, 0, 0, 0)), csv_of(name, tables))
    return out.getvalue()


# Reading


def read_tables(name: str, data: bytes) -> dict[str, list[Numbered]]:
    """Return the tables in a file, by its ending: .xlsx, .zip or .csv. Raises FrameworkError with everything wrong."""
    suffix = PurePath(name).suffix.lower()
    try:
        sheets = list({".xlsx": _workbook, ".zip": _folder, ".csv": _single}[suffix](name, data))
    except DAMAGED as error:
        raise FrameworkError(
            _("%(file)s cannot be read: it is damaged or of another kind.") % {"file": name}
        ) from error
    if any(len(sheet.rows) >= MOST_ROWS for sheet in sheets):
        raise _too_large(name)
    known = {sheet.name: sheet for sheet in sheets if sheet.name in COLUMNS}
    if not known:
        what = {"file": name, "names": ", ".join(COLUMNS)}
        raise FrameworkError(_("%(file)s has none of the tables of a framework: %(names)s.") % what)
    faults = [fault for sheet in known.values() for fault in _faults(sheet)]
    if faults:
        raise FrameworkError.of(name, faults)
    return {table: list(_rows(sheet)) for table, sheet in known.items()}


def _workbook(name: str, data: bytes) -> Iterator[Sheet]:
    _check_size(name, data)
    book = load_workbook(io.BytesIO(data), read_only=True)
    for sheet in book.worksheets:
        lines: list[tuple[int, tuple[str, ...]]] = []
        rows = sheet.iter_rows(values_only=True, max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS)
        for number, cells in enumerate(rows, start=1):
            if any(cell not in (None, "") for cell in cells):
                lines.append((number, tuple(_text(cell) for cell in cells)))
        yield _sheet(sheet.title.strip(), lines)


def _folder(name: str, data: bytes) -> Iterator[Sheet]:
    _check_size(name, data)
    with ZipFile(io.BytesIO(data)) as folder:
        for inside in folder.namelist():
            if inside.lower().endswith(".csv"):
                yield from _single(inside, folder.read(inside))


def _single(name: str, data: bytes) -> Iterator[Sheet]:
    try:
        table = read_table(data, ())
    except UnreadableTable as error:
        place = {"file": name, "line": error.line}
        raise FrameworkError(_("%(file)s, line %(line)s: this is not a table that can be read.") % place) from error
    yield Sheet(PurePath(name).stem.lower(), table.headings, tuple((row.line, row.cells) for row in table.records))


def _sheet(name: str, lines: list[tuple[int, tuple[str, ...]]]) -> Sheet:
    headings = lines[0][1] if lines else ()
    while headings and not headings[-1]:
        headings = headings[:-1]
    return Sheet(name, headings, tuple(lines[1:]))


def _check_size(name: str, data: bytes) -> None:
    """Refuse what would unpack to more than a framework can be, and XML that declares entities."""
    with ZipFile(io.BytesIO(data)) as folder:
        if sum(each.file_size for each in folder.infolist()) > MOST_BYTES_UNPACKED:
            raise _too_large(name)
        if any(b"<!DOCTYPE" in folder.read(each) for each in folder.infolist()):
            raise ValueError(name)


def _too_large(name: str) -> FrameworkError:
    return FrameworkError(_("%(file)s is too large to be a framework.") % {"file": name})


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if hasattr(value, "date"):
        return str(value.date())
    return str(value).strip()


def _faults(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """Yield (place, problem) for headings that are wrong, rows that are there twice, and formulas."""
    headings, wanted = [each.strip().lower() for each in sheet.headings], COLUMNS[sheet.name]
    wrong = [
        *(_("the column %(column)s is missing") % {"column": each} for each in wanted if each not in headings),
        *(_("the column %(column)s is not known") % {"column": each} for each in headings if each not in wanted),
        *(_("the column %(column)s is there twice") % {"column": each} for each in wanted if headings.count(each) > 1),
    ]
    if wrong:
        yield from ((place_of(sheet.name, 1), problem) for problem in wrong)
        return
    seen: dict[tuple[str, ...], int] = {}
    for row in _rows(sheet):
        key = tuple(row.cells[name] for name in KEYS.get(sheet.name, ("code",)))
        if key in seen:
            what = {"what": ", ".join(key), "row": seen[key]}
            yield place_of(sheet.name, row.number), _("%(what)s is there twice, first on row %(row)s") % what
        seen.setdefault(key, row.number)
    for number, cells in sheet.rows:
        for heading, cell in zip(headings, cells, strict=False):
            if cell.startswith("="):
                yield place_of(sheet.name, number, heading), _("this is a formula: write its value instead")


def _rows(sheet: Sheet) -> Iterator[Numbered]:
    headings = [each.strip().lower() for each in sheet.headings]
    for number, cells in sheet.rows:
        filled = [*cells, *[""] * len(headings)]
        yield Numbered(number, {name: unguarded(cell) for name, cell in zip(headings, filled, strict=False)})
