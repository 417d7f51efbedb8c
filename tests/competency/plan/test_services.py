"""Setting goals, writing notes, protecting time and signing: what is kept, and what is refused with nothing kept."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from competency.api import competency, require, review
from competency.errors import UnknownCompetency
from competency.plan.errors import (
    AlreadySigned,
    BadGoal,
    NamesSomebody,
    NothingToSign,
    NotYourPlan,
    OnlyTheManager,
    PlanChanged,
)
from competency.plan.life import Goal, Kind, Side, State
from competency.plan.models import PlanEvent
from competency.plan.proposing import Today, Whose
from competency.plan.services import protect_time, set_goal, sign, write_note
from competency.services import assess, rebuild_marked
from competency.signing import hash_of, is_hash_of
from people.api import change_employment
from tests.competency import world
from tests.competency.world import NOW, TODAY

pytestmark = pytest.mark.django_db
NOTE = "We talked about her wish to teach new colleagues."


def own_goal(**changes) -> Goal:
    values = {
        "key": str(uuid4()),
        "title": "Lead the morning meeting",
        "competency": "",
        "level": 0,
        "measure": "Has led three",
        "due_on": TODAY + timedelta(days=90),
        "owner": Side.EMPLOYEE,
    }
    return Goal(**(values | changes))


def now(hers: Whose, on: date = TODAY) -> Today:
    return Today(hers, on)


def kinds() -> list[str]:
    return list(PlanEvent.objects.values_list("kind", flat=True))


def signed_by_both(school, hers) -> None:
    for who in (school.usk, school.chef):
        sign(hers, who, now(hers).hash, NOW)


# Goals


def test_the_gap_proposes_goals_with_a_day_each_and_nothing_is_kept(hers):
    lines = now(hers).goals
    assert {(each.goal.competency, each.goal.level, each.is_proposed) for each in lines} == {
        ("HYG-01", 2, True),
        ("MED-02", 2, True),
        ("HYG-02", 2, True),
    }
    by_code = {each.goal.competency: each.goal.due_on for each in lines}
    assert by_code["HYG-01"] == date(2025, 11, 23), "seven minutes fit in this week"
    assert by_code["MED-02"] == by_code["HYG-02"] == date(2026, 2, 20), "somebody must see it: the first follow-up"
    assert kinds() == []


def test_a_goal_of_ones_own_is_kept_and_can_be_worded_anew_reached_and_dropped(school, hers):
    goal = own_goal()
    set_goal(hers, school.usk, goal, NOW)
    set_goal(hers, school.chef, replace(goal, measure="Has led five", owner=Side.MANAGER), NOW)
    assert now(hers).line(goal.key).goal == replace(goal, measure="Has led five", owner=Side.MANAGER)
    set_goal(hers, school.usk, replace(goal, state=State.REACHED), NOW)
    assert now(hers).line(goal.key).is_reached
    set_goal(hers, school.usk, replace(goal, state=State.DROPPED), NOW)
    assert now(hers).line(goal.key) is None
    assert kinds() == ["goal"] * 4
    assert [row.side for row in PlanEvent.objects.all()] == ["employee", "manager", "employee", "employee"]


def test_the_same_goal_sent_twice_is_one(school, hers):
    goal = own_goal()
    assert set_goal(hers, school.usk, goal, NOW) is not None
    assert set_goal(hers, school.usk, goal, NOW) is None
    assert kinds() == ["goal"]


def test_closing_the_gap_closes_the_goal_with_the_statement_as_its_reason(school, hers):
    registration_at = NOW - timedelta(hours=1)
    world.takes(school.usk, school.granvik, "hygien", registration_at)
    rebuild_marked(NOW)
    set_goal(hers, school.usk, own_goal(key=hers.key_of("HYG-01"), competency="HYG-01", level=2), NOW)
    line = now(hers).line(hers.key_of("HYG-01"))
    assert line.is_reached
    assert line.closing.since == registration_at
    assert {(each.kind, each.title) for each in line.closing.reasons} == {("course", "Hygien"), ("quiz", "Hygien")}
    assert all(each.is_of_employer and each.statement_id for each in line.closing.reasons)
    assert [row.said["state"] for row in PlanEvent.objects.all()] == ["open"], "that it is reached is kept nowhere"


def test_a_goal_opens_again_when_the_level_has_lapsed(school, hers, hygiene):
    assess(school.ssk, school.usk, hygiene, 3, NOW - timedelta(days=200))
    rebuild_marked(NOW)
    set_goal(hers, school.usk, own_goal(key=hers.key_of("HYG-01"), competency="HYG-01", level=2), NOW)
    key = hers.key_of("HYG-01")
    assert now(hers).line(key).is_reached
    assert not now(hers, TODAY + timedelta(days=200)).line(key).is_reached


def test_of_what_was_earned_with_another_employer_only_kind_level_and_day_are_told(school, hers):
    world.offer("regionens", teaches={"HYG-01": 2})
    world.make.holds("chief_nurse", school.region, school.mas)
    review(school.mas, world.course_iri("regionens"), "1.0", school.region, world.BEGAN)
    world.works_at(school.ekbacken, school.usk, "vardbitrade")
    world.takes(school.usk, school.lyngfors, "regionens", NOW - timedelta(days=1))
    rebuild_marked(NOW)
    set_goal(hers, school.usk, own_goal(key=hers.key_of("HYG-01"), competency="HYG-01", level=2), NOW)
    reasons = now(hers).line(hers.key_of("HYG-01")).closing.reasons
    assert {each.kind for each in reasons} == {"course", "quiz"}
    assert all((each.from_elsewhere, each.statement_id, each.title) == (True, None, "") for each in reasons)


def test_a_goal_follows_what_the_work_asks(school, hers):
    """She agreed on level 1; the work asks for 2: level 1 does not close it."""
    set_goal(hers, school.usk, own_goal(key=hers.key_of("HYG-01"), competency="HYG-01", level=1), NOW)
    assert now(hers).line(hers.key_of("HYG-01")).goal.level == 2


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"title": ""}, BadGoal),
        ({"competency": "HYG-99", "level": 2}, UnknownCompetency),
        ({"competency": "HYG-01", "level": 2}, BadGoal),
        ({"title": "Talk to 19800101-1239"}, NamesSomebody),
        ({"measure": "Asked by 800101-1239"}, NamesSomebody),
    ],
)
def test_a_goal_that_means_nothing_is_refused(school, hers, changes, error):
    with pytest.raises(error):
        set_goal(hers, school.usk, own_goal(**changes), NOW)
    assert kinds() == []


def test_no_other_goal_takes_the_place_of_what_the_gap_asks(school, hers):
    with pytest.raises(BadGoal):
        set_goal(hers, school.usk, own_goal(key=hers.key_of("HYG-01")), NOW)
    assert now(hers).line(hers.key_of("HYG-01")).is_proposed


def test_that_a_competence_is_reached_is_never_only_said(school, hers):
    known = own_goal(key=hers.key_of("MED-01"), competency="MED-01", level=2)
    set_goal(hers, school.usk, known, NOW)
    with pytest.raises(BadGoal):
        set_goal(hers, school.usk, replace(known, state=State.REACHED), NOW)
    assert now(hers).line(known.key).is_open


@pytest.mark.parametrize("level", [0, 5, -1])
def test_a_level_off_the_scale_is_refused(school, hers, level):
    with pytest.raises(BadGoal):
        set_goal(hers, school.usk, own_goal(key=hers.key_of("HYG-01"), competency="HYG-01", level=level), NOW)


# Who takes part


def test_only_she_and_her_manager_take_part(school, hers):
    hr = world.works_at(school.norr, "Hedda", "enhetschef")
    world.make.holds("hr", school.granvik, hr)
    other = world.works_at(school.ekbacken, "Eva", "enhetschef")
    world.make.holds("manager", school.ekbacken, other)
    for who in (hr, other, school.ssk, school.mas):
        with pytest.raises(NotYourPlan):
            set_goal(hers, who, own_goal(), NOW)
        with pytest.raises(NotYourPlan):
            write_note(hers, who, str(uuid4()), NOTE, TODAY, NOW)
        with pytest.raises(NotYourPlan):
            sign(hers, who, now(hers).hash, NOW)
    assert kinds() == []


def test_a_manager_is_not_her_own_manager(school):
    own = Whose(school.chef, school.granvik)
    with pytest.raises(OnlyTheManager):
        protect_time(own, school.chef, 60, TODAY, NOW)
    set_goal(own, school.chef, own_goal(), NOW)
    assert PlanEvent.objects.get().side == "employee"


def test_who_has_left_takes_no_part_any_more(school, hers):
    change_employment(
        school.employment, at=NOW, ends_on=TODAY - timedelta(days=1), valid_from=TODAY - timedelta(days=1)
    )
    with pytest.raises(NotYourPlan):
        set_goal(hers, school.usk, own_goal(), NOW)


# Notes and time


def test_a_note_is_worded_anew_only_by_who_wrote_it_and_the_earlier_wording_is_kept(school, hers):
    key = str(uuid4())
    write_note(hers, school.chef, key, NOTE, TODAY, NOW)
    with pytest.raises(NotYourPlan):
        write_note(hers, school.usk, key, "She said nothing of the kind.", TODAY, NOW)
    write_note(hers, school.chef, key, f"{NOTE} In spring.", TODAY, NOW)
    assert write_note(hers, school.chef, key, f"{NOTE} In spring.", TODAY, NOW) is None
    note = now(hers).life.notes[key]
    assert (note.text, note.wordings) == (f"{NOTE} In spring.", 2)
    assert [row.said["text"] for row in PlanEvent.objects.all()] == [NOTE, f"{NOTE} In spring."]


def test_a_note_with_a_personal_identity_number_is_refused(school, hers):
    with pytest.raises(NamesSomebody):
        write_note(hers, school.chef, str(uuid4()), "About 19800101-1239.", TODAY, NOW)
    assert kinds() == []


def test_more_protected_time_brings_the_days_nearer(school, hers):
    world.offer("lakemedel", minutes=60, teaches={"MED-02": 2})
    turn = now(hers).turns["MED-02"]
    assert [minutes for _monday, minutes in turn.weeks] == [15, 15, 15, 15]
    protect_time(hers, school.chef, 45, TODAY, NOW)
    assert now(hers).minutes == 45
    assert [minutes for _monday, minutes in now(hers).turns["MED-02"].weeks] == [45, 15]


@pytest.mark.parametrize(("minutes", "days", "error"), [(14, 0, BadGoal), (601, 0, BadGoal), (30, -1, BadGoal)])
def test_time_out_of_bounds_is_refused(school, hers, minutes, days, error):
    with pytest.raises(error):
        protect_time(hers, school.chef, minutes, TODAY + timedelta(days=days), NOW)
    assert kinds() == []


def test_she_cannot_protect_her_own_time(school, hers):
    with pytest.raises(OnlyTheManager):
        protect_time(hers, school.usk, 60, TODAY, NOW)


# Signing


def test_both_sign_what_was_shown_and_it_is_kept_with_its_hash(school, hers):
    set_goal(hers, school.usk, own_goal(), NOW)
    write_note(hers, school.chef, str(uuid4()), NOTE, TODAY, NOW)
    shown = now(hers).hash
    sign(hers, school.usk, shown, NOW)
    assert now(hers).hash == shown, "the other side is shown the very same"
    sign(hers, school.chef, shown, NOW + timedelta(hours=1))
    first, second = PlanEvent.objects.filter(kind=Kind.SIGNED)
    assert hash_of(first.said) == first.shown_hash == second.shown_hash == shown
    assert second.said == {}
    agreed = now(hers).life.agreed
    assert (agreed.number, agreed.agreed_at) == (1, NOW + timedelta(hours=1))
    assert {goal.competency for goal in agreed.goals} == {"", "HYG-01", "HYG-02", "MED-02"}
    assert not any(line.is_proposed for line in now(hers).goals), "what was signed is agreed, with its days"
    assert not now(hers).is_changed


def test_a_day_that_was_agreed_stays_though_time_goes(school, hers):
    signed_by_both(school, hers)
    later = now(hers, TODAY + timedelta(days=30))
    assert later.line(hers.key_of("HYG-01")).goal.due_on == date(2025, 11, 23)
    assert later.line(hers.key_of("HYG-01")).is_late


def test_a_plan_that_changed_under_the_reader_is_not_signed(school, hers):
    shown = now(hers).hash
    set_goal(hers, school.chef, own_goal(), NOW)
    with pytest.raises(PlanChanged):
        sign(hers, school.usk, shown, NOW)
    assert kinds() == ["goal"]


def test_a_plan_whose_gap_closed_under_the_reader_is_not_signed(school, hers):
    shown = now(hers).hash
    world.takes(school.usk, school.granvik, "hygien", NOW)
    rebuild_marked(NOW)
    with pytest.raises(PlanChanged):
        sign(hers, school.usk, shown, NOW)


def test_a_gap_that_closes_between_the_signatures_leaves_the_version_as_it_was_read(school, hers):
    shown = now(hers).hash
    sign(hers, school.usk, shown, NOW)
    world.takes(school.usk, school.granvik, "hygien", NOW)
    rebuild_marked(NOW)
    sign(hers, school.chef, shown, NOW)
    assert now(hers).life.agreed.is_agreed
    assert now(hers).line(hers.key_of("HYG-01")).is_reached


def test_a_note_between_the_signatures_asks_for_both_again(school, hers):
    shown = now(hers).hash
    sign(hers, school.usk, shown, NOW)
    write_note(hers, school.chef, str(uuid4()), NOTE, TODAY, NOW)
    with pytest.raises(PlanChanged):
        sign(hers, school.chef, shown, NOW)
    assert now(hers).life.pending is None
    signed_by_both(school, hers)
    assert [each.is_agreed for each in now(hers).life.versions] == [False, True]


def test_a_version_that_was_signed_in_the_form_from_before_is_agreed_on_all_the_same(school, hers):
    draft = now(hers).draft
    old = sha256(json.dumps(draft, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    sign(hers, school.usk, old, NOW)
    shown = now(hers).hash
    with pytest.raises(AlreadySigned):
        sign(hers, school.usk, shown, NOW)
    sign(hers, school.chef, shown, NOW)
    (version,) = now(hers).life.versions
    assert (version.is_agreed, version.shown) == (True, old)
    assert is_hash_of(version.shown, version.content)


def test_nobody_signs_twice_for_the_same_side(school, hers):
    deputy = world.works_at(school.norr, "Dina", "enhetschef")
    world.make.holds("manager", school.norr, deputy)
    shown = now(hers).hash
    sign(hers, school.chef, shown, NOW)
    for who in (school.chef, deputy):
        with pytest.raises(AlreadySigned):
            sign(hers, who, shown, NOW)
    sign(hers, school.usk, shown, NOW)
    with pytest.raises(AlreadySigned):
        sign(hers, deputy, shown, NOW)
    assert kinds() == ["signed", "signed"]


def test_an_empty_plan_is_not_signed(school):
    """Everything that her work asks is there, and nothing is said."""
    who = world.works_at(school.norr, "Vera", "vardbitrade")
    world.takes(who, school.granvik, "hygien", NOW - timedelta(days=1))
    rebuild_marked(NOW)
    hers = Whose(who, school.granvik)
    with pytest.raises(NothingToSign):
        sign(hers, who, now(hers).hash, NOW)


def test_a_new_gap_after_the_signatures_is_proposed_and_asks_for_a_new_version(school, hers):
    signed_by_both(school, hers)
    assert not now(hers).is_changed
    require("underskoterska", competency("MED-01"), 3, NOW, node=school.granvik)
    rebuild_marked(NOW)
    assert [line.goal.competency for line in now(hers).goals if line.is_proposed] == ["MED-01"]
    assert now(hers).is_changed


@pytest.mark.django_db(transaction=True)
def test_of_two_managers_who_sign_at_once_exactly_one_does(school, hers):
    deputy = world.works_at(school.norr, "Dina", "enhetschef")
    world.make.holds("manager", school.norr, deputy)
    shown = now(hers).hash

    def signs(who) -> bool:
        try:
            return bool(sign(hers, who, shown, NOW))
        except AlreadySigned:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        signed = [each.result() for each in [pool.submit(signs, who) for who in (school.chef, deputy)]]
    assert sorted(signed) == [False, True]
    assert kinds() == ["signed"]


# The log


def test_the_database_refuses_to_change_or_remove_what_was_said(school, hers):
    set_goal(hers, school.usk, own_goal(), NOW)
    for words in ("UPDATE competency_planevent SET number = 9", "DELETE FROM competency_planevent"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(words)
    assert PlanEvent.objects.get().number == 1


def test_two_who_write_at_once_cannot_follow_the_same_event(school, hers):
    event = set_goal(hers, school.usk, own_goal(), NOW)
    again = {field: getattr(event, field) for field in ("person", "organisation", "number", "kind", "said", "side")}
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanEvent.objects.create(actor=school.chef, recorded_at=NOW, **again)
