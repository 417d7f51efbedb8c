"""Questions that are worded once are still asked each time, and of those only who are meant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from people.api import Person, moment_of, worded_once

from . import factories as make

pytestmark = pytest.mark.django_db


@worded_once
def named(*names: str):
    return Person.objects.filter(given_name__in=names).order_by("given_name").values_list("given_name", "family_name")


def test_the_answer_is_asked_for_anew_in_the_words_of_before(django_assert_num_queries):
    make.person("Anna", "Ek")
    assert named("Anna", "Beata") == [("Anna", "Ek")]
    make.person("Beata", "Alm")
    with django_assert_num_queries(1):
        assert named("Anna", "Beata") == [("Anna", "Ek"), ("Beata", "Alm")]


def test_other_arguments_have_words_of_their_own():
    make.person("Anna", "Ek")
    make.person("Beata", "Alm")
    assert named("Anna") == [("Anna", "Ek")]
    assert named("Beata") == [("Beata", "Alm")]


def test_a_question_that_nothing_can_answer_is_not_asked(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert named() == []


@pytest.mark.parametrize(
    ("given", "moment"),
    [
        ("2026-03-01 12:00:00.5", datetime(2026, 3, 1, 12, 0, 0, 500000, tzinfo=UTC)),
        (datetime(2026, 3, 1, 12), datetime(2026, 3, 1, 12, tzinfo=UTC)),  # noqa: DTZ001 - as SQLite's driver gives it
        (datetime(2026, 3, 1, 13, tzinfo=timezone(timedelta(hours=1))), datetime(2026, 3, 1, 12, tzinfo=UTC)),
        (None, None),
    ],
)
def test_a_time_of_the_driver_gets_its_zone(given, moment):
    assert moment_of(given) == moment
