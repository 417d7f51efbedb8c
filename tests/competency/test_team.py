"""The table of a unit: the same answers as for each person, in a fixed number of queries."""

from __future__ import annotations

import pytest

from competency.api import Counts, Status, assess, levels_of, mark, rebuild_marked, standings_of, team_counts, team_of
from people.api import mark_absent
from tests.people import factories as make

from . import world
from .world import NOW, TODAY, days

pytestmark = pytest.mark.django_db


def cells(team, who):
    row = next(row for row in team.rows if row.person.pk == who.pk)
    return {
        column.competency.code: cell and (cell.held, cell.asked, cell.status)
        for column, cell in zip(team.columns, row.cells, strict=True)
    }


@pytest.fixture
def team(school, hygiene):
    """Three people of home care: one has taken the course and been observed, her manager nothing, a colleague half."""
    world.works_at(school.norr, "Vera", "vardbitrade")
    world.takes(school.usk, school.granvik, "hygien", days(10))
    assess(school.ssk, school.usk, hygiene, 3, days(20))
    vera = school.norr.pk and make.Person.objects.get(given_name="Vera")
    world.takes(vera, school.granvik, "hygien", days(300), passes=False)
    rebuild_marked(NOW)
    return school, vera


def test_the_table_holds_what_is_held_and_asked_in_the_frameworks_order(team):
    school, vera = team
    found = team_of(school.chef, school.norr, TODAY)
    assert [column.competency.code for column in found.columns] == ["HYG-01", "HYG-02", "MED-02"]
    assert [row.person.given_name for row in found.rows] == ["Clara", "Ulla", "Vera"]
    assert cells(found, school.usk) == {
        "HYG-01": (3, 2, Status.MET),
        "HYG-02": (0, 2, Status.MISSING),
        "MED-02": (0, 2, Status.MISSING),
    }
    assert cells(found, vera) == {"HYG-01": (1, 1, Status.MET), "HYG-02": None, "MED-02": None}
    assert cells(found, school.chef) == {"HYG-01": None, "HYG-02": (0, 1, Status.MISSING), "MED-02": None}


def test_counts_are_those_of_rows_and_of_columns(team):
    school, _vera = team
    found = team_of(school.chef, school.norr, TODAY)
    assert found.counts == Counts(met=2, on_the_way=0, missing=3, lapsing=0)
    assert team_counts(school.chef, school.norr, TODAY) == found.counts
    assert [column.counts.met for column in found.columns] == [2, 0, 0]
    assert [row.counts.asked for row in found.rows] == [1, 3, 1]


def test_what_it_says_of_each_is_what_her_own_page_says(team):
    school, vera = team
    for on in (TODAY, days(15).date(), days(330).date(), days(386).date()):
        found = team_of(school.chef, school.norr, on)
        for who in (school.usk, vera, school.chef):
            own = {
                line.competency.code: (line.level, line.asked, line.status)
                for line in standings_of(who, school.granvik, on)
            }
            assert {code: cell for code, cell in cells(found, who).items() if cell} == own


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_people(school, hygiene, django_assert_num_queries, count):
    for number in range(count):
        someone = world.works_at(school.norr, f"Person {number}", "underskoterska")
        assess(school.ssk, someone, hygiene, 3, days(20))
    rebuild_marked(NOW)
    team_of(school.chef, school.norr, TODAY)
    with django_assert_num_queries(6):
        team_of(school.chef, school.norr, TODAY)


def test_a_post_at_another_employer_is_not_looked_at(team, hygiene):
    school, _vera = team
    world.works_at(school.ekbacken, school.usk, "vardbitrade")
    rebuild_marked(NOW)
    there = team_of(school.chef, school.ekbacken, TODAY)
    assert cells(there, school.usk) == {"HYG-01": (0, 1, Status.MISSING)}
    assert levels_of(school.usk, school.lyngfors, TODAY) == {}


def test_two_posts_in_one_unit_are_one_row_asked_for_both(school):
    world.works_at(school.norr, school.usk, "enhetschef", share=20)
    world.works_at(school.norr, school.usk, "sjukskoterska", share=50)
    found = team_of(school.chef, school.norr, TODAY)
    assert [row.person.given_name for row in found.rows] == ["Clara", "Ulla"]
    row = found.rows[1]
    assert row.profession.code == "sjukskoterska"
    assert {code: cell[1] for code, cell in cells(found, school.usk).items()} == {
        "HYG-01": 3,
        "HYG-02": 2,
        "MED-01": 3,
        "MED-02": 2,
    }


def test_those_not_in_service_and_those_gone_are_left_out(team):
    school, vera = team
    mark_absent(vera.employments.get(), TODAY, TODAY, at=NOW)
    world.works_at(school.norr, "Gun", "vardbitrade", ends_on=days(100).date())
    assert [row.person.given_name for row in team_of(school.chef, school.norr, TODAY).rows] == ["Clara", "Ulla"]
    assert len(team_of(school.chef, school.norr, days(50).date()).rows) == 4


def test_a_node_shows_everybody_below_it(team):
    school, _vera = team
    names = [row.person.given_name for row in team_of(school.mas, school.granvik, TODAY).rows]
    assert sorted(names) == ["Clara", "Maja", "Sara", "Ulla", "Vera"]


def test_it_says_when_it_was_computed_and_how_many_wait(team):
    school, vera = team
    mark([vera.pk], days(301))
    mark([vera.pk, school.usk.pk], days(302))
    found = team_of(school.chef, school.norr, TODAY)
    assert found.pending == 2
    rebuild_marked(days(400))
    again = team_of(school.chef, school.norr, TODAY)
    assert (found.computed_at, again.pending, again.computed_at) == (NOW, 0, days(400))


def test_the_key_of_a_row_changes_exactly_when_what_it_shows_does(team, hygiene):
    school, _vera = team

    def keys():
        rebuild_marked(days(400))
        return {row.person.given_name: row.key for row in team_of(school.chef, school.norr, TODAY).rows}

    before = keys()
    assert keys() == before
    assess(school.ssk, school.usk, hygiene, 3, days(30))
    after = keys()
    assert after["Ulla"] != before["Ulla"]
    assert {name: after[name] for name in ("Clara", "Vera")} == {name: before[name] for name in ("Clara", "Vera")}


def test_an_empty_unit_is_an_empty_table(school):
    empty = make.unit("tom", school.granvik)
    found = team_of(school.chef, empty, TODAY)
    assert (found.rows, found.columns, found.counts, found.computed_at) == ((), (), Counts(), None)
