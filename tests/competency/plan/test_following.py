"""Following plans up at 3, 6 and 12 months: the days, the reminders, and the manager's list."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache

from competency.plan.following import follow_ups_of, followed_in, round_of_the_day
from competency.plan.models import PlanNotice
from competency.plan.notices import plan_notices, put_plan_notice_away
from competency.plan.proposing import Today, Whose
from competency.plan.services import sign, write_note
from people.api import STOCKHOLM, Person, end_role, now, today
from tests.competency import world
from tests.competency.pages import ago, links_of, reads, rows_of, text_of
from tests.competency.world import NOW, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def sign_both(school, hers, at=NOW) -> None:
    for who in (school.usk, school.chef):
        sign(hers, who, Today(hers, today(at)).hash, at)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=STOCKHOLM)


def told() -> set[tuple[str, str]]:
    return set(PlanNotice.objects.values_list("recipient__given_name", "key"))


THREE, SIX, TWELVE = date(2026, 2, 20), date(2026, 5, 20), date(2026, 11, 20)


def test_the_days_follow_from_the_second_signature(school, hers):
    assert follow_ups_of(None) == []
    sign(hers, school.usk, Today(hers, TODAY).hash, NOW)
    assert follow_ups_of(Today(hers, TODAY).life.pending) == []
    sign(hers, school.chef, Today(hers, TODAY).hash, NOW)
    assert follow_ups_of(Today(hers, TODAY).life.agreed) == [THREE, SIX, TWELVE]


def test_the_other_side_is_told_that_a_plan_waits_and_no_longer_when_it_is_signed(school, hers):
    sign(hers, school.usk, Today(hers, TODAY).hash, NOW)
    assert told() == {("Clara", "sign-1")}
    assert [each.person for each in plan_notices(school.chef, today())] == [school.usk]
    sign(hers, school.chef, Today(hers, TODAY).hash, NOW)
    assert plan_notices(school.chef, today()) == []


def test_a_manager_who_is_no_longer_hers_is_told_nothing_more(school, hers):
    sign(hers, school.usk, Today(hers, TODAY).hash, NOW)
    assert [each.person for each in plan_notices(school.chef, TODAY)] == [school.usk]
    end_role(school.chef.role_grants.get(), TODAY - timedelta(days=1))
    assert plan_notices(Person.objects.get(pk=school.chef.pk), TODAY) == []
    world.make.holds("manager", school.ekbacken, school.chef)
    assert plan_notices(Person.objects.get(pk=school.chef.pk), TODAY) == []


def test_she_and_her_manager_are_reminded_once_each_on_the_day(school, hers):
    sign_both(school, hers)
    PlanNotice.objects.all().delete()
    assert round_of_the_day(at(THREE - timedelta(days=1))) == 0
    assert round_of_the_day(at(THREE)) == 2
    assert told() == {("Ulla", "follow-up-1-3"), ("Clara", "follow-up-1-3")}
    assert round_of_the_day(at(THREE)) == 0
    assert round_of_the_day(at(THREE + timedelta(days=1))) == 0
    assert round_of_the_day(at(SIX)) == 2
    assert round_of_the_day(at(TWELVE)) == 2
    assert len(told()) == 6


def test_a_day_that_nothing_ran_on_is_made_up_for_and_not_for_ever(school, hers):
    sign_both(school, hers)
    assert round_of_the_day(at(THREE + timedelta(days=10))) == 2
    assert round_of_the_day(at(SIX + timedelta(days=14))) == 0


def test_a_new_version_starts_anew(school, hers):
    sign_both(school, hers)
    write_note(hers, school.chef, str(uuid4()), "We talked again.", TODAY + timedelta(days=60), NOW)
    sign_both(school, hers, NOW + timedelta(days=61))
    PlanNotice.objects.all().delete()
    assert round_of_the_day(at(THREE)) == 0
    assert round_of_the_day(at(date(2026, 4, 20))) == 2
    assert {key for _name, key in told()} == {"follow-up-2-3"}


def test_a_plan_that_one_has_signed_is_not_followed_up(school, hers):
    sign(hers, school.usk, Today(hers, TODAY).hash, NOW)
    PlanNotice.objects.all().delete()
    assert round_of_the_day(at(THREE)) == 0


def test_the_manager_of_the_day_is_reminded_and_not_the_one_who_signed(school, hers):
    sign_both(school, hers)
    PlanNotice.objects.all().delete()
    new = world.works_at(school.norr, "Nadja", "enhetschef")
    world.make.holds("manager", school.norr, new)
    grant = school.chef.role_grants.get()
    end_role(grant, TODAY)
    round_of_the_day(at(THREE))
    assert told() == {("Ulla", "follow-up-1-3"), ("Nadja", "follow-up-1-3")}


def test_the_list_of_a_unit_says_who_waits_and_with_whom_it_is_time_to_talk(school, hers):
    vera = world.works_at(school.norr, "Vera", "vardbitrade")
    sign_both(school, hers)
    write_note(Whose(vera, school.granvik), vera, str(uuid4()), "I want to learn.", TODAY, NOW)
    sign(Whose(vera, school.granvik), vera, Today(Whose(vera, school.granvik), TODAY).hash, NOW)
    found = followed_in(school.norr, TODAY)
    assert [(each.person.given_name, each.waits_for_manager, each.is_due) for each in found] == [
        ("Vera", True, False),
        ("Clara", False, True),
        ("Ulla", False, False),
    ]
    assert (found[2].agreed_on, found[2].next_follow_up) == (TODAY, THREE)
    late = {each.person.given_name: each for each in followed_in(school.norr, THREE + timedelta(days=1))}
    assert late["Ulla"].is_due
    write_note(hers, school.chef, str(uuid4()), "Followed up.", THREE + timedelta(days=1), at(THREE))
    assert not {each.person.given_name: each for each in followed_in(school.norr, THREE + timedelta(days=2))}[
        "Ulla"
    ].is_due


# Pages


def test_what_waits_is_on_the_first_page_and_is_put_away(school, hers):
    cache.clear()
    sign(hers, school.usk, Today(hers, today()).hash, ago(0))
    client = reads(school.chef)
    page = client.get("/")
    assert "A plan is signed by the other one, and waits for your signature. Ulla Ek, Granvik." in text_of(page)
    assert f"/plan/{school.usk.uuid}/" in links_of(page)
    notice = PlanNotice.objects.get()
    assert put_plan_notice_away(school.usk, notice.uuid, now()) == 0, "another's changes nothing"
    assert client.post(f"/plan/besked/{notice.uuid}/")["Location"] == "/"
    assert "waits for your signature" not in text_of(client.get("/"))
    assert client.get(f"/plan/besked/{notice.uuid}/").status_code == 405


def test_a_manager_finds_the_list_from_her_team(school, hers):
    client = reads(school.chef)
    assert "/team/norr/planer/" in links_of(client.get("/team/norr/"))
    assert "/team/norr/planer/" in links_of(client.get("/team/norr/lista/"))
    page = client.get("/team/norr/planer/")
    assert "Ulla Ek No plan is signed yet. Time to talk" in text_of(page)
    sign(hers, school.usk, Today(hers, today()).hash, ago(0))
    assert f"/plan/{school.usk.uuid}/underskrift/" in links_of(client.get("/team/norr/planer/"))


@pytest.mark.parametrize("who", ["usk", "ssk", "mas"])
def test_the_list_is_not_there_for_others(school, who):
    client = reads(getattr(school, who))
    assert client.get("/team/norr/planer/").status_code == 404
    assert client.get("/team/nowhere/planer/").status_code == 404


def test_the_list_is_only_read(school):
    assert reads(school.chef).post("/team/norr/planer/").status_code == 405


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_staff(school, count, django_assert_num_queries):
    for number in range(count):
        who = world.works_at(school.norr, f"Vera {number}", "vardbitrade")
        sign(Whose(who, school.granvik), who, Today(Whose(who, school.granvik), today()).hash, ago(0))
    client = reads(school.chef)
    client.get("/team/norr/planer/")
    with django_assert_num_queries(7):
        assert len(rows_of(client.get("/team/norr/planer/"), "li")) >= count
