"""Reads the text files that HR systems write: encoding, quotation marks and headings; and writes such files. Pure."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Record:
    """One line of data. `line` is where it begins in the file, counted from 1 with the headings."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """The headings of a file, known ones spelt as we spell them, and its records."""

    headings: tuple[str, ...]
    records: tuple[Record, ...]


class Unreadable(Exception):
    """The file as a whole cannot be used. `code` names the sentence that says why, at a line and in a column."""

    def __init__(self, code: str, line: int = 1, column: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.line = line
        self.column = column


def fold(text: str) -> str:
    """Return a text as it is compared: composed, small letters, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def decode(data: bytes) -> str:
    """Return the text of a file in UTF-8 or, where it is not UTF-8, in Latin-1 as Windows writes it."""
    if b"\0" in data:
        raise Unreadable("not_text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def read_table(data: bytes, columns: tuple[str, ...]) -> Table:
    """Return the records of a file with `;` between its cells, quoted as in RFC 4180; raise `Unreadable` if damaged.

    Every one of `columns` must be among the headings, once; others may stand there too.
    """
    lines = list(_records(decode(data)))
    if not lines:
        raise Unreadable("empty_file")
    spelling = {fold(column): column for column in columns}
    headings = tuple(spelling.get(fold(cell), cell) for cell in lines[0].cells)
    for column in columns:
        if headings.count(column) != 1:
            raise Unreadable("missing_column" if column not in headings else "repeated_column", lines[0].line, column)
    return Table(headings, tuple(lines[1:]))


def _records(text: str) -> Iterator[Record]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Record(line, tuple(unicodedata.normalize("NFC", cell).strip() for cell in cells))
            line = reader.line_num + 1
    except csv.Error:
        raise Unreadable("broken_quotes", line) from None


FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula, or of another cell."""


def write_table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> bytes:
    """Return a file that spreadsheets and `read_table` open: `;` between cells, UTF-8 with its mark.

    A cell that a spreadsheet would compute gets an apostrophe before it, so that it is read as text.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_as_text(cell) for cell in headings])
    writer.writerows([_as_text(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _as_text(cell: str) -> str:
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell
