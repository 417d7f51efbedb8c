"""The counts of many units: on every day of the coming year the sum of what the teams themselves show."""

from __future__ import annotations

import os
import random
from datetime import timedelta
from uuid import uuid4

import pytest

from competency.api import assess, change_rule, rebuild, rebuild_all, rebuild_marked, require, review, verify_standings
from competency.models import DirtyMark, RollUp
from competency.queries import competency, team_of
from competency.rollup.queries import UnitCounts, counts_by_unit, total, waiting_at
from competency.shapes import Counts
from people.api import Organisation, change_employment, mark_absent
from xapi.api import vocabulary

from . import world
from .world import BEGAN, NOW, TODAY, days

pytestmark = pytest.mark.django_db
EVERYWHERE = Organisation.objects.all()


def in_days(number):
    return TODAY + timedelta(days=number)


def counted(unit, on=TODAY):
    return counts_by_unit(EVERYWHERE, on).get(unit.pk, UnitCounts())


def shown(unit, on):
    """The same from the page of the team."""
    team = team_of(None, unit, on)
    return UnitCounts(len(team.rows), team.counts)


def differences(units, on):
    found = counts_by_unit(EVERYWHERE, on)
    return {(unit.slug, on): (found.get(unit.pk, UnitCounts()), shown(unit, on)) for unit in units}


def a_busy_unit(school, seed):
    """People who come, go, are away and change posts; evidence that lapses here and there in the coming year."""
    chooser, made = random.Random(seed), []
    world.offer("hygien-2", teaches={"HYG-02": 1, "MED-02": 2})
    review(school.mas, world.course_iri("hygien-2"), "1.0", school.granvik, BEGAN)
    for number in range(6):
        unit = chooser.choice([school.norr, school.solrosen])
        ends = in_days(chooser.randrange(300)) if chooser.random() < 0.3 else None
        who = world.works_at(unit, f"Nr {number}", chooser.choice(["underskoterska", "vardbitrade"]), ends_on=ends)
        made.append(who)
        for _time in range(3):
            at = NOW - timedelta(days=chooser.randrange(1, 700), minutes=chooser.randrange(1440))
            world.takes(who, school.granvik, chooser.choice(["hygien", "hygien-2"]), at, passes=chooser.random() < 0.7)
        opened = NOW - timedelta(days=chooser.randrange(300))
        world.says(
            who, school.granvik, vocabulary.INITIALIZED, world.course_iri("hygien-2"), opened, registration=uuid4()
        )
        if chooser.random() < 0.5:
            at = NOW - timedelta(days=chooser.randrange(1, 300))
            assess(school.ssk, who, competency("MED-02"), 3, at, positive=chooser.random() < 0.7)
    world.works_at(school.solrosen, made[0], "vardbitrade", at=days(100))
    employment = made[1].employments.first()
    moved = school.solrosen if employment.all_terms.get().unit == school.norr else school.norr
    change_employment(employment, valid_from=in_days(45), at=NOW, unit=moved, profession="underskoterska")
    mark_absent(made[2].employments.first(), in_days(20), in_days(80), at=NOW)
    mark_absent(made[3].employments.first(), in_days(-20), None, at=NOW)
    require("vardbitrade", competency("HYG-02"), 2, NOW, node=school.granvik, valid_from=in_days(90))
    change_rule(competency("HYG-01"), 2, world.COURSE, NOW, validity_months=6, valid_from=NOW + timedelta(days=150))
    return [school.norr, school.solrosen]


def assert_the_year_is_the_sum_of_its_teams(school, seed, step=1):
    units = a_busy_unit(school, seed)
    rebuild_marked(NOW)
    wrong = {}
    for number in range(0, 367, step):
        compared = differences(units, in_days(number))
        wrong |= {key: both for key, both in compared.items() if both[0] != both[1]}
    assert wrong == {}
    assert verify_standings(NOW) == []
    assert RollUp.objects.filter(day__gt=TODAY).exists()


def test_every_day_of_the_coming_year_is_the_sum_of_what_the_teams_show(school):
    assert_the_year_is_the_sum_of_its_teams(school, seed=4)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(max(1, min(6, int(os.environ.get("LONG_N", "600")) // 100))))
def test_it_is_so_whatever_happened(school, seed):
    assert_the_year_is_the_sum_of_its_teams(school, seed, step=3)


def test_what_lapses_within_sixty_days_is_counted_from_the_very_day(school):
    world.takes(school.usk, school.granvik, "hygien", days(10))
    rebuild_marked(days(10))
    lapses = (days(10) + timedelta(days=365)).date()
    lapsing = {number: counted(school.norr, lapses + timedelta(days=number)).counts for number in (-61, -60, 0, 1)}
    assert [each.lapsing for each in lapsing.values()] == [0, 1, 1, 0]
    assert [each.met for each in lapsing.values()] == [1, 1, 1, 0]


def test_what_is_taken_today_is_counted_at_once(school):
    rebuild_all(NOW)
    before = counted(school.norr)
    world.takes(school.usk, school.granvik, "hygien", NOW)
    rebuild_marked(NOW)
    after = counted(school.norr)
    assert after.people == before.people == 2
    assert after.counts == Counts(before.counts.met + 1, before.counts.on_the_way, before.counts.missing - 1, 0)


def test_the_counts_of_a_day_are_one_question(school, django_assert_num_queries):
    rebuild_all(NOW)
    with django_assert_num_queries(1):
        found = counts_by_unit(EVERYWHERE, TODAY)
    assert {unit: each.people for unit, each in found.items()} == {school.norr.pk: 2, school.solrosen.pk: 2}
    assert total(found.values()).people == 4


def test_a_requirement_added_marks_those_whom_it_reaches(school):
    rebuild_all(NOW)
    require("enhetschef", competency("HYG-01"), 1, NOW, node=school.granvik)
    assert set(DirtyMark.objects.values_list("person", flat=True)) == {school.chef.pk}
    rebuild_marked(NOW)
    assert counted(school.norr) == shown(school.norr, TODAY)


def test_a_course_that_brings_something_within_reach_marks_those_who_are_asked_for_it(school):
    """HYG-02 at level 1 is shown by a course only, and none taught it until now."""
    rebuild_all(NOW)
    before = counted(school.norr).counts.missing
    world.offer("hygien-2", at=NOW, teaches={"HYG-02": 1})
    marked = set(DirtyMark.objects.values_list("person", flat=True))
    rebuild_marked(NOW)
    assert counted(school.norr) == shown(school.norr, TODAY)
    assert (counted(school.norr).counts.missing > before) == (school.chef.pk in marked)


def test_verify_names_a_count_that_is_wrong(school):
    rebuild_all(NOW)
    row = RollUp.objects.filter(person=school.usk).earliest("day")
    RollUp.objects.filter(pk=row.pk).update(missing=row.missing + 1)
    (line,) = verify_standings(NOW)
    assert str(school.usk.uuid) in line
    assert f"unit {school.norr.pk}" in line


def test_days_that_pass_change_nothing_that_is_stored(school):
    world.takes(school.usk, school.granvik, "hygien", days(10))
    rebuild_marked(days(10))
    before = list(RollUp.objects.filter(person=school.usk).order_by("day").values())
    rebuild(school.usk.pk, days(400))
    assert list(RollUp.objects.filter(person=school.usk).order_by("day").values()) == before
    assert len(before) > 1


def test_who_waits_is_told_for_a_place(school):
    rebuild_all(NOW)
    assert waiting_at().people == 0
    DirtyMark.objects.create(person=school.usk, made_at=NOW)
    DirtyMark.objects.create(person=school.usk, made_at=days(0))
    assert (waiting_at().people, waiting_at().since) == (1, days(0))
    assert waiting_at([school.norr.path]).people == 1
    assert waiting_at([school.solrosen.path, school.lyngfors.path]).people == 0
