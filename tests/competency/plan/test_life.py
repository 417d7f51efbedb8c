"""What has been said about a plan, folded: versions, signatures, and what makes a version outdated."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from competency.plan.life import Event, Goal, Kind, Side, State, live
from competency.signing import hash_of

AT = datetime(2026, 11, 27, 9, tzinfo=UTC)
HER, BOSS = 1, 2


def goal(key="g1", **changes):
    values = {
        "title": "Lead the morning meeting",
        "competency": "",
        "level": 0,
        "measure": "Has led three",
        "due_on": date(2027, 3, 1),
        "owner": Side.EMPLOYEE,
    }
    return Goal(key, **(values | changes))


def content(*goals, after=0):
    return {"after": after, "times": [], "notes": [], "goals": [each.as_json for each in goals]}


def said(kind, side=Side.EMPLOYEE, body=None, shown="", number=0):
    actor = HER if side is Side.EMPLOYEE else BOSS
    return Event(number, kind, actor, side, AT + timedelta(hours=number), body or {}, shown)


def numbered(*events):
    return [
        Event(number, each.kind, each.actor, each.side, AT + timedelta(hours=number), each.said, each.shown)
        for number, each in enumerate(events, start=1)
    ]


def signs(side, body=None):
    return said(Kind.SIGNED, side, body or content(goal()), hash_of(body or content(goal())))


sides = st.sampled_from(list(Side))
goals = st.builds(goal, st.sampled_from(["g1", "g2"]), state=st.sampled_from(list(State)), level=st.integers(0, 4))
events = st.one_of(
    st.builds(lambda side, one: said(Kind.GOAL, side, one.as_json), sides, goals),
    st.builds(
        lambda side, text: said(Kind.NOTE, side, {"note": "n1", "text": text, "held_on": "2026-11-01"}),
        sides,
        st.text(max_size=5),
    ),
    st.builds(
        lambda side, minutes: said(Kind.TIME, side, {"from": "2026-12-01", "minutes": minutes}),
        sides,
        st.integers(15, 99),
    ),
    st.builds(lambda side, one: signs(side, content(one)), sides, goals),
)
logs = st.lists(events, max_size=15).map(lambda some: numbered(*some))


@given(logs, st.randoms())
def test_the_order_of_arrival_does_not_matter(log, random):
    shuffled = list(log)
    random.shuffle(shuffled)
    assert live(shuffled) == live(log)


@given(logs)
def test_each_side_signs_a_version_at_most_once_and_both_of_them_agree(log):
    for version in live(log).versions:
        assert len({each.side for each in version.signatures}) == len(version.signatures)
        assert version.is_agreed == (len(version.signatures) == 2)


@given(logs)
def test_what_was_agreed_is_never_unsaid(log):
    agreed = []
    for number in range(len(log) + 1):
        now = [each for each in live(log[:number]).versions if each.is_agreed]
        assert now[: len(agreed)] == agreed
        agreed = now


@given(logs)
def test_only_the_newest_version_can_wait_and_only_while_nothing_else_is_said(log):
    life = live(log)
    if life.pending:
        assert life.pending is life.versions[-1]
        assert log[-1].kind is Kind.SIGNED


def test_two_sides_that_sign_the_same_have_agreed():
    life = live(numbered(signs(Side.MANAGER), signs(Side.EMPLOYEE)))
    (version,) = life.versions
    assert [(each.side, each.actor) for each in version.signatures] == [(Side.MANAGER, BOSS), (Side.EMPLOYEE, HER)]
    assert version.agreed_at == AT + timedelta(hours=2)
    assert (life.agreed, life.pending) == (version, None)
    assert life.goals == {"g1": goal()}


def test_a_goal_that_is_set_in_between_makes_the_version_outdated():
    other = goal("g2")
    life = live(numbered(signs(Side.EMPLOYEE), said(Kind.GOAL, Side.MANAGER, other.as_json)))
    assert (life.pending, life.agreed) == (None, None)
    assert life.open_goals == [goal(), other]
    both = content(goal(), other, after=2)
    life = live(
        numbered(
            signs(Side.EMPLOYEE),
            said(Kind.GOAL, Side.MANAGER, other.as_json),
            signs(Side.MANAGER, both),
            signs(Side.EMPLOYEE, both),
        )
    )
    assert [(each.number, each.is_agreed) for each in life.versions] == [(1, False), (2, True)]


def test_notes_are_new_until_both_have_signed_them():
    note = said(Kind.NOTE, Side.MANAGER, {"note": "n1", "text": "We talked.", "held_on": "2026-11-20"})
    again = said(Kind.NOTE, Side.MANAGER, {"note": "n1", "text": "We talked well.", "held_on": "2026-11-20"})
    signed = content(after=2)
    assert [each.text for each in live(numbered(note)).new_notes] == ["We talked."]
    life = live(numbered(note, again, signs(Side.MANAGER, signed)))
    assert [(each.text, each.wordings) for each in life.new_notes] == [("We talked well.", 2)]
    assert live(numbered(note, again, signs(Side.MANAGER, signed), signs(Side.EMPLOYEE, signed))).new_notes == []
