"""A text as tokens."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.swedish import Kind, analysed, compounds, the_lexicon
from search.swedish.words import folded, plain, words


def terms(text: str, *kinds: Kind) -> list[str]:
    return [token.term for token in analysed(text, the_lexicon()) if token.kind in (kinds or tuple(Kind))]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mätning", "mäter"),
        ("signera", "signeringen"),
        ("delegation", "delegering"),
        ("glömt", "glömma"),
        ("tänder", "tand"),
        ("föll", "faller"),
        ("sårvården", "Sårvård"),
        ("diabetessjukdomar", "diabetessjukdom"),
        ("lågaffektivt", "lågaffektiva"),
    ],
)
def test_forms_of_a_word_are_one_term(one: str, other: str) -> None:
    assert terms(one, Kind.WORD) == terms(other, Kind.WORD)


@pytest.mark.parametrize(("one", "other"), [("tidning", "tid"), ("häl", "hål"), ("vårta", "vård")])
def test_other_words_stay_other_terms(one: str, other: str) -> None:
    assert terms(one, Kind.WORD) != terms(other, Kind.WORD)


@pytest.mark.parametrize(
    ("compound", "parts"),
    [
        ("blodtryck", ["blod", "tryck"]),
        ("blodtrycksmätning", ["blodtryck", "mät", "blod", "tryck"]),
        ("tillsynskamera", ["tillsyn", "kamer"]),
        ("nattillsyn", ["natt", "tillsyn"]),
        ("hjärtsvikt", ["hjärt", "svikt"]),
        ("blodsocker", ["blod", "socker"]),
        ("sekretesslagen", ["sekretess", "lag"]),
        ("skyddsutrustning", ["skydd", "utrust"]),
    ],
)
def test_a_compound_holds_its_parts(compound: str, parts: list[str]) -> None:
    assert terms(compound, Kind.PART) == parts


@pytest.mark.parametrize(
    "word", ["kommunen", "rullatorn", "droppar", "kompress", "centrum", "personliga", "kontrollera", "fönstret"]
)
def test_a_word_that_only_looks_like_a_compound_stays_whole(word: str) -> None:
    assert terms(word, Kind.PART) == []


def test_words_with_a_hyphen_are_also_one_word() -> None:
    assert terms("GPS-larm", Kind.WORD) == ["gps", "larm"]
    assert terms("GPS-larm", Kind.JOINED) == ["gpslarm"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("37,5 grader", ["37d5", "grad"]),
        ("37.5 grader", ["37d5", "grad"]),
        ("5mg/ml", ["5", "mg", "ml"]),
        ("p.g.a. B12", ["pga", "b12"]),
        ("kaféet", ["kaf"]),
        ("sa\u030ar", ["sår"]),
        ("för\u00adband", ["förband"]),
        ("🩹 \u202bמה\u202c -- ''", []),
    ],
)
def test_numbers_units_abbreviations_and_signs(text: str, read: list[str]) -> None:
    assert terms(text, Kind.WORD) == read


@given(st.text(max_size=400))
@example("sår-")  # the sign before the first word is not the last of the text
@example("\u0e38-sår")  # a sign without letters is no word to be tied to
def test_every_token_points_at_its_word_in_the_text(text: str) -> None:
    read = list(words(text))
    for token in analysed(text, the_lexicon()):
        assert 0 <= token.start < token.end <= len(text)
        assert set(token.term) <= set("abcdefghijklmnopqrstuvwxyzåäö0123456789")
        if token.kind is not Kind.JOINED:
            assert (read[token.position].start, read[token.position].end) == (token.start, token.end)


@given(st.lists(st.text("abcdefghijklmnoprstuvyåäö", min_size=1, max_size=14), max_size=8))
def test_a_text_is_the_words_that_it_is_made_of(parts: list[str]) -> None:
    assert terms(" ".join(parts)) == [term for part in parts for term in terms(part)]


@given(st.text(max_size=40))
def test_plain_and_folded_letters_are_plain_and_folded(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert folded(folded(plain(text))) == folded(plain(text))


def test_what_is_typed_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compounds, "_REMEMBERED", 10)
    some = compounds.Compounds(the_lexicon().dictionary, compounds.Parts())
    assert some.split("blodtrycksmätning") == ("blodtryck", "mätning")
    assert some.split("qwertyuiopasdfgh") == ()
    assert some.split("blodtrycksmätning") == ("blodtryck", "mätning")
    assert len(some._fronts) <= 10
    assert len(some._backs) <= 10
