"""The synonyms that ship."""

from __future__ import annotations

import pytest

from search.swedish import Lexicon, Synonyms, the_lexicon
from search.swedish.lexicon import parse_synonyms, shipped_synonyms


def others(lexicon: Lexicon, expression: str) -> dict[tuple[str, ...], float]:
    return {other.terms: weight for other, weight in lexicon.synonyms.of(*lexicon.expression(expression))}


def test_a_row_says_what_means_the_same_what_is_near_and_what_is_wanted_too() -> None:
    text = "# a heading\nusk = undersköterska\n\nsmärta ~ ömhet  # near\nrumpa > korsben, sittben"
    assert list(parse_synonyms(text)) == [
        Synonyms(("usk", "undersköterska"), 0.9),
        Synonyms(("smärta", "ömhet"), 0.55),
        Synonyms(("rumpa", "korsben", "sittben"), 0.55, one_way=True),
    ]


def test_every_row_that_ships_has_two_expressions_or_more_with_something_to_look_up() -> None:
    lexicon = the_lexicon()
    rows = shipped_synonyms()
    assert len(rows) > 500
    assert [row for row in rows if len({lexicon.expression(one) for one in row.expressions}) < 2] == []
    assert [one for row in rows for one in row.expressions if not lexicon.expression(one)] == []


def test_no_expression_of_several_words_stands_for_one_of_them_alone() -> None:
    lexicon = the_lexicon()
    several = {one for row in shipped_synonyms() for one in row.expressions if len(one.split()) > 1}
    assert {one for one in several if len(lexicon.expression(one)) == 1} == set()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("usk", "undersköterska"),
        ("undersköterskorna", "usk"),
        ("KAD", "kvarliggande kateter"),
        ("kvarliggande katetern", "KAD"),
        ("sockersjukan", "diabetes"),
        ("BT", "blodtryck"),
    ],
)
def test_synonyms_hold_in_both_directions_and_in_every_form(typed: str, meant: str) -> None:
    lexicon = the_lexicon()
    assert lexicon.expression(meant) in others(lexicon, typed)


def test_one_way_is_one_way() -> None:
    lexicon = the_lexicon().with_synonyms([Synonyms(("yta", "hylla"), 0.5, one_way=True)])
    assert others(lexicon, "yta") == {("hyll",): 0.5}
    assert others(lexicon, "hylla") == {}
