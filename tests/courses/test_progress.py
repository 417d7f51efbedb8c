"""Progress is a fold: order of arrival does not matter, repeats change nothing, the first answer counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.progress import Act, DueKind, Mark, ModuleOutline, Outline, Progress, due, fold, is_module_due, shuffled

SPACE = UUID("5b4f2c1e-0000-4000-8000-000000000000")
START = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)


def key(name: str) -> UUID:
    return uuid5(SPACE, name)


QUESTIONS = tuple(key(f"question {number}") for number in range(4))
QUESTION_SET = key("question set")
FIRST = ModuleOutline(key("first"), QUESTIONS[:1])
SECOND = ModuleOutline(key("second"), QUESTIONS[1:])
READING = ModuleOutline(key("reading"), ())
COURSE = Outline(key("course"), (FIRST, SECOND, READING), pass_percent=75)
NO_QUESTIONS = Outline(key("course"), (READING,), pass_percent=75)


def mark(act: Act, thing: UUID, minute: int = 0, attempt: int = 1, success: bool | None = None) -> Mark:
    moment = START + timedelta(minutes=minute)
    return Mark(act, thing, moment, attempt, success, uuid5(thing, f"{act}/{minute}/{attempt}"))


def answered(question: UUID, success: bool, minute: int = 0, attempt: int = 1) -> Mark:
    return mark(Act.ANSWERED, question, minute, attempt, success)


def all_answered(*successes: bool, attempt: int = 1) -> list[Mark]:
    return [
        answered(question, success, minute, attempt)
        for minute, (question, success) in enumerate(zip(QUESTIONS, successes, strict=True))
    ]


def modules_completed(*modules: ModuleOutline) -> list[Mark]:
    return [mark(Act.COMPLETED, module.key, 10) for module in modules]


things = st.sampled_from([*QUESTIONS, FIRST.key, SECOND.key, READING.key, COURSE.key, QUESTION_SET])
marks = st.builds(
    mark,
    st.sampled_from(list(Act)),
    things,
    st.integers(0, 30),
    st.integers(1, 2),
    st.sampled_from([None, True, False]),
)


@given(st.lists(marks, unique_by=lambda found: found.statement_id), st.randoms())
def test_the_order_of_arrival_does_not_matter(found: list[Mark], random) -> None:
    shuffled = random.sample(found, len(found))
    assert fold(COURSE, [1, 2], shuffled) == fold(COURSE, [1, 2], found)


@given(st.lists(marks, unique_by=lambda found: found.statement_id))
def test_repeats_change_nothing(found: list[Mark]) -> None:
    assert fold(COURSE, [1, 2], found + found) == fold(COURSE, [1, 2], found)


@given(st.lists(marks, unique_by=lambda found: found.statement_id))
def test_settling_leaves_nothing_due(found: list[Mark]) -> None:
    """Recording what is due makes nothing else due: the player never has to ask twice."""
    progress = fold(COURSE, [1, 2], found)
    settled = fold(COURSE, [1, 2], found + [_recorded(kind, progress) for kind in due(progress)])
    assert due(settled) == ()


def _recorded(kind: DueKind, progress: Progress) -> Mark:
    result = progress.result_of(2)
    match kind:
        case DueKind.RESULT:
            act = Act.PASSED if result and result.has_passed else Act.FAILED
            return mark(act, QUESTION_SET, 40, attempt=2)
        case DueKind.COURSE:
            return mark(Act.COMPLETED, COURSE.key, 41)
    return mark(Act.SATISFIED, COURSE.key, 42)


def test_the_first_answer_to_a_question_counts() -> None:
    progress = fold(COURSE, [1], [answered(QUESTIONS[0], True, minute=5), answered(QUESTIONS[0], False, minute=2)])
    assert progress.answered_in(1)[QUESTIONS[0]].success is False


def test_an_answer_belongs_to_its_attempt_only() -> None:
    progress = fold(COURSE, [1, 2], [answered(QUESTIONS[0], True, attempt=2)])
    assert (progress.left_in(1), progress.left_in(2)) == (QUESTIONS, QUESTIONS[1:])


@pytest.mark.parametrize(
    ("successes", "pass_percent", "has_passed"),
    [
        ((True, True, True, False), 75, True),
        ((True, True, False, False), 75, False),
        ((True, True, True, False), 76, False),
        ((True, True, True, True), 100, True),
        ((True, False, False, False), 25, True),
    ],
)
def test_the_pass_mark_is_reached_exactly(successes: Sequence[bool], pass_percent: int, has_passed: bool) -> None:
    course = Outline(COURSE.key, COURSE.modules, pass_percent)
    result = fold(course, [1], all_answered(*successes)).result_of(1)
    assert result is not None
    assert result.has_passed is has_passed


@pytest.mark.parametrize(("asked", "right", "has_passed"), [(3, 2, True), (3, 1, False)])
def test_two_of_three_reach_a_pass_mark_of_66(asked: int, right: int, has_passed: bool) -> None:
    course = Outline(COURSE.key, (ModuleOutline(FIRST.key, QUESTIONS[:asked]),), 66)
    given_answers = [answered(question, index < right) for index, question in enumerate(QUESTIONS[:asked])]
    result = fold(course, [1], given_answers).result_of(1)
    assert result is not None
    assert (result.has_passed, result.percent) == (has_passed, right * 100 // asked)


def test_an_unfinished_attempt_has_no_result() -> None:
    assert fold(COURSE, [1], all_answered(True, True, True, True)[:3]).result_of(1) is None


def test_a_result_is_due_when_the_last_question_is_answered() -> None:
    assert due(fold(COURSE, [1], all_answered(True, True, True, False))) == (DueKind.RESULT,)


def test_a_recorded_result_is_not_due_again() -> None:
    found = [*all_answered(True, True, True, False), mark(Act.PASSED, QUESTION_SET, 9)]
    assert due(fold(COURSE, [1], found)) == ()


def test_completing_without_passing_is_not_satisfying() -> None:
    found = [
        *all_answered(False, False, False, False),
        mark(Act.FAILED, QUESTION_SET, 9),
        *modules_completed(FIRST, SECOND, READING),
    ]
    assert due(fold(COURSE, [1], found)) == (DueKind.COURSE,)


def test_passing_in_a_later_attempt_satisfies_a_completed_course() -> None:
    found = [
        *all_answered(False, False, False, False),
        mark(Act.FAILED, QUESTION_SET, 9),
        *modules_completed(FIRST, SECOND, READING),
        mark(Act.COMPLETED, COURSE.key, 11),
        *all_answered(True, True, True, True, attempt=2),
    ]
    assert due(fold(COURSE, [1, 2], found)) == (DueKind.RESULT, DueKind.SATISFIED)


def test_passing_before_the_last_module_waits_for_it() -> None:
    found = [*all_answered(True, True, True, True), *modules_completed(FIRST, SECOND)]
    assert due(fold(COURSE, [1], found)) == (DueKind.RESULT,)


def test_the_last_module_after_passing_completes_and_satisfies() -> None:
    found = [
        *all_answered(True, True, True, True),
        mark(Act.PASSED, QUESTION_SET, 9),
        *modules_completed(FIRST, SECOND, READING),
    ]
    assert due(fold(COURSE, [1], found)) == (DueKind.COURSE, DueKind.SATISFIED)


def test_a_course_without_questions_is_satisfied_by_completing_it() -> None:
    assert due(fold(NO_QUESTIONS, [1], modules_completed(READING))) == (DueKind.COURSE, DueKind.SATISFIED)


def test_a_course_without_modules_is_never_done() -> None:
    empty = Outline(COURSE.key, (), pass_percent=75)
    assert due(fold(empty, [1], [])) == ()


@pytest.mark.parametrize(
    ("found", "all_shown", "is_due"),
    [
        ([answered(QUESTIONS[0], False)], True, True),
        ([answered(QUESTIONS[0], False)], False, False),
        ([], True, False),
        ([answered(QUESTIONS[0], True), *modules_completed(FIRST)], True, False),
    ],
    ids=["read and answered", "not all read", "not answered", "already completed"],
)
def test_a_module_is_completed_when_read_and_answered(found: list[Mark], all_shown: bool, is_due: bool) -> None:
    assert is_module_due(fold(COURSE, [1], found), FIRST, all_shown=all_shown) is is_due


def test_a_retry_is_open_only_after_a_fail() -> None:
    failed = mark(Act.FAILED, QUESTION_SET, 9)
    passed = mark(Act.PASSED, QUESTION_SET, 9, attempt=2)
    answers = [
        fold(COURSE, [], []).may_retry,
        fold(COURSE, [1], []).may_retry,
        fold(COURSE, [1], [failed]).may_retry,
        fold(COURSE, [1, 2], [failed]).may_retry,
        fold(COURSE, [1, 2], [failed, passed]).may_retry,
    ]
    assert answers == [False, False, True, False, False]


def test_the_next_module_is_the_first_that_is_not_completed() -> None:
    assert fold(COURSE, [1], modules_completed(FIRST, READING)).next_module == SECOND


@given(st.lists(st.integers(), max_size=20), st.uuids())
def test_shuffling_keeps_everything_and_follows_from_the_seed(things: list[int], seed: UUID) -> None:
    assert sorted(shuffled(things, seed)) == sorted(things)
    assert shuffled(things, seed) == shuffled(things, seed)


def test_every_order_comes_up() -> None:
    orders = {tuple(shuffled("abc", key(f"attempt {number}"))) for number in range(200)}
    assert len(orders) == 6
