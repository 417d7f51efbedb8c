"""multipart/mixed (RFC 2046, 5.1) read as it comes: part by part, and never a whole part in memory. Pure.

Libraries for multipart read forms, and refuse or mangle a part that is no form field. What the format leaves open is
decided strictly: lines end in CRLF, and a boundary that goes on into other text is an error, not content.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

CHUNK: Final = 64 * 1024
MAX_HEADERS: Final = 16 * 1024
"""The most bytes that the headers of one part may take."""

_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]", re.ASCII)
_NAME = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~-]+")

Read = Callable[[int], bytes]


class Malformed(ValueError):
    """The bytes are not multipart; the text says why."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its headers by their names in small letters, and its content, to be read once."""

    headers: dict[str, str]
    content: Iterator[bytes]


def is_boundary(text: str) -> bool:
    return _BOUNDARY.fullmatch(text) is not None


def parts(read: Read, boundary: str) -> Iterator[Part]:
    """Read the parts in order; what comes before the first and after the last is passed over.

    `read(size)` returns at most that many bytes, and none at the end. A part that is not read to its end is skipped
    when the next is asked for. Raises Malformed.
    """
    reader = _Reader(read, boundary)
    _skip(reader.content())
    while reader.has_another():
        headers = reader.headers()
        content = reader.content()
        yield Part(headers, content)
        _skip(content)


def _skip(content: Iterator[bytes]) -> None:
    for _chunk in content:
        pass


class _Reader:
    def __init__(self, read: Read, boundary: str) -> None:
        self._read = read
        self._delimiter = b"\r\n--" + boundary.encode("ascii")
        # A delimiter begins with the end of the line before it, and the first may have no line before it.
        self._buffer = bytearray(b"\r\n")

    def _fill(self) -> bool:
        chunk = self._read(CHUNK)
        self._buffer += chunk
        return bool(chunk)

    def _need(self, count: int) -> None:
        while len(self._buffer) < count and self._fill():
            pass

    def content(self) -> Iterator[bytes]:
        """All up to the next delimiter, which is taken too, without the rest of its line."""
        kept = len(self._delimiter) - 1
        while (found := self._buffer.find(self._delimiter)) < 0:
            if len(self._buffer) > kept:
                chunk = bytes(self._buffer[:-kept])
                del self._buffer[:-kept]
                yield chunk
            if not self._fill():
                raise Malformed("It ends without its closing boundary.")
        chunk = bytes(self._buffer[:found])
        del self._buffer[: found + len(self._delimiter)]
        if chunk:
            yield chunk

    def has_another(self) -> bool:
        """True when the delimiter just taken begins a part, False when it closes the last."""
        self._need(2)
        if self._buffer.startswith(b"--"):
            return False
        if self._line().strip(b" \t"):
            raise Malformed("A boundary is followed by other text on its line.")
        return True

    def headers(self) -> dict[str, str]:
        """The headers of a part; its content may be missing altogether, and then so is the line that would begin it."""
        found: dict[str, str] = {}
        room = MAX_HEADERS
        while line := self._line():
            room -= len(line)
            if room < 0:
                raise Malformed("The headers of a part are too long.")
            self._add_header(line, found)
        self._need(len(self._delimiter) - 2)
        if self._buffer.startswith(self._delimiter[2:]):
            self._buffer[:0] = b"\r\n"
        return found

    def _add_header(self, line: bytes, found: dict[str, str]) -> None:
        if line[:1] in (b" ", b"\t") and found:
            name = next(reversed(found))
            found[name] = f"{found[name]} {_text(line)}".strip()
            return
        name_bytes, colon, value = line.partition(b":")
        if not colon or not _NAME.fullmatch(name_bytes):
            raise Malformed("A line among the headers of a part is no header.")
        name = name_bytes.decode("ascii").lower()
        if name in found:
            raise Malformed(f"A part has the header {name} twice.")
        found[name] = _text(value)

    def _line(self) -> bytes:
        """The next line, without its end, which is taken."""
        while (end := self._buffer.find(b"\r\n")) < 0:
            if len(self._buffer) > MAX_HEADERS or not self._fill():
                raise Malformed("The headers of a part do not end.")
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        return line


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8").strip(" \t")
    except UnicodeDecodeError as error:
        raise Malformed("A header of a part is not UTF-8.") from error
