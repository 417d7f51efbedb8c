"""The request as the server hands it over: what is wrong with its form is an error of input, not of ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from gunicorn.http.errors import ParseException


class Request(WSGIRequest):
    """A request whose character set and chunks may be wrong.

    Django takes a character set that text cannot have (`rot13`, `hex`), and fails to read the address by it before any
    of our code is reached: it is overlooked. gunicorn reads chunks as they are asked for, and raises what nobody else
    knows when one is malformed: it becomes an OSError, as when the connection is gone.
    """

    def __init__(self, environ: dict[str, Any]) -> None:
        if "HTTP_TRANSFER_ENCODING" in environ:
            environ["wsgi.input"] = _Chunks(environ["wsgi.input"])
        super().__init__(environ)

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            super()._set_content_type_params(meta)  # type: ignore[misc]  # the stubs leave it out
            "".encode(self.encoding or "utf-8")
        except (LookupError, ValueError):
            self.encoding = None  # type: ignore[assignment]  # none: that of the site


class _Chunks:
    """A body that comes in chunks."""

    def __init__(self, source: Any) -> None:
        self._source = source

    def read(self, size: int) -> bytes:
        return self._of(self._source.read, size)

    def readline(self, size: int = -1) -> bytes:
        return self._of(self._source.readline, size)

    def _of(self, read: Callable[[int], bytes], size: int) -> bytes:
        try:
            return read(size)
        except ParseException as error:
            raise OSError(str(error)) from error
