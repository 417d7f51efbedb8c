"""What is asked beside what is held: statuses, weights, offers and plans."""

from __future__ import annotations

import pytest

from competency.api import (
    Counts,
    Status,
    approve_certificate,
    assess,
    change_rule,
    counts_of,
    gaps_of,
    load_framework,
    plan_of,
    rebuild_marked,
    require,
    requirements_of,
    review,
    standings_of,
    withdraw_offer,
)
from competency.errors import RuleError
from competency.queries import competency
from people.api import end_of_day
from xapi.api import vocabulary

from . import world
from .world import BEGAN, NOW, TODAY, days

pytestmark = pytest.mark.django_db


def asked(who, on=TODAY, **more):
    return {each.competency.code: each.asked for each in requirements_of(who, on, **more)}


def gaps(who, on=TODAY, **more):
    rebuild_marked(NOW)
    return {gap.competency.code: gap for gap in gaps_of(who, on, **more)}


# Requirements


def test_the_higher_level_is_asked_in_the_setting_that_asks_for_it(town):
    there = world.works_at(town.solrosen, "Sol", "underskoterska")
    assert asked(town.usk) == {"HYG-01": 2, "HYG-02": 2, "MED-02": 2}
    assert asked(there) == {"HYG-01": 2, "HYG-02": 2, "MED-02": 3}


def test_a_node_adds_and_raises_and_can_never_lower(town):
    require("underskoterska", competency("HYG-01"), 3, days(50), node=town.granvik)
    require("underskoterska", competency("MED-01"), 1, days(50), node=town.norr)
    require("underskoterska", competency("HYG-02"), 1, days(50), node=town.granvik)
    assert asked(town.usk, days(49).date()) == {"HYG-01": 2, "HYG-02": 2, "MED-02": 2}
    assert asked(town.usk) == {"HYG-01": 3, "HYG-02": 2, "MED-01": 1, "MED-02": 2}
    elsewhere = world.works_at(town.ekbacken, "Lys", "underskoterska")
    assert asked(elsewhere) == {"HYG-01": 2, "HYG-02": 2, "MED-02": 3}
    require("underskoterska", competency("MED-01"), 1, days(60), node=town.norr, withdrawn=True)
    assert "MED-01" not in asked(town.usk)


def test_the_reason_says_who_asks_and_since_when(town):
    require("underskoterska", competency("HYG-01"), 3, days(50), node=town.granvik, setting="hemtjänst")
    found = next(each for each in requirements_of(town.usk, TODAY) if each.competency.code == "HYG-01")
    (asking,) = found.asked_by
    assert (asking.profession.code, asking.setting, asking.setting_title) == (
        "underskoterska",
        "hemtjänst",
        "Hemtjänst",
    )
    assert (asking.node, asking.unit, asking.since) == (town.granvik, town.norr, days(50).date())


def test_employments_at_two_employers_are_asked_apart_and_weighed_together(town):
    world.works_at(town.ekbacken, town.usk, "vardbitrade")
    each = [(row.organisation.slug, row.competency.code, row.asked) for row in requirements_of(town.usk, TODAY)]
    assert sorted(each) == [
        ("granvik", "HYG-01", 2),
        ("granvik", "HYG-02", 2),
        ("granvik", "MED-02", 2),
        ("lyngfors", "HYG-01", 1),
    ]
    assert asked(town.usk, organisation=town.lyngfors) == {"HYG-01": 1}
    found = gaps(town.usk)
    assert sorted(found) == ["HYG-01", "HYG-02", "MED-02"]
    assert (found["HYG-01"].organisation, len(found["HYG-01"].asked_by)) == (town.granvik, 2)


@pytest.mark.parametrize("wrong", [{"profession": "trollkarl"}, {"level": 0}, {"level": 5}, {"setting": "månen"}])
def test_a_requirement_that_means_nothing_is_refused(town, wrong):
    values = {"profession": "underskoterska", "level": 2, "setting": "all"} | wrong
    with pytest.raises(RuleError):
        require(values["profession"], competency("HYG-01"), values["level"], days(1), setting=values["setting"])


# Status, first match wins


def test_every_status_by_its_first_matching_rule(school, hygiene):
    assert gaps(school.usk)["HYG-01"].status is Status.MISSING
    world.takes(school.usk, school.granvik, "hygien", days(10), passes=False)
    assert gaps(school.usk, days(20).date())["HYG-01"].status is Status.ON_THE_WAY
    world.takes(school.usk, school.granvik, "hygien", days(30))
    found = gaps(school.usk, days(40).date())["HYG-01"]
    assert (found.status, found.held, found.valid_through) == (Status.MET, 2, days(30 + 365).date())
    assert gaps(school.usk, days(30 + 304).date())["HYG-01"].status is Status.MET
    assert gaps(school.usk, days(30 + 306).date())["HYG-01"].status is Status.EXPIRES_SOON
    assert gaps(school.usk, days(30 + 365).date())["HYG-01"].status is Status.EXPIRES_SOON
    gone = gaps(school.usk, days(30 + 366).date())["HYG-01"]
    assert (gone.status, gone.held, gone.valid_through) == (Status.EXPIRED, 0, days(30 + 365).date())


def test_a_started_course_is_on_the_way(school):
    world.says(school.usk, school.granvik, vocabulary.INITIALIZED, world.course_iri("hygien"), days(10))
    assert gaps(school.usk)["HYG-01"].status is Status.ON_THE_WAY


def test_a_level_below_the_one_asked_is_on_the_way_and_one_that_lapses_above_it_is_met(school, hygiene):
    require("underskoterska", hygiene, 3, days(1), node=school.granvik)
    world.takes(school.usk, school.granvik, "hygien", days(10))
    assert gaps(school.usk)["HYG-01"].status is Status.ON_THE_WAY
    assess(school.ssk, school.usk, hygiene, 3, days(20))
    assert gaps(school.usk)["HYG-01"].status is Status.MET


def test_what_a_failed_observation_took_has_expired(school, hygiene):
    world.takes(school.usk, school.granvik, "hygien", days(10))
    assess(school.ssk, school.usk, hygiene, 1, days(20), positive=False)
    found = gaps(school.usk)["HYG-01"]
    assert (found.status, found.held) == (Status.EXPIRED, 0)
    assert end_of_day(days(20).date()) > found.valid_until == days(20)


# Weight and offers


def test_gaps_come_by_weight_then_lapsed_then_fewest_minutes(school):
    world.offer("lakemedel", teaches={"MED-02": 2}, minutes=5)
    found = gaps(school.usk)
    assert [(code, gap.weight) for code, gap in found.items()] == [("MED-02", 6), ("HYG-01", 4), ("HYG-02", 2)]


def test_of_the_same_weight_the_lapsed_comes_first_then_the_one_with_fewest_minutes(town):
    same = world.framework()
    for row in same["competencies"]:
        row["risk"] = 2
    load_framework(same, days(1))
    world.offer("a", teaches={"HYG-01": 2}, minutes=9)
    world.offer("b", teaches={"HYG-02": 2}, minutes=4)
    assert list(gaps(town.usk)) == ["HYG-02", "HYG-01", "MED-02"]
    last = days(30).date()
    approve_certificate(None, town.usk, competency("MED-02"), 2, days(20), organisation=town.granvik, until=last)
    assert gaps(town.usk)["MED-02"].status is Status.EXPIRED
    assert list(gaps(town.usk)) == ["MED-02", "HYG-02", "HYG-01"]


def test_risk_is_the_one_in_force_on_the_day(school):
    changed = world.framework()
    changed["competencies"][0]["risk"] = 9
    load_framework(changed, days(100))
    assert gaps(school.usk, days(99).date())["HYG-01"].weight == 4
    assert gaps(school.usk, days(100).date())["HYG-01"].weight == 18


def test_offers_for_her_profession_come_first_and_others_are_not_hidden(school):
    world.offer("for-chefer", minutes=1, target_professions=("enhetschef",))
    world.offer("for-alla", minutes=30)
    world.offer("for-usk", minutes=20, target_professions=("underskoterska",))
    offers = gaps(school.usk)["HYG-01"].offers
    assert [offer.title for offer in offers] == ["Hygien", "For-Usk", "For-Alla", "For-Chefer"]
    assert [offer.is_for_profession for offer in offers] == [True, True, True, False]
    assert [offer.is_reviewed for offer in offers] == [True, False, False, False]


def test_an_offer_helps_only_above_what_is_held_and_near_what_is_asked(school):
    world.offer("grund", minutes=1, teaches={"HYG-01": 1})
    assert [offer.title for offer in gaps(school.usk)["HYG-01"].offers] == ["Hygien", "Grund"]
    world.takes(school.usk, school.granvik, "hygien", days(300), passes=False)
    assert [offer.title for offer in gaps(school.usk)["HYG-01"].offers] == ["Hygien"]


def test_a_local_course_is_offered_at_its_owner_and_below(school):
    world.offer("lokal", node=school.lyngfors)
    world.offer("egen", node=school.granvik)
    assert {offer.title for offer in gaps(school.usk)["HYG-01"].offers} == {"Hygien", "Egen"}


def test_what_only_people_can_show_is_said(school, hygiene):
    require("underskoterska", hygiene, 3, days(1))
    (way,) = gaps(school.usk)["HYG-01"].ways
    assert (way.kind, way.level, way.by, way.in_person) == ("observation", 3, ("sjukskoterska",), True)
    assert str(way.label) == "Observation"


def test_a_requirement_that_nothing_can_meet_is_not_her_gap(school, hygiene):
    for level in (2, 3, 4):
        change_rule(hygiene, level, {}, days(10), validity_months=None)
    assert "HYG-01" not in gaps(school.usk)
    plan = plan_of(school.usk, TODAY)
    assert [each.competency.code for each in plan.unmeetable] == ["HYG-01"]
    assert plan.counts.asked == 2
    assert "HYG-01" not in {line.competency.code for line in standings_of(school.usk, as_of=TODAY)}


def test_a_rule_of_courses_alone_that_no_course_teaches_cannot_be_met(school, hygiene):
    for level in (3, 4):
        change_rule(hygiene, level, {}, days(10), validity_months=None)
    assert "HYG-01" in gaps(school.usk)
    world.offer("hygien", at=days(20), revision="1.1", teaches={"MED-01": 1})
    assert "HYG-01" not in gaps(school.usk)


# Plans and counts


def test_a_plan_holds_each_gap_once_and_each_course_once(school):
    world.offer("hygien", at=days(1), revision="1.1", teaches={"HYG-01": 2, "HYG-02": 2})
    rebuild_marked(NOW)
    plan = plan_of(school.usk, TODAY)
    assert [gap.competency.code for gap in plan.gaps] == ["MED-02", "HYG-01", "HYG-02"]
    assert [offer.title for offer in plan.offers] == ["Hygien"]
    assert plan.minutes == 7
    assert plan.counts == Counts(met=0, on_the_way=0, missing=3, lapsing=0)


def test_closing_a_gap_takes_it_out_of_the_plan(school):
    world.takes(school.usk, school.granvik, "hygien", days(300))
    rebuild_marked(NOW)
    plan = plan_of(school.usk, TODAY)
    assert [gap.competency.code for gap in plan.gaps] == ["MED-02", "HYG-02"]
    assert [gap.competency.code for gap in plan.met] == ["HYG-01"]
    assert plan.computed_at == NOW
    assert counts_of(school.usk, TODAY) == Counts(met=1, on_the_way=0, missing=2, lapsing=0)


def test_what_lapses_soon_is_met_and_stands_apart(school):
    world.takes(school.usk, school.granvik, "hygien", days(0))
    rebuild_marked(NOW)
    plan = plan_of(school.usk, TODAY)
    assert [gap.competency.code for gap in plan.lapsing] == ["HYG-01"]
    assert [offer.title for offer in plan.lapsing[0].offers] == ["Hygien"]
    assert plan.counts == Counts(met=1, on_the_way=0, missing=2, lapsing=1)


def test_the_number_of_queries_does_not_grow_with_the_gaps(school, django_assert_max_num_queries):
    rebuild_marked(NOW)
    plan_of(school.usk, TODAY)
    with django_assert_max_num_queries(7):
        plan_of(school.usk, TODAY)


def test_whoever_is_asked_nothing_has_an_empty_plan(school):
    idle = world.works_at(school.norr, "Ida", "")
    plan = plan_of(idle, TODAY)
    assert (plan.gaps, plan.met, plan.counts) == ((), (), Counts())


def test_standings_list_what_is_held_though_nobody_asks(school):
    world.offer("extra", teaches={"MED-01": 2})
    withdraw_offer(world.course_iri("extra"), days(250))
    review(school.mas, world.course_iri("extra"), "1.0", school.granvik, BEGAN)
    world.takes(school.usk, school.granvik, "extra", days(200))
    rebuild_marked(NOW)
    lines = {line.competency.code: (line.level, line.asked, line.status) for line in standings_of(school.usk)}
    assert lines["MED-01"] == (2, 0, None)
    assert lines["HYG-01"] == (0, 2, Status.MISSING)
    line = next(line for line in standings_of(school.usk, as_of=TODAY) if line.competency.code == "MED-01")
    assert (line.since, line.valid_until, line.status_label) == (days(200), None, "")
