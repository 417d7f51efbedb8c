"""What somebody wants who typed a few words."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.swedish import Because, Kind, Lexicon, Sought, Synonyms, Vocabulary, analysed, sought, the_lexicon

TEXTS = [
    "Mät blodtrycket i vila. Högt blodtryck ska rapporteras.",
    "Sårvård och trycksår: ett sår på hälen.",
    "Golvet är halt. Ring undersköterskan om det är hal is.",
    "Rehabiliterande förhållningssätt i vardagsrehabilitering",
    "Diabetes: blodsocker och insulin. Diabetesfoten. Delegering av insulin.",
    "Tillsynskameran på natten. Larmet går till jouren. Egenvård och en plan.",
]


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    bare = the_lexicon()
    rows = [
        Synonyms(("trycksår", "liggsår")),
        Synonyms(("usk", "undersköterska")),
        Synonyms(("ont i hälen", "hälsår"), 0.5),
    ]
    return Lexicon(bare.dictionary, bare.stems, bare.compounds, bare.stop, bare.particles, bare.light).with_synonyms(
        rows
    )


@pytest.fixture(scope="module")
def vocabulary(lexicon: Lexicon) -> Vocabulary:
    counts: Counter[str] = Counter()
    spellings: dict[str, str] = {}
    for text in TEXTS:
        tokens = analysed(text, lexicon)
        counts.update({token.term for token in tokens})
        found = {token.term: text[token.start : token.end].lower() for token in tokens if token.kind is Kind.WORD}
        spellings = found | spellings
    return Vocabulary([(term, count, spellings.get(term, term)) for term, count in counts.items()], len(TEXTS))


def first(query: str, lexicon: Lexicon, vocabulary: Vocabulary) -> list[tuple[str, ...]]:
    """The strongest alternative of each word that our texts hold."""
    found = []
    for wanted in sought(query, lexicon, vocabulary).wanted:
        held = [one.terms for one in wanted.alternatives if all(term in vocabulary for term in one.terms)]
        found += held[:1]
    return found


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("blod tryck", [("blodtryck",)]),
        ("blodtryk", [("blodtryck",)]),
        ("bldotryck", [("blodtryck",)]),
        ("sarvard", [("sårvård",)]),
        ("tillsyns kamera", [("tillsynskamer",)]),
        ("tillsyn kamera", [("tillsynskamer",)]),
        ("liggsår", [("trycksår",)]),
        ("usk", [("underskötersk",)]),
        ("insulindelegering", [("insulin", "deleger")]),
        ("egenvardsplan", [("egenvård", "plan")]),
        ("blodtr", [("blodtryck",)]),
        ("rehabiliterande förhållnings sätt", [("rehabiliter",), ("förhållningssätt",)]),
        ("diabettes", [("diabetes",)]),
    ],
)
def test_what_was_typed_finds_what_was_meant(
    query: str, terms: list[tuple[str, ...]], lexicon: Lexicon, vocabulary: Vocabulary
) -> None:
    assert first(query, lexicon, vocabulary) == terms


def test_small_words_are_left_out_as_long_as_another_remains(lexicon: Lexicon, vocabulary: Vocabulary) -> None:
    assert [one.typed for one in sought("hur mäter man blodtrycket", lexicon, vocabulary).wanted] == [
        "mäter",
        "blodtrycket",
    ]
    assert [one.typed for one in sought("vad är det", lexicon, vocabulary).wanted] == ["vad", "är", "det"]


def test_a_word_as_typed_weighs_more_than_the_same_letters(lexicon: Lexicon, vocabulary: Vocabulary) -> None:
    [wanted] = sought("hal", lexicon, vocabulary).wanted
    assert [(one.terms, one.because) for one in wanted.alternatives] == [
        (("hal",), Because.TYPED),
        (("häl",), Because.LETTERS),
    ]


def test_dots_that_were_typed_are_meant(lexicon: Lexicon, vocabulary: Vocabulary) -> None:
    [wanted] = sought("häl", lexicon, vocabulary).wanted
    assert [one.terms for one in wanted.alternatives] == [("häl",), ("hal",)]
    [wanted] = sought("hål", lexicon, vocabulary).wanted
    assert [one.terms for one in wanted.alternatives] == [("hål",), ("hal",)]


def test_short_words_and_swedish_words_keep_their_spelling(lexicon: Lexicon, vocabulary: Vocabulary) -> None:
    for query in ("vik", "lönespec", "semester"):
        assert first(query, lexicon, vocabulary) == []
        assert sought(query, lexicon, vocabulary).suggestion is None


def test_the_suggestion_leaves_a_word_alone_that_only_begins_as_the_misspelt_one(
    lexicon: Lexicon, vocabulary: Vocabulary
) -> None:
    assert sought("larmknappen larmk", lexicon, vocabulary).suggestion == "larmknappen larm"


def test_the_suggestion_spells_as_our_texts_do(lexicon: Lexicon, vocabulary: Vocabulary) -> None:
    assert sought("mäta blodtryk", lexicon, vocabulary).suggestion == "mäta blodtryck"


def test_the_suggestion_has_the_form_that_was_typed(lexicon: Lexicon) -> None:
    ours = Vocabulary([("insulin", 3, "insulinet")], 3)
    assert sought("insullin", lexicon, ours).suggestion == "insulin"
    assert sought("insullinet", lexicon, ours).suggestion == "insulinet"


def test_a_compound_that_is_written_apart_may_be_misspelt_too(lexicon: Lexicon, vocabulary: Vocabulary) -> None:
    assert first("blod tryk", lexicon, vocabulary) == [("blodtryck",)]
    assert sought("mäta blod tryk", lexicon, vocabulary).suggestion == "mäta blodtryck"
    assert sought("blod trycket", lexicon, vocabulary).suggestion is None


def test_an_expression_of_several_words_has_synonyms(lexicon: Lexicon, vocabulary: Vocabulary) -> None:
    [wanted] = sought("ont i hälen", lexicon, vocabulary).wanted
    assert [one.terms for one in wanted.alternatives] == [("ont", "häl"), ("hälsår",), ("häl", "sår")]


def test_synonyms_added_leave_the_lexicon_as_it_was(lexicon: Lexicon, vocabulary: Vocabulary) -> None:
    more = lexicon.with_synonyms([Synonyms(("sockersjuka", "diabetes"))])
    assert first("sockersjuka", more, vocabulary) == [("diabetes",)]
    assert first("sockersjuka", lexicon, vocabulary) == [("socker",)]


@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        "?!…",
        "🩹",
        "\u202bשלום\u202c",
        "AND OR NOT",
        '"blod',
        "blod*",
        "NEAR(a b)",
        "'; DROP TABLE x; --",
        "\x00",
        "a" * 10_000,
    ],
)
def test_bad_input_is_read_as_words_or_as_nothing(query: str, lexicon: Lexicon, vocabulary: Vocabulary) -> None:
    found = sought(query, lexicon, vocabulary)
    assert found.text == query
    for wanted in found.wanted:
        assert wanted.typed in query


@given(st.text(max_size=300))
def test_no_query_raises_and_every_weight_is_a_share(query: str) -> None:
    empty = Vocabulary([("blodtryck", 1, "blodtryck"), ("häl", 1, "häl")], 1)
    found: Sought = sought(query, the_lexicon(), empty)
    for wanted in found.wanted:
        assert wanted.alternatives
        assert all(0 < one.weight <= 1 and one.terms for one in wanted.alternatives)
        weights = [one.weight for one in wanted.alternatives]
        assert weights == sorted(weights, reverse=True)
