"""What the player says to the record store: one function for each event of the table in semantics 7.

Pure: bodies follow from the arguments alone. An id follows from the registration, the attempt, the act and the thing,
so that a form sent twice is the same statement; after a voiding the next id of the series is taken, since a voided id
may never be used again. Results follow the rules of cmi5 (success and completion apart, duration, mastery score), and
carry its category where cmi5 defines the statement. No statement names the language in which the course was read.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID, uuid5

from courses.progress import Act, Result
from xapi.api import vocabulary as words

PLATFORM_NAME = "Lärnära"
CONTENT_LANGUAGE = "sv"
CMI5 = "https://w3id.org/xapi/cmi5/context/categories/cmi5"
CMI5_MOVE_ON = "https://w3id.org/xapi/cmi5/context/categories/moveon"

VERBS = {
    Act.INITIALIZED: words.INITIALIZED,
    Act.ANSWERED: words.ANSWERED,
    Act.COMPLETED: words.COMPLETED,
    Act.PASSED: words.PASSED,
    Act.FAILED: words.FAILED,
    Act.SATISFIED: words.SATISFIED,
}
ACTS = {verb: act for act, verb in VERBS.items()}

Body = dict[str, Any]


class Question(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def text(self) -> str: ...
    @property
    def options(self) -> tuple[str, ...]: ...
    @property
    def correct_index(self) -> int: ...


class Module(Protocol):
    @property
    def key(self) -> UUID: ...
    @property
    def title(self) -> str: ...


class Course(Protocol):
    @property
    def key(self) -> UUID: ...
    @property
    def title(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def revision(self) -> str: ...
    @property
    def pass_percent(self) -> int: ...


@dataclass(frozen=True)
class Profile:
    """The profession that she acts in, as an activity: what it is expected to do."""

    uuid: UUID
    title: str


@dataclass(frozen=True)
class Sitting:
    """What the statements of one attempt share. `course` is the edition that was met."""

    vocabulary: words.Own
    actor: Body
    registration: UUID
    course: Course
    attempt: UUID
    attempt_number: int
    issued_at: datetime
    profile: Profile | None = None
    voided_ids: Container[UUID] = field(default_factory=frozenset)

    # --- Events ------------------------------------------------------------------------------------------------------

    def initialized(self, at: datetime) -> Body:
        return self._statement(Act.INITIALIZED, self.course_activity(), at, category=(CMI5,))

    def answered(self, question: Question, module: Module, choice: int, at: datetime) -> Body:
        return self._statement(
            Act.ANSWERED,
            self.question_activity(question),
            at,
            result={"success": choice == question.correct_index, "response": choice_id(choice)},
            parent=(self.question_set_activity(), self.module_activity(module)),
            per_attempt=question.id,
        )

    def module_completed(self, module: Module, began_at: datetime, at: datetime) -> Body:
        return self._statement(
            Act.COMPLETED,
            self.module_activity(module),
            at,
            result={"completion": True, "duration": duration(at - began_at)},
            parent=(self.course_activity(),),
        )

    def question_set_ended(self, result: Result, at: datetime) -> Body:
        score = {"scaled": round(result.right / result.asked, 4), "raw": result.right, "min": 0, "max": result.asked}
        return self._statement(
            Act.PASSED if result.has_passed else Act.FAILED,
            self.question_set_activity(),
            at,
            result={"score": score, "success": result.has_passed, "duration": duration(at - self.issued_at)},
            parent=(self.course_activity(),),
            category=(CMI5, CMI5_MOVE_ON),
            extensions={words.CMI5_MASTERY_SCORE: self.course.pass_percent / 100},
            per_attempt=self.course.key,
        )

    def course_completed(self, opened_at: datetime, at: datetime) -> Body:
        return self._statement(
            Act.COMPLETED,
            self.course_activity(),
            at,
            result={"completion": True, "duration": duration(at - opened_at)},
            category=(CMI5, CMI5_MOVE_ON),
        )

    def satisfied(self, at: datetime) -> Body:
        return self._statement(Act.SATISFIED, self.course_activity(), at, category=(CMI5,))

    # --- Things ------------------------------------------------------------------------------------------------------

    def course_activity(self) -> Body:
        return self._activity(
            "course", self.course.key, words.COURSE, self.course.title, description=_text(self.course.summary)
        )

    def question_set_activity(self) -> Body:
        return self._activity("questions", self.course.key, words.QUESTION_SET, self.course.title)

    def module_activity(self, module: Module) -> Body:
        return self._activity("module", module.key, words.MODULE, module.title)

    def question_activity(self, question: Question) -> Body:
        choices = [{"id": choice_id(index), "description": _text(text)} for index, text in enumerate(question.options)]
        return self._activity(
            "question",
            question.id,
            words.QUESTION,
            question.text,
            interactionType="choice",
            correctResponsesPattern=[choice_id(question.correct_index)],
            choices=choices,
        )

    def profile_activity(self, profile: Profile) -> Body:
        return self._activity("profile", profile.uuid, words.PROFESSION_PROFILE, profile.title)

    def _activity(self, kind: str, key: UUID, type_: str, name: str, **more: Any) -> Body:
        definition = {"type": type_, "name": _text(name), **more}
        return {
            "objectType": "Activity",
            "id": f"{self.vocabulary.base}/activities/{kind}/{key}",
            "definition": definition,
        }

    # --- The frame ---------------------------------------------------------------------------------------------------

    def _statement(
        self,
        act: Act,
        thing: Body,
        at: datetime,
        *,
        result: Body | None = None,
        parent: tuple[Body, ...] = (),
        category: tuple[str, ...] = (),
        extensions: Body | None = None,
        per_attempt: UUID | None = None,
    ) -> Body:
        body = {
            "id": str(self._id(act, thing["id"], per_attempt is not None)),
            "actor": self.actor,
            "verb": {"id": VERBS[act], "display": self.vocabulary.display[VERBS[act]]},
            "object": thing,
            "timestamp": at.isoformat(),
            "context": self._context(thing, parent, category, extensions or {}),
        }
        if result:
            body["result"] = result
        return body

    def _context(self, thing: Body, parent: tuple[Body, ...], category: tuple[str, ...], extensions: Body) -> Body:
        grouping = [] if thing["id"] == self.course_activity()["id"] else [self.course_activity()]
        if self.profile:
            grouping.append(self.profile_activity(self.profile))
        categories = [self.vocabulary.platform_profile, *category]
        groups = {
            "parent": list(parent),
            "grouping": grouping,
            "category": [{"id": iri, "definition": {"type": words.STATEMENT_PROFILE}} for iri in categories],
        }
        return {
            "registration": str(self.registration),
            "revision": self.course.revision,
            "platform": PLATFORM_NAME,
            "contextActivities": {name: activities for name, activities in groups.items() if activities},
            "extensions": {
                self.vocabulary.attempt: self.attempt_number,
                self.vocabulary.issued_at: self.issued_at.isoformat(),
                words.CMI5_SESSION: str(self.attempt),
                **extensions,
            },
        }

    def _id(self, act: Act, thing: str, is_per_attempt: bool) -> UUID:
        """One for each registration or each attempt; `passed` and `failed` share theirs, as only one can be true."""
        series = "ended" if act in (Act.PASSED, Act.FAILED) else act.value
        name = f"{self.attempt_number if is_per_attempt else 0}/{series}/{thing}"
        found = uuid5(self.registration, name)
        again = 1
        while found in self.voided_ids:
            again += 1
            found = uuid5(self.registration, f"{name}/{again}")
        return found


def choice_id(index: int) -> str:
    """The id of an option in `choices` and `response`; it follows the edition's order, also where a retry shuffles."""
    return str(index)


def duration(elapsed: timedelta) -> str:
    """ISO 8601, to the second; a clock that was set back never makes it negative."""
    minutes, seconds = divmod(max(0, round(elapsed.total_seconds())), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "H"), (minutes, "M"), (seconds, "S"))
    return "PT" + ("".join(f"{number}{unit}" for number, unit in parts if number) or "0S")


def _text(text: str) -> Body:
    return {CONTENT_LANGUAGE: text}
