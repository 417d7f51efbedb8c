"""Who may say what about whom, and what is written down when they do."""

from __future__ import annotations

from uuid import uuid4

import pytest

from competency.api import (
    NobodyAssessesHerself,
    NotEntitled,
    RuleError,
    approve_certificate,
    assess,
    assessable_levels,
    confirm,
    levels_of,
    licences_of,
    rebuild_marked,
    verify_qualification,
    withdraw_qualification,
)
from competency.queries import competency
from people.api import actor_of, end_of_day
from tests.people import factories as make
from xapi.api import full_statement, record, statements_about, vocabulary

from . import world
from .world import NOW, TODAY, days

pytestmark = pytest.mark.django_db


def levels(who, organisation):
    rebuild_marked(NOW)
    return levels_of(who, organisation, TODAY)


def test_a_nurse_with_a_verified_licence_observes(school, hygiene):
    assess(school.ssk, school.usk, hygiene, 3, days(20))
    assert levels(school.usk, school.granvik) == {"HYG-01": 3}


def test_a_title_without_a_licence_is_not_enough(town, hygiene):
    with pytest.raises(NotEntitled):
        assess(town.ssk, town.usk, hygiene, 3, days(20))
    assert statements_about([town.usk.actor_key]) == []


def test_nobody_assesses_herself(school, hygiene):
    with pytest.raises(NobodyAssessesHerself):
        assess(school.ssk, school.ssk, hygiene, 3, days(20))
    assert assessable_levels(school.ssk, school.ssk, hygiene, TODAY) == {"observation": [], "confirmation": []}


def test_a_manager_confirms_what_the_rule_lets_her_and_nothing_else(school, hygiene):
    other = competency("HYG-02")
    assert len(confirm(school.chef, school.usk, {other: 3}, days(20))) == 1
    assert levels(school.usk, school.granvik) == {"HYG-02": 3}
    with pytest.raises(NotEntitled):
        confirm(school.chef, school.usk, {other: 3, hygiene: 3}, days(21))
    assert len(statements_about([school.usk.actor_key])) == 1


def test_a_manager_of_another_unit_confirms_nothing(school):
    stranger = world.works_at(school.ekbacken, "Stig", "enhetschef")
    make.holds("manager", school.ekbacken, stranger)
    with pytest.raises(NotEntitled):
        confirm(stranger, school.usk, {competency("HYG-02"): 3}, days(20))


def test_a_chief_nurse_counts_as_a_nurse_where_she_answers_for_the_care(school, hygiene):
    private = world.works_at(school.omsorg_granvik, "Petra", "underskoterska")
    assess(school.mas, private, hygiene, 4, days(20))
    assess(school.mas, private, hygiene, 3, days(21))
    assert levels(private, school.omsorg) == {"HYG-01": 4}


def test_a_municipal_nurse_observes_the_staff_of_a_provider_it_answers_for(school, hygiene):
    private = world.works_at(school.omsorg_granvik, "Petra", "underskoterska")
    assess(school.ssk, private, hygiene, 3, days(20))
    assert levels(private, school.omsorg) == {"HYG-01": 3}


def test_a_nurse_of_another_municipality_does_not(school, hygiene):
    stranger = world.works_at(school.ekbacken, "Nils", "sjukskoterska")
    world.licensed(stranger, school.lyngfors)
    assert licences_of(stranger, TODAY) == {"sjukskoterska"}
    with pytest.raises(NotEntitled):
        assess(stranger, school.usk, hygiene, 3, days(20))
    make.holds("assessor", school.norr, stranger)
    assess(stranger, school.usk, hygiene, 3, days(20))


def test_a_withdrawn_licence_no_longer_entitles(school, hygiene):
    withdraw_qualification(None, school.ssk, "sjukskoterska", days(10), organisation=school.granvik)
    assert licences_of(school.ssk, days(5).date()) == {"sjukskoterska"}
    assert licences_of(school.ssk, TODAY) == frozenset()
    with pytest.raises(NotEntitled):
        assess(school.ssk, school.usk, hygiene, 3, days(20))


def test_a_specialist_nurse_is_a_nurse(school, hygiene):
    world.licensed(school.mas, school.granvik, "specialistsjukskoterska")
    assert licences_of(school.mas, TODAY) == {"specialistsjukskoterska", "sjukskoterska"}
    assert levels(school.mas, school.granvik) == {"MED-01": 3}


def test_only_levels_that_a_rule_lets_her_judge_may_be_shown_but_lower_ones_may_fail(school, hygiene):
    with pytest.raises(NotEntitled):
        assess(school.ssk, school.usk, hygiene, 4, days(20))
    with pytest.raises(NotEntitled):
        assess(school.ssk, school.usk, hygiene, 2, days(20))
    world.takes(school.usk, school.granvik, "hygien", days(1))
    assess(school.ssk, school.usk, hygiene, 2, days(20), positive=False)
    assert levels(school.usk, school.granvik) == {"HYG-01": 1}


def test_what_may_be_judged_is_told_beforehand(school, hygiene):
    assert assessable_levels(school.ssk, school.usk, hygiene, TODAY) == {"observation": [3], "confirmation": []}
    assert assessable_levels(school.mas, school.usk, hygiene, TODAY) == {"observation": [3, 4], "confirmation": []}
    both = competency("HYG-02")
    assert assessable_levels(school.chef, school.usk, both, TODAY) == {"observation": [], "confirmation": [3]}
    assert assessable_levels(school.usk, school.chef, hygiene, TODAY) == {"observation": [], "confirmation": []}


def test_the_same_form_sent_twice_is_one_statement(school, hygiene):
    name = uuid4()
    for minute in (0, 0.01):
        assert assess(school.ssk, school.usk, hygiene, 3, days(20 + minute), statement_id=name) == name
        confirm(school.chef, school.usk, {competency("HYG-02"): 3}, days(20 + minute), statement_id=name)
    assert len(statements_about([school.usk.actor_key])) == 2


def test_the_statement_has_the_learner_as_actor_and_what_the_assessor_held(school, hygiene):
    name = assess(school.ssk, school.usk, hygiene, 3, days(20), comment="Tvättade händerna.", checklist=True)
    body, own = full_statement(name), vocabulary.own()
    assert body["actor"]["account"] == actor_of(school.usk)["account"]
    assert body["context"]["instructor"]["account"] == actor_of(school.ssk)["account"]
    assert body["context"]["extensions"][own.assessor] == {
        "roles": ["sjukskoterska"],
        "licences": ["sjukskoterska"],
        "profession": "sjukskoterska",
        "in_person": True,
        "checklist": True,
    }
    assert body["result"] == {"success": True, "extensions": {own.level: 3, own.comment: "Tvättade händerna."}}
    stored = statements_about([school.usk.actor_key])[0]
    assert "Tvättade" not in str(stored.payload)
    assert stored.organisation_id == school.granvik.pk


def test_an_observation_belongs_to_the_employer_it_was_made_under(school, hygiene):
    with pytest.raises(NotEntitled):
        assess(school.ssk, school.usk, hygiene, 3, days(20), organisation=school.lyngfors)


def test_a_level_off_the_scale_is_refused(school, hygiene):
    for level in (0, 5):
        with pytest.raises(RuleError):
            assess(school.ssk, school.usk, hygiene, level, days(20))
        with pytest.raises(RuleError):
            approve_certificate(None, school.usk, hygiene, level, days(20), organisation=school.granvik)


def test_only_who_answers_for_staff_registers_what_they_showed_elsewhere(school, hygiene):
    hr = make.holds("hr", school.granvik, world.works_at(school.norr, "Hedda", ""))
    verify_qualification(hr, school.mas, "sjukskoterska", days(20), organisation=school.granvik)
    with pytest.raises(NotEntitled):
        verify_qualification(school.usk, school.mas, "sjukskoterska", days(20), organisation=school.granvik)
    with pytest.raises(NobodyAssessesHerself):
        verify_qualification(hr, hr, "sjukskoterska", days(20), organisation=school.granvik)
    with pytest.raises(NotEntitled):
        approve_certificate(school.ssk, school.usk, hygiene, 4, days(20), organisation=school.granvik)


def test_what_is_no_licence_is_refused(school):
    for code in ("vardbitrade", "trollkarl"):
        with pytest.raises(RuleError):
            verify_qualification(None, school.usk, code, days(20), organisation=school.granvik)


def test_a_certificate_counts_through_its_own_last_day(school, hygiene):
    last = days(30).date()
    approve_certificate(school.mas, school.usk, hygiene, 4, days(20), organisation=school.granvik, until=last)
    rebuild_marked(NOW)
    assert levels_of(school.usk, school.granvik, last) == {"HYG-01": 4}
    assert levels_of(school.usk, school.granvik, end_of_day(last).date()) == {"HYG-01": 4}
    assert levels_of(school.usk, school.granvik, days(32).date()) == {}
    with pytest.raises(RuleError):
        approve_certificate(None, school.usk, hygiene, 4, days(40), organisation=school.granvik, until=last)


def test_a_nurse_of_the_region_has_no_say_in_a_municipality_by_her_licence_alone(school, hygiene):
    office = make.unit("kansli", school.region)
    regional = world.works_at(office, "Rut", "sjukskoterska")
    world.licensed(regional, school.region)
    with pytest.raises(NotEntitled):
        assess(regional, school.usk, hygiene, 3, days(20))


@pytest.mark.parametrize("how", ["instructor", "category"])
def test_what_she_said_of_herself_is_never_evidence(school, hygiene, how):
    name = assess(school.ssk, school.usk, hygiene, 3, days(20))
    body = full_statement(name) | {"id": str(uuid4())}
    context = body["context"]
    if how == "instructor":
        context["instructor"] = actor_of(school.usk)
    else:
        context["contextActivities"]["category"].append({"id": vocabulary.own().self_assessment})
    for key in ("authority", "stored", "version"):
        body.pop(key, None)
    void = {"objectType": "StatementRef", "id": str(name)}
    world.says(school.usk, school.granvik, vocabulary.VOIDED, "", days(21), object=void, context={})
    record([body], organisation=school.granvik, at=days(22))
    assert levels(school.usk, school.granvik) == {}
