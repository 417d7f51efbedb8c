"""A competency that is superseded or split: what was shown of it counts on, what is asked follows, the past stands."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from competency import models
from competency.api import (
    FrameworkError,
    RuleError,
    competencies,
    competency,
    explanation,
    load_framework,
    rebuild_marked,
    require,
    requirements_of,
    standings_of,
    verify_standings,
)
from competency.frameworks.models import FrameworkVersion, Succession
from competency.frameworks.queries import references_to_retired
from competency.frameworks.services import state_equivalence

from .. import world
from ..world import days

pytestmark = pytest.mark.django_db
LATER = days(101).date()


def levels(who, as_of=LATER, known_at=None):
    return {row.competency.code: row.level for row in standings_of(who, None, as_of, known_at) if row.level}


def asked(who, as_of=LATER, known_at=None):
    return {row.competency.code: row.asked for row in requirements_of(who, as_of, known_at)}


@pytest.fixture
def taken(school):
    world.takes(school.usk, school.granvik, "hygien", days(10))
    return school


def test_what_was_shown_of_the_old_counts_for_the_new_from_that_day(taken):
    report = load_framework(world.superseded(), days(100))
    rebuild_marked(days(100))
    assert (report.added["equivalences"], report.added["competencies"]) == (1, 1)
    assert levels(taken.usk) == {"HYG-01": 2, "HYG-10": 2}
    assert levels(taken.usk, days(99).date()) == {"HYG-01": 2}
    assert asked(taken.usk) == {"HYG-10": 2, "HYG-02": 2, "MED-02": 2}
    assert verify_standings(days(100)) == []


def test_the_reason_names_the_equivalence_and_keeps_the_statement(taken):
    load_framework(world.superseded(), days(100))
    found = explanation(taken.usk, competency("HYG-10"), LATER)
    assert (found.level, found.since, found.valid_through, found.rule) == (2, days(100), days(10 + 365).date(), None)
    assert [(each.kind, each.title) for each in found.reasons] == [("course", "Hygien"), ("quiz", "Hygien")]
    carried = {each.carried_over for each in found.reasons}
    assert [(each.competency.code, each.since, each.reason) for each in carried] == [
        ("HYG-01", days(100), "Kursen är omgjord.")
    ]


def test_what_was_known_before_stays_as_it_was(taken):
    load_framework(world.superseded(), days(100))
    rebuild_marked(days(100))
    assert levels(taken.usk, LATER, days(99)) == {"HYG-01": 2}
    assert asked(taken.usk, LATER, days(99)) == {"HYG-01": 2, "HYG-02": 2, "MED-02": 2}
    assert explanation(taken.usk, competency("HYG-10"), LATER, days(99)).level == 0


def test_a_split_gives_each_part_its_own_level(taken):
    content = world.superseded("HYG-10", "HYG-11")
    content["successions"][1]["levels"] = {"1": 1, "2": 1}
    load_framework(content, days(100))
    rebuild_marked(days(100))
    assert levels(taken.usk) == {"HYG-01": 2, "HYG-10": 2, "HYG-11": 1}


def test_what_a_municipality_asks_follows_and_the_past_is_still_asked(taken):
    require("underskoterska", competency("HYG-01"), 3, days(50), node=taken.granvik)
    content = world.superseded("HYG-10", "HYG-11", levels={"1": 1, "2": 2, "3": 2})
    report = load_framework(content, days(100))
    assert asked(taken.usk, days(99).date())["HYG-01"] == 3
    assert asked(taken.usk) == {"HYG-10": 2, "HYG-11": 2, "HYG-02": 2, "MED-02": 2}
    assert [ref for ref in report.references if ref.kind == "requirement"] == []
    local = models.ProfileRequirement.objects.filter(node=taken.granvik)
    assert [(row.competency.code, row.level, row.withdrawn) for row in local] == [
        ("HYG-01", 3, False),
        ("HYG-10", 2, False),
        ("HYG-11", 2, False),
        ("HYG-01", 3, True),
    ]
    assert load_framework(content | {"version": "next"}, days(110)).added == {}
    assert local.count() == 4


def test_what_was_asked_of_the_new_already_is_never_lowered(taken):
    load_framework(world.superseded(), days(60))
    require("underskoterska", competency("HYG-02"), 4, days(70), node=taken.granvik)
    require("underskoterska", competency("HYG-10"), 3, days(70), node=taken.granvik)
    both = world.superseded()
    both["competencies"] = [row for row in both["competencies"] if row["code"] != "HYG-02"]
    for each in both["professions"]:
        each["profile"] = [row for row in each["profile"] if row["competency"] != "HYG-02"]
    both["successions"].append({"old": "HYG-02", "new": "HYG-10", "levels": {"1": 1, "4": 2}, "reason": "Samma sak."})
    load_framework(both, days(100))
    assert asked(taken.usk)["HYG-10"] == 3


def test_what_cannot_follow_is_reported(taken):
    require("underskoterska", competency("HYG-01"), 1, days(50), node=taken.granvik)
    report = load_framework(world.superseded(levels={"2": 2}), days(100))
    assert [(ref.competency, ref.kind, ref.what) for ref in report.references] == [
        ("HYG-01", "course", "Hygien"),
        ("HYG-01", "requirement", "Granvik: Underskoterska, 1"),
    ]
    assert references_to_retired() == list(report.references)
    assert asked(taken.usk)["HYG-01"] == 1


def test_an_equivalence_that_the_file_no_longer_has_is_withdrawn_and_one_without_the_list_keeps_it(taken):
    load_framework(world.superseded(), days(100))
    silent = world.superseded(version="silent")
    del silent["successions"]
    load_framework(silent, days(110))
    assert Succession.objects.count() == 1
    load_framework(world.superseded(version="none", successions=[]), days(120))
    rebuild_marked(days(120))
    assert levels(taken.usk, days(119).date()) == {"HYG-01": 2, "HYG-10": 2}
    assert levels(taken.usk, days(121).date()) == {"HYG-01": 2}


def test_a_changed_equivalence_is_a_new_row_and_the_same_is_none(taken):
    load_framework(world.superseded(), days(100))
    load_framework(world.superseded(version="again"), days(105))
    assert Succession.objects.count() == 1
    load_framework(world.superseded(version="less", levels={"1": 1, "2": 1}), days(110))
    rebuild_marked(days(110))
    assert levels(taken.usk, days(109).date())["HYG-10"] == 2
    assert levels(taken.usk, days(111).date())["HYG-10"] == 1
    assert verify_standings(days(111)) == []


def test_an_equivalence_may_begin_on_a_day_to_come(taken):
    content = world.superseded()
    content["successions"][0]["from"] = days(200).date().isoformat()
    load_framework(content, days(100))
    load_framework(content | {"version": "again"}, days(101))
    rebuild_marked(days(101))
    assert Succession.objects.count() == 1
    assert levels(taken.usk, days(198).date()) == {"HYG-01": 2}
    assert levels(taken.usk, days(201).date()) == {"HYG-01": 2, "HYG-10": 2}


def test_every_version_is_kept_whole_also_the_one_before_versions_were_kept(taken):
    load_framework(world.superseded(), days(100))
    first, second = FrameworkVersion.objects.all()
    assert (first.number, first.label, second.number, second.label) == (1, "2025-01-01", 2, "2025-04-11")
    assert "HYG-01" in {row["code"] for row in first.content["competencies"]}
    assert "HYG-01" not in {row["code"] for row in second.content["competencies"]}


def test_a_competency_is_never_deleted(school):
    for change in ("DELETE FROM competency_competency", "DELETE FROM competency_succession"):
        load_framework(world.superseded(), days(100))
        with (
            pytest.raises(DatabaseError, match=r"append-only|permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change)


WRONG = [
    ({"levels": {}}, "at least one level"),
    ({"levels": {2: 5}}, "out of range"),
    ({"levels": {1: 3, 2: 2}}, "less than a lower one"),
    ({"reason": " "}, "reason"),
    ({"valid_from": days(99)}, "today at the earliest"),
]


@pytest.mark.parametrize(("change", "says"), WRONG)
def test_an_equivalence_that_means_nothing_is_refused(school, english, change, says):
    values = {"levels": {1: 1}, "reason": "Delad", "valid_from": None} | change
    with pytest.raises(RuleError, match=says):
        state_equivalence(competency("HYG-01"), competency("HYG-02"), values.pop("levels"), days(100), **values)
    assert not Succession.objects.exists()


def test_two_that_take_over_from_each_other_are_refused(school, english):
    one, other = competency("HYG-01"), competency("HYG-02")
    state_equivalence(one, other, {1: 1}, days(100), reason="Samma")
    with pytest.raises(RuleError, match=r"Circular: HYG-01, HYG-02"):
        state_equivalence(other, one, {1: 1}, days(101), reason="Samma")


DAMAGE = [
    ("successions[0].levels.2", {"levels": {"2": 9}}),
    ("successions[0].levels", {"levels": {"1": 3, "2": 2}}),
    ("successions[0].levels", {"levels": {"ett": 1}}),
    ("successions[0].new", {"new": "ZZZ-01"}),
    ("successions[0].old", {"old": "HYG-02"}),
    ("successions[0].from", {"from": "i morgon"}),
    ("successions[0].reason", {"reason": ""}),
]


@pytest.mark.parametrize(("path", "damage"), DAMAGE)
def test_a_wrong_equivalence_in_a_file_is_refused_by_its_place(taken, english, path, damage):
    content = world.superseded()
    content["successions"][0].update(damage)
    with pytest.raises(FrameworkError) as error:
        load_framework(content, days(100))
    assert f"{path}: " in str(error.value)
    assert [row.code for row in competencies()] == ["HYG-01", "HYG-02", "MED-01", "MED-02"]


def test_a_circle_in_a_file_is_named(taken, english):
    content = world.superseded()
    row = content["successions"][0]
    content["successions"] = [row, row | {"old": "HYG-10", "new": "HYG-01"}]
    with pytest.raises(FrameworkError, match="circular: HYG-01, HYG-10"):
        load_framework(content, days(100))


def test_a_superseded_competency_cannot_come_back_while_it_counts_as_another(taken, english):
    load_framework(world.superseded(), days(100))
    with pytest.raises(FrameworkError, match="still among the competencies"):
        load_framework(world.framework(version="back"), days(110))
