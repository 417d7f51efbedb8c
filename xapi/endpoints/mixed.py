"""Reading a request with statements: JSON alone, or multipart/mixed with the data of attachments
(2.0: 4.1.3, 1.0.3: Communication 1.5)."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext as _

from ..attachments import Files, hashes_named_in
from ..body import BadRequest, TooLarge, load
from ..multipart import Malformed, Part, is_boundary, parts
from .resource import MAX_BODY, SupportsRead, json_bytes, stream

MAX_MIXED: Final = 100 * 1024 * 1024
"""The most bytes of one request with attachments. They go to a temporary file, not to memory."""


LARGE: Final = 1024 * 1024
"""From so many bytes on, a body is made into statements while no other such one is, in this process."""
_one_large = Lock()


@contextmanager
def received(request: HttpRequest) -> Iterator[tuple[Any, Files]]:
    """The JSON of a request and the data of its attachments. Raises BadRequest, TooLarge.

    Statements take ten to twenty times the memory of their text until they are recorded, so large bodies wait for each
    other. They are read before that, so that a slow sender holds up nobody.
    """
    with Files() as files:
        if request.content_type == "multipart/mixed":
            yield _parts(request, files), files
            return
        raw = json_bytes(request)
        if len(raw) < LARGE:
            yield load(raw), files
            return
        with _one_large:
            gc.collect()  # What the one before has left in circles would else stay beside this one.
            body = load(raw)
            del raw
            yield body, files


def _parts(request: HttpRequest, files: Files) -> Any:
    """The JSON of the first part; the data in the others goes into `files`."""
    boundary = (request.content_params or {}).get("boundary", "")
    if not is_boundary(boundary):
        raise BadRequest(_("Say in Content-Type which boundary divides the parts."))
    limited = _Limited(stream(request))
    try:
        read = parts(limited.read, boundary)
        body = _statements(next(read, None))
        named = hashes_named_in(body)
        for part in read:
            _take_in(part, files, named)
    except Malformed as error:
        raise BadRequest(_("The body is not multipart/mixed: %(reason)s") % {"reason": error}) from error
    return body


class _Limited:
    """Reads no more than a request may hold."""

    def __init__(self, source: SupportsRead) -> None:
        self.source = source
        self.room = MAX_MIXED

    def read(self, size: int) -> bytes:
        chunk = self.source.read(size)
        self.room -= len(chunk)
        if self.room < 0:
            raise TooLarge(_("Send at most %(limit)s bytes at once.") % {"limit": MAX_MIXED})
        return chunk


def _statements(part: Part | None) -> Any:
    media_type = part.headers.get("content-type", "").partition(";")[0].strip().lower() if part else ""
    if part is None or media_type != "application/json":
        raise BadRequest(_("The first part must hold the statements, as application/json."))
    raw = bytearray()
    for chunk in part.content:
        raw += chunk
        if len(raw) > MAX_BODY:
            raise TooLarge(_("Send at most %(limit)s bytes of statements at once.") % {"limit": MAX_BODY})
    return load(bytes(raw))


def _take_in(part: Part, files: Files, named: Mapping[str, int]) -> None:
    encoding = part.headers.get("content-transfer-encoding", "")
    if encoding.lower() != "binary":
        raise BadRequest(_("Each attachment's part needs the header Content-Transfer-Encoding: binary."))
    files.add(part.headers.get("x-experience-api-hash", ""), part.content, named)
