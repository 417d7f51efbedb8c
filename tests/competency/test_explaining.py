"""Every level can be opened to its reason, and every statement to why it does or does not count."""

from __future__ import annotations

import pytest
from hypothesis import given

from competency.api import (
    accept_source,
    approve_certificate,
    assess,
    change_rule,
    confirm,
    explanation,
    rebuild_marked,
    review,
    standings_of,
)
from competency.examining import examine
from competency.queries import competency
from competency.standing import Folded, fold
from competency.words import KIND_LABELS, WHY_NOT_LABELS
from people.api import actor_of
from tests.people import factories as make
from xapi.api import record, statements_about, vocabulary
from xapi.models import Credential

from . import world
from .law_examples import day
from .test_standing_properties import CODES, DAYS, law_of, numbered, worlds
from .world import BEGAN, NOW, TODAY, course_iri, days

db = pytest.mark.django_db


def why(who, code="HYG-01", on=TODAY, known_at=None, **more):
    return explanation(who, competency(code), on, known_at, **more)


def refused(found):
    return [(each.reason.kind, each.why) for each in found.not_counted]


@db
def test_it_names_the_statements_the_rule_and_until_when(school):
    world.takes(school.usk, school.granvik, "hygien", days(10))
    found = why(school.usk)
    assert (found.level, found.since, found.valid_through) == (2, days(10), days(10 + 365).date())
    assert (found.rule.level, found.rule.version, found.rule.valid_from) == (2, 1, BEGAN)
    assert [(reason.kind, reason.title, reason.path) for reason in found.reasons] == [
        ("course", "Hygien", "/kurser/hygien/"),
        ("quiz", "Hygien", "/kurser/hygien/"),
    ]
    ids = {reason.statement_id for reason in found.reasons}
    verbs = {each.statement_id: each.verb for each in statements_about([school.usk.actor_key])}
    assert {verbs[each] for each in ids} == {vocabulary.COMPLETED, vocabulary.PASSED}
    assert found.requirement.asked == 2
    assert found.status == "expires-soon"


@db
def test_the_history_tells_every_change_of_level(school, hygiene):
    world.takes(school.usk, school.granvik, "hygien", days(10), passes=False)
    world.takes(school.usk, school.granvik, "hygien", days(30))
    assess(school.ssk, school.usk, hygiene, 3, days(50))
    found = why(school.usk)
    assert [(each.since, each.level) for each in found.history] == [(days(10), 1), (days(30), 2), (days(50), 3)]
    assert found.history[0].until == days(30)
    assert [reason.kind for reason in found.history[2].reasons] == ["observation"]


@db
def test_the_next_level_says_what_is_done_and_what_is_missing(school):
    world.takes(school.usk, school.granvik, "hygien", days(10), passes=False)
    found = why(school.usk)
    assert (found.level, found.next_level, found.next_step.kind) == (1, 2, "all_of")
    assert [(step.kind, step.is_done) for step in found.next_step.children] == [("course", True), ("quiz", False)]
    assert [offer.title for offer in found.offers] == ["Hygien"]
    world.takes(school.usk, school.granvik, "hygien", days(20))
    (step,) = why(school.usk).next_step.children
    assert (step.kind, step.by, step.in_person, step.is_done) == ("observation", ("sjukskoterska",), True, False)


@db
def test_why_each_statement_does_not_count(school, hygiene):
    world.offer("ogranskad")
    world.says(school.usk, school.granvik, vocabulary.COMPLETED, course_iri("ogranskad"), days(11))
    assess(school.ssk, school.usk, hygiene, 3, days(12), in_person=False)
    assess(school.ssk, school.usk, hygiene, 3, days(13))
    assess(school.ssk, school.usk, hygiene, 1, days(14), positive=False)
    found = why(school.usk)
    assert (found.level, found.reasons) == (0, ())
    assert refused(found) == [
        ("observation", "failed"),
        ("observation", "negative"),
        ("observation", "in_person"),
        ("course", "unreviewed"),
    ]


@db
def test_questions_without_the_course_are_a_part(school):
    world.says(school.usk, school.granvik, vocabulary.PASSED, world.questions_iri("hygien"), days(11))
    assert refused(why(school.usk)) == [("quiz", "incomplete")]


@db
def test_what_has_expired_and_what_a_transition_ended(school, hygiene):
    world.takes(school.usk, school.granvik, "hygien", days(10), passes=False)
    assert ("course", "expired") in refused(why(school.usk, on=days(400).date()))
    tree = {"all_of": [{"type": "course"}]}
    change_rule(hygiene, 1, tree, days(50), validity_months=12, ends_earlier_on=days(60).date(), reason="Ny föreskrift")
    assert ("course", "transition") in refused(why(school.usk))


@db
def test_a_voided_statement_is_shown_as_withdrawn(school):
    name = world.says(school.usk, school.granvik, vocabulary.COMPLETED, course_iri("hygien"), days(10))
    void = {"objectType": "StatementRef", "id": str(name)}
    world.says(school.usk, school.granvik, vocabulary.VOIDED, "", days(20), object=void, context={})
    assert refused(why(school.usk)) == [("course", "voided")]
    assert [reason.kind for reason in why(school.usk, known_at=days(15)).reasons] == ["course"]


@db
def test_a_course_that_did_not_claim_it_and_a_rule_that_names_another_role(school):
    world.takes(school.usk, school.granvik, "hygien", days(10), passes=False)
    world.offer("hygien", at=days(20), revision="1.1", teaches={"HYG-01": 2, "MED-01": 1})
    assert refused(why(school.usk, "MED-01")) == [("course", "claim"), ("started", "claim")]
    confirm(school.chef, school.usk, {competency("HYG-02"): 3}, days(30))
    change_rule(
        competency("HYG-02"),
        3,
        {"any_of": [{"type": "observation", "by": ["mas"]}]},
        days(5),
        validity_months=12,
    )
    assert refused(why(school.usk, "HYG-02")) == [("confirmation", "rule")]


@db
def test_of_another_employers_statement_only_level_and_date_are_told(school):
    world.works_at(school.ekbacken, school.usk, "vardbitrade")
    world.takes(school.usk, school.granvik, "hygien", days(10), passes=False)
    there = why(school.usk, organisation=school.lyngfors)
    assert [each.why for each in there.not_counted] == ["elsewhere", "elsewhere"]
    review(make.holds("chief_nurse", school.region), course_iri("hygien"), "1.0", school.region, days(20))
    (reason,) = why(school.usk, organisation=school.lyngfors).reasons
    assert (reason.from_elsewhere, reason.level, reason.happened_at) == (True, 1, days(10))
    assert (reason.statement_id, reason.title, reason.activity_iri, reason.by, reason.stored) == (
        None,
        "",
        "",
        (),
        None,
    )


@db
def test_a_time_that_was_corrected_says_so(school):
    ahead = days(30)
    world.says(school.usk, school.granvik, vocabulary.COMPLETED, course_iri("hygien"), ahead, stored=days(10))
    (reason,) = why(school.usk).reasons
    assert (reason.happened_at, reason.time_was_corrected) == (days(10), True)
    world.says(school.usk, school.granvik, vocabulary.COMPLETED, course_iri("hygien"), days(11))
    assert [each.time_was_corrected for each in why(school.usk).reasons] == [False, True]


@db
def test_a_foreign_source_counts_once_it_is_accepted(school):
    vendor = Credential.objects.create(
        name="Vendor", key="vendor", secret_hash="", organisation=school.granvik, scopes=["all"], created_at=BEGAN
    )
    body = {
        "actor": actor_of(school.usk),
        "verb": {"id": vocabulary.COMPLETED},
        "object": {"id": course_iri("hygien")},
        "context": {"revision": "1.0"},
        "timestamp": days(10).isoformat(),
    }
    record([body], organisation=school.granvik, source=vendor, at=days(10))
    assert refused(why(school.usk)) == [("course", "source")]
    (stored,) = statements_about([school.usk.actor_key])
    accept_source(school.granvik, stored.authority_key, course_iri("hygien"), days(20))
    rebuild_marked(NOW)
    assert why(school.usk).level == 1
    assert [line.level for line in standings_of(school.usk, school.granvik, TODAY) if line.level] == [1]


@db
def test_a_certificate_is_named_by_its_competency(school, hygiene):
    approve_certificate(None, school.usk, hygiene, 4, days(20), organisation=school.granvik)
    (reason,) = why(school.usk).reasons
    assert (reason.kind, reason.level, reason.title) == ("certificate", 4, hygiene.title)


@db
def test_nothing_is_explained_as_nothing(school):
    found = why(school.usk)
    assert (found.level, found.reasons, found.not_counted, found.history, found.rule) == (0, (), (), (), None)
    assert (found.next_level, found.status) == (1, "missing")


@given(numbered(), worlds(), DAYS)
def test_the_examination_agrees_with_the_fold(evidence, world, number):
    """Its segments are the fold's; something counts exactly when a level is held; every other statement has a why."""
    moment = day(number + 0.5)
    law = law_of(world.known(moment, None))
    for code in CODES:
        found = examine(code, evidence, law, moment)
        assert found.folded == fold(evidence, law, moment).get(code, Folded())
        segment = found.folded.at(moment)
        counted = {each.evidence.statement_id for each in found.counted}
        assert bool(counted) == bool(segment)
        assert set(segment.reasons if segment else ()) <= counted
        assert {each.why for each in found.findings} <= {"", *WHY_NOT_LABELS}
        assert {each.evidence.kind for each in found.findings} <= set(KIND_LABELS)
        if segment:
            assert max(each.level for each in found.counted) == segment.level
