"""Uploaded files over HTTP: whole, in part, and only what courses show."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from wagtail.images.models import Image as WagtailImage

from lms.media import Unreadable, part_of
from tests.courses import workshop as make

GPS = 0x8825
FILM = bytes(range(256)) * 8
SIZE = len(FILM)


@pytest.fixture
def film() -> Iterator[str]:
    yield from put("documents/film.mp4", FILM)


def put(name: str, content: bytes) -> Iterator[str]:
    path = Path(settings.MEDIA_ROOT, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    yield f"/media/{name}"
    path.unlink()


def get(url: str, client: Client | None = None, **headers: str) -> Any:
    """Ask for a file and read all of the answer, as `response.body`."""
    response = (client or Client()).get(url, headers=headers)
    response.body = response.getvalue() if response.streaming else response.content
    return response


# --- Which bytes ------------------------------------------------------------------------------------------------------


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 200))
def test_a_part_is_what_python_would_slice(first: int, length: int, size: int) -> None:
    """RFC 9110, 14.1.2: both ends count, and what lies beyond the end is left out."""
    data = bytes(size)
    part = part_of(f"bytes={first}-{first + length}", size)
    wanted = data[first : first + length + 1]
    assert len(wanted) == (0 if part is None else part[1] - part[0] + 1)
    assert part is None or part[0] == first


@given(st.integers(0, 300), st.integers(0, 200))
def test_the_last_bytes_are_counted_from_the_end(count: int, size: int) -> None:
    part = part_of(f"bytes=-{count}", size)
    assert part == ((max(size - count, 0), size - 1) if count and size else None)


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-0", (0, 0)),
        ("bytes=0-1", (0, 1)),
        ("bytes=9-9", (9, 9)),
        ("bytes=0-", (0, 9)),
        ("bytes=9-", (9, 9)),
        ("bytes=10-", None),
        ("bytes=4-400", (4, 9)),
    ],
)
def test_parts_of_ten_bytes(asked: str, part: tuple[int, int] | None) -> None:
    assert part_of(asked, 10) == part


@pytest.mark.parametrize(
    "asked", ["", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-2", "bytes=0-1,3-4", "bytes=--1", "items=0-1"]
)
def test_what_is_not_a_part_is_not_guessed_at(asked: str) -> None:
    with pytest.raises(Unreadable):
        part_of(asked, 10)


# --- The whole and its parts ------------------------------------------------------------------------------------------


def test_a_film_is_handed_out_whole_and_says_that_parts_may_be_asked_for(film: str) -> None:
    response = get(film, accept_encoding="gzip")
    assert (response.status_code, response.body) == (200, FILM)
    wanted = {"Content-Type": "video/mp4", "Accept-Ranges": "bytes", "Content-Length": str(SIZE)}
    assert wanted.items() <= response.headers.items()
    assert "Content-Encoding" not in response.headers


@pytest.mark.parametrize(
    ("asked", "first", "last"), [("bytes=0-1", 0, 1), ("bytes=0-0", 0, 0), ("bytes=1000-", 1000, 2047)]
)
def test_a_part_is_handed_out_as_it_is(film: str, asked: str, first: int, last: int) -> None:
    response = get(film, range=asked, accept_encoding="gzip")
    assert (response.status_code, response.body) == (206, FILM[first : last + 1])
    assert response.headers["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert response.headers["Content-Length"] == str(last - first + 1)
    assert "Content-Encoding" not in response.headers


def test_a_part_beyond_the_end_is_refused_with_the_size(film: str) -> None:
    response = get(film, range=f"bytes={SIZE}-")
    assert (response.status_code, response.headers["Content-Range"]) == (416, f"bytes */{SIZE}")


def test_what_is_not_a_part_is_answered_with_the_whole(film: str) -> None:
    response = get(film, range="bytes=0-1,5-6")
    assert (response.status_code, response.body) == (200, FILM)


@pytest.mark.parametrize("known", ["ETag", "Last-Modified"])
def test_a_part_of_the_same_film_goes_on_where_it_was(film: str, known: str) -> None:
    state = get(film).headers[known]
    assert get(film, range="bytes=5-9", if_range=state).status_code == 206


@pytest.mark.parametrize("known", ['"another"', "Mon, 01 Jan 2024 00:00:00 GMT", 'W/"weak"'])
def test_a_part_of_another_film_is_answered_with_the_whole(film: str, known: str) -> None:
    response = get(film, range="bytes=5-9", if_range=known)
    assert (response.status_code, response.body) == (200, FILM)


def test_a_browser_that_has_the_film_is_told_so(film: str) -> None:
    assert get(film, if_none_match=get(film).headers["ETag"]).status_code == 304


def test_head_says_what_get_would(film: str) -> None:
    response = Client().head(film, headers={"range": "bytes=0-1"})
    assert (response.status_code, response.headers["Content-Length"], response.getvalue()) == (206, "2", b"")


def test_a_film_is_only_read(film: str) -> None:
    assert Client().post(film).status_code == 405


# --- Only what courses show -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "documents/saknas.mp4",
        "documents",
        "documents/../../larnara.sqlite3",
        "documents/%00.mp4",
        "documents/" + "x" * 300 + ".mp4",
        "film.mp4",
    ],
)
def test_what_is_not_there_is_not_found(name: str) -> None:
    assert get(f"/media/{name}").status_code == 404


@pytest.mark.parametrize("name", ["documents/sida.html", "documents/bild.svg", "documents/kod.js", "secrets/film.mp4"])
def test_what_courses_do_not_show_is_not_handed_out(name: str) -> None:
    for url in put(name, b"<script>alert(1)</script>"):
        assert get(url).status_code == 404


@pytest.mark.django_db
def test_an_original_picture_with_the_place_in_it_stays_in_the_workshop() -> None:
    educator = Client()
    educator.force_login(make.account("educator"))
    colleague = Client()
    colleague.force_login(make.account("manager"))
    for url in put("original_images/bild.jpg", b"bild"):
        assert (get(url).status_code, get(url, colleague).status_code) == (404, 404)
        answer = get(url, educator)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")


def test_captions_are_text_in_utf_8() -> None:
    for url in put("documents/text.vtt", b"WEBVTT"):
        assert get(url).headers["Content-Type"] == "text/vtt; charset=utf-8"


@pytest.mark.django_db
# Wagtail leaves its temporary file for the garbage collector to close.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
@pytest.mark.parametrize("spec", ["width-20", "width-20|format-webp", "max-165x165"])
def test_no_copy_of_a_picture_says_where_it_was_taken(kind: str, spec: str) -> None:
    noted = Image.Exif()
    noted.get_ifd(GPS)[1] = "N"
    file = BytesIO()
    Image.new("RGB", (40, 30)).save(file, kind, exif=noted.tobytes())
    picture = WagtailImage(title="Bild", file=ContentFile(file.getvalue(), f"bild.{kind}"))
    picture.save()
    assert written_in(picture.file.path)
    copy = picture.get_rendition(spec)
    assert (Path(copy.file.path).suffix, written_in(copy.file.path)) == (".webp", {})
    del picture, copy
    gc.collect()


def written_in(path: str) -> dict[int, Any]:
    with Image.open(path) as picture:
        return dict(picture.getexif())


@pytest.mark.parametrize("around", ["images/..", "images/%2e%2e", "documents/../images/..", "images/./.."])
def test_no_way_around_leads_to_what_is_not_for_everyone(around: str) -> None:
    original = put("original_images/fall.jpg", b"with the place in it")
    next(original)
    try:
        assert get(f"/media/{around}/original_images/fall.jpg").status_code == 404
    finally:
        list(original)
