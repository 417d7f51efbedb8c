"""A municipality accepts what another has found: who decides, who is rebuilt, and what is seen of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from competency.api import (
    NotEntitled,
    RuleError,
    accept_equivalent,
    assess,
    change_rule,
    explanation,
    rebuild_marked,
    standings_of,
    verify_standings,
)
from competency.dry_run.proposals import ACCEPTANCE
from competency.dry_run.services import advance_dry_runs, publish_dry_run, start_dry_run
from competency.inspection.services import start_pack
from competency.models import AcceptedEquivalent, DirtyMark
from people.api import Person, today
from tests.people import factories as make

from . import world
from .pages import reads, text_of
from .world import BEGAN, NOW, Town, days

TREE = {"any_of": [{"type": "observation", "by": ["sjukskoterska"]}, {"type": "equivalent"}]}


@pytest.fixture
def neighbours(school: Town, hygiene: Any) -> Town:
    """The school when its assistant nurse works in Lyngfors too, was seen there, and the rule takes that."""
    change_rule(hygiene, 3, TREE, days(1), validity_months=12)
    world.works_at(school.ekbacken, school.usk, "underskoterska")
    nurse = world.works_at(school.ekbacken, "Lova", "sjukskoterska")
    world.licensed(nurse, school.lyngfors)
    assess(nurse, school.usk, hygiene, 3, days(10), organisation=school.lyngfors, comment="Trygg i allt.")
    rebuild_marked(days(10))
    return school


def level(town: Town, at: float = 20) -> int:
    lines = standings_of(town.usk, town.granvik, today(days(at)))
    return next((line.level for line in lines if line.competency.code == "HYG-01"), 0)


def test_it_counts_once_accepted_and_shows_level_and_day_only(neighbours: Town, hygiene: Any) -> None:
    assert level(neighbours) == 0
    accept_equivalent(neighbours.granvik, neighbours.lyngfors, 3, days(12), competency=hygiene, freshness_months=6)
    rebuild_marked(days(12))
    assert (level(neighbours), level(neighbours, 300)) == (3, 0)
    why = explanation(neighbours.usk, hygiene, today(days(20)), organisation=neighbours.granvik)
    (reason,) = why.reasons
    assert (reason.kind, reason.level, reason.happened_at, reason.from_elsewhere) == ("equivalent", 3, days(10), True)
    assert (reason.statement_id, reason.by, reason.title, reason.stored) == (None, (), "", None)
    assert verify_standings(NOW) == []


def test_an_end_to_it_takes_effect_at_once(neighbours: Town) -> None:
    accept_equivalent(neighbours.granvik, neighbours.lyngfors, 4, days(12))
    accept_equivalent(neighbours.granvik, neighbours.lyngfors, 4, days(15), withdrawn=True)
    rebuild_marked(days(15))
    assert (level(neighbours, 14), level(neighbours, 20)) == (3, 0)


def test_what_failed_elsewhere_is_not_told(neighbours: Town, hygiene: Any) -> None:
    nurse = Person.objects.get(given_name="Lova")
    assess(nurse, neighbours.usk, hygiene, 3, days(15), organisation=neighbours.lyngfors, positive=False)
    why = explanation(neighbours.usk, hygiene, today(days(20)), organisation=neighbours.granvik)
    assert [each.why for each in why.not_counted] == ["elsewhere", "elsewhere"]


@pytest.fixture
def doubted(neighbours: Town, hygiene: Any) -> Town:
    """What Lyngfors found counts in Granvik up to level 2; later she failed there, at level 2."""
    for each in (1, 2):
        change_rule(hygiene, each, TREE, days(1), validity_months=60)
    accept_equivalent(neighbours.granvik, neighbours.lyngfors, 2, days(12))
    nurse = Person.objects.get(given_name="Lova")
    assess(nurse, neighbours.usk, hygiene, 2, days(50), organisation=neighbours.lyngfors, positive=False)
    rebuild_marked(days(50))
    return neighbours


@pytest.mark.usefixtures("english")
def test_only_she_herself_is_told_what_does_not_count_from_elsewhere(doubted: Town) -> None:
    assert (level(doubted, 40), level(doubted, 60)) == (2, 1)
    told = "does not count, and why"
    assert told in text_of(reads(doubted.usk).get("/kompetens/HYG-01/"))
    for reader in (doubted.chef, doubted.mas):
        page = text_of(reads(reader).get(f"/plan/{doubted.usk.uuid}/kompetens/HYG-01/"))
        assert "Shown with another employer" in page
        assert told not in page
    address = f"/api/v1/people/{doubted.usk.uuid}/standings/HYG-01/explanation"
    for reader, count in ((doubted.chef, 0), (doubted.usk, 1)):
        assert len(reads(reader).get(address).json()["not_counted"]) == count


def test_a_pack_tells_of_it_the_level_that_counts_and_not_how_it_was_shown(doubted: Town) -> None:
    pack = start_pack(doubted.norr, today(days(40)), doubted.chef, days(60))
    lines = [json.loads(text) for text in pack.rows.values_list("text", flat=True)]
    (line,) = [each for each in lines if each.get("evidence")]
    assert line["held"] == 2
    assert line["evidence"] == [
        {"kind": "equivalent", "level": 2, "happened_at": days(10).isoformat(), "from_elsewhere": True}
    ]


def test_only_staff_below_the_node_are_marked(neighbours: Town) -> None:
    accept_equivalent(neighbours.granvik, neighbours.lyngfors, 4, days(12))
    marked = set(DirtyMark.objects.values_list("person", flat=True))
    assert marked == {who.pk for who in (neighbours.usk, neighbours.chef, neighbours.ssk, neighbours.mas)}


def test_only_a_chief_or_an_administrator_there_decides(neighbours: Town) -> None:
    for who in (neighbours.usk, neighbours.chef, neighbours.ssk):
        with pytest.raises(NotEntitled):
            accept_equivalent(neighbours.granvik, neighbours.lyngfors, 3, days(12), decided_by=who)
    with pytest.raises(NotEntitled):
        accept_equivalent(neighbours.lyngfors, neighbours.granvik, 3, days(12), decided_by=neighbours.mas)
    row = accept_equivalent(neighbours.granvik, neighbours.lyngfors, 3, days(12), decided_by=neighbours.mas)
    assert row.decided_by == neighbours.mas
    admin = world.works_at(neighbours.norr, "Ada", "administrator")
    make.holds("admin", neighbours.region, admin)
    accept_equivalent(neighbours.lyngfors, neighbours.granvik, 3, days(12), decided_by=admin)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"level": 0}, "not on the scale"),
        ({"level": 5}, "not on the scale"),
        ({"freshness_months": 0}, "at least one"),
        ({"giver": "granvik"}, "counts already"),
        ({"giver": "region"}, "counts already"),
        ({"giver": "norr"}, "counts already"),
    ],
)
@pytest.mark.usefixtures("english")
def test_what_means_nothing_is_refused_and_nothing_is_kept(school: Town, changes: dict[str, Any], words: str) -> None:
    values = {"giver": "lyngfors", "level": 3} | changes
    giver = getattr(school, values.pop("giver"))
    with pytest.raises(RuleError, match=words):
        accept_equivalent(school.granvik, giver, values.pop("level"), BEGAN, **values)
    assert not AcceptedEquivalent.objects.exists()


@pytest.mark.parametrize("of_one", [True, False])
def test_what_is_tried_comes_true_when_it_is_published(neighbours: Town, hygiene: Any, of_one: bool) -> None:
    proposal = {"kind": ACCEPTANCE, "node": neighbours.granvik.pk, "giver": neighbours.lyngfors.pk, "level": 3}
    proposal |= {"competency": "HYG-01" if of_one else "", "freshness_months": 6, "reason": "Samma rutiner"}
    run = start_dry_run(proposal, neighbours.mas, neighbours.granvik, days(12))
    assert not AcceptedEquivalent.objects.exists()
    while advance_dry_runs(days(12)):
        pass
    advance_dry_runs(days(12))
    (found,) = run.findings.all()
    assert (found.employment.person, found.competency, found.outcome) == (neighbours.usk, hygiene, "gains")
    assert (found.held_before, found.held_after, found.unit) == (0, 3, neighbours.norr)
    run.refresh_from_db()
    publish_dry_run(run, neighbours.mas, days(12))
    rebuild_marked(days(12))
    assert (level(neighbours), AcceptedEquivalent.objects.get().decided_by) == (3, neighbours.mas)
    assert verify_standings(NOW) == []


def test_only_who_decides_there_tries_it(neighbours: Town) -> None:
    proposal = {"kind": ACCEPTANCE, "node": neighbours.granvik.pk, "giver": neighbours.lyngfors.pk, "level": 3}
    for who, node in ((neighbours.chef, neighbours.granvik), (neighbours.mas, neighbours.lyngfors)):
        with pytest.raises(NotEntitled):
            start_dry_run(proposal, who, node, days(12))
