"""What of a query may be kept: its subject, and nothing that may be about a person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.log.keeping import LONGEST, MOST_DIGITS, kept


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("  Blod   tryck ", "blod tryck"),
        ("KAD", "kad"),
        ("Vad är KAD och SIP", "vad är kad och sip"),
        ("hur ofta vända", "hur ofta vända"),
        ("insulin 0,5 ml", "insulin 0,5 ml"),
        ("lag 2022:1250"[:8], "lag 2022"),
        ("e\u0301", "é"),
        ("person med demens", "person med demens"),
        ("x" * 200, "x" * LONGEST),
    ],
)
def test_a_subject_is_kept_in_small_letters(typed: str, text: str) -> None:
    assert kept(typed) == text


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "19121212-1212",
        "121212-1212 insulin",
        "070-123 45 67",
        "anna@example.org",
        "Anna Ek",
        "Ek, Anna",
        "Müller Hans",
        "Anna von Ek",
        "Zoë Đukić fall",
        "A\u030asa Ek",
        "blodtryck Karl-Erik Östlund",
        "fru andersson fall",
        "Storgatan 12",
        "rum 4",
        "blod\u0000tryck",
    ],
)
def test_what_may_be_about_a_person_is_not_kept_at_all(typed: str) -> None:
    assert kept(typed) == ""


@given(st.text(max_size=200))
def test_what_is_kept_is_short_plain_and_kept_again(typed: str) -> None:
    text = kept(typed)
    assert len(text) <= LONGEST
    assert text.isprintable()
    assert sum(sign.isdecimal() for sign in text) <= MOST_DIGITS
    assert kept(text) in ("", text)


@given(st.from_regex(r"[0-9]{6}[-+]?[0-9]{4}", fullmatch=True), st.text(max_size=20), st.text(max_size=20))
def test_no_long_number_is_kept_in_any_company(number: str, before: str, after: str) -> None:
    assert kept(f"{before}{number}{after}") == ""
