"""What is published, as whoever reads all of it needs it: an index, an export. One course at a time or all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from courses.models import CourseEdition, GlossaryTerm
from courses.sections import Section, plain, sections_of
from people.api import Organisation


@dataclass(frozen=True)
class PublishedModule:
    key: UUID
    slug: str
    title: str
    minutes: int
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class PublishedCourse:
    """A course's current edition. `owner` is whose it is, or None for a region's, which are everybody's."""

    key: UUID
    slug: str
    title: str
    summary: str
    lead: str
    takeaways: tuple[str, ...]
    sources: tuple[str, ...]
    minutes: int
    focus_area: str
    target_professions: tuple[str, ...]
    teaches: dict[str, int]
    owner: UUID | None
    modules: tuple[PublishedModule, ...]


def published_keys() -> list[UUID]:
    """Return the key of every published course."""
    return list(CourseEdition.objects.filter(is_current=True).order_by("course").values_list("course__key", flat=True))


def published_courses(keys: Iterable[UUID]) -> Iterator[PublishedCourse]:
    """Return those of the courses that are published."""
    editions = CourseEdition.objects.filter(is_current=True, course__key__in=list(keys)).order_by("pk")
    for edition in editions.select_related("course__owner_node"):
        yield _course(edition.content, edition.course.owner_node)


def glossary_texts() -> dict[int, tuple[str, str]]:
    """Return word and explanation of every glossary entry, by its number."""
    rows = GlossaryTerm.objects.values_list("pk", "term", "explanation")
    return {pk: (term, plain(explanation)) for pk, term, explanation in rows}


def _course(data: dict[str, Any], owner: Organisation) -> PublishedCourse:
    return PublishedCourse(
        key=UUID(data["key"]),
        slug=data["slug"],
        title=data["title"],
        summary=data["summary"],
        lead=data["lead"],
        takeaways=tuple(data["takeaways"]),
        sources=tuple(source["text"] for source in data["sources"]),
        minutes=data["minutes"],
        focus_area=data["focus_area"],
        target_professions=tuple(data["target_professions"]),
        teaches={row["competency"]: row["level"] for row in data["teaches"]},
        owner=None if owner.kind == Organisation.Kind.REGION else owner.uuid,
        modules=tuple(_module(module) for module in data["modules"]),
    )


def _module(data: dict[str, Any]) -> PublishedModule:
    return PublishedModule(UUID(data["key"]), data["slug"], data["title"], data["minutes"], sections_of(data["body"]))
