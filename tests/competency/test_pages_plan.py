"""The plan: what is left in order of weight, what expires, what was closed; for oneself and for those one may see."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from competency.api import Status, assess, plan_of, rebuild_marked, require
from people.api import now, today

from . import world
from .pages import ago, links_of, reads, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_it_lists_what_is_left_the_heaviest_first_with_offers_and_minutes(school):
    world.offer("lakemedel", minutes=4, teaches={"MED-02": 2})
    page = text_of(reads(school.usk).get("/plan/"))
    order = [page.index(f"Competency {gap.competency.code}") for gap in plan_of(school.usk, today()).gaps]
    assert order == sorted(order)
    assert len(order) == 3
    assert "3 things left to reach what the work asks. The courses that help take 11 minutes in all." in page
    assert "Lakemedel 4 minutes Or: Observation by registered nurse." in page
    assert "Asked of every uNDERSKOTERSKA" in page


def test_a_course_that_takes_somebody_part_of_the_way_says_so(school, hygiene):
    require("underskoterska", hygiene, 3, ago(30))
    page = text_of(reads(school.usk).get("/plan/"))
    assert "Level 0, 3 is asked" in page
    assert "The course takes you to level 2. Then: Observation by registered nurse." in page


def test_what_was_just_done_is_on_the_page(school):
    client = reads(school.usk)
    assert "Closed in the last 60 days Nothing yet." in text_of(client.get("/plan/"))
    world.takes(school.usk, school.granvik, "hygien", ago(1))
    page = text_of(client.get("/plan/"))
    assert "2 things left" in page
    assert page.index("Closed in the last 60 days") < page.index("Competency HYG-01")


def test_what_expires_within_60_days_is_by_itself_with_its_last_day(school, hygiene):
    assess(school.ssk, school.usk, hygiene, 3, ago(330))
    assert [gap.status for gap in plan_of(school.usk, today()).lapsing] == []
    page = text_of(reads(school.usk).get("/plan/"))
    until = plan_of(school.usk, today()).lapsing[0].valid_through
    assert plan_of(school.usk, today()).lapsing[0].status is Status.EXPIRES_SOON
    assert page.index("Expires within 60 days") < page.index("Competency HYG-01")
    assert f"Valid until {until.day} " in page


def test_nothing_left_is_said_kindly(school, hygiene):
    who = world.works_at(school.norr, "Vera", "vardbitrade")
    world.takes(who, school.granvik, "hygien", ago(100))
    page = text_of(reads(who).get("/plan/"))
    assert "Everything that the work asks is in place." in page
    assert "Nothing left to do" in page
    assert "Nothing that expires in the next 60 days." in page


def test_somebody_who_is_employed_nowhere_has_an_empty_plan(school):
    page = reads(world.make.person("Nina")).get("/plan/")
    assert "Nothing is asked yet." in text_of(page)


def test_a_manager_sees_the_plan_of_her_staff(school):
    response = reads(school.chef).get(f"/plan/{school.usk.uuid}/")
    assert "Ulla Ek" in text_of(response)
    assert f"/plan/{school.usk.uuid}/kompetens/HYG-01/" in links_of(response)
    assert "/team/norr/" in links_of(response)


def test_a_post_at_another_employer_is_not_shown_to_her_manager(school, hygiene):
    """Her other employer asks for more, and its people have said what they think: none of it may be seen."""
    world.works_at(school.ekbacken, school.usk, "sjukskoterska")
    require("sjukskoterska", hygiene, 4, ago(30), node=school.lyngfors)
    rebuild_marked(now())
    assert any(gap.organisation == school.lyngfors for gap in plan_of(school.usk, today()).gaps)
    for path in ("", "kompetens/", "kompetens/HYG-01/"):
        page = reads(school.chef).get(f"/plan/{school.usk.uuid}/{path}").content.decode()
        for secret in ("Lyngfors", "Ekbacken", "MED-01", "Level 0, 4 is asked", "SJUKSKOTERSKA"):
            assert secret.casefold() not in page.casefold(), (path, secret)


@pytest.mark.parametrize("path", ["", "kompetens/", "kompetens/HYG-01/"])
def test_whom_one_may_not_see_is_not_there(school, path):
    stranger = world.works_at(school.ekbacken, "Eva", "enhetschef")
    world.make.holds("manager", school.ekbacken, stranger)
    world.takes(school.usk, school.granvik, "hygien", ago(3))
    for reader in (stranger, school.ssk, world.works_at(school.norr, "Vera", "vardbitrade")):
        response = reads(reader).get(f"/plan/{school.usk.uuid}/{path}")
        assert response.status_code == 404
        assert "Ulla" not in response.content.decode()


def test_somebody_who_does_not_exist_answers_the_same(school):
    assert reads(school.chef).get(f"/plan/{uuid4()}/").status_code == 404
    assert reads(school.chef).get("/plan/not-a-uuid/").status_code == 404


def test_visitors_are_asked_to_sign_in_and_come_back(school):
    assert Client().get("/plan/")["Location"] == "/konto/login/?next=/plan/"


@pytest.mark.parametrize("path", ["/plan/", "/kompetens/", "/kompetens/HYG-01/", "/team/", "/team/norr/", "/roller/"])
def test_pages_that_are_read_cannot_be_posted_to(school, path):
    assert reads(school.chef).post(path).status_code == 405


def test_an_account_without_a_person_has_no_plan(school, django_user_model):
    client = Client()
    client.force_login(
        django_user_model.objects.create_user("root@demo.example.org", "x"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    assert client.get("/plan/").status_code == 404


@pytest.mark.parametrize("gap_count", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_gaps(school, gap_count, django_assert_num_queries):
    who = world.works_at(school.norr, "Vera", "vardbitrade" if gap_count == 1 else "underskoterska")
    client = reads(who)
    assert len(plan_of(who, today()).gaps) == gap_count
    client.get("/plan/")
    with django_assert_num_queries(13):
        client.get("/plan/")
