"""What a rule may not be: each a sentence that says what to do, and nothing half-saved."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from competency.dry_run.proposals import RULE
from competency.dry_run.services import RunIsOver, advance_dry_runs, publish_dry_run, start_dry_run
from competency.errors import RuleError, UnknownCompetency
from competency.models import EvidenceRule, ProfileRequirement
from competency.services import accept_equivalent, change_rule, require
from competency.trees import TreeError, parse
from people.api import Person
from tests.people import factories as make

from . import world
from .world import BEGAN, NOW, Town, days

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

SEEN = {"type": "observation", "by": ["mas"]}


@pytest.mark.parametrize(
    ("level", "tree", "changes", "words"),
    [
        (0, SEEN, {}, "Level 0 is not on the scale"),
        (5, SEEN, {}, "Level 5 is not on the scale"),
        (3, SEEN, {"validity_months": 0}, "at least one month"),
        (3, SEEN, {"validity_months": -1}, "at least one month"),
        (3, SEEN, {"valid_from": days(1)}, "cannot be valid before it is published"),
        (3, SEEN, {"ends_earlier_on": days(99).date(), "reason": "Ny"}, "cannot end before the rule begins"),
        (3, SEEN, {"ends_earlier_on": days(600).date()}, "Give the reason"),
        (3, {"type": "observation", "by": ["kungen"]}, {}, "Nobody can hold the role kungen"),
        (3, {"type": "confirmation", "by": ["underskoterska"]}, {}, "Nobody can hold the role underskoterska"),
        (3, {"type": "formal_qualification", "licence": ["vardbitrade"]}, {}, "vardbitrade is not a licence"),
        (3, {"type": "course"}, {}, "nothing on offer teaches level 3"),
        (4, {"all_of": [SEEN, {"type": "quiz"}]}, {}, "nothing on offer teaches level 4"),
        (3, {"type": "retention"}, {}, "nothing on offer teaches level 3"),
        (3, {"type": "equivalent"}, {}, "accepted nowhere yet"),
        (3, {"type": "trolleri"}, {}, "The rule cannot be read"),
        (3, {"all_of": [SEEN], "any_of": [SEEN]}, {}, "The rule cannot be read"),
    ],
)
def test_a_rule_that_means_nothing_is_refused(
    school: Town, hygiene: Any, level: int, tree: dict[str, Any], changes: dict[str, Any], words: str
) -> None:
    before = EvidenceRule.objects.count()
    with pytest.raises(RuleError, match=words):
        change_rule(hygiene, level, tree, NOW, **({"validity_months": 12} | changes))
    assert EvidenceRule.objects.count() == before


def test_what_nobody_can_show_is_no_fault_beside_what_somebody_can(school: Town, hygiene: Any) -> None:
    change_rule(hygiene, 3, {"any_of": [SEEN, {"type": "course"}, {"type": "equivalent"}]}, NOW, validity_months=12)


def test_what_is_accepted_somewhere_can_be_asked_for(school: Town, hygiene: Any) -> None:
    accept_equivalent(school.granvik, school.lyngfors, 2, NOW, competency=hygiene)
    with pytest.raises(RuleError, match="accepted nowhere yet"):
        change_rule(hygiene, 3, {"type": "equivalent"}, NOW, validity_months=12)
    change_rule(hygiene, 2, {"type": "equivalent"}, NOW, validity_months=12)
    accept_equivalent(school.granvik, school.lyngfors, 2, NOW, competency=hygiene, withdrawn=True)
    with pytest.raises(RuleError, match="accepted nowhere yet"):
        change_rule(hygiene, 2, {"type": "equivalent"}, NOW + timedelta(days=1), validity_months=12)


def test_a_version_that_changes_nothing_is_none(school: Town, hygiene: Any) -> None:
    change_rule(hygiene, 3, {"any_of": [SEEN]}, NOW, validity_months=12)
    for same in ({"any_of": [SEEN]}, {"any_of": [SEEN | {"note": "Som förut"}]}):
        with pytest.raises(RuleError, match="says this already"):
            change_rule(hygiene, 3, same, NOW + timedelta(days=1), validity_months=12)
    change_rule(hygiene, 3, {"any_of": [SEEN]}, NOW + timedelta(days=1), validity_months=24)


def test_a_rule_that_holds_itself_is_refused() -> None:
    circular: dict[str, Any] = {}
    circular["all_of"] = [SEEN, circular]
    with pytest.raises(TreeError, match="nested deeper than"):
        parse(circular)


@pytest.mark.parametrize("changes", [{"level": 0}, {"level": 5}, {"profession": "drake"}, {"setting": "månen"}])
def test_a_requirement_that_means_nothing_is_refused(school: Town, hygiene: Any, changes: dict[str, Any]) -> None:
    values = {"profession": "underskoterska", "level": 3} | changes
    before = ProfileRequirement.objects.count()
    with pytest.raises(RuleError):
        require(values.pop("profession"), hygiene, values.pop("level"), NOW, node=school.granvik, **values)
    assert ProfileRequirement.objects.count() == before


def test_a_proposal_about_an_unknown_competency_is_refused(school: Town) -> None:
    with pytest.raises(UnknownCompetency):
        start_dry_run({"kind": RULE, "competency": "HYG-99", "level": 1, "tree": SEEN}, chief(school), None, NOW)


def chief(town: Town) -> Person:
    who = world.works_at(town.solrosen, "Rut", "sjukskoterska")
    make.holds("chief_nurse", town.region, who)
    return who


def test_of_two_who_publish_the_second_is_told_and_nothing_of_hers_is_kept(school: Town) -> None:
    proposal = {"kind": RULE, "competency": "HYG-01", "level": 3, "tree": SEEN, "validity_months": 6}
    runs = [start_dry_run(proposal, chief(school), None, NOW) for _ in range(2)]
    while advance_dry_runs(NOW):
        pass
    advance_dry_runs(NOW)
    publish_dry_run(runs[0], runs[0].asked_by, NOW)
    with pytest.raises(RunIsOver):
        publish_dry_run(runs[1], runs[1].asked_by, NOW)
    runs[1].refresh_from_db()
    assert (runs[1].published_at, runs[1].marked) == (None, 0)
    (row,) = EvidenceRule.objects.filter(competency__code="HYG-01", level=3, recorded_at__gt=BEGAN)
    assert (row.version, row.decided_by) == (2, runs[0].asked_by)
