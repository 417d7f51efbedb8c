"""When nothing was found, words that are there lead on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.nearest import MOST, nearest_words
from search.swedish import Vocabulary

KNOWN = Vocabulary([("kateter", 9, "kateter"), ("katet", 2, "katet"), ("sår", 5, "sår"), ("sårvård", 3, "sårvård")], 20)


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("katetrarna", ("kateter", "katet")),
        ("katta", ()),
        ("sarvardaren", ("sårvård",)),
        ("ko", ()),
        ("kvantfysik", ()),
        ("", ()),
    ],
)
def test_words_somewhat_like_it_are_offered(typed: str, near: tuple[str, ...]) -> None:
    assert nearest_words(typed, KNOWN) == near


@given(st.text(max_size=200))
def test_whatever_is_typed_a_few_words_that_are_there_are_offered_once(typed: str) -> None:
    found = nearest_words(typed, KNOWN)
    assert len(found) == len(set(found)) <= MOST
    assert set(found) <= {"kateter", "katet", "sår", "sårvård"}
