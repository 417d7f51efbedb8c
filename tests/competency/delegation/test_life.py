"""How a delegation stands, as a pure question."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competency.delegation.life import (
    Cause,
    Decision,
    Facts,
    Happening,
    Kind,
    Life,
    State,
    agreed_at,
    latest_end,
    live,
)
from competency.law import ALWAYS, FOREVER

GIVER, RECEIVER, OTHER = 1, 2, 3
FIRST, LAST = date(2026, 3, 1), date(2026, 8, 31)
DECISION = Decision(GIVER, RECEIVER, FIRST, LAST)
SIGNED_AT = datetime(2026, 2, 20, 8, tzinfo=UTC)
MIDWAY = datetime(2026, 6, 1, 12, tzinfo=UTC)
WHOLE = Facts(ALWAYS, ALWAYS, ALWAYS)
OFFERED = (Happening(Kind.DRAFTED, SIGNED_AT, GIVER), Happening(Kind.OFFERED, SIGNED_AT, GIVER))
SIGNED = (*OFFERED, Happening(Kind.SIGNED, SIGNED_AT, GIVER))
AGREED = (*SIGNED, Happening(Kind.ACCEPTED, SIGNED_AT + timedelta(hours=2), RECEIVER))


def test_it_holds_when_both_have_signed_and_its_days_have_come():
    assert live(DECISION, AGREED, WHOLE, MIDWAY) == Life(State.ACTIVE, DECISION.starts, DECISION.ends)


@pytest.mark.parametrize(
    ("happened", "state"),
    [((), State.DRAFT), (OFFERED[:1], State.DRAFT), (OFFERED, State.OFFERED), (SIGNED, State.OFFERED)],
)
def test_before_both_have_signed_it_does_not_hold(happened, state):
    assert live(DECISION, happened, WHOLE, MIDWAY).state is state


@pytest.mark.parametrize("by", [GIVER, OTHER, None])
def test_nobody_accepts_for_the_receiver(by):
    happened = (*SIGNED, Happening(Kind.ACCEPTED, SIGNED_AT, by))
    assert live(DECISION, happened, WHOLE, MIDWAY).state is State.OFFERED


@pytest.mark.parametrize("by", [RECEIVER, OTHER, None])
def test_nobody_signs_for_the_giver(by):
    happened = (*OFFERED, Happening(Kind.SIGNED, SIGNED_AT, by), AGREED[-1])
    assert agreed_at(DECISION, happened) is None


def test_it_waits_for_its_first_day_and_ends_after_its_last():
    edge = timedelta(microseconds=1)
    assert live(DECISION, AGREED, WHOLE, DECISION.starts - edge).state is State.UPCOMING
    assert live(DECISION, AGREED, WHOLE, DECISION.starts).state is State.ACTIVE
    assert live(DECISION, AGREED, WHOLE, DECISION.ends - edge).state is State.ACTIVE
    assert live(DECISION, AGREED, WHOLE, DECISION.ends) == Life(State.EXPIRED, DECISION.ends)


@pytest.mark.parametrize(
    ("kind", "state"),
    [(Kind.REVOKED, State.REVOKED), (Kind.RETURNED, State.RETURNED), (Kind.TAKEN_OVER, State.REPLACED)],
)
def test_what_ends_it_ends_it_from_that_moment(kind, state):
    happened = (*AGREED, Happening(kind, MIDWAY, OTHER))
    assert live(DECISION, happened, WHOLE, MIDWAY - timedelta(microseconds=1)).state is State.ACTIVE
    assert live(DECISION, happened, WHOLE, MIDWAY) == Life(state, MIDWAY)
    assert live(DECISION, happened, WHOLE, DECISION.ends + timedelta(days=400)).state is state


@pytest.mark.parametrize(
    ("facts", "cause"),
    [
        (Facts(((SIGNED_AT, MIDWAY),), ALWAYS, ALWAYS), Cause.RECEIVER),
        (Facts(ALWAYS, ((SIGNED_AT, MIDWAY),), ALWAYS), Cause.GIVER),
        (Facts(ALWAYS, ALWAYS, ((SIGNED_AT, MIDWAY),)), Cause.LICENCE),
    ],
)
def test_what_it_rests_on_ends_and_it_is_suspended(facts, cause):
    before = live(DECISION, AGREED, facts, MIDWAY - timedelta(seconds=1))
    assert (before.state, before.until) == (State.ACTIVE, MIDWAY)
    assert live(DECISION, AGREED, facts, MIDWAY) == Life(State.SUSPENDED, MIDWAY, cause=cause)


def test_one_that_was_interrupted_does_not_wake_by_itself():
    """She moved to another unit and came back: somebody must decide anew."""
    facts = Facts(((SIGNED_AT, MIDWAY), (MIDWAY + timedelta(days=7), FOREVER)), ALWAYS, ALWAYS)
    assert live(DECISION, AGREED, facts, MIDWAY + timedelta(days=8)).state is State.SUSPENDED


def test_a_suspended_one_still_ends_by_its_date():
    facts = Facts((), ALWAYS, ALWAYS)
    assert live(DECISION, AGREED, facts, MIDWAY).cause is Cause.RECEIVER
    assert live(DECISION, AGREED, facts, DECISION.ends).state is State.EXPIRED


@pytest.mark.parametrize(
    ("first", "last", "lawful"),
    [
        (date(2026, 3, 1), date(2027, 2, 28), True),
        (date(2026, 3, 1), date(2027, 3, 1), False),
        (date(2024, 2, 29), date(2025, 2, 27), True),
        (date(2024, 2, 29), date(2025, 2, 28), False),
        (date(2026, 3, 1), date(2026, 3, 1), True),
        (date(2026, 3, 1), date(2026, 2, 28), False),
        (date(2026, 1, 15), date(2027, 1, 14), True),
    ],
)
def test_it_holds_at_most_twelve_months(first, last, lawful):
    assert Decision(GIVER, RECEIVER, first, last).is_lawful is lawful


def test_nobody_gives_to_herself():
    assert not Decision(GIVER, GIVER, FIRST, LAST).is_lawful


# Whatever happens

moments = st.integers(0, 730 * 24).map(lambda hours: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours))
people = st.sampled_from([GIVER, RECEIVER, OTHER, None])
happenings = st.lists(st.builds(Happening, st.sampled_from(Kind), moments, people), max_size=8)
periods = st.lists(st.tuples(moments, moments), max_size=3).map(
    lambda some: tuple(sorted((min(pair), max(pair)) for pair in some if pair[0] != pair[1]))
)
facts = st.builds(Facts, st.one_of(st.just(ALWAYS), periods), st.one_of(st.just(ALWAYS), periods), st.just(ALWAYS))
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
decisions = st.builds(Decision, st.just(GIVER), st.sampled_from([GIVER, RECEIVER]), days, days)


@given(decisions, happenings, facts, moments)
def test_one_that_holds_breaks_no_rule(decision, happened, facts, moment):
    life = live(decision, happened, facts, moment)
    if not life.is_active:
        assert life.until is None
        return
    assert decision.giver != decision.receiver
    assert decision.first_day <= decision.last_day < latest_end(decision.first_day)
    assert decision.starts <= moment < decision.ends
    past = [each for each in happened if each.at <= moment]
    assert any(each.kind is Kind.SIGNED and each.by == GIVER for each in past)
    assert any(each.kind is Kind.ACCEPTED and each.by == RECEIVER for each in past)
    assert not any(each.kind in (Kind.REVOKED, Kind.RETURNED, Kind.TAKEN_OVER) for each in past)
    for some in (facts.receiver, facts.giver, facts.licence):
        assert any(start <= life.since and moment < end for start, end in some)
    assert moment < life.until <= decision.ends


@given(decisions, happenings, facts, moments, st.randoms())
def test_the_order_in_which_events_are_told_does_not_matter(decision, happened, facts, moment, random):
    shuffled = list(happened)
    random.shuffle(shuffled)
    told, told_otherwise = live(decision, happened, facts, moment), live(decision, shuffled, facts, moment)
    at_once = {each.at for each in happened if sum(other.at == each.at for other in happened) > 1}
    assert told == told_otherwise or told.since in at_once


@given(decisions, happenings, facts, moments, moments)
def test_until_says_how_long_it_goes_on_holding(decision, happened, facts, moment, later):
    """Unless somebody does something meanwhile, it holds at every moment before `until` and at none after."""
    life = live(decision, [each for each in happened if each.at <= moment], facts, moment)
    if life.is_active and later >= moment:
        asked_later = live(decision, [each for each in happened if each.at <= moment], facts, later)
        assert asked_later.is_active is (later < life.until)
