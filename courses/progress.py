"""How far one learner has come in one registration, folded from that registration's own statements.

There is no second truth: nothing here is stored. The order in which statements arrive does not matter and repeats
change nothing; where two answers to one question exist in an attempt, the one that happened first counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from uuid import UUID, uuid5

T = TypeVar("T")


class Act(StrEnum):
    """What a statement says was done. The player's statements use no other verbs."""

    INITIALIZED = "initialized"
    ANSWERED = "answered"
    COMPLETED = "completed"
    PASSED = "passed"
    FAILED = "failed"
    SATISFIED = "satisfied"


@dataclass(frozen=True)
class Mark:
    """One statement of the registration, reduced to what progress depends on. `thing` is the key of the activity."""

    act: Act
    thing: UUID
    happened_at: datetime
    attempt: int | None = None
    success: bool | None = None
    statement_id: UUID | None = None


@dataclass(frozen=True)
class ModuleOutline:
    key: UUID
    questions: tuple[UUID, ...]


@dataclass(frozen=True)
class Outline:
    """What a course asks of whoever takes it: its modules in order, their questions and the pass mark."""

    key: UUID
    modules: tuple[ModuleOutline, ...]
    pass_percent: int

    @property
    def questions(self) -> tuple[UUID, ...]:
        return tuple(question for module in self.modules for question in module.questions)


@dataclass(frozen=True)
class Result:
    """The outcome of one attempt at the whole question set."""

    right: int
    asked: int
    has_passed: bool

    @property
    def percent(self) -> int:
        return self.right * 100 // self.asked


@dataclass(frozen=True)
class Progress:
    """Where a learner stands. Attempts are known by their number, in the order in which they were issued."""

    outline: Outline
    attempts: tuple[int, ...] = ()
    answers: Mapping[int, Mapping[UUID, Mark]] = field(default_factory=dict)
    results: Mapping[int, Mark] = field(default_factory=dict)
    completed: Mapping[UUID, Mark] = field(default_factory=dict)
    opened_at: datetime | None = None
    satisfied_at: datetime | None = None

    def answered_in(self, attempt: int) -> Mapping[UUID, Mark]:
        return self.answers.get(attempt, {})

    def is_answered(self, question: UUID) -> bool:
        """Whether the question has been answered in any attempt; a retry does not reopen a module."""
        return any(question in answers for answers in self.answers.values())

    def newest_answer(self, question: UUID) -> Mark | None:
        """The answer of the newest attempt in which the question was answered."""
        found = [
            self.answers[attempt][question] for attempt in sorted(self.answers) if question in self.answers[attempt]
        ]
        return found[-1] if found else None

    def left_in(self, attempt: int) -> tuple[UUID, ...]:
        answered = self.answered_in(attempt)
        return tuple(question for question in self.outline.questions if question not in answered)

    def result_of(self, attempt: int) -> Result | None:
        """The outcome of an attempt whose every question is answered, else None."""
        asked = self.outline.questions
        if not asked or self.left_in(attempt):
            return None
        answered = self.answered_in(attempt)
        right = sum(1 for question in asked if answered[question].success)
        return Result(right, len(asked), right * 100 >= self.outline.pass_percent * len(asked))

    @property
    def current_attempt(self) -> int | None:
        return self.attempts[-1] if self.attempts else None

    @property
    def has_passed(self) -> bool:
        return any(mark.act is Act.PASSED for mark in self.results.values())

    @property
    def may_retry(self) -> bool:
        """A new attempt may be issued when the newest one has ended in a fail and none was passed."""
        attempt = self.current_attempt
        return attempt in self.results and not self.has_passed

    def is_completed(self, module: UUID) -> bool:
        return module in self.completed

    @property
    def is_course_completed(self) -> bool:
        return self.outline.key in self.completed

    @property
    def is_satisfied(self) -> bool:
        return self.satisfied_at is not None

    @property
    def modules_done(self) -> int:
        return sum(1 for module in self.outline.modules if module.key in self.completed)

    @property
    def next_module(self) -> ModuleOutline | None:
        """The first module that is not completed: where to go on."""
        return next((module for module in self.outline.modules if module.key not in self.completed), None)


def fold(outline: Outline, attempts: Sequence[int], marks: Iterable[Mark]) -> Progress:
    """Return the progress that the registration's marks amount to."""
    answers: dict[int, dict[UUID, Mark]] = {}
    results: dict[int, Mark] = {}
    completed: dict[UUID, Mark] = {}
    opened_at = satisfied_at = None
    for mark in sorted(marks, key=_order):
        match mark.act:
            case Act.ANSWERED if mark.attempt:
                answers.setdefault(mark.attempt, {}).setdefault(mark.thing, mark)
            case Act.PASSED | Act.FAILED if mark.attempt:
                results.setdefault(mark.attempt, mark)
            case Act.COMPLETED:
                completed.setdefault(mark.thing, mark)
            case Act.INITIALIZED:
                opened_at = opened_at or mark.happened_at
            case Act.SATISFIED:
                satisfied_at = satisfied_at or mark.happened_at
    return Progress(outline, tuple(attempts), answers, results, completed, opened_at, satisfied_at)


def _order(mark: Mark) -> tuple[datetime, str]:
    return mark.happened_at, str(mark.statement_id)


class DueKind(StrEnum):
    """A result that follows from what is already recorded and must be recorded with it."""

    RESULT = "result"
    COURSE = "course"
    SATISFIED = "satisfied"


def due(progress: Progress) -> tuple[DueKind, ...]:
    """Return the results that follow but are not recorded yet, in the order in which they are to be recorded.

    Asked after every act, so that an attempt or a course that became whole because its educator removed a question or a
    module is settled by the learner's next step.
    """
    found: list[DueKind] = []
    attempt = progress.current_attempt
    result = progress.result_of(attempt) if attempt and attempt not in progress.results else None
    if result:
        found.append(DueKind.RESULT)
    is_completed = progress.is_course_completed or (bool(progress.outline.modules) and progress.next_module is None)
    if is_completed and not progress.is_course_completed:
        found.append(DueKind.COURSE)
    has_passed = progress.has_passed or not progress.outline.questions or bool(result and result.has_passed)
    if is_completed and has_passed and not progress.is_satisfied:
        found.append(DueKind.SATISFIED)
    return tuple(found)


def is_module_due(progress: Progress, module: ModuleOutline, *, all_shown: bool) -> bool:
    """Whether a module is to be completed now: every screen shown, every question answered, and not yet recorded."""
    return (
        all_shown
        and module.key not in progress.completed
        and all(progress.is_answered(question) for question in module.questions)
    )


def shuffled(things: Sequence[T], seed: UUID) -> list[T]:
    """Return the things in an order that follows from the seed alone, on every machine and in every version."""
    places = sorted(range(len(things)), key=lambda place: uuid5(seed, str(place)).bytes)
    return [things[place] for place in places]
