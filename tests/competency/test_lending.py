"""The leaf `equivalent`: what another organisation has found, by the receiver's policy, and no more of it than that."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from competency.law import Acceptance, Law
from competency.standing import Kind, fold
from competency.standing.pieces import months_after

from .law_examples import GRANVIK, LYNGFORS, PROVIDER, REGION, certificate, course, day, law, observed, quiz, rule
from .test_standing_properties import (
    DAYS,
    EXTRA_TREES,
    SHOWS_MORE,
    _lasts_as_long,
    law_of,
    numbered,
    seen_at,
    worlds,
)

LENT_TREE = {"any_of": [{"type": "observation", "by": ["sjukskoterska"]}, {"type": "equivalent"}]}
RULES = (rule(1, tree=LENT_TREE, months=24), rule(3, tree=LENT_TREE, months=24))


def accepts(giver: int = LYNGFORS, node: int = GRANVIK, **changes: Any) -> Acceptance:
    values = {"competency": "HYG-01", "level": 4, "months": None, "valid_from": day(0), "recorded_at": day(0)}
    return Acceptance(node, giver, **(values | changes))


def receiver(*rows: Acceptance, organisation: int = GRANVIK) -> Law:
    return law(organisation, rules=RULES, acceptances=rows)


def level(evidence: list[Any], at: float, by: Law) -> int:
    segment = fold(evidence, by)["HYG-01"].at(day(at)) if fold(evidence, by) else None
    return segment.level if segment else 0


def until(evidence: list[Any], at: float, by: Law) -> datetime | None:
    segment = fold(evidence, by)["HYG-01"].at(day(at))
    assert segment
    return segment.ends[segment.level - 1]


SEEN = observed(10, organisation=LYNGFORS)


def test_what_another_organisation_has_seen_counts_where_it_is_accepted() -> None:
    assert level([SEEN], 20, receiver()) == 0
    assert level([SEEN], 20, receiver(accepts())) == 3
    assert level([SEEN], 20, receiver(accepts(node=REGION))) == 3
    assert level([SEEN], 20, receiver(accepts(competency=""))) == 3
    assert level([SEEN], 20, receiver(accepts(competency="HYG-02"))) == 0
    assert level([SEEN], 20, receiver(accepts(giver=PROVIDER))) == 0
    assert level([SEEN], 20, receiver(accepts(node=LYNGFORS))) == 0


def test_only_where_the_rule_of_the_level_takes_it() -> None:
    without = law(rules=(rule(3, months=24),), acceptances=(accepts(),))
    assert level([SEEN], 20, without) == 0


def test_no_higher_than_it_is_trusted() -> None:
    assert level([SEEN], 20, receiver(accepts(level=2))) == 1


def test_it_is_fresh_for_so_many_months_and_never_longer_than_with_the_giver() -> None:
    assert until([SEEN], 20, receiver(accepts(months=6))) == months_after(day(10), 6)
    assert until([SEEN], 20, receiver(accepts(months=60))) == months_after(day(10), 24)
    assert level([SEEN], 300, receiver(accepts(months=6))) == 0


def test_it_counts_from_when_it_is_accepted_until_it_is_no_longer() -> None:
    rows = (
        accepts(valid_from=day(50), recorded_at=day(50)),
        accepts(valid_from=day(90), recorded_at=day(90), withdrawn=True),
    )
    assert [level([SEEN], at, receiver(*rows)) for at in (40, 60, 100)] == [0, 3, 0]


def test_the_givers_own_doubt_takes_it_away() -> None:
    failed = observed(30, 3, organisation=LYNGFORS, positive=False)
    assert [level([SEEN, failed], at, receiver(accepts())) for at in (20, 40)] == [3, 1]


def test_one_s_own_doubt_takes_it_away() -> None:
    failed = observed(30, 3, positive=False)
    assert level([SEEN, failed], 40, receiver(accepts())) == 2


def test_two_who_accept_each_other_do_not_keep_a_level_alive() -> None:
    rows = (accepts(), accepts(giver=GRANVIK, node=LYNGFORS))
    assert [level([SEEN], at, receiver(*rows)) for at in (20, 800)] == [3, 0]
    at_the_givers = receiver(*rows, organisation=LYNGFORS)
    assert [level([SEEN], at, at_the_givers) for at in (20, 800)] == [3, 0]


def test_nothing_is_passed_on_at_second_hand() -> None:
    rows = (accepts(giver=PROVIDER, node=LYNGFORS), accepts())
    seen = observed(10, organisation=PROVIDER)
    assert level([seen], 20, receiver(*rows, organisation=LYNGFORS)) == 3
    assert level([seen], 20, receiver(*rows)) == 0


def test_a_fresher_observation_is_not_hidden_by_a_certificate_that_lasts_longer() -> None:
    tree = {"any_of": [*LENT_TREE["any_of"], {"type": "certificate"}]}
    by = law(rules=(rule(3, tree=tree, months=24),), acceptances=(accepts(months=6),))
    old = certificate(5, 3, organisation=LYNGFORS, until=day(3000))
    assert until([old, observed(100, organisation=LYNGFORS)], 110, by) == months_after(day(100), 6)


def test_a_course_and_its_questions_are_one_ground() -> None:
    by = law(rules=(rule(2), rule(1, tree=LENT_TREE)), reviews=(), acceptances=(accepts(),))
    taken = [course(10, organisation=LYNGFORS), quiz(11, organisation=LYNGFORS)]
    assert level(taken, 20, by) == 0, "the giver has not reviewed the course either"


@st.composite
def lending_worlds(draw: st.DrawFn) -> Any:
    world = draw(worlds())
    trees = [LENT_TREE, {"all_of": [{"type": "equivalent"}, {"type": "course"}]}, *EXTRA_TREES]
    rules = tuple(
        replace(each, tree=rule(3, tree=draw(st.sampled_from(trees))).tree) if draw(st.booleans()) else each
        for each in world.rules
    )
    rows = [
        accepts(
            draw(st.sampled_from([LYNGFORS, REGION])),
            draw(st.sampled_from([GRANVIK, REGION])),
            competency=draw(st.sampled_from(["", "HYG-01"])),
            level=draw(st.integers(1, 4)),
            months=draw(st.sampled_from([None, 3, 12])),
            valid_from=day(at := draw(DAYS)),
            recorded_at=day(at),
            withdrawn=draw(st.booleans()),
        )
        for _ in range(draw(st.integers(1, 3)))
    ]
    return replace(world, rules=rules, acceptances=tuple(sorted(rows, key=lambda row: row.valid_from)))


@given(numbered(), lending_worlds(), DAYS)
def test_as_of_equals_the_log_cut_off_at_that_time(evidence, world, number):
    moment = day(number + 0.5)
    truncated = [item for item in evidence if item.happened_at < moment]
    law_then = law_of(world.known(moment, None))
    assert seen_at(fold(evidence, law_of(world)), moment) == seen_at(fold(truncated, law_then), moment)


@given(numbered(), numbered(one=SHOWS_MORE, prefix="more"), lending_worlds(), DAYS)
def test_positive_evidence_never_lowers_a_level_or_shortens_it(evidence, more, world, number):
    moment = day(number + 0.5)
    before, after = fold(evidence, law_of(world)), fold([*evidence, *more], law_of(world))
    for code, each in before.items():
        then, now = each.at(moment), after[code].at(moment)
        if then:
            assert now is not None
            assert now.level >= then.level
            assert all(_lasts_as_long(now.ends[index], until) for index, until in enumerate(then.ends))


@given(numbered(), lending_worlds())
def test_whoever_accepts_nothing_knows_nothing_of_the_others(evidence, world):
    without = replace(world, acceptances=())
    own = [item for item in evidence if item.organisation != LYNGFORS or item.kind in (Kind.COURSE, Kind.QUIZ)]
    assert fold(evidence, law_of(without)) == fold(own, law_of(without))
