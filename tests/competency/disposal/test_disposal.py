"""Letting go of delegations, the words of plans and occasions: what is due, what stays, what the database refuses."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from competency.api import competency
from competency.delegation.models import Delegation, DelegationEvent, DelegationNotice, DelegationPolicy
from competency.delegation.services import revoke
from competency.disposal.due import due, held
from competency.disposal.models import Disposable, RecordPermit
from competency.disposal.services import GONE, ArchiveInTheWay, Done, dispose, keep_for, let_go
from competency.models import Standing
from competency.occasions.models import Occasion, Seat
from competency.occasions.services import arrange, book
from competency.plan.life import Goal, Side, State
from competency.plan.models import PlanEvent
from competency.plan.proposing import Today, Whose
from competency.plan.services import set_goal, sign, write_note
from competency.services import rebuild_marked
from competency.services.rebuilding import verify_standings
from people.api import actor_of, change_employment, today
from tests.competency import world
from tests.competency.delegation.ward import REASON, later, stands
from tests.competency.world import NOW, TODAY
from xapi.api import Decision, full_statement, hold
from xapi.models import RedactablePart

pytestmark = pytest.mark.django_db
NOTE = "We talked about her wish to teach new colleagues."
AFTER = 13
"""Months after NOW: later than all that is kept for one month in these tests."""


def when(months: int = AFTER):
    return NOW + timedelta(days=31 * months)


def decision(months: int = AFTER) -> Decision:
    return Decision("Plan 7", "The archivist", when(months))


def refused(statement: str, under=None) -> None:
    """The database says no, at once or when it would commit, also with a permit for something."""
    with pytest.raises(DatabaseError), transaction.atomic():
        executed(statement, under)


def executed(statement: str, under) -> None:
    if under:
        permit(*under)
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.check_constraints()


def kept_a_month(ward) -> None:
    values = {"valid_from": TODAY, "recorded_at": NOW, "keep_months": 1, "ground": "Plan 7"}
    DelegationPolicy.objects.create(node=ward.town.granvik, **values)


def ended(ward, **changes) -> Delegation:
    made = ward.active(**changes)
    revoke(made, ward.ssk, later(1), reason="She has changed units.")
    return made


def run(*words: str) -> str:
    out = StringIO()
    call_command("disposal", *words, stdout=out)
    return out.getvalue()


def lines_of(path) -> list:
    return [json.loads(line) for line in path.read_text().splitlines()]


# Delegations


def test_a_delegation_whose_time_is_up_goes_with_its_events_and_leaves_its_permit(ward, tmp_path):
    kept_a_month(ward)
    gone, running = ended(ward), ward.active(task=ward.kateter, last_day=TODAY + timedelta(days=360))
    archive = tmp_path / "archive.jsonl"
    assert dispose(Disposable.DELEGATION, ward.town.granvik, decision(3), archive) == Done(1, 0)
    assert list(Delegation.objects.all()) == [running]
    assert set(DelegationEvent.objects.values_list("delegation", flat=True)) == {running.pk}
    assert set(DelegationNotice.objects.values_list("delegation", flat=True)) == {running.pk}
    (permit,) = RecordPermit.objects.all()
    assert (permit.kind, permit.uuid, permit.organisation) == ("delegation", gone.uuid, ward.town.granvik)
    assert (permit.ground, permit.decided_by, permit.made_at) == ("Plan 7", "The archivist", when(3))
    (line,) = lines_of(archive)
    assert (line["record"], line["delegation"], line["state"]) == ("delegation", str(gone.uuid), "revoked")
    assert [event["kind"] for event in line["events"]] == ["drafted", "signed", "offered", "accepted", "revoked"]
    assert line["events"][1]["reason"] == REASON


def test_the_words_of_its_statements_go_with_it_and_who_they_are_about_stays(ward, tmp_path):
    kept_a_month(ward)
    made = ended(ward)
    revoked = made.events.get(kind="revoked").statement_id
    assert REASON in str([part.content for part in RedactablePart.objects.all()])
    dispose(Disposable.DELEGATION, ward.town.granvik, decision(), tmp_path / "a")
    assert {part.tombstone for part in RedactablePart.objects.filter(content__contains="ground")} == {True}
    assert "She has changed units" not in str([part.content for part in RedactablePart.objects.all()])
    assert full_statement(revoked)["actor"] == actor_of(ward.usk)


def test_what_is_not_due_stays(ward, tmp_path):
    """By default ten years after its end, and never while it holds."""
    ended(ward)
    assert dispose(Disposable.DELEGATION, ward.town.granvik, decision(115), tmp_path / "a") == Done(0, 0)
    assert dispose(Disposable.DELEGATION, ward.town.granvik, decision(120), tmp_path / "b") == Done(1, 0)


def test_another_care_provider_s_stay(ward, tmp_path):
    kept_a_month(ward)
    ended(ward)
    assert dispose(Disposable.DELEGATION, ward.town.lyngfors, decision(), tmp_path / "a") == Done(0, 0)


def test_a_renewal_stays_as_it_was_and_no_longer_says_what_it_followed(ward, tmp_path):
    kept_a_month(ward)
    old = ended(ward)
    new = ward.active(at=later(2), follows=old, last_day=TODAY + timedelta(days=360))
    before = {key: value for key, value in vars(Delegation.objects.get(pk=new.pk)).items() if key != "_state"}
    dispose(Disposable.DELEGATION, ward.town.granvik, decision(3), tmp_path / "a")
    after = {key: value for key, value in vars(Delegation.objects.get(pk=new.pk)).items() if key != "_state"}
    assert after == before | {"follows_id": None}
    assert stands(new, when(3)).state == "active"


def test_nothing_is_removed_before_it_lies_in_the_archive(ward, tmp_path):
    kept_a_month(ward)
    made = ended(ward)
    archive = tmp_path / "archive.jsonl"
    archive.write_text("of last year")
    with pytest.raises(ArchiveInTheWay):
        dispose(Disposable.DELEGATION, ward.town.granvik, decision(), archive)
    assert archive.read_text() == "of last year"
    assert Delegation.objects.filter(pk=made.pk).exists()


def test_what_is_gone_is_not_due_again(ward, tmp_path):
    kept_a_month(ward)
    ended(ward)
    assert dispose(Disposable.DELEGATION, ward.town.granvik, decision(), tmp_path / "a") == Done(1, 0)
    assert dispose(Disposable.DELEGATION, ward.town.granvik, decision(), tmp_path / "b") == Done(0, 0)


# The words of plans


def planned(school) -> Whose:
    """A plan that both have signed twice: the first time with a note and a goal that is reached by the second."""
    hers = Whose(school.usk, school.granvik)
    key = str(uuid4())
    goal = Goal(key, "Lead the morning meeting", "", 0, "Has led three", TODAY, Side.EMPLOYEE)
    set_goal(hers, school.usk, goal, NOW)
    write_note(hers, school.chef, str(uuid4()), NOTE, TODAY, NOW)
    signed(hers, school, NOW)
    set_goal(
        hers, school.usk, Goal(key, "Lead it", "", 0, "Three", TODAY, Side.EMPLOYEE, state=State.REACHED), later(1)
    )
    own = Goal(str(uuid4()), "Teach one colleague", "", 0, "Has taught", TODAY, Side.EMPLOYEE)
    set_goal(hers, school.usk, own, later(1))
    signed(hers, school, later(2))
    return hers


def signed(hers: Whose, school, at) -> None:
    for who in (school.usk, school.chef):
        sign(hers, who, Today(hers, today(at)).hash, at)


def keep(school, kind: Disposable, months: int | None, at=NOW) -> None:
    keep_for(school.granvik, kind, months, valid_from=today(at), decision=Decision("Plan 7", "The archivist", at))


def test_the_words_that_a_later_version_took_the_place_of_go_and_the_plan_stays(school, tmp_path):
    keep(school, Disposable.PLAN, 1)
    hers = planned(school)
    before = Today(hers, TODAY).life
    archive = tmp_path / "archive.jsonl"
    assert dispose(Disposable.PLAN, school.granvik, decision(), archive) == Done(6, 0)
    after = Today(hers, TODAY).life
    assert (after.agreed, after.is_settled, after.number) == (before.agreed, True, before.number)
    assert [(goal.title, goal.measure) for goal in after.open_goals if not goal.competency] == [
        ("Teach one colleague", "Has taught")
    ]
    assert [version.is_gone for version in after.versions] == [True, False]
    assert after.notes == {}
    left = str(list(PlanEvent.objects.values_list("said", flat=True)))
    assert NOTE not in left
    assert "morning meeting" not in left
    assert NOTE in archive.read_text()
    hashes = dict(PlanEvent.objects.filter(kind="signed").values_list("number", "shown_hash"))
    assert [number for number, kept in hashes.items() if kept == GONE] == [3, 4]


def test_a_plan_is_whole_again_at_every_step_of_a_disposal_that_is_cut_off(school, tmp_path):
    """Each event is let go of by itself; whatever was done, the plan is read and the newest version holds."""
    keep(school, Disposable.PLAN, 1)
    hers = planned(school)
    agreed = Today(hers, TODAY).life.agreed
    for thing in due(Disposable.PLAN, school.granvik, when()):
        let_go(thing, decision())
        assert Today(hers, TODAY).life.agreed == agreed


def test_without_a_rule_the_words_of_plans_are_kept(school, tmp_path):
    planned(school)
    assert dispose(Disposable.PLAN, school.granvik, decision(240), tmp_path / "a") == Done(0, 0)
    keep(school, Disposable.PLAN, 1)
    keep(school, Disposable.PLAN, None, later(1))
    assert dispose(Disposable.PLAN, school.granvik, decision(240), tmp_path / "b") == Done(0, 0)


def test_all_words_go_when_she_has_been_gone_for_as_long(school, tmp_path):
    keep(school, Disposable.PLAN, 6)
    hers = planned(school)
    (employment,) = school.usk.employments.filter(organisation=school.granvik)
    change_employment(employment, valid_from=TODAY, at=later(2), ends_on=TODAY + timedelta(days=30))
    assert dispose(Disposable.PLAN, school.granvik, decision(6), tmp_path / "a") == Done(6, 0)
    done = dispose(Disposable.PLAN, school.granvik, decision(8), tmp_path / "b")
    assert done == Done(PlanEvent.objects.count() - 6, 0)
    life = Today(hers, TODAY).life
    assert [version.is_gone for version in life.versions] == [True, True]
    assert [goal for goal in life.goals.values() if not goal.competency] == []


# Occasions


def practised(school) -> Occasion:
    made = arrange(
        school.ssk,
        school.norr,
        {competency("MED-02"): 3},
        [school.ssk],
        NOW,
        place="The practice room",
        starts_at=later(7),
        minutes=30,
        seats=2,
        note="Bring the pens.",
    )
    book(made, school.usk, NOW)
    return made


def test_an_occasion_goes_with_its_bookings(school, tmp_path):
    keep(school, Disposable.OCCASION, 12)
    made = practised(school)
    assert dispose(Disposable.OCCASION, school.granvik, decision(12), tmp_path / "a") == Done(0, 0)
    assert dispose(Disposable.OCCASION, school.granvik, decision(13), tmp_path / "b") == Done(1, 0)
    assert (Occasion.objects.count(), Seat.objects.count()) == (0, 0)
    (line,) = lines_of(tmp_path / "b")
    assert (line["occasion"], line["note"]) == (str(made.uuid), "Bring the pens.")
    assert [seat["person"] for seat in line["seats"]] == [str(school.usk.uuid)]


def test_the_nearest_decision_holds(school, tmp_path):
    practised(school)
    keep(school, Disposable.OCCASION, 1)
    own = Decision("Plan 7", "The archivist", NOW)
    keep_for(school.norr, Disposable.OCCASION, None, valid_from=TODAY, decision=own)
    assert dispose(Disposable.OCCASION, school.granvik, decision(), tmp_path / "a") == Done(0, 0)


# Legal hold


def three(ward) -> dict[Disposable, int]:
    """One of each kind, all due; how many things each makes."""
    kept_a_month(ward)
    keep(ward.town, Disposable.PLAN, 1)
    keep(ward.town, Disposable.OCCASION, 1)
    planned(ward.town)
    practised(ward.town)
    ended(ward)
    return {Disposable.DELEGATION: 1, Disposable.PLAN: 6, Disposable.OCCASION: 1}


@pytest.mark.parametrize("kind", list(Disposable))
@pytest.mark.parametrize("whose", ["hers", "the municipality's", "hers at the municipality"])
def test_what_is_under_legal_hold_stays(ward, tmp_path, kind, whose):
    number = three(ward)[kind]
    covers = {
        "hers": {"actor_key": ward.usk.actor_key},
        "the municipality's": {"organisation": ward.town.granvik},
        "hers at the municipality": {"actor_key": ward.usk.actor_key, "organisation": ward.town.granvik},
    }[whose]
    hold(until=when(24), decision=decision(1), **covers)
    assert dispose(kind, ward.town.granvik, decision(), tmp_path / "a") == Done(0, number)
    assert lines_of(tmp_path / "a") == []
    assert dispose(kind, ward.town.granvik, decision(25), tmp_path / "b") == Done(number, 0)


@pytest.mark.parametrize("kind", list(Disposable))
def test_a_hold_on_somebody_else_stops_nothing(ward, tmp_path, kind):
    number = three(ward)[kind]
    other = world.works_at(ward.norr, "Vera", "underskoterska")
    hold(until=when(24), decision=decision(1), actor_key=other.actor_key)
    hold(until=when(24), decision=decision(1), organisation=ward.town.lyngfors)
    assert dispose(kind, ward.town.granvik, decision(), tmp_path / "a") == Done(number, 0)


@pytest.mark.parametrize("kind", list(Disposable))
def test_the_database_refuses_a_permit_against_a_hold(ward, kind):
    three(ward)
    thing = due(kind, ward.town.granvik, when())[0]
    hold(until=when(24), decision=decision(1), actor_key=ward.usk.actor_key)
    assert held([thing], when()) == {thing.uuid}
    with pytest.raises(DatabaseError, match="hold"), transaction.atomic():
        permit(thing.kind, thing.uuid, thing.organisation)


# What the database refuses


def permit(kind: str, uuid, organisation) -> RecordPermit:
    values = {"ground": "Plan 7", "decided_by": "The archivist", "made_at": when()}
    return RecordPermit.objects.create(kind=kind, uuid=uuid, organisation=organisation, **values)


REMOVALS = [
    "DELETE FROM competency_delegationevent",
    "DELETE FROM competency_delegation",
    "UPDATE competency_delegation SET note = ''",
    "UPDATE competency_delegation SET follows_id = NULL",
    "UPDATE competency_delegationevent SET reason = ''",
    "DELETE FROM competency_seat",
    "DELETE FROM competency_occasion",
    "DELETE FROM competency_planevent",
    "UPDATE competency_planevent SET shown_hash = ''",
]


@pytest.mark.parametrize("statement", REMOVALS)
def test_without_a_permit_nothing_goes(ward, statement):
    three(ward)
    refused(statement)


@pytest.mark.parametrize("statement", [*REMOVALS, "DELETE FROM competency_recordpermit"])
def test_a_permit_for_one_thing_lets_nothing_else_go(ward, statement):
    three(ward)
    other = ended(ward, task=ward.kateter)
    refused(statement, under=("delegation", other.uuid, ward.town.granvik))


def test_a_permit_that_is_not_used_cannot_be_kept(ward):
    made = ended(ward)
    refused("SELECT 1", under=("delegation", made.uuid, ward.town.granvik))


@pytest.mark.parametrize("kind", ["plan", "occasion", "delegation"])
def test_a_permit_is_for_something_that_is_there(ward, kind):
    for uuid, node in ((uuid4(), ward.town.granvik), (ended(ward).uuid, ward.town.lyngfors)):
        with pytest.raises(DatabaseError, match="something that is there"), transaction.atomic():
            permit(kind, uuid, node)


@pytest.mark.parametrize(
    "change",
    [
        "said = '{\"disposed\": true}', number = 99",
        'said = \'{"note": "x"}\'',
        "said = '{\"disposed\": true}', actor_id = actor_id + 1",
        "said = '{\"disposed\": true}', kind = 'time'",
    ],
)
def test_of_a_plan_event_the_words_alone_may_go(ward, change):
    three(ward)
    thing = due(Disposable.PLAN, ward.town.granvik, when())[0]
    pk = PlanEvent.objects.get(uuid=thing.uuid).pk
    refused(f"UPDATE competency_planevent SET {change} WHERE id = {pk}", under=("plan", thing.uuid, ward.town.granvik))


def test_words_that_are_gone_do_not_come_back(school, tmp_path):
    keep(school, Disposable.PLAN, 1)
    planned(school)
    dispose(Disposable.PLAN, school.granvik, decision(), tmp_path / "a")
    refused('UPDATE competency_planevent SET said = \'{"text": "I was here"}\' WHERE number = 2')


# What rests on the statements


def test_standings_are_the_same_after_everything_that_is_due_has_gone(ward, tmp_path):
    three(ward)
    world.takes(ward.usk, ward.town.granvik, "hygien", NOW)
    rebuild_marked(NOW)
    before = list(Standing.objects.order_by("pk").values())
    for kind in Disposable:
        dispose(kind, ward.town.granvik, decision(), tmp_path / kind)
    rebuild_marked(when())
    assert list(Standing.objects.order_by("pk").values()) == before
    assert verify_standings(when()) == []


# The command


def test_the_command_decides_lists_and_disposes(ward, tmp_path):
    made = ended(ward)
    assert run("rule", "granvik", "plan", "--months", "24", "--ground", "Plan 7", "--decided-by", "Arkivet") == (
        f"granvik keeps plan 24 months from {today()}.\n"
    )
    kept_a_month(ward)
    assert run("due", "granvik", "delegation").splitlines() == [
        str(made.uuid),
        "1 may go; 0 under legal hold stay. Nothing was removed.",
    ]
    archive = tmp_path / "archive.jsonl"
    words = ("--archive", str(archive), "--ground", "Plan 7", "--decided-by", "Arkivet")
    assert (
        run("dispose", "granvik", "delegation", *words)
        == f"1 written to {archive} and gone; 0 under legal hold stay.\n"
    )
    assert Delegation.objects.count() == 0


@pytest.mark.parametrize(
    "words",
    [
        ("due", "nowhere", "plan"),
        ("due", "granvik", "everything"),
        ("rule", "granvik", "plan", "--months", "0", "--ground", "x", "--decided-by", "y"),
        ("rule", "granvik", "delegation", "--months", "9", "--ground", "x", "--decided-by", "y"),
        ("dispose", "granvik", "plan", "--ground", "x", "--decided-by", "y"),
        ("dispose", "granvik", "plan", "--archive", "a", "--ground", " ", "--decided-by", "y"),
    ],
)
def test_a_command_that_is_not_whole_is_refused(ward, words):
    with pytest.raises(CommandError):
        run(*words)
