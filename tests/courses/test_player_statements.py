"""The wording of each statement: the table of semantics 7, word for word, and the specification's own check."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.progress import Result
from courses.statements import Profile, Sitting, duration
from xapi.statement import check
from xapi.vocabulary import Own

BASE = "https://larnara.example.org"
ISSUED = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
LATER = ISSUED + timedelta(minutes=6, seconds=12)
COURSE_KEY = UUID("11111111-0000-4000-8000-000000000000")
MODULE_KEY = UUID("22222222-0000-4000-8000-000000000000")
QUESTION_KEY = UUID("33333333-0000-4000-8000-000000000000")
PROFILE_KEY = UUID("44444444-0000-4000-8000-000000000000")
REGISTRATION = UUID("55555555-0000-4000-8000-000000000000")
ATTEMPT = UUID("66666666-0000-4000-8000-000000000000")


@dataclass(frozen=True)
class Course:
    key: UUID = COURSE_KEY
    title: str = "Basala hygienrutiner"
    summary: str = "Rena händer."
    revision: str = "2.3"
    pass_percent: int = 75


@dataclass(frozen=True)
class Module:
    key: UUID = MODULE_KEY
    title: str = "Händer"


@dataclass(frozen=True)
class Question:
    id: UUID = QUESTION_KEY
    text: str = "När spritar du?"
    options: tuple[str, ...] = ("Före", "Efter", "Före och efter")
    correct_index: int = 2


SITTING = Sitting(
    vocabulary=Own(BASE),
    actor={"objectType": "Agent", "account": {"homePage": BASE, "name": "k3y"}},
    registration=REGISTRATION,
    course=Course(),
    attempt=ATTEMPT,
    attempt_number=1,
    issued_at=ISSUED,
    profile=Profile(PROFILE_KEY, "Undersköterska"),
)
RESULT = Result(right=3, asked=4, has_passed=True)


def every_statement(sitting: Sitting = SITTING) -> list[dict[str, Any]]:
    return [
        sitting.initialized(ISSUED),
        sitting.answered(Question(), Module(), 2, LATER),
        sitting.module_completed(Module(), ISSUED, LATER),
        sitting.question_set_ended(RESULT, LATER),
        sitting.course_completed(ISSUED, LATER),
        sitting.satisfied(LATER),
    ]


def ids(activities: list[dict[str, Any]]) -> list[str]:
    return [activity["id"] for activity in activities]


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
def test_every_statement_follows_the_specification(version: str) -> None:
    assert [check(body, version) for body in every_statement()] == [[]] * 6


def test_every_statement_says_who_where_and_in_which_edition() -> None:
    for body in every_statement():
        context = body["context"]
        assert body["actor"] == SITTING.actor
        assert (context["registration"], context["revision"]) == (str(REGISTRATION), "2.3")
        assert context["platform"] == "Lärnära"
        assert context["extensions"][f"{BASE}/extensions/attempt"] == 1


def test_no_statement_says_in_which_language_it_was_read() -> None:
    assert [body for body in every_statement() if "language" in body["context"]] == []


def test_the_verbs_are_published_ones() -> None:
    verbs = [body["verb"]["id"] for body in every_statement()]
    assert verbs == [
        "http://adlnet.gov/expapi/verbs/initialized",
        "http://adlnet.gov/expapi/verbs/answered",
        "http://adlnet.gov/expapi/verbs/completed",
        "http://adlnet.gov/expapi/verbs/passed",
        "http://adlnet.gov/expapi/verbs/completed",
        "https://w3id.org/xapi/adl/verbs/satisfied",
    ]


def test_each_statement_is_about_its_own_activity() -> None:
    assert [body["object"]["id"].removeprefix(f"{BASE}/activities/") for body in every_statement()] == [
        f"course/{COURSE_KEY}",
        f"question/{QUESTION_KEY}",
        f"module/{MODULE_KEY}",
        f"questions/{COURSE_KEY}",
        f"course/{COURSE_KEY}",
        f"course/{COURSE_KEY}",
    ]


def test_an_answer_carries_its_interaction() -> None:
    body = SITTING.answered(Question(), Module(), 1, LATER)
    definition = body["object"]["definition"]
    assert body["result"] == {"success": False, "response": "1"}
    assert definition["type"] == "http://adlnet.gov/expapi/activities/cmi.interaction"
    assert (definition["interactionType"], definition["correctResponsesPattern"]) == ("choice", ["2"])
    assert [(choice["id"], choice["description"]["sv"]) for choice in definition["choices"]] == [
        ("0", "Före"),
        ("1", "Efter"),
        ("2", "Före och efter"),
    ]


@pytest.mark.parametrize(("choice", "success"), [(0, False), (1, False), (2, True)])
def test_success_is_choosing_the_right_answer(choice: int, success: bool) -> None:
    assert SITTING.answered(Question(), Module(), choice, LATER)["result"]["success"] is success


def test_what_each_statement_belongs_to() -> None:
    course, questions = f"{BASE}/activities/course/{COURSE_KEY}", f"{BASE}/activities/questions/{COURSE_KEY}"
    module, profile = f"{BASE}/activities/module/{MODULE_KEY}", f"{BASE}/activities/profile/{PROFILE_KEY}"
    found = [body["context"]["contextActivities"] for body in every_statement()]
    assert [ids(groups.get("parent", [])) for groups in found] == [[], [questions, module], [course], [course], [], []]
    assert [ids(groups["grouping"]) for groups in found] == [
        [profile],
        [course, profile],
        [course, profile],
        [course, profile],
        [profile],
        [profile],
    ]


def test_without_a_profession_there_is_no_profile() -> None:
    groups = replace(SITTING, profile=None).initialized(ISSUED)["context"]["contextActivities"]
    assert "grouping" not in groups


def test_the_category_says_which_rules_are_followed() -> None:
    cmi5, move_on = (f"https://w3id.org/xapi/cmi5/context/categories/{name}" for name in ("cmi5", "moveon"))
    own = f"{BASE}/profiles/larnara"
    found = [ids(body["context"]["contextActivities"]["category"]) for body in every_statement()]
    assert found == [[own, cmi5], [own], [own], [own, cmi5, move_on], [own, cmi5, move_on], [own, cmi5]]


def test_a_passed_question_set_has_score_duration_and_pass_mark() -> None:
    body = SITTING.question_set_ended(RESULT, LATER)
    assert body["result"] == {
        "score": {"scaled": 0.75, "raw": 3, "min": 0, "max": 4},
        "success": True,
        "duration": "PT6M12S",
    }
    assert body["context"]["extensions"]["https://w3id.org/xapi/cmi5/context/extensions/masteryscore"] == 0.75


def test_a_failed_question_set_says_so() -> None:
    body = SITTING.question_set_ended(Result(right=1, asked=3, has_passed=False), LATER)
    assert body["verb"]["id"] == "http://adlnet.gov/expapi/verbs/failed"
    assert body["result"]["success"] is False
    assert body["result"]["score"] == {"scaled": 0.3333, "raw": 1, "min": 0, "max": 3}


@pytest.mark.parametrize("body", [every_statement()[2], every_statement()[4]], ids=["module", "course"])
def test_what_is_completed_says_how_long_it_took(body: dict[str, Any]) -> None:
    assert body["result"] == {"completion": True, "duration": "PT6M12S"}


def test_the_same_act_has_the_same_id() -> None:
    assert [body["id"] for body in every_statement()] == [body["id"] for body in every_statement()]


def test_an_answer_sent_again_later_with_another_choice_has_the_same_id() -> None:
    first, second = (
        SITTING.answered(Question(), Module(), choice, ISSUED + timedelta(days=choice)) for choice in (0, 2)
    )
    assert first["id"] == second["id"]


def test_passing_and_failing_one_attempt_cannot_both_be_said() -> None:
    passed = SITTING.question_set_ended(RESULT, LATER)
    failed = SITTING.question_set_ended(Result(right=1, asked=4, has_passed=False), LATER)
    assert passed["id"] == failed["id"]


def test_different_acts_have_different_ids() -> None:
    assert len({body["id"] for body in every_statement()}) == 6


def test_only_answers_and_results_belong_to_the_attempt() -> None:
    """What is said once per registration has the same id in every attempt."""
    first, second = every_statement(), every_statement(replace(SITTING, attempt_number=2))
    assert [one["id"] == two["id"] for one, two in zip(first, second, strict=True)] == [
        True,
        False,
        True,
        False,
        True,
        True,
    ]


def test_another_registration_has_other_ids() -> None:
    other = every_statement(replace(SITTING, registration=ATTEMPT))
    assert {body["id"] for body in other}.isdisjoint(body["id"] for body in every_statement())


def test_a_voided_id_is_not_used_again() -> None:
    voided = UUID(SITTING.satisfied(LATER)["id"])
    second = UUID(replace(SITTING, voided_ids=frozenset({voided})).satisfied(LATER)["id"])
    third = UUID(replace(SITTING, voided_ids=frozenset({voided, second})).satisfied(LATER)["id"])
    assert len({voided, second, third}) == 3


@pytest.mark.parametrize(
    ("elapsed", "written"),
    [
        (timedelta(0), "PT0S"),
        (timedelta(seconds=59.6), "PT1M"),
        (timedelta(hours=26, seconds=5), "PT26H5S"),
        (timedelta(seconds=-3), "PT0S"),
    ],
)
def test_durations_are_written_as_iso_8601(elapsed: timedelta, written: str) -> None:
    assert duration(elapsed) == written


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400)))
def test_every_duration_follows_the_specification(elapsed: timedelta) -> None:
    assert check(SITTING.module_completed(Module(), ISSUED, ISSUED + elapsed)) == []
