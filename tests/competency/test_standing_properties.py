"""What must hold of the fold whatever is put in: drawn worlds of evidence and law."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from competency.law import Inputs, Law, Source
from competency.standing import Evidence, Folded, Kind, Segment, fold
from competency.trees import parse

from .law_examples import (
    GRANVIK,
    LINEAGES,
    LYNGFORS,
    PLATFORM,
    REGION,
    TREES,
    certificate,
    claim,
    course,
    day,
    licence,
    observed,
    policy,
    quiz,
    review,
    rule,
    started,
    succession,
)

CODES = ("HYG-01", "HYG-02")
DAYS = st.integers(0, 900)
LEVELS = st.integers(1, 4)
COURSES = st.sampled_from(["hygiene", "medicine"])
NODES = st.sampled_from([REGION, GRANVIK, LYNGFORS])
HOMES = st.sampled_from([GRANVIK, GRANVIK, GRANVIK, REGION, LYNGFORS, None])
COMMON = {
    "organisation": HOMES,
    "authority": st.sampled_from([PLATFORM, PLATFORM, PLATFORM, "vendor"]),
}
LEARNT = {
    "activity": COURSES,
    "registration": st.sampled_from(["r1", "r2", None]),
    "major": st.sampled_from([1, 2, None]),
}
JUDGED = {
    "competency": st.sampled_from(CODES),
    "level": LEVELS,
    "positive": st.sampled_from([True, True, True, False]),
    "by": st.sampled_from(["sjukskoterska", "mas", "enhetschef"]),
    "in_person": st.booleans(),
    "from_start": st.sampled_from([False, False, False, True]),
}
EXTRA_TREES = [
    {"all_of": [{"type": "course"}, {"type": "quiz"}, {"type": "observation", "by": ["mas"]}]},
    {
        "any_of": [
            {"type": "confirmation", "by": ["enhetschef"]},
            {"all_of": [{"type": "course"}, {"type": "certificate"}]},
        ]
    },
    {"type": "quiz"},
    {},
]


def _built(make: Any, **fields: Any) -> st.SearchStrategy[Evidence]:
    return st.builds(make, DAYS, **COMMON, **fields)


POSITIVE = {**JUDGED, "positive": st.just(True)}
COURSE_LIKE = st.one_of(_built(course, **LEARNT), _built(quiz, **LEARNT), _built(started, activity=COURSES))
CERTIFIED = _built(
    certificate,
    competency=st.sampled_from(CODES),
    level=LEVELS,
    from_start=st.booleans(),
    until=st.none() | DAYS.map(day),
)
SHOWS_MORE = st.one_of(COURSE_LIKE, _built(observed, **POSITIVE), CERTIFIED, _built(licence))
ANY = st.one_of(SHOWS_MORE, _built(observed, **JUDGED), _built(licence, positive=st.booleans()))


@st.composite
def numbered(draw: st.DrawFn, one: st.SearchStrategy[Evidence] = ANY, prefix: str = "s") -> list[Evidence]:
    """Draw statements with ids of their own, some stored late, some voided later."""
    found = []
    for number, item in enumerate(draw(st.lists(one, max_size=12))):
        late = draw(st.sampled_from([0, 0, 0, 30, 300]))
        voided = draw(st.sampled_from([None, None, None, None, 10]))
        stored = day((item.happened_at - day(0)).days + late)
        voided_at = None if voided is None else day((item.happened_at - day(0)).days + late + voided)
        found.append(item._replace(statement_id=f"{prefix}{number:02}", stored=stored, voided_at=voided_at))
    return found


def _in_order(rows: list[Any]) -> tuple[Any, ...]:
    return tuple(sorted(rows, key=lambda row: (row.valid_from, row.recorded_at)))


@st.composite
def equivalences(draw: st.DrawFn) -> Any:
    """Draw an equivalence with levels that do not fall; two codes may take over from each other."""
    old, new = draw(st.permutations([*CODES, "HYG-10"]))[:2]
    levels = dict(
        zip(draw(st.sets(LEVELS, min_size=1)), sorted(draw(st.lists(LEVELS, min_size=4, max_size=4))), strict=False)
    )
    return succession(old, new, levels=levels, at=draw(DAYS), withdrawn=draw(st.sampled_from([False, False, True])))


@st.composite
def worlds(draw: st.DrawFn) -> Inputs:
    """Draw a law: versions with transitions, claims by major version, reviews, policies and foreign sources, dated."""
    rules = []
    for code in CODES:
        for level, tree in TREES.items():
            at = draw(st.sampled_from([0, 0, 100]))
            months = draw(st.sampled_from([1, 6, 12, None]))
            rules.append(rule(level, tree=tree, months=months, at=at, code=code))
            if draw(st.booleans()):
                later = at + draw(st.integers(0, 400))
                ends = draw(st.none() | st.integers(later, later + 300))
                other = draw(st.sampled_from([tree, *EXTRA_TREES]))
                rules.append(rule(level, tree=other, months=months, version=2, at=later, ends=ends, code=code))
    claims = []
    for activity in ("hygiene", "medicine"):
        for code in CODES:
            for major in (1, 2):
                at = draw(st.integers(0, 500))
                ends = draw(st.none() | st.integers(at, at + 300))
                claims.append(claim(activity, level=draw(LEVELS), major=major, at=at, ends=ends, code=code))
                if draw(st.booleans()):
                    claims.append(claim(activity, major=major, at=at + draw(DAYS), withdrawn=True, code=code))
    reviews = draw(st.lists(st.builds(review, COURSES, node=NODES, major=st.sampled_from([1, 2]), at=DAYS), max_size=4))
    policies = draw(st.lists(st.builds(policy, NODES, counts=st.booleans(), at=DAYS), max_size=4))
    sources = draw(st.lists(st.builds(_source, NODES, COURSES, DAYS, st.booleans()), max_size=2))
    successions = draw(st.lists(equivalences(), max_size=3))
    world = Inputs(*(_in_order(rows) for rows in (rules, claims, reviews, policies, sources)))
    return replace(world, successions=_in_order(successions))


def _source(node: int, prefix: str, at: int, withdrawn: bool) -> Source:
    return Source(node, "vendor", prefix, day(at), day(at), withdrawn)


def law_of(world: Inputs, organisation: int = GRANVIK) -> Law:
    return Law(world, organisation, LINEAGES, PLATFORM)


def seen_at(folded: dict[str, Folded], moment: datetime) -> dict[str, Any]:
    """What a reader is told at a moment: the level, until when each level holds, why, and what is under way."""
    found: dict[str, Any] = {}
    for code, each in folded.items():
        segment = each.at(moment)
        if segment or each.is_under_way(moment):
            found[code] = (segment and _told(segment), each.is_under_way(moment))
    return found


def _told(segment: Segment) -> tuple[Any, ...]:
    return segment.start, segment.level, segment.ends, segment.rule_version, segment.reasons


@given(numbered(), worlds(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(evidence, world, random):
    shuffled = list(evidence)
    random.shuffle(shuffled)
    assert fold(shuffled, law_of(world)) == fold(evidence, law_of(world))


@given(numbered(), worlds())
def test_repeats_change_nothing(evidence, world):
    assert fold([*evidence, *evidence], law_of(world)) == fold(evidence, law_of(world))


@given(numbered(), worlds(), DAYS)
def test_as_of_equals_the_log_cut_off_at_that_time(evidence, world, number):
    """What the segments say of a moment is what a fold would say that knew nothing of what happened later."""
    moment = day(number + 0.5)
    law_then = law_of(world.known(moment, None))
    truncated = [item for item in evidence if item.happened_at < moment]
    assert seen_at(fold(evidence, law_of(world)), moment) == seen_at(fold(truncated, law_then), moment)
    assert fold(evidence, law_then, as_of=moment) == fold(truncated, law_then)


@given(numbered(), numbered(prefix="later"), worlds(), DAYS)
def test_nothing_recorded_later_changes_an_earlier_answer(evidence, later, world, number):
    known_at = day(number)
    later = [item._replace(stored=max(item.stored, day(number + 1)), voided_at=None) for item in later]
    law_then = law_of(world.known(None, known_at))
    before = fold([item for item in evidence if item.stored <= known_at], law_then, known_at=known_at)
    assert fold([*evidence, *later], law_then, known_at=known_at) == before


@given(numbered(), worlds(), DAYS)
def test_in_two_steps_equals_at_once(evidence, world, number):
    """A rebuild after the first half and one after all leave the same as one rebuild of all."""
    law = law_of(world)
    first, rest = evidence[::2], evidence[1::2]
    after_first = fold(first, law)
    in_two_steps = after_first | fold([*first, *rest], law)
    for code in set(after_first) - set(fold(evidence, law)):
        del in_two_steps[code]
    assert in_two_steps == fold(evidence, law)


@given(numbered(), numbered(one=SHOWS_MORE, prefix="more"), worlds(), DAYS)
def test_positive_evidence_never_lowers_a_level_or_shortens_it(evidence, more, world, number):
    moment = day(number + 0.5)
    law = law_of(world)
    before, after = fold(evidence, law), fold([*evidence, *more], law)
    for code, each in before.items():
        then, now = each.at(moment), after[code].at(moment)
        if then:
            assert now is not None
            assert now.level >= then.level
            assert all(_lasts_as_long(now.ends[index], until) for index, until in enumerate(then.ends))


def _lasts_as_long(now: datetime | None, then: datetime | None) -> bool:
    return now is None or (then is not None and now >= then)


@given(numbered(), worlds(), st.randoms(use_true_random=False))
def test_the_order_in_which_equivalences_of_pairs_are_read_does_not_matter(evidence, world, random):
    pairs: dict[tuple[str, str], list[Any]] = {}
    for row in world.successions:
        pairs.setdefault((row.old, row.new), []).append(row)
    shuffled = list(pairs.values())
    random.shuffle(shuffled)
    other = replace(world, successions=tuple(row for rows in shuffled for row in rows))
    assert fold(evidence, law_of(other)) == fold(evidence, law_of(world))


@given(numbered(), worlds(), DAYS)
def test_an_equivalence_changes_nothing_before_it_holds_nor_what_was_known(evidence, world, number):
    stated = succession("HYG-01", "HYG-02", at=number)
    changed = replace(world, successions=_in_order([*world.successions, stated]))
    moment = day(number)
    assert seen_at(fold(evidence, law_of(changed)), moment) == seen_at(fold(evidence, law_of(world)), moment)
    then = day(number - 1)
    assert fold(evidence, law_of(changed.known(None, then)), known_at=then) == fold(
        evidence, law_of(world.known(None, then)), known_at=then
    )


@given(numbered(), worlds())
def test_segments_are_in_order_apart_and_within_the_scale(evidence, world):
    for each in fold(evidence, law_of(world)).values():
        for segment, following in zip(each.segments, each.segments[1:], strict=False):
            assert segment.end is not None
            assert segment.end <= following.start
        for segment in each.segments:
            assert 1 <= segment.level <= 4
            assert len(segment.ends) == segment.level
            assert segment.end is None or segment.start < segment.end
            assert list(segment.ends) == sorted(segment.ends, key=lambda end: end or day(10**5), reverse=True)
            assert all(_lasts_as_long(end, segment.end) for end in segment.ends)
            assert segment.reasons


@given(numbered(), worlds())
def test_the_voided_could_as_well_not_be_there(evidence, world):
    kept = [item for item in evidence if item.voided_at is None]
    assert fold(evidence, law_of(world)) == fold(kept, law_of(world))


@given(numbered(), worlds())
def test_another_employers_observations_change_nothing(evidence, world):
    own = [item for item in evidence if item.organisation in (GRANVIK, REGION) or item.kind in (Kind.COURSE, Kind.QUIZ)]
    assert fold(evidence, law_of(world)) == fold(own, law_of(world))


@given(
    st.recursive(
        st.sampled_from(
            [{"type": "course"}, {"type": "quiz"}, {"type": "certificate"}, {"type": "observation", "by": ["mas"]}]
        ),
        lambda inner: st.builds(
            lambda key, nodes: {key: nodes},
            st.sampled_from(["all_of", "any_of"]),
            st.lists(inner, min_size=1, max_size=3),
        ),
        max_leaves=6,
    ),
    numbered(),
)
def test_any_tree_that_parses_can_be_folded(tree, evidence):
    world = Inputs((rule(2, tree=tree),), (claim(),), (review(),))
    assert parse(tree) == world.rules[0].tree
    for each in fold(evidence, law_of(world)).values():
        assert all(segment.level == 2 for segment in each.segments)
