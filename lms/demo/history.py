"""Turns the courses of a life into the statements that the player would have written, each at its moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID, uuid5

from courses.api import (
    Attempt,
    CourseContent,
    ModuleContent,
    Profile,
    QuestionContent,
    Registration,
    Result,
    Sitting,
)
from people.api import Employment, actor_of, start_of_day
from xapi.api import Entry, vocabulary

from .life import SEED, Taking

SECONDS_A_QUESTION = (12, 55)
ODDS_OF_KNOWING = 0.9
NAMESPACE = UUID("7f0c3a52-6d0e-5b7e-9a61-2f6f1d7c1b55")


@dataclass
class Visit:
    """One taking of a course by one employee: its frame rows and its entries."""

    registration: Registration
    attempts: list[Attempt]
    entries: list[Entry]


def visit(taking: Taking, course: CourseContent, employment: Employment, profile: Profile | None) -> Visit:
    """Return everything that one go at a course leaves behind, the same each time."""
    random = Random(f"{SEED}/{employment.organisation.slug}/{employment.employee_number}/{course.slug}")
    began = start_of_day(taking.day) + timedelta(minutes=taking.minute)
    uuid = uuid5(NAMESPACE, f"{employment.uuid}/{course.key}")
    registration = Registration(
        uuid=uuid, person=employment.person, course_key=course.key, cycle=1, major=course.major, opened_at=began
    )
    made = Visit(registration, [], [])
    _Pen(made, course, employment, profile, random, began).write(taking)
    return made


class _Pen:
    """Writes one visit, holding the time."""

    def __init__(
        self,
        made: Visit,
        course: CourseContent,
        employment: Employment,
        profile: Profile | None,
        random: Random,
        began: datetime,
    ) -> None:
        self.made, self.course, self.employment, self.profile, self.random = made, course, employment, profile, random
        self.began = self.now = began
        self.sitting = self._attempt(1)

    def write(self, taking: Taking) -> None:
        self._say(self.sitting.initialized(self.now))
        modules = self.course.modules[:-1] if taking.stops_early else self.course.modules
        right = 0
        for module in modules:
            entered = self.now
            self._read(module.minutes)
            right += sum(self._answer(question, module, taking.fails_first) for question in module.questions)
            self._say(self.sitting.module_completed(module, entered, self.now))
        if not taking.stops_early:
            self._end(right)

    def _end(self, right: int) -> None:
        passed = self._result(right)
        self._say(self.sitting.course_completed(self.began, self.now))
        if not passed:
            passed = self._try_again()
        if passed:
            self._say(self.sitting.satisfied(self.now))

    def _try_again(self) -> bool:
        self.now += timedelta(minutes=self.random.randrange(2, 40))
        self.sitting = self._attempt(2)
        asked = [(question, module) for module in self.course.modules for question in module.questions]
        self.random.shuffle(asked)
        return self._result(sum(self._answer(question, module, False) for question, module in asked))

    def _attempt(self, number: int) -> Sitting:
        registration = self.made.registration
        attempt = Attempt(
            uuid=uuid5(registration.uuid, f"attempt/{number}"),
            registration=registration,
            number=number,
            issued_at=self.now,
        )
        self.made.attempts.append(attempt)
        return Sitting(
            vocabulary=vocabulary.own(),
            actor=actor_of(self.employment.person),
            registration=registration.uuid,
            course=self.course,
            attempt=attempt.uuid,
            attempt_number=number,
            issued_at=self.now,
            profile=self.profile,
        )

    def _read(self, minutes: int) -> None:
        self.now += timedelta(seconds=int(minutes * 60 * self.random.uniform(0.6, 1.3)))

    def _answer(self, question: QuestionContent, module: ModuleContent, is_unsure: bool) -> int:
        self.now += timedelta(seconds=self.random.randrange(*SECONDS_A_QUESTION))
        knows = self.random.random() < (ODDS_OF_KNOWING if not is_unsure else 0.35)
        choice = question.correct_index if knows else self.random.randrange(len(question.options))
        self._say(self.sitting.answered(question, module, choice, self.now))
        return int(choice == question.correct_index)

    def _result(self, right: int) -> bool:
        asked = len(self.course.questions)
        passed = right * 100 >= self.course.pass_percent * asked
        self._say(self.sitting.question_set_ended(Result(right, asked, passed), self.now))
        return passed

    def _say(self, body: dict[str, object]) -> None:
        attempt = self.made.attempts[-1]
        self.made.entries.append(Entry(body, self.employment.organisation, self.now, attempt.issued_at))
