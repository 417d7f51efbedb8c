"""Codes are typed by people who cannot see well, on a phone, in a hurry."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from courses.codes.letters import LENGTH, LETTERS, draw, read

CODES = st.text(alphabet=LETTERS, min_size=LENGTH, max_size=LENGTH)


def test_no_letter_is_taken_for_another() -> None:
    assert set(LETTERS) & set("0OQ1IL2Z5S8B6GUVAEY") == set()
    assert len(set(LETTERS)) == len(LETTERS)


@given(st.integers())
def test_what_is_drawn_is_a_code(seed: int) -> None:
    code = draw(random.Random(seed).choice)
    assert read(code) == code


@given(CODES, st.sampled_from(["", " ", "-", " - "]))
def test_a_code_is_read_in_any_case_and_with_gaps(code: str, gap: str) -> None:
    assert read(f" {code[:2]}{gap}{code[2:].lower()}") == code


@given(st.text(max_size=100))
def test_anything_else_is_no_code(typed: str) -> None:
    read_as = read(typed)
    assert read_as is None or (len(read_as) == LENGTH and set(read_as) <= set(LETTERS))


def test_a_letter_that_is_never_used_is_no_code() -> None:
    assert read("H7K3O") is None
    assert read("H7K3") is None
    assert read("H7K3MX") is None
