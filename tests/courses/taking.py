"""Small makers of what a player needs: a published edition, a learner, and the shortest way through both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from wagtail.models import Page

from courses import player
from courses.content import CourseContent, ModuleContent, QuestionContent, course_content
from courses.models import CatalogueIndex, CourseEdition, CoursePage
from courses.player import Answered, Learner, Taking, taking_of
from courses.tickets import Ticket
from people.models import Organisation
from tests.people import factories as make
from xapi.api import StoredStatement, full_statement, statements_in

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SPACE = UUID("0d0c9d0e-0000-4000-8000-000000000000")
Body = dict[str, Any]


def key(name: str) -> UUID:
    return uuid5(SPACE, name)


def question(text: str, options: int = 3, correct: int = 0, feedback: str = "Därför.") -> Body:
    """A question whose options are called "text 0", "text 1" and so on."""
    rows = [
        {"type": "item", "id": str(key(f"{text} {place}")), "value": _option(text, place, correct)}
        for place in range(options)
    ]
    value = {"text": f"{text}?", "options": rows, "feedback": feedback}
    return {"type": "question", "id": str(key(text)), "value": value}


def _option(text: str, place: int, correct: int) -> Body:
    return {"text": f"{text} {place}", "is_correct": place == correct, "feedback": f"Om {text} {place}."}


def module(name: str, *questions: Body, screens: int = 2, minutes: int = 3) -> Body:
    texts = [
        {"type": "text", "id": str(key(f"{name} screen {place}")), "value": f"<p>{name} skärm {place + 1}</p>"}
        for place in range(screens)
    ]
    return {
        "key": str(key(name)),
        "slug": name.lower().replace(" ", "-"),
        "title": name,
        "minutes": minutes,
        "body": [*texts, *questions],
        "revision": None,
    }


def publish(slug: str, modules: Iterable[Body], *, major: int = 1, minor: int = 0, **more: Any) -> CourseContent:
    """Make the next edition of a course the current one, as a publish does."""
    page = CoursePage.objects.filter(slug=slug).first() or _page(slug)
    CourseEdition.objects.filter(course=page).update(is_current=False)
    content = {
        "key": str(page.key),
        "slug": slug,
        "title": slug.title(),
        "summary": f"Om {slug}.",
        "lead": "Du kan mer.",
        "minutes": 10,
        "focus_area": "egenvard",
        "need_areas": [],
        "target_professions": [],
        "teaches": [],
        "takeaways": ["Tvätta händerna."],
        "sources": [{"text": "Lag (2022:1250)", "url": "https://lagen.example.org/2022:1250"}],
        "pass_percent": 75,
        "review_date": "",
        "revision": None,
        "modules": list(modules),
        **more,
    }
    CourseEdition.objects.create(
        course=page, slug=slug, major=major, minor=minor, content=content, published_at=AT - timedelta(days=1)
    )
    return course_content(slug)


def _page(slug: str) -> CoursePage:
    index = CatalogueIndex.objects.first() or Page.get_first_root_node().add_child(
        instance=CatalogueIndex(title="Kurser", slug="kurser")
    )
    fields = {"summary": "Kort.", "minutes": 10, "focus_area": "egenvard", "owner_node": _owner()}
    return index.add_child(instance=CoursePage(title=slug.title(), slug=slug, key=key(slug), live=False, **fields))


def _owner() -> Organisation:
    return Organisation.objects.filter(depth=1).first() or make.region()


HYGIENE = (
    module("Händer", question("Sprit"), question("Ringar", correct=1)),
    module("Kläder", question("Ärm")),
    module("Sammanfattning"),
)


def hygiene() -> CourseContent:
    """Three modules, three questions, 75 % to pass: all three must be right."""
    return publish("hygien", HYGIENE)


@dataclass
class Walk:
    """One learner's way through one course, a minute for each act."""

    learner: Learner
    course: CourseContent
    at: datetime = AT
    answers: list[Answered] = field(default_factory=list)

    @property
    def taking(self) -> Taking:
        return taking_of(self.learner.person, self.course)

    @property
    def ticket(self) -> Ticket:
        """What the page would hand out if it were shown now."""
        taking = self.taking
        registration = taking.registration.uuid if taking.registration else None
        number = taking.attempt.number if taking.attempt else 0
        return Ticket(self.course.key, self.course.revision, self.learner.person.uuid, registration, number, self.at)

    def later(self, minutes: int = 1) -> datetime:
        self.at += timedelta(minutes=minutes)
        return self.at

    def open(self) -> Taking:
        return player.open_course(self.learner, self.course, self.later())

    def answer(self, asked: QuestionContent, *, right: bool = True, **more: Any) -> Answered:
        choice = asked.correct_index if right else (asked.correct_index + 1) % len(asked.options)
        ticket = more.pop("ticket", None) or self.ticket
        screens = more.pop("screens_shown", 99)
        answered = player.answer(
            self.learner, self.course, ticket, asked.id, choice, at=self.later(), screens_shown=screens, **more
        )
        self.answers.append(answered)
        return answered

    def finish(self, found: ModuleContent) -> Taking:
        ticket = self.ticket
        return player.finish_module(self.learner, self.course, ticket, found.slug, len(found.screens), self.later())

    def take(self, *, right: bool = True) -> Taking:
        """Take the whole course, every answer right or every one wrong."""
        self.open()
        for found in self.course.modules:
            for asked in found.questions:
                self.answer(asked, right=right)
            if not self.taking.progress.is_completed(found.key):
                self.finish(found)
        return self.taking

    def statements(self) -> list[StoredStatement]:
        registration = self.taking.registration
        return statements_in(registration.uuid) if registration else []

    def bodies(self) -> list[Body]:
        return [full_statement(row.statement_id) for row in self.statements()]

    def told(self) -> list[str]:
        """What was said, in order: "completed module Händer"."""
        return [told(body) for body in self.bodies()]


def told(body: Body) -> str:
    """Return verb, kind of thing and name of a statement, in a line."""
    verb = body["verb"]["id"].rpartition("/")[2]
    kind = body["object"]["id"].split("/activities/")[1].partition("/")[0]
    return f"{verb} {kind} {body['object']['definition']['name']['sv']}"
