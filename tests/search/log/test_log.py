"""A row for each finished search, and nothing in it that leads to whoever searched."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core import signing
from django.db import IntegrityError, transaction

from search.log import slips
from search.log.models import Best, LoggedSearch
from search.log.services import discard_old_searches, log_search
from search.log.slips import Slip, read, slip_for
from tests.people import factories as make

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 27, 23, 30, tzinfo=UTC)
PATHS = ("/kurser/a/b/#stycke-1", "/kurser/c/d/")


def slip(text: str = "kad", organisation: UUID | None = None) -> Slip:
    return Slip(uuid4(), text, 2, Best.GOOD, PATHS, organisation)


def test_a_row_holds_what_was_sought_on_which_day_and_how_it_went() -> None:
    granvik = make.municipality("granvik", make.region())
    log_search(slip(organisation=granvik.uuid), AT, place=2)
    row = LoggedSearch.objects.get()
    assert (row.day, row.text, row.found, row.best, row.place, row.path, row.is_missed, row.organisation) == (
        date(2026, 11, 28),
        "kad",
        2,
        "good",
        2,
        "/kurser/c/d/",
        False,
        granvik,
    )


def test_there_is_nowhere_to_put_a_person_a_session_or_a_time_of_day() -> None:
    assert {field.name for field in LoggedSearch._meta.get_fields()} == {
        "id",
        "slip",
        "day",
        "text",
        "found",
        "best",
        "path",
        "place",
        "is_missed",
        "organisation",
    }


def test_told_twice_it_is_one_row_and_the_first_hit_counts() -> None:
    told = slip()
    log_search(told, AT)
    log_search(told, AT, place=1)
    log_search(told, AT, place=2)
    log_search(told, AT, is_missed=True)
    log_search(told, AT)
    row = LoggedSearch.objects.get()
    assert (row.place, row.path, row.is_missed) == (1, PATHS[0], True)


@pytest.mark.parametrize("place", [0, 3, -1, 10**9])
def test_a_place_that_was_not_shown_is_no_place(place: int) -> None:
    assert log_search(slip(), AT, place=place).place is None


def test_an_organisation_that_is_gone_leaves_the_row() -> None:
    assert log_search(slip(organisation=uuid4()), AT).organisation is None


def test_the_database_refuses_a_row_without_words() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        log_search(slip(text=""), AT)


def test_old_rows_are_thrown_away(settings: Any) -> None:
    settings.SEARCH_LOG_DAYS = 30
    for days in (0, 30, 31, 400):
        log_search(slip(text=f"för {days}"), AT - timedelta(days=days))
    assert discard_old_searches(AT) == 2
    assert discard_old_searches(AT) == 0
    assert set(LoggedSearch.objects.values_list("text", flat=True)) == {"för 0", "för 30"}


# --- Slips ------------------------------------------------------------------------------------------------------------


def test_a_slip_comes_back_as_it_was() -> None:
    made = slip(organisation=uuid4())
    assert read(made.sign()) == made


def test_a_slip_for_what_may_name_somebody_is_not_made() -> None:
    assert slip_for("Anna Ek", 1, Best.GOOD, [], None) == ""
    assert read(slip_for("  KAD ", 1, Best.GOOD, PATHS, None)).text == "kad"


@pytest.mark.parametrize("signed", ["", "x", "a:b:c"])
def test_what_is_not_our_slip_says_nothing(signed: str) -> None:
    assert read(signed) is None
    assert read(signing.dumps(["x"], salt="another")) is None


def test_a_slip_that_has_lain_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    signed = slip().sign()
    monkeypatch.setattr(slips, "GOOD_FOR", timedelta(seconds=-1))
    assert read(signed) is None
