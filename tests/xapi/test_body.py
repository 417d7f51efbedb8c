"""The door for JSON: what cannot be stored is refused with a sentence, never with a failure."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xapi.body import BadRequest, load

from .test_check import json_values


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "The body is not JSON: Expecting value at line 1, column 1."),
        (b'{"a": }', "The body is not JSON: Expecting value at line 1, column 7."),
        (b"{}\n{}", "The body is not JSON: Extra data at line 2, column 1."),
        (b'"\xff"', "The body is not UTF-8: byte 1 is wrong."),
        ('{"a": "å"}'.encode("utf-16"), "The body is not UTF-8: byte 0 is wrong."),
        (b'{"a": 1, "b": {"c": 1, "c": 2}}', 'The name "c" stands twice in one object.'),
        (b"[NaN]", "NaN is not a number in JSON."),
        (b"[-Infinity]", "-Infinity is not a number in JSON."),
        (b"[1e999]", "The number 1e999 is too large."),
        (b"[-1e999]", "The number -1e999 is too large."),
        (b"[" * 100_000, "The body is nested too deeply to be read."),
        (b"[" * 100_000 + b"]" * 100_000, "The body is nested too deeply to be read."),
        (b"1" * 5000, "The body holds a number with too many digits."),
        (b'"\n"', "The body is not JSON: Invalid control character at at line 1, column 2."),
    ],
)
def test_what_cannot_be_read_gives_a_sentence(raw: bytes, sentence: str) -> None:
    with pytest.raises(BadRequest) as raised:
        load(raw)
    assert str(raised.value.message) == sentence


@given(json_values)
def test_what_json_can_say_is_read(value: object) -> None:
    text = json.dumps(value)
    if "NaN" in text or "Infinity" in text:
        return
    assert load(text.encode()) == value


@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    with contextlib.suppress(BadRequest):
        json.dumps(load(raw), ensure_ascii=False, allow_nan=False)
