"""The fold by example: one rule of the domain per test, in the order of docs/semantics.md 13 to 15."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest

from competency.law import Law, Source
from competency.standing import Evidence, Folded, fold, months_after
from people.clock import end_of_day

from .law_examples import (
    GRANVIK,
    LYNGFORS,
    PLATFORM,
    PROVIDER,
    QUIZ_TREE,
    REGION,
    certificate,
    claim,
    course,
    day,
    law,
    licence,
    observed,
    policy,
    quiz,
    review,
    rule,
    rules,
    started,
)


def folded(evidence: Iterable[Evidence], by: Law | None = None) -> Folded:
    return fold(evidence, by or law()).get("HYG-01", Folded())


def level(evidence: Iterable[Evidence], at: float, by: Law | None = None) -> int:
    segment = folded(evidence, by).at(day(at))
    return segment.level if segment else 0


def test_nothing_shows_nothing():
    assert fold([], law()) == {}


def test_a_completed_course_shows_level_one_and_its_questions_level_two():
    assert level([course(10)], 11) == 1
    assert level([course(10), quiz(12)], 11) == 1
    assert level([course(10), quiz(12)], 13) == 2


def test_course_and_questions_count_together_only_from_the_same_registration():
    assert level([course(10, registration="r1"), quiz(12, registration="r2")], 20) == 1
    assert level([course(10, registration="r1"), quiz(12, registration="r1")], 20) == 2


def test_what_has_no_registration_belongs_to_no_registration():
    assert level([course(10, registration=None), quiz(12, registration=None)], 20) == 1


def test_all_of_ends_at_its_earliest_part():
    segment = folded([course(10), quiz(40)]).at(day(50))
    assert segment is not None
    assert segment.ends == (months_after(day(10), 12), months_after(day(10), 12))


def test_any_of_ends_at_its_latest_part():
    segment = folded([observed(10), observed(100)]).at(day(120))
    assert segment is not None
    assert segment.ends[2] == months_after(day(100), 12)


def test_a_level_also_shows_and_renews_the_lower_ones():
    segment = folded([course(0), quiz(0), observed(100)]).at(day(200))
    assert segment is not None
    assert segment.level == 3
    assert set(segment.ends) == {months_after(day(100), 12)}


def test_when_a_level_lapses_the_lower_one_that_lasts_longer_remains():
    by = law(rules=(rule(1, months=24), rule(2, months=24), rule(3, months=6), rule(4)))
    evidence = [course(10), quiz(10), observed(10)]
    assert [level(evidence, at, by) for at in (9, 20, 300, 800)] == [0, 3, 2, 0]
    segment = folded(evidence, by).at(day(20))
    assert segment is not None
    assert segment.ends == (months_after(day(10), 24), months_after(day(10), 24), months_after(day(10), 6))


def test_the_segment_says_until_when_it_was_known_to_hold_at_the_time():
    result = folded([observed(10), observed(100)])
    first, second = result.segments
    assert (first.start, first.end, first.ends[2]) == (day(10), day(100), months_after(day(10), 12))
    assert (second.start, second.end, second.ends[2]) == (day(100), months_after(day(100), 12), second.end)
    assert (first.reasons, second.reasons) == (("observation-10",), ("observation-100",))


def test_a_rule_without_validity_never_ends():
    segment = folded([observed(10)], law(rules=rules(months=None))).at(day(9000))
    assert segment is not None
    assert segment.ends == (None, None, None)


def test_validity_ends_after_the_same_day_of_the_month_and_clamps_to_its_end():
    assert months_after(datetime(2026, 3, 15, 12, tzinfo=UTC), 12) == end_of_day(date(2027, 3, 15))
    assert months_after(datetime(2025, 12, 31, 12, tzinfo=UTC), 2) == end_of_day(date(2026, 2, 28))
    assert months_after(datetime(2027, 12, 31, 12, tzinfo=UTC), 2) == end_of_day(date(2028, 2, 29))


def test_the_day_is_counted_in_stockholm():
    just_after_midnight = datetime(2026, 3, 14, 23, 30, tzinfo=UTC)
    assert months_after(just_after_midnight, 12) == end_of_day(date(2027, 3, 15))


def test_it_holds_through_its_last_day_and_not_the_next():
    until = months_after(day(10), 12)
    result = folded([observed(10)])
    assert result.at(until) is not None
    assert result.at(until + timedelta(days=1)) is None


# Who, and how


def test_an_observation_counts_only_by_the_role_that_the_rule_names():
    assert level([observed(10, by="enhetschef")], 11) == 0
    assert level([observed(10, by="sjukskoterska")], 11) == 3


def test_an_observation_that_must_be_in_person_counts_only_then():
    assert level([observed(10, in_person=False)], 11) == 0


def test_an_observation_by_checklist_counts_only_with_it():
    tree = {"any_of": [{"type": "observation", "by": ["sjukskoterska"], "checklist": True}]}
    by = law(rules=(rule(3, tree=tree),))
    assert level([observed(10)], 11, by) == 0
    assert level([observed(10, checklist=True)], 11, by) == 3


def test_an_observation_shows_no_more_than_the_level_it_states():
    assert level([observed(10, 2)], 11) == 0
    assert level([observed(10, 4)], 11) == 3


def test_a_licence_shows_what_the_rule_grants_until_it_is_withdrawn():
    evidence = [licence(10), licence(500, "withdrawn", positive=False)]
    assert [level(evidence, at) for at in (9, 11, 499, 501)] == [0, 3, 3, 0]
    segment = folded(evidence).at(day(100))
    assert segment is not None
    assert segment.ends == (None, None, None)


def test_a_licence_that_the_rule_does_not_name_shows_nothing():
    assert level([licence(10, code="fysioterapeut")], 11) == 0


def test_a_withdrawn_licence_can_be_verified_again():
    evidence = [licence(10), licence(20, "withdrawn", positive=False), licence(30, "again")]
    assert [level(evidence, at) for at in (15, 25, 35)] == [3, 0, 3]


def test_a_certificate_holds_until_its_own_day():
    segment = folded([certificate(10, until=day(40))]).at(day(11))
    assert segment is not None
    assert segment.ends == (day(40),) * 4


def test_a_certificate_without_a_day_of_its_own_holds_as_long_as_the_rule_says():
    segment = folded([certificate(10)]).at(day(11))
    assert segment is not None
    assert segment.ends[3] == months_after(day(10), 12)


def test_a_certificate_shows_the_level_that_its_approver_stated():
    assert level([certificate(10, 2)], 11) == 2


def test_a_certificate_that_the_rule_asks_for_among_other_things_does_not_do_alone():
    both = {"all_of": [{"type": "certificate"}, {"type": "observation", "by": ["sjukskoterska"]}]}
    by = law(rules=(rule(3, tree=both),))
    assert level([certificate(10, 3)], 11, by) == 0
    assert level([certificate(10, 3), observed(20)], 21, by) == 3


def test_what_comes_from_the_start_counts_at_its_stated_level_whoever_saw_it():
    assert level([observed(10, 2, by="", from_start=True)], 11) == 2


# Negative evidence


def test_a_failed_observation_removes_its_level_and_those_above():
    evidence = [course(0), quiz(0), observed(10), observed(50, 2, positive=False)]
    assert [level(evidence, at) for at in (20, 60)] == [3, 1]


def test_a_later_positive_observation_restores_what_it_reaches():
    evidence = [certificate(10, until=day(900)), observed(50, 3, positive=False), observed(70, 3)]
    assert [level(evidence, at) for at in (20, 60, 80)] == [4, 2, 3]
    assert level([*evidence, observed(90, 4, by="mas")], 95) == 4


def test_passing_the_course_again_does_not_lift_a_failed_observation():
    evidence = [observed(10, 1, positive=False), course(20), quiz(20)]
    assert level(evidence, 30) == 0


def test_a_failed_observation_by_someone_whom_no_rule_names_removes_nothing():
    assert level([observed(10), observed(20, positive=False, by="granne")], 30) == 3


def test_a_failed_observation_that_is_voided_removes_nothing():
    assert level([observed(10), observed(20, positive=False, voided_at=day(25))], 30) == 3


def test_a_voided_statement_no_longer_counts():
    assert level([observed(10, voided_at=day(20))], 15) == 0


# What was known


def test_known_at_asks_only_what_was_stored_by_then():
    late = observed(10, stored=day(50))
    assert fold([late], law(), known_at=day(49)) == {}
    assert fold([late], law(), known_at=day(50))["HYG-01"].at(day(11)) is not None


def test_known_at_before_the_voiding_the_statement_still_counted():
    voided = observed(10, voided_at=day(50))
    assert "HYG-01" in fold([voided], law(), known_at=day(49))
    assert fold([voided], law(), known_at=day(50)) == {}


# Claims, reviews and policies


def test_a_course_counts_only_for_what_it_claims():
    assert level([course(10, activity="other")], 11) == 0
    assert level([course(10), quiz(10)], 11, law(claims=(claim(level=1),))) == 1


def test_a_claim_made_later_does_not_reach_back():
    assert level([course(10)], 30, law(claims=(claim(at=20),))) == 0


def test_what_was_earned_before_a_claim_was_withdrawn_keeps_counting():
    by = law(claims=(claim(), claim(at=20, withdrawn=True)))
    assert [level([course(10)], 30, by), level([course(25)], 30, by)] == [1, 0]


def test_each_major_version_has_its_own_claims():
    by = law(claims=(claim(), claim(major=2, at=20, withdrawn=True)), reviews=(review(), review(major=2, at=20)))
    assert [level([course(25, major=1)], 30, by), level([course(25, major=2)], 30, by)] == [1, 0]


def test_a_major_change_ends_what_was_earned_before_only_where_it_says_so():
    ends = law(claims=(claim(), claim(major=2, at=20, ends=50)), reviews=(review(), review(major=2)))
    keeps = law(claims=(claim(), claim(major=2, at=20)), reviews=(review(), review(major=2)))
    assert [level([course(10)], at, ends) for at in (15, 49, 51)] == [1, 1, 0]
    assert level([course(10)], 51, keeps) == 1
    assert level([course(10), course(25, major=2)], 51, ends) == 1
    before, after = folded([course(10)], ends).segments
    assert (before.end, before.ends) == (day(20), (months_after(day(10), 12),))
    assert (after.end, after.ends) == (day(50), (day(50),))


def test_an_unreviewed_course_does_not_count():
    assert level([course(10)], 11, law(reviews=())) == 0


def test_a_review_counts_from_its_date_also_for_what_was_earned_before():
    by = law(reviews=(review(at=20),))
    assert [level([course(10)], at, by) for at in (15, 25)] == [0, 1]


def test_a_review_holds_in_its_node_and_below_only():
    assert level([course(10)], 11, law(reviews=(review(node=GRANVIK),))) == 1
    assert level([course(10)], 11, law(reviews=(review(node=LYNGFORS),))) == 0


def test_a_review_is_of_its_major_version():
    by = law(claims=(claim(), claim(major=2)))
    assert level([course(10, major=2)], 11, by) == 0


def test_an_organisation_may_count_unreviewed_courses_from_a_date_and_stop():
    by = law(reviews=(), policies=(policy(at=20), policy(GRANVIK, counts=False, at=40)))
    assert [level([course(10)], at, by) for at in (15, 25, 45)] == [0, 1, 0]


def test_the_nearest_policy_decides():
    by = law(reviews=(), policies=(policy(REGION, counts=False, at=0), policy(GRANVIK, counts=True, at=0)))
    assert level([course(10)], 11, by) == 1


def test_what_was_learnt_elsewhere_counts_only_when_reviewed_in_common():
    elsewhere = course(10, organisation=LYNGFORS)
    assert level([elsewhere], 11, law(reviews=(review(node=REGION),))) == 1
    both = (review(node=GRANVIK), review(node=LYNGFORS))
    assert level([elsewhere], 11, law(reviews=both)) == 0
    assert level([elsewhere], 11, law(reviews=(), policies=(policy(REGION),))) == 0
    assert level([course(10, organisation=PROVIDER)], 11, law()) == 0


def test_an_observation_made_elsewhere_does_not_count():
    assert level([observed(10, organisation=LYNGFORS)], 11) == 0
    assert level([observed(10, organisation=REGION)], 11) == 3
    assert level([observed(10, organisation=None)], 11) == 0


def test_a_failed_observation_elsewhere_removes_nothing_here():
    assert level([observed(10), observed(20, positive=False, organisation=LYNGFORS)], 30) == 3


def test_only_accepted_sources_count_and_for_named_activities():
    foreign = course(10, authority="vendor")
    source = Source(GRANVIK, "vendor", "hyg", day(20), day(20))
    assert level([foreign], 30) == 0
    assert [level([foreign], at, law(sources=(source,))) for at in (15, 30)] == [0, 1]
    other = Source(GRANVIK, "vendor", "other", day(0), day(0))
    assert level([foreign], 30, law(sources=(other,))) == 0
    assert level([foreign], 30, law(sources=(Source(LYNGFORS, "vendor", "hyg", day(0), day(0)),))) == 0
    assert PLATFORM != "vendor"


# Versions of a rule


def test_evidence_is_judged_by_the_version_in_force_when_it_happened():
    stricter = rule(1, tree=QUIZ_TREE, version=2, at=20)
    by = law(rules=(rule(1), stricter))
    assert [level([course(10)], at, by) for at in (15, 30)] == [1, 1]
    assert level([course(25)], 30, by) == 0


def test_a_combination_is_judged_when_its_last_part_happened():
    by = law(rules=(rule(2), rule(2, tree=QUIZ_TREE, months=1, version=2, at=20)))
    segment = folded([course(10), quiz(25)], by).at(day(26))
    assert segment is not None
    assert (segment.rule_version, segment.ends[1]) == (2, months_after(day(10), 1))


def test_a_transition_ends_what_older_versions_were_satisfied_by():
    by = law(rules=(rule(3), rule(3, version=2, at=20, ends=60)))
    assert [level([observed(10)], at, by) for at in (15, 59, 61)] == [3, 3, 0]
    assert level([observed(10), observed(30)], 61, by) == 3


def test_what_is_older_than_the_first_version_is_judged_by_it_from_its_first_day():
    by = law(rules=(rule(3, at=20),))
    assert [level([observed(10)], at, by) for at in (15, 21)] == [0, 3]


def test_a_retired_level_is_shown_by_nothing_that_happens_after():
    by = law(rules=(rule(3), rule(3, tree={}, version=2, at=20)))
    assert [level([observed(10)], 30, by), level([observed(25)], 30, by)] == [3, 0]


# Under way


def test_a_started_course_is_under_way_and_shows_nothing():
    result = folded([started(10)])
    assert result.segments == ()
    assert [result.is_under_way(day(at)) for at in (9, 11, 500)] == [False, True, False]


def test_a_part_of_what_a_rule_asks_for_is_under_way():
    result = folded([quiz(10)])
    assert (result.at(day(11)), result.is_under_way(day(11))) == (None, True)


@pytest.mark.parametrize("kind", [course, quiz, started])
def test_what_does_not_count_is_not_under_way(kind):
    assert folded([kind(10, activity="other")]) == Folded()


def test_what_was_shown_under_the_new_version_stays_when_the_old_is_ended():
    """A combination completed again under a new version is not hidden by the older one that lasts as long."""
    both = {"all_of": [{"type": "certificate"}, {"type": "observation", "by": ["sjukskoterska"]}]}
    by = law(rules=(rule(3, tree=both), rule(3, tree=both, version=2, at=30, ends=60)))
    evidence = [certificate(10, 3, until=day(200)), observed(20), observed(40)]
    assert level(evidence, 100, by) == 3
