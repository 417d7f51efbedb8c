"""A statement reads as a sentence, in the reader's language, whatever its sender wrote."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.translation import override

from xapi import vocabulary as words
from xapi.sentences import name_of, plain, sentence_of

from .bodies import COURSE
from .bodies import plain as statement

QUESTIONS = {"name": {"sv": "Basala hygienrutiner"}, "type": words.QUESTION_SET}


def said(language: str, definition: dict[str, Any], **changes: Any) -> str:
    with override(language):
        return sentence_of(statement(**changes), "Anna Berg", {}, {COURSE: definition}, (language,))


@pytest.mark.django_db
def test_passed_questions_say_how_many_were_right() -> None:
    result = {"score": {"raw": 9, "min": 0, "max": 10, "scaled": 0.9}}
    passed = {"verb": {"id": words.PASSED}, "result": result}
    assert said("sv", QUESTIONS, **passed) == "Anna Berg klarade frågorna i ”Basala hygienrutiner”, 9 av 10"
    assert said("en", QUESTIONS, **passed) == "Anna Berg passed the questions in “Basala hygienrutiner”, 9 of 10"


@pytest.mark.django_db
def test_an_assessment_says_its_level() -> None:
    result = {"success": True, "extensions": {words.own().level: 3}}
    assessed = {"verb": {"id": words.own().assessed}, "result": result}
    assert said("sv", {"name": {"sv": "Handhygien"}}, **assessed) == "Anna Berg bedömdes i Handhygien, nivå 3"


@pytest.mark.django_db
def test_an_assessment_that_says_no_says_which_level_is_not_there_yet() -> None:
    assessed = {"verb": {"id": words.own().assessed}, "result": {"success": False}}
    hands = {"name": {"sv": "Handhygien"}}
    assert said("sv", hands, **assessed) == "Anna Berg bedömdes i Handhygien, inte än"
    assessed["result"] |= {"extensions": {words.own().level: 3}}
    assert said("sv", hands, **assessed) == "Anna Berg bedömdes i Handhygien, inte på nivå 3 än"


@pytest.mark.django_db
def test_a_number_that_no_page_has_room_for_is_cut_short() -> None:
    result = {"score": {"raw": 1e300, "min": 0, "max": 10**4000}, "extensions": {words.own().level: 10**4000}}
    sentence = said("sv", QUESTIONS, verb={"id": words.PASSED}, result=result)
    assert len(sentence) < 600


@pytest.mark.django_db
def test_a_foreign_verb_reads_as_its_senders_say() -> None:
    iri = "http://example.org/verbs/practised"
    body = statement(verb={"id": iri})
    with override("sv"):
        assert sentence_of(body, "Anna", {iri: {"sv": "övade"}}, {COURSE: QUESTIONS}, ("sv",)).startswith("Anna övade ")
        assert sentence_of(body, "Anna", {}, {COURSE: QUESTIONS}, ("sv",)).startswith("Anna practised ")


@pytest.mark.django_db
def test_percent_signs_of_others_mean_nothing() -> None:
    assert "100 %(who)s %s" in said("sv", {"name": {"sv": "100 %(who)s %s"}}, verb={"id": words.COMPLETED})


def test_foreign_text_is_one_line_without_characters_that_steer() -> None:
    assert plain("rad\n ett\u202e\u200btvå\x00") == "rad etttvå"
    assert len(plain("x" * 1000)) == 160


def test_what_has_no_name_is_called_by_its_address() -> None:
    assert name_of("http://example.org/a", {}, ("sv",)) == "http://example.org/a"
