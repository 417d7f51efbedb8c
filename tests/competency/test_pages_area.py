"""The numbers of an area: what they say, what they cost, who does not see them; and who waits after a change."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from competency.api import rebuild_all, require
from competency.models import DirtyMark
from competency.queries import competency
from competency.rollup.forms import AheadForm
from competency.rollup.pages import AreaLine, AreaPage
from competency.rollup.queries import UnitCounts, Waiting
from people.api import Organisation, now, today
from tests.people import factories as make

from . import world
from .pages import ago, links_of, reads, rows_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def area(school):
    """Everything is computed; a boss of the region and one of Granvik."""
    world.takes(school.usk, school.granvik, "hygien", ago(330))
    make.holds("manager", school.granvik, school.mas)
    rebuild_all(now())
    return school


def rows(response):
    """Return the rows without the share beside what is met."""
    return [re.sub(r" \d+ %", "", row) for row in rows_of(response)[1:]]


def test_the_share_that_is_met_stands_beside_the_number(area):
    assert rows_of(reads(area.mas).get("/team/granvik/enheter/"))[1:] == [
        "Norr 2 1 25 % 0 3 1",
        "Solrosen 2 1 25 % 0 3 0",
    ]


@pytest.mark.parametrize(("number", "at_once", "folded"), [(24, 24, 0), (25, 20, 5)])
def test_of_very_many_workplaces_the_largest_are_shown_at_once_in_their_order(number, at_once, folded):
    lines = tuple(
        AreaLine(Organisation(pk=each, name=f"{each:02}"), "", UnitCounts(people=each), "") for each in range(number)
    )
    page = AreaPage(
        Organisation(),
        date(2026, 3, 1),
        True,
        AheadForm(None, today=date(2026, 3, 1)),
        lines,
        UnitCounts(),
        Waiting(0, None),
        datetime(2026, 3, 1, tzinfo=UTC),
    )
    first, rest = page.shown
    assert (len(first), len(rest)) == (at_once, folded)
    assert [line.sums.people for line in (*rest, *first)] == list(range(number))


def test_a_municipality_has_the_four_counts_of_each_workplace_and_of_all(area):
    response = reads(area.mas).get("/team/granvik/enheter/")
    assert rows(response) == ["Norr 2 1 0 3 1", "Solrosen 2 1 0 3 0"]
    assert "4 people in service" in text_of(response)
    assert "Met 2 On the way 0 Missing or expired 6 Met, but expires soon 1" in text_of(response)
    assert {"/team/norr/", "/team/solrosen/"} <= links_of(response)
    assert "Computed" in text_of(response)


def test_those_who_work_in_no_unit_have_a_line_of_their_own(area):
    world.works_at(area.granvik, "Dan", "enhetschef")
    rebuild_all(now())
    response = reads(area.mas).get("/team/granvik/enheter/")
    assert [row.rsplit(maxsplit=5)[0] for row in rows(response)] == ["In no unit", "Norr", "Solrosen"]
    assert "5 people in service" in text_of(response)


def test_a_day_ahead_shows_what_will_have_lapsed(area):
    ahead = (today() + timedelta(days=100)).isoformat()
    response = reads(area.mas).get(f"/team/granvik/enheter/?on={ahead}")
    assert rows(response)[0] == "Norr 2 0 0 4 0"
    assert "Back to today" in text_of(response)


@pytest.mark.parametrize("on", ["1999-01-01", "2990-01-01", "soon"])
def test_a_day_out_of_reach_is_said_and_today_is_shown(area, on):
    response = reads(area.mas).get(f"/team/granvik/enheter/?on={on}")
    assert response.status_code == 200
    assert rows(response)[0] == "Norr 2 1 0 3 1"
    assert 'aria-invalid="true"' in response.content.decode()


def test_a_region_has_a_line_for_each_employer(area):
    boss = world.works_at(area.ekbacken, "Rut", "enhetschef")
    make.holds("manager", area.region, world.works_at(area.norr, boss, "enhetschef"))
    rebuild_all(now())
    response = reads(boss).get("/team/region/enheter/")
    assert [row.split()[0] for row in rows(response)] == ["Granvik", "Lyngfors", "Omsorg"]
    assert "/team/granvik/enheter/" in links_of(response)


def test_who_may_not_see_all_of_it_finds_nothing(area):
    for slug in ("granvik", "solrosen", "lyngfors", "nowhere"):
        assert reads(area.chef).get(f"/team/{slug}/enheter/").status_code == 404
    assert reads(area.usk).get("/team/norr/enheter/").status_code == 404
    assert reads(area.mas).get("/team/lyngfors/enheter/").status_code == 404
    assert Client().get("/team/granvik/enheter/").status_code == 302
    assert reads(area.mas).post("/team/granvik/enheter/").status_code == 405


@pytest.mark.parametrize("more", [1, 3])
def test_more_workplaces_ask_no_more_questions(area, more, django_assert_max_num_queries):
    for number in range(more):
        world.works_at(make.unit(f"enhet-{number}", area.granvik), f"Nr {number}", "underskoterska")
    rebuild_all(now())
    client = reads(area.mas)
    with django_assert_max_num_queries(14):
        assert len(rows(client.get("/team/granvik/enheter/"))) == 2 + more


def test_the_choice_of_workplaces_leads_to_the_numbers_of_all(area):
    assert "/team/granvik/enheter/" in links_of(reads(area.mas).get("/team/"))


def test_after_a_change_the_page_of_requirements_says_how_many_wait(area):
    client = reads(area.mas)
    assert "Everybody is computed by what holds now." in text_of(client.get("/krav/"))
    require("enhetschef", competency("HYG-01"), 1, now(), node=area.granvik)
    assert "1 person is being computed anew" in text_of(client.get("/krav/"))
    again = client.get("/krav/raknas/", headers={"HX-Request": "true"})
    assert "1 person is being computed anew" in again.content.decode()
    DirtyMark.objects.all().delete()
    again = client.get("/krav/raknas/", headers={"HX-Request": "true"})
    assert "Everybody is computed" in again.content.decode()
    assert client.get("/krav/raknas/").headers["Location"] == "/krav/"
    assert reads(area.usk).get("/krav/raknas/", headers={"HX-Request": "true"}).status_code == 404
