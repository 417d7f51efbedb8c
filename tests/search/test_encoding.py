"""Terms as signs in a line: small, and nothing of them is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.encoding import length_of, matched, number_of, sign_of, signed, spelt, terms_in
from search.shapes import Matched
from search.swedish.shapes import Kind, Token

WORDS = ["blodtryck", "blod", "tryck", "mät", "å", "5", "gps", "gpslarm", "larm"]
SIGNS = {word: sign_of(number) for number, word in enumerate(WORDS)}
TERMS = {sign: word for word, sign in SIGNS.items()}


def token(term: str, position: int, kind: Kind = Kind.WORD) -> Token:
    return Token(term, kind, position, 0, 1)


COMPOUND = [token("blodtryck", 0), token("blod", 0, Kind.PART), token("tryck", 0, Kind.PART), token("mät", 1)]
JOINED = [token("gps", 0), token("larm", 1), token("gpslarm", 0, Kind.JOINED), token("5", 2)]


@given(st.integers(min_value=0, max_value=1_000_000))
def test_every_number_has_a_sign_of_its_own(number: int) -> None:
    sign = sign_of(number)
    assert number_of(sign) == number
    assert sign.encode().decode() == sign
    assert sign not in " |+"


def test_a_line_holds_words_in_order_with_their_parts() -> None:
    line = spelt(COMPOUND)
    assert line == "blodtryck|blod|tryck mät"
    assert length_of(line) == 2
    assert terms_in(line) == {"blodtryck", "blod", "tryck", "mät"}


@pytest.mark.parametrize("tokens", [COMPOUND, JOINED], ids=["compound", "joined"])
def test_what_was_read_is_found_where_it_stands(tokens: list[Token]) -> None:
    found = matched(signed(spelt(tokens), SIGNS), TERMS)
    assert sorted(found, key=str) == sorted((Matched(each.term, each.kind, each.position) for each in tokens), key=str)


def test_only_what_is_looked_for_is_found() -> None:
    line = signed(spelt(COMPOUND), SIGNS)
    assert matched(line, {SIGNS["tryck"]: "tryck"}) == (Matched("tryck", Kind.PART, 0),)
    assert matched(line, {SIGNS["larm"]: "larm"}) == ()
    assert matched(line, {}) == ()
    assert matched("", TERMS) == ()


@given(st.lists(st.sampled_from(WORDS), max_size=30))
def test_words_are_counted_also_where_the_same_word_stands_twice(words: list[str]) -> None:
    line = signed(spelt(token(word, place) for place, word in enumerate(words)), SIGNS)
    assert length_of(line) == len(words)
    assert [(each.term, each.position) for each in matched(line, TERMS)] == [(w, at) for at, w in enumerate(words)]


def test_a_field_without_words_is_empty() -> None:
    assert spelt([]) == ""
    assert length_of("") == 0
