"""What answers best."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search.ranking import ranked
from search.shapes import Candidate, Corpus, Field, Kind, Matched
from search.swedish.shapes import Alternative, Because, Sought, Wanted
from search.swedish.shapes import Kind as TokenKind

LENGTHS = {Field.COURSE: 4, Field.TITLE: 3, Field.HEADING: 3, Field.TEXT: 30}
CORPUS = Corpus(1000, {"blod": 40, "tryck": 40, "sår": 40, "vård": 400, "decubitus": 1}, dict.fromkeys(Field, 10.0))


def wanted(typed: str, *more: Alternative) -> Wanted:
    return Wanted(typed, (Alternative((typed,), 1.0, Because.TYPED), *more))


def query(*words: Wanted) -> Sought:
    return Sought(" ".join(word.typed for word in words), words)


def passage(
    pk: int, *found: tuple[str, Field, int], kind: TokenKind = TokenKind.WORD, source: int | None = None
) -> Candidate:
    matched = {field: tuple(Matched(t, kind, at) for t, f, at in found if f is field) for _, field, _ in found}
    number = pk if source is None else source
    return Candidate(pk, number * 100 + pk, number, Kind.SECTION, matched, LENGTHS)


def order(sought: Sought, *candidates: Candidate) -> list[int]:
    return [one.source for one in ranked(sought, candidates, CORPUS)]


def test_names_count_above_headings_and_headings_above_text() -> None:
    found = [
        passage(1, ("sår", Field.TEXT, 0)),
        passage(2, ("sår", Field.HEADING, 0)),
        passage(3, ("sår", Field.TITLE, 0)),
    ]
    assert order(query(wanted("sår")), *found) == [3, 2, 1]


def test_a_whole_word_counts_above_a_part_and_a_part_above_nothing() -> None:
    part = passage(1, ("sår", Field.TEXT, 0), kind=TokenKind.PART)
    assert order(
        query(wanted("sår")), part, passage(2, ("sår", Field.TEXT, 0)), passage(3, ("vård", Field.TEXT, 0))
    ) == [2, 1]


def test_a_passage_with_both_words_beats_one_with_either_twice() -> None:
    both = passage(1, ("blod", Field.TEXT, 0), ("sår", Field.TEXT, 20))
    twice = passage(2, ("blod", Field.TEXT, 0), ("blod", Field.TEXT, 5))
    assert order(query(wanted("blod"), wanted("sår")), twice, both) == [1, 2]


def test_the_rare_word_decides_between_passages_that_hold_one_each() -> None:
    sought = query(wanted("sår"), wanted("vård"))
    assert order(sought, passage(1, ("vård", Field.TEXT, 0)), passage(2, ("sår", Field.TEXT, 0))) == [2, 1]


def test_the_rare_synonym_of_a_common_word_is_as_common() -> None:
    rare = Alternative(("decubitus",), 0.9, Because.SYNONYM)
    sought = query(wanted("sår", rare), wanted("blod"))
    assert order(sought, passage(1, ("decubitus", Field.TEXT, 0)), passage(2, ("blod", Field.TEXT, 0))) == [2, 1]


def test_words_side_by_side_beat_words_far_apart() -> None:
    near = passage(1, ("blod", Field.TEXT, 3), ("sår", Field.TEXT, 4))
    far = passage(2, ("blod", Field.TEXT, 3), ("sår", Field.TEXT, 25))
    assert order(query(wanted("blod"), wanted("sår")), far, near) == [1, 2]


def test_an_alternative_of_several_terms_needs_them_all() -> None:
    both = Alternative(("blod", "tryck"), 0.7, Because.PART)
    sought = Sought("blodtryck", (Wanted("blodtryck", (both,)),))
    assert order(
        sought, passage(1, ("blod", Field.TEXT, 0)), passage(2, ("blod", Field.TEXT, 0), ("tryck", Field.TEXT, 1))
    ) == [2]


def test_of_two_equal_passages_the_one_with_more_around_it_wins() -> None:
    alone = passage(1, ("sår", Field.TEXT, 0), source=1)
    among = [passage(pk, ("sår", Field.TEXT, 0), source=2) for pk in (2, 3, 4)]
    assert order(query(wanted("sår")), alone, *among) == [2, 1]


def test_what_suits_who_asks_comes_first_among_equals() -> None:
    found = [passage(1, ("sår", Field.TEXT, 0)), passage(2, ("sår", Field.TEXT, 0))]
    assert [one.source for one in ranked(query(wanted("sår")), found, CORPUS, {2: 1.1})] == [2, 1]


def test_little_found_of_a_query_is_said() -> None:
    sought = query(wanted("sår"), wanted("parkering"), wanted("tillstånd"))
    [found] = ranked(sought, [passage(1, ("sår", Field.TEXT, 0))], CORPUS)
    assert not found.is_sure
    [found] = ranked(query(wanted("sår")), [passage(1, ("sår", Field.TEXT, 0))], CORPUS)
    assert found.is_sure


def test_every_hit_says_why() -> None:
    rare = Alternative(("decubitus",), 0.9, Because.SYNONYM)
    [found] = ranked(query(wanted("sår", rare)), [passage(1, ("decubitus", Field.HEADING, 0))], CORPUS)
    [reason] = found.sheets[0].passages[0].reasons
    assert (reason.typed, reason.terms, reason.because, reason.field) == (
        "sår",
        ("decubitus",),
        Because.SYNONYM,
        Field.HEADING,
    )


PLACES = st.tuples(st.sampled_from(["blod", "tryck", "sår", "vård"]), st.sampled_from(list(Field)), st.integers(0, 40))


@given(st.lists(st.lists(PLACES, min_size=1, max_size=6), max_size=6), st.randoms())
def test_the_order_of_arrival_does_not_matter(texts: list[list[tuple[str, Field, int]]], random: object) -> None:
    found = [passage(pk, *text) for pk, text in enumerate(texts)]
    sought = query(wanted("blod"), wanted("sår", Alternative(("tryck", "vård"), 0.5, Because.SYNONYM)))
    first = ranked(sought, found, CORPUS)
    random.shuffle(found)  # type: ignore[attr-defined]
    assert ranked(sought, found, CORPUS) == first
    assert all(one.score > 0 and 0 <= one.coverage <= 1.000001 for one in first)
