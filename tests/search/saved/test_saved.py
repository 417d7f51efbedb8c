"""Searches that somebody saved are hers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from search.saved.models import LONGEST, SavedSearch
from search.saved.services import MOST, CannotBeSaved, TooManySaved, forget_search, save_search
from tests.people import factories as make

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


def texts(person: object) -> list[str]:
    return list(SavedSearch.objects.filter(person=person).values_list("text", flat=True))


def test_saved_words_are_hers_newest_first_and_once() -> None:
    alva, bo = make.person("Alva"), make.person("Bo")
    for minutes, words in enumerate(["kad", " sår  vård ", "kad"]):
        save_search(alva, words, AT + timedelta(minutes=minutes))
    save_search(bo, "kad", AT)
    assert (texts(alva), texts(bo)) == (["sår vård", "kad"], ["kad"])


@pytest.mark.parametrize("words", ["", "  ", "19121212-1212", "Anna Ek", "a\u0000b"])
def test_words_that_may_name_somebody_are_not_saved(words: str) -> None:
    with pytest.raises(CannotBeSaved):
        save_search(make.person(), words, AT)


def test_long_words_are_cut_and_known_again() -> None:
    alva = make.person("Alva")
    save_search(alva, "x" * 300, AT)
    save_search(alva, "x" * 300, AT)
    assert texts(alva) == ["x" * LONGEST]
    forget_search(alva, "x" * 300)
    assert texts(alva) == []


def test_there_is_an_end_to_how_many_are_saved() -> None:
    alva = make.person("Alva")
    for number in range(MOST):
        save_search(alva, f"sak {number:02}", AT)
    with pytest.raises(TooManySaved):
        save_search(alva, "en till", AT)
    assert save_search(alva, "sak 00", AT).text == "sak 00"


def test_saved_words_are_taken_away_and_others_stay() -> None:
    alva, bo = make.person("Alva"), make.person("Bo")
    for person in (alva, bo):
        save_search(person, "kad", AT)
    forget_search(alva, " kad ")
    forget_search(alva, "kad")
    assert (texts(alva), texts(bo)) == ([], ["kad"])
