"""Taking a course: what is recorded, once, by whom and under which employer."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from courses import player
from courses.attempts import Attempt, Registration
from courses.content import CourseContent
from courses.player import (
    CourseRemade,
    Learner,
    NoRetry,
    NotFinished,
    QuestionsLeft,
    ScreensLeft,
    StartedAnew,
    UnknownChoice,
    UnknownQuestion,
    taking_of,
)
from courses.statements import Sitting
from courses.tickets import StaleForm
from people.api import actor_of, chosen_employment
from people.models import Person
from tests.courses.taking import AT, HYGIENE, Walk, hygiene, key, module, publish, question
from tests.people import factories as make
from xapi.api import record, statements_about, statements_in, vocabulary
from xapi.credentials import create_credential

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> CourseContent:
    return hygiene()


@pytest.fixture
def learner(course: CourseContent) -> Learner:
    granvik = make.municipality("granvik", make.below(None, "region", "vast"))
    employment = make.works_at(make.unit("norr", granvik, "hemtjänst"), "Alva")
    return learner_of(employment.person)


def learner_of(person: Person) -> Learner:
    return Learner(person, chosen_employment(person))


@pytest.fixture
def walk(learner: Learner, course: CourseContent) -> Walk:
    return Walk(learner, course)


def test_opening_a_course_is_said_once(walk: Walk) -> None:
    walk.open()
    walk.open()
    assert walk.told() == ["initialized course Hygien"]
    assert Registration.objects.count() == 1


def test_a_course_taken_and_passed_is_told_in_order(walk: Walk) -> None:
    walk.take()
    assert walk.told() == [
        "initialized course Hygien",
        "answered question Sprit?",
        "answered question Ringar?",
        "completed module Händer",
        "answered question Ärm?",
        "completed module Kläder",
        "passed questions Hygien",
        "completed module Sammanfattning",
        "completed course Hygien",
        "satisfied course Hygien",
    ]


def test_a_course_taken_and_failed_is_completed_but_not_satisfied(walk: Walk) -> None:
    progress = walk.take(right=False).progress
    assert walk.told()[-3:] == [
        "failed questions Hygien",
        "completed module Sammanfattning",
        "completed course Hygien",
    ]
    assert (progress.is_course_completed, progress.is_satisfied, progress.may_retry) == (True, False, True)


def test_passing_on_a_retry_satisfies_the_course(walk: Walk) -> None:
    walk.take(right=False)
    player.retry(walk.learner, walk.course, 1, walk.later())
    for asked in walk.course.questions:
        walk.answer(asked)
    assert walk.told()[-5:] == [
        "answered question Sprit?",
        "answered question Ringar?",
        "answered question Ärm?",
        "passed questions Hygien",
        "satisfied course Hygien",
    ]
    assert Registration.objects.count() == 1


def test_a_form_sent_twice_is_one_statement(walk: Walk) -> None:
    walk.open()
    asked = walk.course.questions[0]
    ticket = walk.ticket
    first = walk.answer(asked, ticket=ticket)
    before = walk.told()
    second = walk.answer(asked, ticket=ticket)
    assert (first.is_new, second.is_new) == (True, False)
    assert walk.told() == before


def test_the_first_answer_in_an_attempt_counts(walk: Walk) -> None:
    asked = walk.course.questions[0]
    walk.answer(asked, right=False)
    again = walk.answer(asked, right=True)
    assert (again.is_new, again.is_right) == (False, False)


def test_an_answer_opens_a_course_that_was_not_opened(walk: Walk) -> None:
    shown_at = walk.at
    walk.answer(walk.course.questions[0])
    assert walk.told() == ["initialized course Hygien", "answered question Sprit?"]
    first, _second = walk.statements()
    assert first.happened_at == shown_at


def test_two_pages_shown_before_opening_open_one_registration(walk: Walk) -> None:
    ticket = walk.ticket
    walk.answer(walk.course.questions[0], ticket=ticket)
    walk.answer(walk.course.questions[1], ticket=ticket)
    assert Registration.objects.count() == 1
    assert walk.told().count("initialized course Hygien") == 1


def test_modules_may_be_read_and_answered_out_of_order(walk: Walk) -> None:
    walk.open()
    walk.answer(walk.course.modules[1].questions[0])
    assert walk.told() == ["initialized course Hygien", "answered question Ärm?", "completed module Kläder"]
    assert walk.taking.progress.next_module is not None
    assert walk.taking.progress.next_module.key == walk.course.modules[0].key


def test_the_last_answer_does_not_complete_a_module_half_read(walk: Walk) -> None:
    last = walk.course.modules[1]
    walk.answer(last.questions[0], screens_shown=1)
    assert not walk.taking.progress.is_completed(last.key)
    walk.finish(last)
    assert walk.told()[-1] == "completed module Kläder"


def test_a_module_finished_twice_is_completed_once(walk: Walk) -> None:
    reading = walk.course.modules[2]
    walk.finish(reading)
    walk.finish(reading)
    assert walk.told() == ["initialized course Hygien", "completed module Sammanfattning"]


def test_a_module_with_questions_left_is_not_finished(walk: Walk) -> None:
    walk.open()
    with pytest.raises(QuestionsLeft):
        walk.finish(walk.course.modules[0])
    assert walk.told() == ["initialized course Hygien"]


def test_a_refusal_leaves_nothing_behind(walk: Walk) -> None:
    """Not even the opening: the transaction is one."""
    with pytest.raises(QuestionsLeft):
        walk.finish(walk.course.modules[0])
    assert Registration.objects.count() == 0


def test_a_module_half_read_is_not_finished(walk: Walk) -> None:
    reading = walk.course.modules[2]
    with pytest.raises(ScreensLeft):
        player.finish_module(walk.learner, walk.course, walk.ticket, reading.slug, 1, walk.later())


def test_a_question_that_does_not_exist_is_refused(walk: Walk) -> None:
    with pytest.raises(UnknownQuestion):
        player.answer(walk.learner, walk.course, walk.ticket, uuid4(), 0, at=walk.later())


def test_a_question_of_another_module_is_refused(walk: Walk) -> None:
    asked = walk.course.modules[1].questions[0]
    with pytest.raises(UnknownQuestion):
        walk.answer(asked, module_slug=walk.course.modules[0].slug)


@pytest.mark.parametrize("choice", [-1, 3])
def test_a_choice_that_does_not_exist_is_refused(walk: Walk, choice: int) -> None:
    asked = walk.course.questions[0]
    with pytest.raises(UnknownChoice):
        player.answer(walk.learner, walk.course, walk.ticket, asked.id, choice, at=walk.later())


def test_a_ticket_of_somebody_else_is_refused(walk: Walk) -> None:
    ticket = walk.ticket
    other = Walk(learner_of(make.works_at(walk.learner.employment.terms.unit, "Bo").person), walk.course)
    with pytest.raises(StaleForm):
        other.answer(walk.course.questions[0], ticket=ticket)


def test_a_ticket_of_another_course_is_refused(walk: Walk) -> None:
    other = Walk(walk.learner, publish("trycksar", [module("Hud", question("Häl"))]))
    with pytest.raises(StaleForm):
        walk.answer(walk.course.questions[0], ticket=other.ticket)


# --- Editions ---------------------------------------------------------------------------------------------------------


def test_an_answer_is_graded_by_the_edition_that_was_shown(walk: Walk) -> None:
    walk.open()
    ticket = walk.ticket
    asked = walk.course.questions[0]
    changed = (module("Händer", question("Sprit", correct=2), question("Ringar", correct=1)), *HYGIENE[1:])
    walk.course = publish("hygien", changed, minor=1)
    answered = walk.answer(asked, right=True, ticket=ticket)
    assert (answered.is_right, answered.is_of_older_edition) == (True, True)
    assert walk.bodies()[-1]["context"]["revision"] == "1.0"
    assert walk.bodies()[-1]["object"]["definition"]["correctResponsesPattern"] == ["0"]


def test_an_answer_to_a_question_since_removed_is_recorded_as_it_was_asked(walk: Walk) -> None:
    walk.open()
    ticket = walk.ticket
    removed = walk.course.questions[1]
    walk.course = publish("hygien", (module("Händer", question("Sprit")), *HYGIENE[1:]), minor=1)
    assert walk.answer(removed, ticket=ticket).is_new
    assert walk.told()[-1] == "answered question Ringar?"


def test_removing_the_last_open_question_is_settled_by_the_next_step(walk: Walk) -> None:
    walk.open()
    for asked in (walk.course.questions[0], walk.course.questions[2]):
        walk.answer(asked)
    walk.course = publish("hygien", (module("Händer", question("Sprit")), *HYGIENE[1:]), minor=1)
    walk.open()
    assert walk.told()[-1] == "passed questions Hygien"


def test_a_question_added_to_a_module_belongs_to_the_attempt_that_is_open(walk: Walk) -> None:
    walk.open()
    for asked in walk.course.questions[:2]:
        walk.answer(asked)
    walk.course = publish("hygien", (*HYGIENE[:2], module("Sammanfattning", question("Ny"))), minor=1)
    walk.answer(walk.course.questions[2])
    assert "passed questions Hygien" not in walk.told()
    walk.answer(walk.course.questions[3])
    assert "passed questions Hygien" in walk.told()


def test_a_new_main_version_is_a_new_registration(walk: Walk) -> None:
    walk.take()
    walk.course = publish("hygien", HYGIENE, major=2)
    assert walk.taking.registration is None
    assert walk.taking.earlier is not None
    walk.open()
    assert walk.told() == ["initialized course Hygien"]
    assert list(Registration.objects.order_by("cycle").values_list("cycle", "major")) == [(1, 1), (2, 2)]


def test_what_was_on_the_screen_when_a_main_version_came_is_still_recorded(walk: Walk) -> None:
    opened = walk.open()
    ticket = walk.ticket
    asked = walk.course.questions[0]
    walk.course = publish("hygien", HYGIENE, major=2)
    assert walk.answer(asked, ticket=ticket).is_new
    assert opened.registration is not None
    assert [row.payload["context"]["revision"] for row in statements_in(opened.registration.uuid)] == ["1.0", "1.0"]
    assert Registration.objects.count() == 1


def test_a_page_of_an_older_main_version_does_not_open_the_course(walk: Walk) -> None:
    ticket = walk.ticket
    asked = walk.course.questions[0]
    walk.course = publish("hygien", HYGIENE, major=2)
    with pytest.raises(CourseRemade):
        walk.answer(asked, ticket=ticket)
    assert Registration.objects.count() == 0


# --- Trying again and taking again ------------------------------------------------------------------------------------


def test_a_retry_asked_for_twice_is_one_attempt(walk: Walk) -> None:
    walk.take(right=False)
    player.retry(walk.learner, walk.course, 1, walk.later())
    player.retry(walk.learner, walk.course, 1, walk.later())
    assert list(Attempt.objects.values_list("number", flat=True)) == [1, 2]


@pytest.mark.parametrize("after", [0, 1, 2])
def test_there_is_no_retry_after_passing(walk: Walk, after: int) -> None:
    walk.take()
    with pytest.raises(NoRetry):
        player.retry(walk.learner, walk.course, after, walk.later())


def test_there_is_no_retry_before_the_questions_are_answered(walk: Walk) -> None:
    walk.answer(walk.course.questions[0])
    with pytest.raises(NoRetry):
        player.retry(walk.learner, walk.course, 1, walk.later())


def test_a_page_of_the_attempt_before_cannot_answer_in_the_next(walk: Walk) -> None:
    """The question was answered in the first attempt, so the old page says so and the new attempt is untouched."""
    walk.take(right=False)
    ticket = walk.ticket
    player.retry(walk.learner, walk.course, 1, walk.later())
    assert not walk.answer(walk.course.questions[0], ticket=ticket).is_new
    assert walk.taking.progress.answered_in(2) == {}


def test_restarting_after_completion_is_a_new_registration(walk: Walk) -> None:
    first = walk.take().registration
    assert first is not None
    player.restart(walk.learner, walk.course, first.uuid, walk.later())
    player.restart(walk.learner, walk.course, first.uuid, walk.later())
    assert list(Registration.objects.order_by("cycle").values_list("cycle", flat=True)) == [1, 2]
    assert walk.told() == ["initialized course Hygien"]


def test_a_course_not_completed_is_not_restarted(walk: Walk) -> None:
    registration = walk.open().registration
    assert registration is not None
    with pytest.raises(NotFinished):
        player.restart(walk.learner, walk.course, registration.uuid, walk.later())


def test_a_page_from_before_the_restart_does_not_answer_after_it(walk: Walk) -> None:
    taking = walk.take(right=False)
    ticket = walk.ticket
    assert taking.registration is not None
    player.restart(walk.learner, walk.course, taking.registration.uuid, walk.later())
    with pytest.raises(StartedAnew):
        walk.answer(walk.course.questions[0], ticket=ticket)


def test_a_renewal_has_statements_of_its_own(walk: Walk) -> None:
    taking = walk.take()
    assert taking.registration is not None
    player.restart(walk.learner, walk.course, taking.registration.uuid, walk.later())
    walk.take()
    assert len(walk.told()) == len(statements_in(taking.registration.uuid)) == 10


# --- Employers and time -----------------------------------------------------------------------------------------------


def test_a_statement_is_earned_under_the_employer_chosen(walk: Walk) -> None:
    walk.open()
    lyngfors = make.municipality("lyngfors", make.below(None, "region", "ost"))
    second = make.works_at(make.unit("ekbacken", lyngfors), walk.learner.person)
    walk.answer(walk.course.questions[0])
    walk.learner = Learner(walk.learner.person, second)
    walk.answer(walk.course.questions[1], screens_shown=0)
    granvik = walk.statements()[0].organisation_id
    assert [row.organisation_id for row in walk.statements()] == [granvik, granvik, lyngfors.pk]
    assert Registration.objects.count() == 1


def test_somebody_employed_nowhere_learns_for_herself(course: CourseContent) -> None:
    walk = Walk(Learner(make.person("Gäst"), None), course)
    walk.take()
    assert {row.organisation_id for row in walk.statements()} == {None}


def test_what_another_system_says_in_her_registration_is_no_progress(walk: Walk) -> None:
    registration, attempt = walk.open().opened
    asked = walk.course.questions[0]
    source, _secret = create_credential("Annat system", scopes=["all"], organisation=None, at=AT)
    sitting = Sitting(
        vocabulary=vocabulary.own(),
        actor=actor_of(walk.learner.person),
        registration=registration.uuid,
        course=walk.course,
        attempt=attempt.uuid,
        attempt_number=1,
        issued_at=AT,
    )
    body = sitting.answered(asked, walk.course.modules[0], asked.correct_index, walk.later())
    body["object"] = {"objectType": "Activity", "id": body["object"]["id"]}
    record([body | {"id": str(uuid4())}], organisation=None, source=source, at=walk.later())
    assert len(walk.statements()) == 2
    assert walk.taking.progress.answered_in(1) == {}


def test_a_voided_answer_may_be_given_again(walk: Walk) -> None:
    walk.open()
    asked = walk.course.questions[0]
    walk.answer(asked, right=False)
    void(walk, walk.statements()[-1].statement_id)
    assert walk.answer(asked, right=True).is_new
    assert walk.taking.progress.answered_in(1)[asked.id].success is True


def void(walk: Walk, statement_id: object) -> None:
    body = {
        "actor": {"objectType": "Agent", "mbox": "mailto:registrar@example.org"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"},
        "object": {"objectType": "StatementRef", "id": str(statement_id)},
    }
    record([body], organisation=None, at=walk.later())


def test_a_learner_sees_only_her_own_taking(walk: Walk) -> None:
    walk.take()
    bo = make.works_at(walk.learner.employment.terms.unit, "Bo").person
    assert taking_of(bo, walk.course).registration is None
    assert statements_about([bo.actor_key]) == []


@pytest.mark.parametrize("modules", [1, 3])
def test_reading_where_one_stands_costs_three_queries_and_then_one(
    learner, modules: int, django_assert_num_queries
) -> None:
    parts = [module(f"Del {number}", question(f"Fråga {number}")) for number in range(modules)]
    walk = Walk(learner, publish("lång", parts))
    walk.take()
    player._takings.clear()
    with django_assert_num_queries(3):
        first = taking_of(learner.person, walk.course)
    with django_assert_num_queries(1):
        second = taking_of(learner.person, walk.course)
    assert first == second


def test_what_was_kept_is_forgotten_with_every_statement(walk: Walk) -> None:
    """Also with one that voids and does not name the registration itself."""
    walk.open()
    asked = walk.course.questions[0]
    assert walk.taking.progress.answered_in(1) == {}
    walk.answer(asked)
    assert set(walk.taking.progress.answered_in(1)) == {asked.id}
    void(walk, walk.statements()[-1].statement_id)
    assert walk.taking.progress.answered_in(1) == {}


def test_what_was_folded_before_a_rollback_is_not_kept(walk: Walk) -> None:
    walk.open()
    savepoint = transaction.savepoint()
    walk.answer(walk.course.questions[0])
    assert len(walk.taking.progress.answered_in(1)) == 1
    transaction.savepoint_rollback(savepoint)
    assert walk.taking.progress.answered_in(1) == {}


def test_the_past_is_recorded_by_the_clock_that_is_given(walk: Walk) -> None:
    walk.at = AT - timedelta(days=300)
    walk.take()
    assert {row.stored.date() for row in walk.statements()} == {(AT - timedelta(days=300)).date()}


def test_the_keys_of_the_course_are_those_of_its_activities(walk: Walk) -> None:
    walk.open()
    assert walk.statements()[0].activity == walk.course.activity_iri
    assert walk.course.key == key("hygien")
