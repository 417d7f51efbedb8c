from __future__ import annotations

import gzip
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.http import HttpResponseNotFound
from django.templatetags.static import static
from django.test import RequestFactory

from lms.staticfiles import FOREVER, StaticFilesMiddleware

# A response that is closed looks whether the process has a connection that is too old.
pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def get(address: str, accept_encoding: str = "gzip, br", **headers: str) -> Answer:
    """Ask the middleware alone, so that what is not a file ends at once in 404."""
    middleware = StaticFilesMiddleware(lambda request: HttpResponseNotFound())
    request = RequestFactory().get(address, headers={"accept-encoding": accept_encoding, **headers})
    with closing(middleware(request)) as response:
        return Answer(response.status_code, dict(response.items()), response.getvalue())


@pytest.fixture
def stylesheet(tmp_path: Path, settings: Any) -> Path:
    """A file of our own among the static files, and an empty data folder."""
    settings.STATICFILES_DIRS = [tmp_path / "static"]
    settings.DATA_DIR = tmp_path / "data"
    file = tmp_path / "static" / "css" / "page.css"
    file.parent.mkdir(parents=True)
    file.write_text("p { color: green }\n" * 100)
    return file


def test_an_address_changes_with_the_content(stylesheet: Path) -> None:
    before = static("css/page.css")
    stylesheet.write_text("p { color: blue }\n")
    after = static("css/page.css")
    assert before != after
    assert urlsplit(before).path == urlsplit(after).path == "/static/css/page.css"


def test_a_file_that_is_not_there_and_a_folder_keep_their_plain_address(stylesheet: Path) -> None:
    assert static("css/other.css") == "/static/css/other.css"
    assert static("css/") == "/static/css/"


def test_a_browser_may_keep_for_ever_what_it_got_by_its_hash(stylesheet: Path) -> None:
    response = get(static("css/page.css"))
    assert response.headers["Cache-Control"] == FOREVER
    assert response.headers["Content-Type"] == 'text/css; charset="utf-8"'
    assert response.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("query", ["", "?v=", "?v=000000000000"])
def test_without_the_right_hash_it_asks_again_within_the_hour(stylesheet: Path, query: str) -> None:
    assert get("/static/css/page.css" + query).headers["Cache-Control"] == "max-age=3600, public"


def test_text_travels_compressed_to_those_who_can_read_it(stylesheet: Path) -> None:
    response = get(static("css/page.css"))
    sent = response.body
    assert response.headers["Content-Encoding"] == "gzip"
    assert int(response.headers["Content-Length"]) == len(sent) < 200
    assert gzip.decompress(sent) == stylesheet.read_bytes()


def test_those_who_cannot_get_it_plain(stylesheet: Path) -> None:
    response = get(static("css/page.css"), "identity")
    assert "Content-Encoding" not in response.headers
    assert response.body == stylesheet.read_bytes()


def test_a_changed_file_is_seen_at_once_compressed_too(stylesheet: Path) -> None:
    get(static("css/page.css"))
    stylesheet.write_text("p { color: blue }\n" * 50)
    assert gzip.decompress(get(static("css/page.css")).body) == stylesheet.read_bytes()


def test_what_is_compressed_already_is_sent_as_it_is(stylesheet: Path) -> None:
    font = stylesheet.with_name("letters.woff2")
    font.write_bytes(b"wOF2" * 100)
    response = get(static("css/letters.woff2"))
    assert "Content-Encoding" not in response.headers
    assert response.body == font.read_bytes()


@pytest.mark.parametrize("path", ["css/other.css", "css", "css/../../secret_key", "../pyproject.toml"])
def test_nothing_else_is_handed_out(stylesheet: Path, path: str) -> None:
    assert get("/static/" + path).status == 404


def test_a_page_that_has_not_changed_is_not_sent_again(stylesheet: Path) -> None:
    etag = get(static("css/page.css")).headers["ETag"]
    assert get(static("css/page.css"), **{"if-none-match": etag}).status == 304
