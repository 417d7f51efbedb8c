"""What courses claim, who reviews them, and from when it counts."""

from __future__ import annotations

import pytest

from competency.api import (
    NotEntitled,
    RuleError,
    Teaches,
    UnknownCompetency,
    accept_source,
    change_rule,
    claims_of,
    is_reviewed,
    levels_of,
    offers_that_teach,
    rebuild_marked,
    register_offer,
    review,
    reviewed_nodes,
    set_policy,
    withdraw_offer,
)
from competency.models import Claim, DirtyMark, LawStamp, Offer, Review
from tests.people import factories as make

from . import world
from .world import BEGAN, NOW, TODAY, course_iri, days

pytestmark = pytest.mark.django_db


def claims():
    return [
        (row.competency.code, row.level, row.major, row.withdrawn, row.valid_from)
        for row in Claim.objects.order_by("pk").select_related("competency")
    ]


def level(who, organisation, on=TODAY):
    rebuild_marked(NOW)
    return levels_of(who, organisation, on).get("HYG-01", 0)


def test_registering_the_same_again_adds_nothing(town):
    world.offer("hygien")
    world.offer("hygien", at=days(5))
    assert claims() == [("HYG-01", 2, 1, False, BEGAN)]


def test_words_and_minutes_are_written_over_and_claims_are_not(town):
    world.offer("hygien")
    world.offer("hygien", at=days(5), revision="1.1", title="Bättre hygien", minutes=9)
    offer = Offer.objects.get()
    assert (offer.title, offer.minutes, offer.revision, offer.registered_at) == ("Bättre hygien", 9, "1.1", BEGAN)
    assert len(claims()) == 1


def test_a_claim_added_raised_or_dropped_is_a_new_dated_row(town):
    world.offer("hygien", teaches={"HYG-01": 1, "HYG-02": 2})
    world.offer("hygien", at=days(5), revision="1.1", teaches={"HYG-01": 2, "MED-01": 1})
    assert claims()[2:] == [
        ("HYG-01", 2, 1, False, days(5)),
        ("HYG-02", 2, 1, True, days(5)),
        ("MED-01", 1, 1, False, days(5)),
    ]
    assert claims_of(course_iri("hygien"), days(4).date()) == [Teaches("HYG-01", 1), Teaches("HYG-02", 2)]
    assert claims_of(course_iri("hygien"), days(6).date()) == [Teaches("HYG-01", 2), Teaches("MED-01", 1)]
    world.offer("hygien", at=days(9), revision="1.2", teaches={"HYG-01": 2, "HYG-02": 2, "MED-01": 1})
    assert claims()[5:] == [("HYG-02", 2, 1, False, days(9))]


def test_a_new_major_version_claims_anew_and_says_what_it_no_longer_teaches(town):
    world.offer("hygien", teaches={"HYG-01": 2, "HYG-02": 2})
    world.offer("hygien", at=days(5), revision="2.0", teaches={"HYG-01": 2})
    assert claims()[2:] == [("HYG-01", 2, 2, False, days(5)), ("HYG-02", 2, 2, True, days(5))]
    assert claims_of(course_iri("hygien"), days(6).date()) == [Teaches("HYG-01", 2)]


def test_a_major_change_may_end_what_was_earned_before_on_a_day(school):
    world.takes(school.usk, school.granvik, "hygien", days(10))
    assert level(school.usk, school.granvik) == 2
    last = days(200).date()
    world.offer("hygien", at=days(100), revision="2.0", ends_earlier_on=last, reason="Ny föreskrift")
    assert set(DirtyMark.objects.values_list("person", flat=True)) == {school.usk.pk}
    assert level(school.usk, school.granvik, last) == 2
    assert level(school.usk, school.granvik, days(202).date()) == 0


@pytest.mark.parametrize("teaches", [{"HYG-01": 0}, {"HYG-01": 5}])
def test_a_claim_off_the_scale_is_refused(town, teaches):
    with pytest.raises(RuleError):
        world.offer("hygien", teaches=teaches)
    assert not Offer.objects.exists()


def test_a_claim_on_what_does_not_exist_is_refused(town):
    with pytest.raises(UnknownCompetency):
        world.offer("hygien", teaches={"ZZZ-01": 1})
    with pytest.raises(RuleError):
        register_offer(world.spec("hygien", "första"), BEGAN)


def test_an_unpublished_course_is_no_longer_offered_and_what_was_earned_counts(school, hygiene):
    world.takes(school.usk, school.granvik, "hygien", days(10))
    withdraw_offer(course_iri("hygien"), days(20))
    assert [offer.title for offer in offers_that_teach(hygiene, as_of=days(15).date())] == ["Hygien"]
    assert offers_that_teach(hygiene, as_of=TODAY) == []
    assert level(school.usk, school.granvik) == 2
    world.offer("hygien", at=days(30))
    assert [offer.title for offer in offers_that_teach(hygiene, as_of=TODAY)] == ["Hygien"]


def test_offers_that_teach_come_highest_first_then_shortest(school, hygiene):
    world.offer("lang", minutes=20)
    world.offer("kort", minutes=3)
    world.offer("grund", minutes=1, teaches={"HYG-01": 1})
    world.offer("annat", teaches={"HYG-02": 2})
    assert [(offer.title, offer.level) for offer in offers_that_teach(hygiene, as_of=TODAY)] == [
        ("Kort", 2),
        ("Hygien", 2),
        ("Lang", 2),
        ("Grund", 1),
    ]


def test_a_course_shows_no_more_by_itself_than_the_rules_let_courses_show(town, hygiene):
    world.offer("expert", teaches={"HYG-01": 4})
    assert [offer.level for offer in offers_that_teach(hygiene, as_of=TODAY)] == [2]


def test_only_a_chief_of_the_node_or_above_reviews(town):
    world.offer("hygien")
    for who, node in ((town.chef, town.granvik), (town.mas, town.lyngfors), (town.mas, town.region)):
        with pytest.raises(NotEntitled):
            review(who, course_iri("hygien"), "1.0", node, days(1))
    assert not Review.objects.exists()
    review(town.mas, course_iri("hygien"), "1.0", town.granvik, days(1))
    review(town.mas, course_iri("hygien"), "1.0", town.granvik, days(2))
    assert [row.valid_from for row in Review.objects.all()] == [days(1)]


def test_a_review_is_known_from_its_day_in_its_node_and_below_for_its_major_version(town):
    world.offer("hygien")
    review(town.mas, course_iri("hygien"), "1.0", town.granvik, days(5))
    iri = course_iri("hygien")
    assert [node.slug for node in reviewed_nodes(iri, "1.3", TODAY)] == ["granvik"]
    assert reviewed_nodes(iri, "1.0", days(4).date()) == []
    assert reviewed_nodes(iri, "2.0", TODAY) == []
    assert is_reviewed(iri, "1.0", town.norr, TODAY)
    assert not is_reviewed(iri, "1.0", town.lyngfors, TODAY)
    assert is_reviewed(iri, "1.0", None, TODAY)


def test_an_unreviewed_course_counts_where_the_organisation_says_so(town):
    world.offer("hygien")
    world.takes(town.usk, town.granvik, "hygien", days(10))
    assert level(town.usk, town.granvik) == 0
    set_policy(town.region, days(20), counts_unreviewed=True)
    assert level(town.usk, town.granvik) == 2
    assert level(town.usk, town.granvik, days(15).date()) == 0
    set_policy(town.granvik, days(40), counts_unreviewed=False)
    assert [level(town.usk, town.granvik, days(at).date()) for at in (30, 41)] == [2, 0]


def test_a_review_counts_what_was_earned_before_it(town):
    world.offer("hygien")
    world.takes(town.usk, town.granvik, "hygien", days(10))
    rebuild_marked(NOW)
    review(town.mas, course_iri("hygien"), "1.0", town.granvik, days(20))
    assert level(town.usk, town.granvik) == 2


def test_what_was_learnt_at_another_employer_counts_when_reviewed_above_both(town):
    world.works_at(town.ekbacken, town.usk, "vardbitrade")
    world.offer("hygien")
    review(town.mas, course_iri("hygien"), "1.0", town.granvik, days(1))
    world.takes(town.usk, town.granvik, "hygien", days(10))
    assert (level(town.usk, town.granvik), level(town.usk, town.lyngfors)) == (2, 0)
    chief = make.holds("chief_nurse", town.region)
    review(chief, course_iri("hygien"), "1.0", town.region, days(20))
    assert level(town.usk, town.lyngfors) == 2


def test_an_accepted_source_must_be_named_with_its_activities(town):
    for authority, prefix in (("", "https://example.org/"), ("vendor", " ")):
        with pytest.raises(RuleError):
            accept_source(town.granvik, authority, prefix, days(1))


def test_a_rule_is_not_valid_before_it_is_published_nor_before_the_one_it_replaces(school, hygiene):
    tree = {"any_of": [{"type": "observation", "by": ["mas"]}]}
    change_rule(hygiene, 3, tree, days(100), validity_months=12, valid_from=days(150))
    for wrong in (
        {"valid_from": days(99)},
        {"valid_from": days(149)},
        {"valid_from": days(160), "ends_earlier_on": days(155).date(), "reason": "Nytt"},
        {"valid_from": days(160), "ends_earlier_on": days(165).date()},
    ):
        with pytest.raises(RuleError):
            change_rule(hygiene, 3, tree, days(110), validity_months=12, **wrong)
    for broken in ({"type": "webinar"}, {"all_of": []}, {"type": "observation"}):
        with pytest.raises(RuleError):
            change_rule(hygiene, 3, broken, days(160), validity_months=12)
    with pytest.raises(RuleError):
        change_rule(hygiene, 3, tree, days(160), validity_months=0)


def test_a_changed_rule_does_not_change_what_was_known(school, hygiene):
    world.takes(school.usk, school.granvik, "hygien", days(10))
    stricter = {"all_of": [{"type": "course"}, {"type": "quiz"}, {"type": "observation", "by": ["mas"]}]}
    change_rule(hygiene, 2, stricter, days(100), validity_months=12)
    assert level(school.usk, school.granvik) == 2
    world.takes(school.ssk, school.granvik, "hygien", days(110))
    assert level(school.ssk, school.granvik) == 1


def test_every_change_of_the_law_renews_its_stamp(school, hygiene):
    changes = [
        lambda: world.offer("ny"),
        lambda: withdraw_offer(course_iri("ny"), days(2)),
        lambda: review(school.mas, course_iri("ny"), "1.0", school.granvik, days(2)),
        lambda: set_policy(school.granvik, days(3), counts_unreviewed=True),
        lambda: accept_source(school.granvik, "vendor", "https://example.org/", days(3)),
        lambda: change_rule(hygiene, 1, {"type": "quiz"}, days(3), validity_months=None),
    ]
    stamps = {LawStamp.objects.get().stamp}
    for change in changes:
        change()
        stamps.add(LawStamp.objects.get().stamp)
    assert len(stamps) == len(changes) + 1
