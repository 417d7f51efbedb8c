"""Small makers: a place with its people, two courses, and a code."""

from __future__ import annotations

from datetime import UTC, datetime

from courses.codes.models import Code
from courses.codes.queries import Target, sections_in
from courses.codes.services import make_code
from courses.content import course_content
from people.api import Organisation, Person, Role, User, create_account
from tests.courses.taking import module, publish
from tests.people import factories as make

AT = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


def two_courses() -> None:
    publish("hygien", [module("Händer"), module("Kläder")])
    publish("lyft", [module("Sele")])


def target(course: str = "hygien", place: int = 0, section: int | None = None) -> Target:
    content = course_content(course)
    found = content.modules[place]
    return Target(content, found, sections_in([content])[found.key][section] if section is not None else None)


def holder(role: Role, node: Organisation, name: str = "Kim") -> Person:
    return make.holds(role, node, name)


def account(person: Person) -> User:
    return create_account(person, f"person-{person.pk}@example.org", None)


def code(by: Person, node: Organisation, to: Target | None = None, place: str = "") -> Code:
    return make_code(by, node, to or target(), place, AT)
