"""Arranging practice, booking the last seat exactly once, and who may assess whom."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from competency.observing.services import set_own_level
from competency.occasions.errors import BadOccasion, Full, MayNotArrange, NobodyAssesses, TooLate
from competency.occasions.models import Occasion, OccasionNotice, Seat
from competency.occasions.notices import occasion_notices
from competency.occasions.observers import judging, observers_at
from competency.occasions.queries import bookable, coming, occasions_for
from competency.occasions.rules import may_lead
from competency.occasions.services import arrange, book, call_off, give_up
from competency.queries import assessable_levels, competencies, competency, plan_of
from competency.queries.assessors import judgeable
from competency.services import assess, rebuild_marked, withdraw_qualification
from people.api import NotFound, change_employment, end_of_day
from tests.competency import world
from tests.competency.world import BEGAN, NOW, TODAY

pytestmark = pytest.mark.django_db


def make(school, **changes) -> Occasion:
    values = {
        "maker": school.ssk,
        "node": school.norr,
        "practised": {competency("MED-02"): 3},
        "assessors": [school.ssk],
        "at": NOW,
        "place": "The practice room",
        "starts_at": NOW + timedelta(days=7),
        "minutes": 30,
        "seats": 2,
    }
    return arrange(**(values | changes))


def colleague(school, name):
    return world.works_at(school.norr, name, "underskoterska")


# Seats


def test_a_seat_is_booked_once_and_given_up(school):
    made = make(school)
    first = book(made, school.usk, NOW)
    assert book(made, school.usk, NOW) == first
    assert (first.number, Seat.objects.count()) == (1, 1)
    assert give_up(made, school.usk, NOW)
    assert not give_up(made, school.usk, NOW)
    again = book(made, school.usk, NOW)
    assert (again.number, Seat.objects.count()) == (1, 2)


def test_when_it_is_full_she_is_told_and_nothing_is_kept(school):
    made = make(school, seats=1)
    book(made, school.usk, NOW)
    with pytest.raises(Full):
        book(made, colleague(school, "Vera"), NOW)
    assert Seat.objects.count() == 1


def test_those_with_a_seat_are_told_once_that_it_is_called_off(school):
    made, vera = make(school), colleague(school, "Vera")
    for who in (school.usk, vera):
        book(made, who, NOW)
    give_up(made, vera, NOW)
    call_off(made, school.ssk, NOW)
    with pytest.raises(TooLate):
        call_off(made, school.ssk, NOW)
    assert [(each.recipient, each.occasion) for each in OccasionNotice.objects.all()] == [(school.usk, made)]
    assert [each.occasion for each in occasion_notices(school.usk, NOW)] == [made]
    assert occasion_notices(vera, NOW) == []
    assert occasion_notices(school.usk, NOW + timedelta(days=8)) == [], "what is past asks for nothing"


def test_the_database_lets_one_have_the_last_seat(school):
    made = make(school, seats=1)
    book(made, school.usk, NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Seat.objects.create(occasion=made, person=colleague(school, "Vera"), number=1, booked_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Seat.objects.create(occasion=made, person=school.usk, number=2, booked_at=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_want_the_last_seat_at_once_exactly_one_gets_it(school):
    made, people = make(school, seats=1), [school.usk, colleague(school, "Vera")]

    def want(who) -> bool:
        try:
            return bool(book(made, who, NOW))
        except Full:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        got = [wanted.result() for wanted in [pool.submit(want, who) for who in people]]
    assert sorted(got) == [False, True]
    assert Seat.objects.count() == 1


def test_a_seat_that_was_given_up_is_free_for_another(school):
    made = make(school, seats=1)
    book(made, school.usk, NOW)
    give_up(made, school.usk, NOW)
    assert book(made, colleague(school, "Vera"), NOW).number == 1


def test_nothing_is_booked_or_given_up_once_it_has_begun_or_was_called_off(school):
    made = make(school)
    book(made, school.usk, NOW)
    with pytest.raises(TooLate):
        book(made, colleague(school, "Vera"), made.starts_at)
    with pytest.raises(TooLate):
        give_up(made, school.usk, made.starts_at)
    call_off(made, school.ssk, NOW)
    made.refresh_from_db()
    with pytest.raises(TooLate):
        book(made, colleague(school, "Vera"), NOW)
    with pytest.raises(TooLate):
        call_off(made, school.ssk, NOW)


def test_only_those_who_work_there_book(school):
    made = make(school)
    for who in (school.ssk, school.mas, world.works_at(school.ekbacken, "Eva", "underskoterska")):
        with pytest.raises(NotFound):
            book(made, who, NOW)


def test_only_who_arranged_it_or_assesses_calls_it_off(school):
    made = make(school)
    with pytest.raises(MayNotArrange):
        call_off(made, school.usk, NOW)


def test_whoever_has_left_leads_no_longer_and_does_not_see_who_comes(school):
    leaver = world.works_at(school.norr, "Lena", "enhetschef")
    world.make.holds("manager", school.norr, leaver)
    made = make(school, maker=leaver)
    book(made, school.usk, NOW)
    assert may_lead(leaver, made, NOW)
    yesterday = TODAY - timedelta(days=1)
    change_employment(leaver.employments.get(), at=NOW, ends_on=yesterday, valid_from=yesterday)
    world.works_at(school.ekbacken, leaver, "enhetschef")
    assert not may_lead(leaver, made, NOW)
    assert coming(leaver, NOW) == []
    with pytest.raises(MayNotArrange):
        call_off(made, leaver, NOW)


# Arranging


def test_the_key_of_somebody_elses_occasion_is_not_there(school):
    made = make(school)
    assert make(school, uuid=made.uuid) == made
    with pytest.raises(NotFound):
        make(school, maker=school.chef, uuid=made.uuid)


@pytest.mark.parametrize("who", ["chef", "ssk", "mas"])
def test_managers_nurses_and_chief_nurses_arrange(school, who):
    made = make(school, maker=getattr(school, who))
    assert made.made_by == getattr(school, who)


def test_others_do_not_arrange(school):
    for who in (school.usk, world.works_at(school.ekbacken, "Eva", "enhetschef")):
        with pytest.raises(MayNotArrange):
            make(school, maker=who)
    with pytest.raises(MayNotArrange):
        make(school, node=school.ekbacken)
    assert not Occasion.objects.exists()


def test_a_level_that_nobody_there_may_judge_is_refused(school):
    with pytest.raises(NobodyAssesses):
        make(school, assessors=[school.chef])
    with pytest.raises(NobodyAssesses):
        make(school, practised={competency("MED-02"): 4})
    make(school, assessors=[school.chef, school.ssk])


@pytest.mark.parametrize(
    "changes",
    [
        {"practised": {}},
        {"starts_at": NOW},
        {"starts_at": NOW + timedelta(days=800)},
        {"minutes": 0},
        {"minutes": 601},
        {"seats": 0},
        {"seats": 101},
        {"place": "At 19800101-1239"},
        {"note": "Ask for 800101-1239"},
    ],
)
def test_an_occasion_that_means_nothing_is_refused(school, changes):
    with pytest.raises(BadOccasion):
        make(school, **changes)
    assert not Occasion.objects.exists()


# What one sees


def test_it_is_there_for_those_who_work_there_and_for_those_who_lead_it(school):
    made = make(school)
    other_unit = world.works_at(school.solrosen, "Siv", "underskoterska")
    stranger = world.works_at(school.ekbacken, "Eva", "underskoterska")
    for who in (school.usk, school.ssk, school.chef, school.mas):
        assert [line.occasion for line in coming(who, NOW)] == [made]
    for who in (other_unit, stranger):
        assert coming(who, NOW) == []
    assert coming(school.usk, made.starts_at) == []


def test_a_gap_holds_the_practice_that_raises_it_the_shortest_first(school):
    long, short = make(school, minutes=60), make(school, minutes=20)
    make(school, practised={competency("HYG-01"): 3})
    gap = next(gap for gap in plan_of(school.usk, TODAY).gaps if gap.competency.code == "MED-02")
    lines = occasions_for(gap, bookable(school.usk, NOW, school.granvik))
    assert [line.occasion for line in lines] == [short, long]
    book(short, school.usk, NOW)
    (first, _second) = occasions_for(gap, bookable(school.usk, NOW, school.granvik))
    assert (first.left, first.is_mine) == (1, True)


def test_practice_at_another_employer_is_not_told_beside_this_one_s_plan(school):
    nurse = world.works_at(school.ekbacken, "Liv", "sjukskoterska")
    world.licensed(nurse, school.lyngfors)
    there = make(school, maker=nurse, node=school.ekbacken, assessors=[nurse])
    world.works_at(school.ekbacken, school.usk, "underskoterska")
    assert bookable(school.usk, NOW, school.granvik) == []
    assert [line.occasion for line in bookable(school.usk, NOW, school.lyngfors)] == [there]
    assert [line.occasion for line in coming(school.usk, NOW)] == [there]


# Who may observe


def test_who_may_observe_is_who_the_rules_let_judge(school):
    """Found from the other end, it is the same people: everyone employed is asked both ways."""
    found = {each.person.pk: each for each in observers_at(school.norr, TODAY)}
    assert set(found) == {school.chef.pk, school.ssk.pk, school.mas.pk}
    for who in (school.chef, school.ssk, school.mas):
        for each in competencies():
            levels = assessable_levels(who, school.usk, each, TODAY)
            roles = found[who.pk].roles
            assert {kind: judgeable(each.code, kind, frozenset(roles), end_of_day(TODAY)) for kind in levels} == levels


@pytest.fixture
def admin(school):
    who = world.works_at(school.norr, "Ada", "enhetschef")
    return world.make.holds("admin", school.region, who)


def both_ways(school, who, what):
    """Return what somebody may do with a competency of the assistant nurse's: as she is listed, and as she signs."""
    listed = judging(observers_at(school.norr, TODAY), what, end_of_day(TODAY))
    roles = frozenset(next((each.roles for each in listed if each.person == who), ()))
    signs = assessable_levels(who, school.usk, what, TODAY)
    return {kind: judgeable(what.code, kind, roles, end_of_day(TODAY)) for kind in signs}, signs


def test_whoever_must_hold_the_level_herself_is_listed_once_she_does(school, admin, hygiene):
    set_own_level(None, "sjukskoterska", 3, admin, BEGAN)
    listed, signs = both_ways(school, school.ssk, hygiene)
    assert listed == signs == {"observation": [], "confirmation": []}
    assert school.ssk not in [each.person for each in judging(observers_at(school.norr, TODAY), hygiene, NOW)]
    assess(school.mas, school.ssk, hygiene, 4, NOW - timedelta(days=5))
    rebuild_marked(NOW)
    listed, signs = both_ways(school, school.ssk, hygiene)
    assert listed == signs == {"observation": [3], "confirmation": []}


def test_a_licensed_manager_is_listed_by_her_licence_too(school, hygiene):
    chief = world.works_at(school.norr, "Karin", "enhetschef")
    world.make.holds("manager", school.norr, chief)
    world.licensed(chief, school.granvik)
    for each in competencies():
        listed, signs = both_ways(school, chief, each)
        assert listed == signs
    assert both_ways(school, chief, hygiene)[0]["observation"] == [3]


def test_practice_is_not_arranged_with_somebody_who_does_not_hold_the_level(school, admin):
    set_own_level(None, "sjukskoterska", 3, admin, BEGAN)
    with pytest.raises(NobodyAssesses):
        make(school)


def test_a_withdrawn_licence_takes_its_holder_out(school):
    withdraw_qualification(None, school.ssk, "sjukskoterska", NOW - timedelta(days=1), organisation=school.granvik)
    assert school.ssk.pk not in {each.person.pk for each in observers_at(school.norr, TODAY)}


def test_a_manager_who_has_left_is_not_among_them(school):
    yesterday = TODAY - timedelta(days=1)
    change_employment(school.chef.employments.get(), at=NOW, ends_on=yesterday, valid_from=yesterday)
    assert school.chef.pk not in {each.person.pk for each in observers_at(school.norr, TODAY)}


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow_with_those_who_may(school, count, django_assert_num_queries):
    for number in range(count):
        nurse = world.works_at(school.solrosen, f"Nurse {number}", "sjukskoterska")
        world.licensed(nurse, school.granvik)
    observers_at(school.norr, TODAY)
    with django_assert_num_queries(10):
        assert len(observers_at(school.norr, TODAY)) == 3 + count
