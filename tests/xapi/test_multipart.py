"""Reading multipart/mixed (RFC 2046, 5.1), whatever the content and however it is cut."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xapi.multipart import MAX_HEADERS, Malformed, is_boundary, parts

B = "abc"
Read = list[tuple[dict[str, str], bytes]]


def read(raw: bytes, boundary: str = B, size: int = 1 << 16) -> Read:
    source = io.BytesIO(raw)

    def some(wanted: int) -> bytes:
        return source.read(min(size, wanted))

    return [(part.headers, b"".join(part.content)) for part in parts(some, boundary)]


def written(contents: list[bytes], boundary: str = B) -> bytes:
    body = b"".join(b"--%s\r\nX-N: %d\r\n\r\n%s\r\n" % (boundary.encode(), n, one) for n, one in enumerate(contents))
    return body + b"--%s--" % boundary.encode()


pieces = st.sampled_from(
    [b"\r\n", b"--", b"\r\n--", b"abc", b"-", b"\r", b"\n", b"x", b"\x00\xff", b"\r\n--ab", b"\r\n\r\n"]
)
contents = st.lists(st.lists(pieces).map(b"".join).filter(lambda raw: b"\r\n--abc" not in b"\r\n" + raw), min_size=1)


@given(contents, st.integers(1, 40), st.binary(max_size=20), st.booleans())
def test_every_byte_of_every_part_comes_out(contents: list[bytes], size: int, epilogue: bytes, has_line: bool) -> None:
    """However small the pieces it arrives in, with or without a preamble, and whatever follows the last boundary."""
    preamble = b"A preamble\r\n" if has_line else b""
    found = read(preamble + written(contents) + epilogue, size=size)
    assert found == [({"x-n": str(number)}, content) for number, content in enumerate(contents)]


@given(st.binary(max_size=200), st.integers(1, 50))
def test_any_bytes_are_parts_or_malformed_however_they_are_cut(raw: bytes, size: int) -> None:
    assert outcome(raw, size) == outcome(raw, 1 << 16)


def outcome(raw: bytes, size: int) -> Read | str:
    try:
        return read(raw, size=size)
    except Malformed as error:
        return str(error)


@given(contents, st.data())
def test_what_is_cut_off_is_malformed(contents: list[bytes], data: st.DataObject) -> None:
    whole = written(contents)
    with pytest.raises(Malformed):
        read(whole[: data.draw(st.integers(0, len(whole) - 3))])


def test_a_part_that_is_not_read_is_skipped() -> None:
    source = io.BytesIO(written([b"one", b"x" * 300_000, b"three"]))
    found = [part.headers["x-n"] for part in parts(source.read, B)]
    assert found == ["0", "1", "2"]


def test_a_large_part_is_never_whole_in_memory() -> None:
    source = io.BytesIO(written([b"x" * 1_000_000]))
    (sizes,) = [[len(chunk) for chunk in part.content] for part in parts(source.read, B)]
    assert sum(sizes) == 1_000_000
    assert max(sizes) <= 1 << 17


@pytest.mark.parametrize(
    "raw",
    [
        b"--abc \t \r\nA: b\r\n\r\nX\r\n--abc-- \r\nepilogue",
        b"\r\n--abc\r\nA:b\r\n\r\nX\r\n--abc--\r\n--abc\r\nA: c\r\n\r\nY\r\n--abc--",
        b"--abc\r\na:  \t b \t\r\n\r\nX\r\n--abc--",
    ],
    ids=["padding after a boundary", "an empty line first, and parts after the last", "space around a header"],
)
def test_what_the_format_allows_is_read(raw: bytes) -> None:
    assert read(raw) == [({"a": "b"}, b"X")]


def test_content_and_headers_may_be_missing() -> None:
    assert read(b"--abc\r\n\r\n--abc--") == [({}, b"")]
    assert read(b"--abc\r\nA: b\r\n\r\n--abc\r\n\r\nX\r\n--abc--") == [({"a": "b"}, b""), ({}, b"X")]
    assert read(b"--abc\r\nA: b\r\n\r\n\r\n--abc--") == [({"a": "b"}, b"")]
    assert read(b"--abc--") == []


def test_a_folded_header_is_one() -> None:
    assert read(b"--abc\r\nA: b;\r\n c=d\r\n\r\nX\r\n--abc--") == [({"a": "b; c=d"}, b"X")]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"--abc\nA: b\n\nX\n--abc--",
        b"--abcd\r\n\r\nX\r\n--abc--",
        b"--abc\r\nno header\r\n\r\nX\r\n--abc--",
        b"--abc\r\nA b: c\r\n\r\nX\r\n--abc--",
        b"--abc\r\nA: b\r\na: c\r\n\r\nX\r\n--abc--",
        b"--abc\r\nA: \xff\r\n\r\nX\r\n--abc--",
        b"--abc\r\nA: " + b"x" * MAX_HEADERS + b"\r\n\r\nX\r\n--abc--",
        b"--abc\r\n" + b"".join(b"A%d: x\r\n" % number for number in range(5000)) + b"\r\nX\r\n--abc--",
        b"--abc\r\nA: b\r\n\r\nX--abc--",
    ],
)
def test_what_is_not_multipart_is_refused(raw: bytes) -> None:
    with pytest.raises(Malformed):
        read(raw)


@pytest.mark.parametrize("text", ["a", "abcABC0123'()+_,-./:=?", "a b", "x" * 70])
def test_boundaries_of_the_standard_are_known(text: str) -> None:
    assert is_boundary(text)


@pytest.mark.parametrize("text", ["", "a ", "x" * 71, "å", 'a"', "a\r\n", "a;b"])
def test_other_boundaries_are_not(text: str) -> None:
    assert not is_boundary(text)
