"""What a request claims of itself does not keep it from being answered."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

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
