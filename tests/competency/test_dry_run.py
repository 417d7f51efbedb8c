"""Trying a change on the real history: who would gain or lose what, from when."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from competency.dry_run.comparing import Effect, Outcome, Side, effect
from competency.dry_run.models import DryRun, DryRunFinding
from competency.dry_run.proposals import COURSE, REQUIREMENT, RULE, drafts_of
from competency.dry_run.services import (
    RunIsOver,
    advance_dry_runs,
    cancel_dry_run,
    publish_dry_run,
    start_dry_run,
)
from competency.dry_run.trial import found_for, trial_of
from competency.errors import NotEntitled, RuleError, UnknownCompetency
from competency.models import EvidenceRule, ProfileRequirement, Standing
from competency.queries import competency, standings_of
from competency.services import rebuild_all, require
from competency.standing import Folded, Segment
from people.api import Person, end_of_day, start_of_day
from tests.people import factories as make

from . import world
from .world import NOW, Town, days, takes, works_at

DAY = date(2025, 12, 1)
SINCE = start_of_day(DAY)


def segment(start: float, end: float | None, level: int) -> Segment:
    until = None if end is None else days(end, SINCE)
    return Segment(days(start, SINCE), until, level, (until,) * level, level, 1, ())


def folded(*segments: Segment) -> Folded:
    return Folded(tuple(segments))


# --- Comparing, pure -------------------------------------------------------------------------------------------------


def test_the_same_by_both_laws_is_no_effect() -> None:
    held = folded(segment(-10, 5, 2), segment(5, None, 1))
    assert effect(held, held, 2, 2, SINCE) is None


def test_what_is_past_is_no_effect() -> None:
    assert effect(folded(segment(-10, 0, 2)), folded(), 2, 2, SINCE) is None


@pytest.mark.parametrize(
    ("before", "after", "asked", "outcome"),
    [
        (2, 1, (2, 2), Outcome.LOSES),
        (1, 2, (2, 2), Outcome.GAINS),
        (3, 2, (2, 2), Outcome.FALLS),
        (2, 3, (2, 2), Outcome.RISES),
        (2, 2, (0, 2), Outcome.NEW_MET),
        (1, 1, (0, 2), Outcome.NEW_GAP),
        (2, 2, (2, 3), Outcome.LOSES),
        (2, 2, (2, 0), Outcome.NO_LONGER_ASKED),
        (2, 1, (0, 0), Outcome.FALLS),
    ],
)
def test_each_outcome(before: int, after: int, asked: tuple[int, int], outcome: Outcome) -> None:
    found = effect(folded(segment(-1, None, before)), folded(segment(-1, None, after)), *asked, SINCE)
    assert found == Effect(outcome, SINCE, None, Side(before, asked[0]), Side(after, asked[1]))


def test_a_difference_begins_and_ends_when_the_levels_do() -> None:
    before, after = folded(segment(-10, 30, 2)), folded(segment(-10, 10, 2))
    assert effect(before, after, 2, 2, SINCE) == Effect(
        Outcome.LOSES, days(10, SINCE), days(30, SINCE), Side(2, 2), Side(0, 2)
    )


def test_what_is_asked_weighs_more_than_an_earlier_change_of_level() -> None:
    before, after = folded(segment(-1, None, 3)), folded(segment(-1, 20, 2), segment(20, None, 1))
    found = effect(before, after, 2, 2, SINCE)
    assert found is not None
    assert (found.outcome, found.since) == (Outcome.LOSES, days(20, SINCE))


segments = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 20), st.integers(1, 4)), max_size=3).map(
    lambda parts: folded(*_laid(parts))
)


def _laid(parts: list[tuple[int, int, int]]) -> list[Segment]:
    """Return segments one after the other, with gaps."""
    found, start = [], -20.0
    for gap, length, level in parts:
        found.append(segment(start + gap, start + gap + length, level))
        start += gap + length
    return found


@given(before=segments, after=segments, asked=st.tuples(st.integers(0, 4), st.integers(0, 4)))
def test_the_opposite_change_has_the_opposite_effect(before: Folded, after: Folded, asked: tuple[int, int]) -> None:
    there, back = effect(before, after, *asked, SINCE), effect(after, before, asked[1], asked[0], SINCE)
    assert (there is None) == (back is None)
    if there and back:
        assert (there.since, there.before, there.after) == (back.since, back.after, back.before)


# --- On the real history ---------------------------------------------------------------------------------------------


def requirement(**said: Any) -> dict[str, Any]:
    return {
        "kind": REQUIREMENT,
        "profession": "underskoterska",
        "competency": "HYG-01",
        "level": 3,
        "valid_from": DAY.isoformat(),
    } | said


def rule(**said: Any) -> dict[str, Any]:
    return {
        "kind": RULE,
        "competency": "HYG-01",
        "level": 2,
        "tree": world.OBSERVED,
        "validity_months": 12,
        "valid_from": DAY.isoformat(),
    } | said


def tried(proposal: dict[str, Any], *people: Person) -> list[tuple[Person, str, datetime]]:
    found = found_for(trial_of(drafts_of(proposal, NOW), NOW), people)
    return [(each.terms.employment.person, each.effect.outcome, each.effect.since) for each in found]


def test_a_raised_requirement_is_lost_by_whom_it_asks_more_of_than_she_can(school: Town) -> None:
    takes(school.usk, school.granvik, "hygien", days(300))
    assert tried(requirement(), school.usk, school.chef, school.ssk) == [(school.usk, Outcome.LOSES, SINCE)]


def test_a_requirement_of_one_unit_leaves_the_others_alone(school: Town) -> None:
    there = works_at(school.solrosen, "Tove", "underskoterska")
    proposal = requirement(competency="MED-01", level=1, node=school.solrosen.pk)
    assert tried(proposal, school.usk, there) == [(there, Outcome.NEW_GAP, SINCE)]


def test_a_rule_that_keeps_older_evidence_takes_nothing_before_that_expires(school: Town) -> None:
    takes(school.usk, school.granvik, "hygien", days(300))
    assert tried(rule(), school.usk) == []


def test_a_transition_takes_the_level_the_day_after_its_last(school: Town) -> None:
    takes(school.usk, school.granvik, "hygien", days(300))
    last = date(2026, 1, 31)
    proposal = rule(ends_earlier_on=last.isoformat(), reason="Ny rutin")
    assert tried(proposal, school.usk) == [(school.usk, Outcome.LOSES, end_of_day(last))]


def test_a_new_major_of_a_course_that_ends_what_was_learnt_on_the_old(school: Town) -> None:
    takes(school.usk, school.granvik, "hygien", days(300))
    last = date(2025, 12, 31)
    proposal = {
        "kind": COURSE,
        "activity_iri": world.course_iri("hygien"),
        "questions_iri": world.questions_iri("hygien"),
        "title": "Hygien",
        "revision": "2.0",
        "teaches": {"HYG-01": 2},
        "ends_earlier_on": last.isoformat(),
        "reason": "Nya riktlinjer",
    }
    assert tried(proposal, school.usk) == [(school.usk, Outcome.LOSES, end_of_day(last))]


def test_what_is_tried_comes_true_when_it_is_published(school: Town) -> None:
    """The oracle: after publishing, the standings say for everyone what the trial said."""
    takes(school.usk, school.granvik, "hygien", days(300))
    last = date(2025, 12, 31)
    proposal = rule(ends_earlier_on=last.isoformat(), reason="Ny rutin")
    rebuild_all(NOW)
    before = {line.competency.code: line.level for line in standings_of(school.usk, school.granvik, last)}
    (found,) = found_for(trial_of(drafts_of(proposal, NOW), NOW), [school.usk])
    drafts_of(proposal, NOW)[0].save()
    rebuild_all(NOW)
    after = standings_of(school.usk, school.granvik, last + timedelta(days=1))
    levels = {line.competency.code: line.level for line in after}
    assert (found.effect.before.held, found.effect.after.held) == (before["HYG-01"], levels["HYG-01"])


def test_trying_writes_nothing_of_competence(school: Town) -> None:
    takes(school.usk, school.granvik, "hygien", days(300))
    counts = [model.objects.count() for model in (ProfileRequirement, EvidenceRule, Standing)]
    standing = list(Standing.objects.order_by("pk").values())
    tried(rule(ends_earlier_on=DAY.isoformat(), reason="Ny rutin"), school.usk)
    assert [model.objects.count() for model in (ProfileRequirement, EvidenceRule, Standing)] == counts
    assert list(Standing.objects.order_by("pk").values()) == standing


def test_the_number_of_questions_does_not_grow_with_the_people(school: Town, django_assert_num_queries: Any) -> None:
    people = [school.usk, *(works_at(school.norr, name, "underskoterska") for name in ("Tea", "Tuva", "Tyra"))]
    trial = trial_of(drafts_of(rule(), NOW), NOW)
    with django_assert_num_queries(4):
        found_for(trial, people[:1])
    with django_assert_num_queries(4):
        found_for(trial, people)


@pytest.mark.parametrize(
    ("proposal", "error"),
    [
        (requirement(level=5), RuleError),
        (requirement(profession="drake"), RuleError),
        (requirement(competency="HYG-99"), UnknownCompetency),
        (requirement(setting="rymden"), RuleError),
        (rule(tree={"type": "trolleri"}), RuleError),
        (rule(validity_months=0), RuleError),
        (rule(ends_earlier_on="2025-01-01", reason="För sent"), RuleError),
        (rule(ends_earlier_on="2026-01-01", reason=""), RuleError),
    ],
)
def test_what_means_nothing_is_not_tried(school: Town, proposal: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        start_dry_run(proposal | {"node": school.granvik.pk}, school.mas, school.granvik, NOW)
    assert not DryRun.objects.exists()


# --- Runs ------------------------------------------------------------------------------------------------------------


def started(town: Town, proposal: dict[str, Any] | None = None) -> DryRun:
    proposal = proposal or requirement(competency="MED-01", level=1, node=town.granvik.pk)
    return start_dry_run(proposal, town.mas, town.granvik, NOW)


def finished(run: DryRun, at_once: int = 200) -> DryRun:
    while run.is_running:
        advance_dry_runs(NOW, at_once)
        run.refresh_from_db()
    return run


@pytest.mark.parametrize("at_once", [1, 2, 200])
def test_a_run_finds_the_same_in_batches_of_any_size(school: Town, at_once: int) -> None:
    works_at(school.solrosen, "Tove", "underskoterska")
    run = finished(started(school), at_once)
    assert (run.total, run.done, run.percent) == (5, 5, 100)
    names = run.findings.order_by("employment__person__given_name").values_list("employment__person__given_name")
    assert [name for (name,) in names] == ["Tove", "Ulla"]


def test_a_run_of_one_node_says_nothing_of_an_employment_elsewhere(school: Town) -> None:
    works_at(school.ekbacken, school.usk, "underskoterska")
    run = finished(started(school))
    assert {each.unit_id for each in run.findings.all()} == {school.norr.pk}


def test_a_stopped_run_keeps_nothing_and_goes_no_further(school: Town) -> None:
    run = started(school)
    advance_dry_runs(NOW, 2)
    cancel_dry_run(run, NOW)
    cancel_dry_run(run, NOW)
    assert advance_dry_runs(NOW) == 0
    assert not DryRunFinding.objects.exists()


def test_publishing_does_what_was_tried_once(school: Town) -> None:
    run = finished(started(school))
    publish_dry_run(run, school.mas, NOW)
    with pytest.raises(RunIsOver):
        publish_dry_run(run, school.mas, NOW)
    (row,) = ProfileRequirement.objects.filter(node=school.granvik)
    assert (row.competency.code, row.level, row.valid_from) == ("MED-01", 1, DAY)


def test_what_was_tried_by_a_law_that_is_gone_is_not_published(school: Town) -> None:
    run = finished(started(school))
    require("underskoterska", competency("HYG-02"), 3, NOW, node=school.granvik)
    with pytest.raises(RunIsOver):
        publish_dry_run(run, school.mas, NOW)


def test_a_run_that_is_not_finished_is_not_published(school: Town) -> None:
    with pytest.raises(RunIsOver):
        publish_dry_run(started(school), school.mas, NOW)


def test_only_who_decides_there_may_try_or_publish(school: Town) -> None:
    proposal = requirement(competency="MED-01", level=1, node=school.granvik.pk)
    for nobody in (school.usk, school.ssk, school.chef):
        with pytest.raises(NotEntitled):
            start_dry_run(proposal, nobody, school.granvik, NOW)
    run = finished(started(school))
    with pytest.raises(NotEntitled):
        publish_dry_run(run, school.chef, NOW)


def test_a_rule_of_the_framework_is_decided_by_its_owner(school: Town) -> None:
    with pytest.raises(NotEntitled):
        start_dry_run(rule(), school.mas, None, NOW)
    admin = works_at(school.norr, "Ada", "enhetschef")
    make.holds("admin", school.region, admin)
    assert start_dry_run(rule(), admin, None, NOW).total == 5


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_a_run_without_doubling(school: Town) -> None:
    """The row is locked while a batch is worked on; the other worker finds nothing to do meanwhile."""
    from concurrent.futures import ThreadPoolExecutor

    run = started(school)

    def work() -> None:
        try:
            for _turn in range(6):
                advance_dry_runs(NOW, 1)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(work), pool.submit(work)]:
            done.result()
    run = finished(run, 1)
    assert (run.done, run.findings.count()) == (4, 1)
