"""Files of statements: JSON Lines, one statement a line, and beside them a folder with the data of attachments.

`FILE.attachments/` holds each content once, under the hash that statements name it by, in small letters. Nothing holds
a whole file in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from django.utils.translation import gettext as _

from .body import BadRequest, load
from .statement import check

MAX_LINE: Final = 16 * 1024 * 1024
"""The most bytes of a line: what is taken at once over HTTP, and room for what the store adds."""
WINDOW: Final = 64 * 1024
"""How much is read at a time where lines do not matter."""


@dataclass(frozen=True, slots=True)
class LineError:
    """One thing wrong with a file: its line, the place in the statement, what is wrong and by which section."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not empty: its number from 1, its bytes, and its JSON or why it has none."""

    number: int
    raw: bytes
    body: Any
    flaw: str = ""


def data_beside(path: Path) -> Path:
    """The folder with the data of the attachments of a file's statements."""
    return path.with_name(f"{path.name}.attachments")


def rules_of(body: Any) -> str:
    """A statement that says it is of version 1.0.x is judged by 1.0.3, any other by 2.0."""
    version = body.get("version") if isinstance(body, dict) else None
    return "1.0.3" if isinstance(version, str) and version.startswith("1.") else "2.0.0"


def errors_in(path: Path) -> Iterator[LineError]:
    """What breaks the specification in a file, line by line; empty lines are passed over."""
    for line in lines_of(path):
        yield from errors_of(line)


def errors_of(line: Line) -> Iterator[LineError]:
    if line.flaw:
        yield LineError(line.number, line.flaw)
        return
    yield from (LineError(line.number, str(error)) for error in check(line.body, rules_of(line.body)))


def lines_of(path: Path) -> Iterator[Line]:
    with path.open("rb") as file:
        for number, raw in enumerate(_raw_lines(file), start=1):
            if len(raw) > MAX_LINE:
                yield Line(number, b"", None, _("The line has more than %(limit)s bytes.") % {"limit": MAX_LINE})
            elif raw.strip():
                yield _line(number, raw)


def _raw_lines(file: BinaryIO) -> Iterator[bytes]:
    """Every line, but of one that is too long only the beginning."""
    while raw := file.readline(MAX_LINE + 1):
        yield raw
        while raw and not raw.endswith(b"\n"):
            raw = file.readline(WINDOW)


def _line(number: int, raw: bytes) -> Line:
    try:
        return Line(number, raw, load(raw))
    except BadRequest as error:
        return Line(number, raw, None, str(error.message))


def last_whole_line(file: BinaryIO) -> tuple[bytes, int]:
    """The last line that has its end, without it, and where the next begins; nothing and 0 if there is none."""
    end, window = file.seek(0, 2), WINDOW
    while True:
        start = max(0, end - window)
        file.seek(start)
        tail = file.read(end - start)
        closing = tail.rfind(b"\n")
        opening = tail.rfind(b"\n", 0, max(closing, 0))
        if closing >= 0 and (opening >= 0 or start == 0):
            return tail[opening + 1 : closing], start + closing + 1
        if start == 0:
            return b"", 0
        window *= 2
