"""What people do with delegations: what is recorded, what is refused, and that nothing is half done."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from competency.delegation.errors import (
    AlreadyOver,
    ChangedMeanwhile,
    DaysOutOfOrder,
    MayNotDelegate,
    NamesAPatient,
    NotNow,
    NotSingle,
    NotThere,
    NotToHerself,
    NotYours,
    ReasonNeeded,
    TooLong,
)
from competency.delegation.life import Cause, State
from competency.delegation.models import Delegation, DelegationEvent, DelegationNotice, DelegationPolicy
from competency.delegation.services import accept, draft, give_back, revoke, sign, take_over
from competency.services import assess, review, verify_qualification, withdraw_qualification
from people.api import actor_keys_of, change_employment, hire
from tests.competency import world
from xapi.api import full_statement, statements_about, vocabulary

from .ward import BEGAN, NOW, REASON, TODAY, day, kinds, later, stands

pytestmark = pytest.mark.django_db


def told(delegation):
    rows = DelegationNotice.objects.filter(delegation=delegation)
    return sorted((row.recipient.given_name, row.key) for row in rows)


def statements_of(person):
    found = statements_about(actor_keys_of(person))
    words = {vocabulary.CERTIFIED, *(getattr(vocabulary.own(), name) for name in ("offered", "revoked", "returned"))}
    words |= {vocabulary.own().suspended, vocabulary.own().expired, vocabulary.own().taken_over}
    return [each for each in found if each.verb in words]


# The ordinary way


def test_a_delegation_holds_from_the_second_signature_on(ward):
    made = ward.draft()
    assert stands(made).state is State.DRAFT
    sign(made, ward.ssk, later(0.1), reason=REASON)
    assert stands(made, later(0.2)).state is State.OFFERED
    accept(made, ward.usk, later(0.3))
    life = stands(made, later(0.4))
    assert (life.state, life.since) == (State.ACTIVE, later(0.3))
    assert kinds(made) == ["drafted", "signed", "offered", "accepted"]


def test_both_signatures_are_statements_about_the_receiver_by_the_giver(ward):
    made = ward.active()
    offered, certified = statements_of(ward.usk)
    assert (offered.verb, certified.verb) == (vocabulary.own().offered, vocabulary.CERTIFIED)
    assert [each.statement_id for each in (offered, certified)] == [
        made.events.get(kind="signed").statement_id,
        made.events.get(kind="accepted").statement_id,
    ]
    body = full_statement(certified.statement_id)
    assert body["context"]["instructor"]["account"]["name"] == ward.ssk.actor_key
    own, extensions = vocabulary.own(), body["context"]["extensions"]
    assert extensions[own.task] == "insulin"
    assert extensions[own.scope] == str(ward.norr.uuid)
    assert extensions[own.valid_until] == day(180).isoformat()
    assert certified.organisation_id == ward.town.granvik.pk


def test_the_reason_of_a_statement_lies_where_it_can_be_disposed_of(ward):
    ward.offer()
    (offered,) = statements_of(ward.usk)
    assert offered.payload["context"]["extensions"][vocabulary.own().ground] is None
    assert full_statement(offered.statement_id)["context"]["extensions"][vocabulary.own().ground] == REASON


def test_the_preconditions_are_kept_as_they_stood_when_it_was_signed(ward):
    assess(ward.ssk, ward.usk, ward.insulin.competency, 3, world.days(200))
    made = ward.draft()
    sign(made, ward.ssk, NOW, reason=REASON)
    details = made.events.get(kind="signed").details
    found = [(check["code"], check["is_met"]) for check in details["checks"]]
    assert found == [("competence", True), ("theory", False), ("practice", True), ("suitability", True)]
    assert details["licences"] == ["sjukskoterska"]


def test_what_is_not_met_needs_a_reason_and_hinders_nobody_who_gives_one(ward):
    made = ward.draft()
    with pytest.raises(ReasonNeeded):
        sign(made, ward.ssk, NOW, reason="   ")
    assert kinds(made) == ["drafted"]
    sign(made, ward.ssk, NOW, reason=REASON)
    assert made.events.get(kind="signed").reason == REASON


def test_who_is_not_judged_suited_needs_a_reason_too(ward):
    assess(ward.ssk, ward.usk, ward.insulin.competency, 3, world.days(200))
    world.offer("insulin", teaches={"MED-02": 2})
    review(ward.town.mas, world.course_iri("insulin"), "1.0", ward.town.granvik, BEGAN)
    world.takes(ward.usk, ward.town.granvik, "insulin", world.days(201))
    made = ward.draft()
    with pytest.raises(ReasonNeeded):
        sign(made, ward.ssk, NOW, judged_suited=False)
    sign(made, ward.ssk, NOW)


def test_what_was_shown_is_kept_and_must_be_what_is_signed(ward):
    made = ward.draft()
    with pytest.raises(ChangedMeanwhile):
        sign(made, ward.ssk, NOW, shown="a" * 64, expected="b" * 64, reason=REASON)
    sign(made, ward.ssk, NOW, shown="a" * 64, expected="a" * 64, reason=REASON)
    with pytest.raises(ChangedMeanwhile):
        accept(made, ward.usk, NOW, shown="a" * 64, expected="c" * 64)
    accept(made, ward.usk, NOW, shown="d" * 64, expected="d" * 64)
    assert [event.shown_hash[:1] for event in made.events.filter(kind__in=["signed", "accepted"])] == ["a", "d"]


# What no reason makes lawful


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"last_day": day(366)}, TooLong),
        ({"last_day": day(365)}, TooLong),
        ({"first_day": day(3), "last_day": day(2)}, DaysOutOfOrder),
        ({"single_occasion": True}, DaysOutOfOrder),
        ({"first_day": day(-9), "last_day": day(-1)}, AlreadyOver),
        ({"note": "Gäller 19121212-1212"}, NamesAPatient),
    ],
)
def test_what_breaks_a_rule_is_refused_and_leaves_nothing(ward, changes, error):
    with pytest.raises(error):
        ward.draft(**changes)
    assert not Delegation.objects.exists()
    assert not DelegationEvent.objects.exists()


def test_twelve_months_are_allowed(ward):
    assert ward.active(last_day=day(364)).last_day == day(364)


def test_some_tasks_are_not_given_for_a_single_occasion(ward):
    ward.draft(last_day=TODAY, single_occasion=True)
    with pytest.raises(NotSingle):
        ward.draft(task=ward.kateter, last_day=TODAY, single_occasion=True)


def test_nobody_delegates_to_herself(ward):
    with pytest.raises(NotToHerself):
        ward.draft(receiver=ward.ssk, scope=ward.town.solrosen)
    with pytest.raises(IntegrityError), transaction.atomic():
        Delegation.objects.create(
            task=ward.insulin,
            scope=ward.norr,
            provider=ward.town.granvik,
            giver=ward.usk,
            receiver=ward.usk,
            first_day=TODAY,
            last_day=TODAY,
            recorded_at=NOW,
        )


def test_the_receiver_works_there(ward):
    with pytest.raises(NotThere):
        ward.draft(scope=ward.town.solrosen)


def test_an_area_holds_for_every_unit_in_it(ward):
    assert stands(ward.active(scope=ward.town.granvik)).is_active


def test_one_who_begins_next_week_may_be_given_one_from_then(ward):
    new = world.works_at(ward.norr, "Nils", "vardbitrade", at=later(7))
    with pytest.raises(NotThere):
        ward.draft(receiver=new)
    made = ward.active(receiver=new, first_day=day(7))
    assert [stands(made, later(n)).state for n in (0, 8)] == [State.UPCOMING, State.ACTIVE]


# Who may give


@pytest.mark.parametrize("who", ["usk", "chef"])
def test_without_a_licence_nobody_gives(ward, who):
    giver = getattr(ward.town, who)
    with pytest.raises(MayNotDelegate):
        ward.draft(giver=giver, receiver=world.works_at(ward.norr, "Olle", "underskoterska"))


def test_a_nurse_of_another_municipality_does_not_give_here(ward):
    other = world.works_at(ward.town.ekbacken, "Lova", "sjukskoterska")
    world.licensed(other, ward.town.lyngfors)
    with pytest.raises(MayNotDelegate):
        ward.draft(giver=other)


def test_the_municipality_s_nurse_gives_to_the_private_provider_s_staff_and_the_provider_s_own_does_not(ward):
    """Delegation follows the responsible care provider (semantics 4)."""
    unit = ward.town.omsorg_granvik
    private = world.works_at(unit, "Petra", "underskoterska")
    assert stands(ward.active(receiver=private, scope=unit)).is_active
    own = world.works_at(unit, "Mirja", "sjukskoterska")
    world.licensed(own, ward.town.omsorg)
    with pytest.raises(MayNotDelegate):
        ward.draft(giver=own, receiver=private, scope=unit)


def test_nobody_gives_where_no_care_provider_answers(ward):
    private = world.works_at(ward.town.omsorg_granvik, "Petra", "underskoterska")
    with pytest.raises(MayNotDelegate):
        ward.draft(receiver=private, scope=ward.town.omsorg)


def test_a_licence_withdrawn_before_signing_stops_the_signature(ward):
    made = ward.draft()
    withdraw_qualification(None, ward.ssk, "sjukskoterska", later(1), organisation=ward.town.granvik)
    with pytest.raises(MayNotDelegate):
        sign(made, ward.ssk, later(2), reason=REASON)


def test_a_retired_task_is_not_given(ward):
    ward.insulin.retired_at = NOW
    ward.insulin.save()
    with pytest.raises(MayNotDelegate):
        ward.draft()


def test_only_the_giver_signs_and_only_the_receiver_accepts(ward):
    made = ward.draft()
    with pytest.raises(NotYours):
        sign(made, ward.other_nurse, NOW, reason=REASON)
    sign(made, ward.ssk, NOW, reason=REASON)
    for other in (ward.ssk, ward.town.chef):
        with pytest.raises(NotYours):
            accept(made, other, NOW)


# Ending


def test_revoking_holds_from_that_very_moment_and_tells_receiver_giver_and_manager(ward):
    made = ward.active()
    event = revoke(made, ward.other_nurse, later(3), reason="Needs no longer.")
    assert stands(made, later(3) - timedelta(microseconds=1)).is_active
    assert stands(made, later(3)).state is State.REVOKED
    assert [each for each in told(made) if each[1] == "revoked"] == [
        ("Clara", "revoked"),
        ("Sara", "revoked"),
        ("Ulla", "revoked"),
    ]
    said = statements_of(ward.usk)[-1]
    assert (said.verb, said.statement_id) == (vocabulary.own().revoked, event.statement_id)
    extensions = full_statement(said.statement_id)["context"]["extensions"]
    assert extensions[vocabulary.own().registrar] == ward.other_nurse.actor_key


def test_revoking_again_gives_the_same_receipt(ward):
    made = ward.active()
    first = revoke(made, ward.ssk, later(1))
    assert revoke(made, ward.town.mas, later(2), reason="Again.").uuid == first.uuid
    assert kinds(made).count("revoked") == 1


@pytest.mark.parametrize("who", ["usk", "chef"])
def test_who_may_not_give_may_not_revoke(ward, who):
    made = ward.active()
    with pytest.raises(NotYours):
        revoke(made, getattr(ward.town, who), NOW)
    assert stands(made).is_active


def test_the_chief_nurse_revokes_also_what_she_could_not_give(ward):
    made = ward.active()
    withdraw_qualification(None, ward.town.mas, "sjukskoterska", NOW, organisation=ward.town.granvik)
    revoke(made, ward.town.mas, later(1))
    assert stands(made, later(1)).state is State.REVOKED


def test_another_municipality_s_chief_nurse_does_not(ward):
    other = world.works_at(ward.town.ekbacken, "Lova", "sjukskoterska")
    world.make.holds("chief_nurse", ward.town.lyngfors, other)
    with pytest.raises(NotYours):
        revoke(ward.active(), other, NOW)


def test_the_receiver_gives_back_at_once_and_giver_and_manager_are_told(ward):
    made = ward.active()
    event = give_back(made, ward.usk, later(1), reason="I feel unsure.")
    assert stands(made, later(1)).state is State.RETURNED
    assert [each for each in told(made) if each[1] == "returned"] == [("Clara", "returned"), ("Sara", "returned")]
    assert give_back(made, ward.usk, later(2)).uuid == event.uuid


def test_an_offer_can_be_declined_and_withdrawn_but_not_accepted_then(ward):
    declined, withdrawn = ward.offer(), ward.offer()
    give_back(declined, ward.usk, NOW)
    revoke(withdrawn, ward.ssk, NOW)
    for made in (declined, withdrawn):
        with pytest.raises(NotNow):
            accept(made, ward.usk, later(1))


def test_what_has_ended_ends_in_no_other_way(ward):
    made = ward.active()
    give_back(made, ward.usk, later(1))
    with pytest.raises(NotNow):
        revoke(made, ward.ssk, later(2))
    assert kinds(made)[-1] == "returned"


def test_only_the_receiver_gives_back(ward):
    made = ward.active()
    with pytest.raises(NotYours):
        give_back(made, ward.ssk, NOW)


@pytest.mark.parametrize("verb", [revoke, give_back])
def test_reasons_hold_no_personal_identity_numbers(ward, verb):
    made = ward.active()
    with pytest.raises(NamesAPatient):
        verb(made, ward.ssk if verb is revoke else ward.usk, NOW, reason="Om 19121212-1212")
    assert stands(made).is_active


# What the register says


def test_her_last_day_at_work_is_the_last_day_of_the_delegation(ward):
    made = ward.active()
    change_employment(ward.town.employment, valid_from=TODAY, at=later(1), ends_on=day(20))
    life = stands(made, later(2))
    assert life.until == stands(made, life.until).since
    assert [stands(made, later(n)).state for n in (20, 21)] == [State.ACTIVE, State.SUSPENDED]
    assert stands(made, later(21)).cause is Cause.RECEIVER


def test_moving_to_another_unit_suspends_and_coming_back_does_not_wake_it(ward):
    made, wide = ward.active(), ward.active(scope=ward.town.granvik)
    change_employment(ward.town.employment, valid_from=day(5), at=NOW, unit=ward.town.solrosen)
    change_employment(ward.town.employment, valid_from=day(9), at=NOW, unit=ward.norr)
    assert [stands(made, later(n)).state for n in (4, 6, 10)] == [State.ACTIVE, State.SUSPENDED, State.SUSPENDED]
    assert stands(wide, later(6)).is_active


def test_a_second_employment_in_the_same_place_keeps_it(ward):
    made, first = ward.active(), ward.town.employment
    hire(ward.usk, "77", at=NOW, unit=ward.norr, starts_on=day(-3), profession="underskoterska")
    change_employment(first, valid_from=TODAY, at=NOW, ends_on=day(5))
    assert stands(made, later(30)).is_active


def test_the_giver_s_last_day_suspends_what_she_has_given(ward):
    made = ward.active()
    change_employment(ward.ssk.employments.get(), valid_from=TODAY, at=NOW, ends_on=day(5))
    assert [stands(made, later(n)).state for n in (5, 6)] == [State.ACTIVE, State.SUSPENDED]
    assert stands(made, later(6)).cause is Cause.GIVER


def test_a_withdrawn_licence_suspends_from_that_moment(ward):
    made = ward.active()
    withdraw_qualification(None, ward.ssk, "sjukskoterska", later(5), organisation=ward.town.granvik)
    assert stands(made, later(5) - timedelta(seconds=1)).is_active
    life = stands(made, later(5))
    assert (life.state, life.cause, life.since) == (State.SUSPENDED, Cause.LICENCE, later(5))
    verify_qualification(None, ward.ssk, "sjukskoterska", later(6), organisation=ward.town.granvik)
    assert stands(made, later(7)).state is State.SUSPENDED


def test_a_specialist_s_licence_is_a_nurse_s_too(ward):
    special = world.works_at(ward.town.solrosen, "Stina", "specialistsjukskoterska")
    world.licensed(special, ward.town.granvik, "specialistsjukskoterska")
    assert stands(ward.active(giver=special)).is_active


def test_another_care_provider_for_the_unit_suspends(ward):
    unit = ward.town.omsorg_granvik
    private = world.works_at(unit, "Petra", "underskoterska")
    made = ward.active(receiver=private, scope=unit)
    unit.care_responsibilities.update(valid_to=day(3))
    world.make.answers_for(ward.town.lyngfors, unit, day(4))
    assert [stands(made, later(n)).state for n in (3, 4)] == [State.ACTIVE, State.SUSPENDED]


# Taking over


def test_taking_over_is_a_new_decision_that_replaces_the_old_when_it_is_accepted(ward):
    old = ward.active()
    (new,) = take_over(ward.other_nurse, [old], day(300), later(1), reason=REASON)
    assert (new.giver, new.follows, new.takes_over) == (ward.other_nurse, old, True)
    assert new.last_day == old.last_day
    assert stands(old, later(2)).is_active
    accept(new, ward.usk, later(3))
    assert stands(new, later(3)).is_active
    assert stands(old, later(3)).state is State.REPLACED


def test_taking_over_is_all_or_none(ward):
    old = [ward.active(), ward.active(task=ward.kateter)]
    with pytest.raises(ReasonNeeded):
        take_over(ward.other_nurse, old, day(30), later(1))
    assert Delegation.objects.count() == 2


# Nothing is edited


@pytest.mark.parametrize("table", ["delegation", "delegationevent", "delegationpolicy"])
@pytest.mark.parametrize("words", ["UPDATE {} SET recorded_at = recorded_at", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_what_was_decided(ward, table, words):
    ward.active()
    DelegationPolicy.objects.create(node=ward.town.granvik, valid_from=date(2025, 1, 1), recorded_at=NOW)
    with (
        pytest.raises(DatabaseError, match=r"append-only|permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(words.format(f"competency_{table}"))


def test_the_same_draft_sent_twice_is_one(ward):
    made = ward.draft()
    again = draft(ward.ssk, ward.usk, ward.insulin, ward.norr, TODAY, day(9), later(1), uuid=made.uuid)
    assert again.pk == made.pk
    assert kinds(made) == ["drafted"]
