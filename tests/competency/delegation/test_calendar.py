"""What time does: events that follow the dates, and reminders, once each."""

from __future__ import annotations

from datetime import timedelta

import pytest

from competency.delegation.calendar import round_of_the_day, settle
from competency.delegation.life import State
from competency.delegation.models import DelegationNotice
from competency.delegation.notices import put_away, unread_notices
from competency.delegation.services import revoke
from people.api import change_employment, end_of_day
from xapi.api import full_statement, vocabulary

from .ward import NOW, TODAY, day, kinds, later, stands

pytestmark = pytest.mark.django_db


def told(key):
    rows = DelegationNotice.objects.filter(key__startswith=key)
    return sorted((row.recipient.given_name, row.key) for row in rows)


def test_what_has_come_to_its_end_gets_its_event_and_statement_once(ward):
    made = ward.active(last_day=day(10))
    assert settle(later(10)) == 0
    assert [settle(later(12)) for _twice in range(2)] == [1, 0]
    event = made.events.get(kind="expired")
    assert (event.happened_at, event.recorded_at, event.actor) == (end_of_day(day(10)), later(12), None)
    body = full_statement(event.statement_id)
    assert body["verb"]["id"] == vocabulary.own().expired
    assert body["timestamp"][:19] == end_of_day(day(10)).isoformat()[:19]


def test_what_is_suspended_is_told_to_receiver_giver_and_manager_once(ward):
    made = ward.active()
    change_employment(ward.town.employment, valid_from=day(5), at=NOW, unit=ward.town.solrosen)
    assert settle(later(4)) == 0
    assert [settle(later(5)) for _twice in range(2)] == [1, 0]
    assert stands(made, later(5)).state is State.SUSPENDED
    assert made.events.get(kind="suspended").details == {"cause": "receiver"}
    assert [name for name, _key in told("suspended")] == ["Sara", "Ulla"]


def test_the_manager_of_a_suspended_giver_s_receiver_is_told(ward):
    ward.active()
    change_employment(ward.ssk.employments.get(), valid_from=TODAY, at=NOW, ends_on=day(5))
    settle(later(6))
    assert [name for name, _key in told("suspended")] == ["Clara", "Sara", "Ulla"]


def test_only_those_asked_for_are_settled(ward):
    ward.active(last_day=day(1))
    assert settle(later(5), [ward.town.mas.pk]) == 0
    assert settle(later(5), [ward.usk.pk]) == 1


def test_reminders_come_60_30_and_7_days_ahead_once_each(ward):
    ward.active(last_day=day(100))
    counts = [round_of_the_day(later(number)) for number in range(101)]
    assert [number for number, count in enumerate(counts) if count] == [40, 70, 93]
    assert told("lapses") == sorted(
        (name, f"lapses-{days}") for name in ("Clara", "Sara", "Ulla") for days in (60, 30, 7)
    )


def test_a_round_is_made_once_a_day(ward):
    ward.active(last_day=day(100))
    assert [round_of_the_day(later(40)) for _twice in range(2)] == [3, 0]
    assert round_of_the_day(later(40) + timedelta(hours=2)) == 0


def test_days_that_were_missed_are_not_made_up_for_one_by_one(ward):
    ward.active(last_day=day(100))
    round_of_the_day(later(95))
    assert {key for _name, key in told("lapses")} == {"lapses-7"}


def test_a_short_one_is_not_said_to_lapse_on_the_day_it_begins(ward):
    ward.active(last_day=day(20))
    assert round_of_the_day(later(0.1)) == 0
    assert round_of_the_day(later(13)) == 3


def test_what_has_ended_or_is_not_yet_accepted_is_reminded_of_to_nobody(ward):
    revoke(ward.active(last_day=day(30)), ward.ssk, NOW)
    ward.offer(last_day=day(100))
    assert round_of_the_day(later(40)) == 0


def test_a_notice_is_put_away_by_its_reader_alone(ward):
    made = ward.active()
    revoke(made, ward.ssk, later(1))
    (notice,) = [each for each in unread_notices(ward.usk) if each.key == "revoked"]
    assert put_away(ward.town.chef, notice.uuid, later(2)) == 0
    assert [put_away(ward.usk, notice.uuid, later(2)) for _twice in range(2)] == [1, 0]
    assert "revoked" not in {each.key for each in unread_notices(ward.usk)}
    assert kinds(made)[-1] == "revoked"
