"""What a request claims of itself does not keep it from being answered."""

from __future__ import annotations

from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from gunicorn.http.body import Body, ChunkedReader
from gunicorn.http.unreader import IterUnreader

from lms.requests import Request
from xapi.body import BadRequest
from xapi.endpoints.resource import read_body

pytestmark = pytest.mark.django_db


def answer(content_type: str) -> str:
    from lms.wsgi import application  # looks into the database when it is loaded

    told: list[str] = []
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/healthz",
        "QUERY_STRING": "a=1",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "wsgi.input": BytesIO(),
        "wsgi.url_scheme": "http",
        "CONTENT_TYPE": content_type,
    }
    application(environ, lambda status, _headers, _error=None: told.append(status)).close()
    return told[0]


@pytest.mark.parametrize("charset", ["rot13", "hex", "undefined", "punycode", "nonsense", "utf-8", "latin-1"])
def test_a_character_set_that_text_cannot_have_is_overlooked(charset: str) -> None:
    assert answer(f"text/plain; charset={charset}") == "200 OK"


CHUNKS = {
    "whole": (b"2\r\n[]\r\n0\r\n\r\n", b"[]"),
    "no number": (b"zz\r\n[]\r\n0\r\n\r\n", None),
    "a chunk without its end": (b"2\r\n[]0\r\n\r\n", None),
    "cut off": (b"9\r\n[", None),
    "nothing": (b"", None),
}


@pytest.mark.parametrize(("raw", "content"), CHUNKS.values(), ids=CHUNKS.keys())
def test_chunks_that_are_malformed_or_cut_off_are_bad_input(raw: bytes, content: bytes | None) -> None:
    """The server reads them as they are asked for, and what it raises then nobody else knows."""
    chunks = Body(ChunkedReader(SimpleNamespace(), IterUnreader(iter([raw]))))
    request = Request(
        {
            "REQUEST_METHOD": "POST",
            "HTTP_TRANSFER_ENCODING": "chunked",
            "wsgi.input": chunks,
            "wsgi.input_terminated": True,
        }
    )
    if content is None:
        with pytest.raises(BadRequest):
            read_body(request)
    else:
        assert read_body(request) == content
