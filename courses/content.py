"""What learners read: published courses as plain frozen values, cached by edition, language and renderer.

An edition never changes, so no course is ever invalidated: a publish makes a new edition with a new key. Finding the
current edition of a slug is one query on one table; the rest is in memory.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from courses.models import CatalogueIndex, CourseEdition, CoursePage, GlossaryTerm, ModulePage
from courses.pictures import picture_of
from courses.rendering import (
    CONTENT_LANGUAGE,
    RENDERER_VERSION,
    QuestionContent,
    Screen,
    assets_stamp,
    body_of,
    questions_of,
    screens_of,
    term_html,
    with_terms,
)
from courses.snapshots import module_snapshot, snapshot
from people.api import NotFound, activity_iri

DRAFT = "0.0"
KEPT_SECONDS = 30 * 86_400
GLOSSARY_KEY = "courses:glossary"
GLOSSARY_SECONDS = 60


class CourseNotFound(NotFound):
    default_message = _("There is no such course. It may have moved: look for it in the catalogue.")


@dataclass(frozen=True)
class Source:
    text: str
    url: str


@dataclass(frozen=True)
class Taught:
    competency: str
    level: int


@dataclass(frozen=True)
class ModuleContent:
    key: UUID
    slug: str
    title: str
    minutes: int
    position: int
    screens: tuple[Screen, ...]
    questions: tuple[QuestionContent, ...]

    @property
    def activity_iri(self) -> str:
        return activity_iri("module", self.key)


@dataclass(frozen=True)
class CourseContent:
    """One edition of a course. `revision` is its number, “major.minor”; `revision_id` finds it again later."""

    key: UUID
    slug: str
    title: str
    revision: str
    revision_id: int
    summary: str
    lead: str
    takeaways: tuple[str, ...]
    minutes: int
    focus_area: str
    need_areas: tuple[str, ...]
    target_professions: tuple[str, ...]
    teaches: tuple[Taught, ...]
    sources: tuple[Source, ...]
    pass_percent: int
    review_date: str
    modules: tuple[ModuleContent, ...]
    language: str = CONTENT_LANGUAGE

    @property
    def activity_iri(self) -> str:
        return activity_iri("course", self.key)

    @property
    def questions_iri(self) -> str:
        return activity_iri("questions", self.key)

    @property
    def url(self) -> str:
        return f"/kurser/{self.slug}/"

    @property
    def picture(self) -> str:
        return picture_of(self.focus_area, [taught.competency for taught in self.teaches])

    @property
    def major(self) -> int:
        return int(self.revision.split(".")[0])

    @property
    def questions(self) -> tuple[QuestionContent, ...]:
        return tuple(question for module in self.modules for question in module.questions)

    def module(self, slug: str) -> ModuleContent:
        """Return the module of that slug. Raises CourseNotFound."""
        for module in self.modules:
            if module.slug == slug:
                return module
        raise CourseNotFound


@dataclass(frozen=True)
class Glossary:
    """Every shared entry as HTML, by number. Two with the same stamp are the same."""

    stamp: str
    html: Mapping[int, str] = field(hash=False, compare=False)


@dataclass(frozen=True)
class CourseCard:
    """A course on the catalogue's shelf."""

    key: UUID
    slug: str
    title: str
    summary: str
    minutes: int
    focus_area: str
    need_areas: tuple[str, ...]
    target_professions: tuple[str, ...]
    teaches: tuple[Taught, ...]
    revision: str
    module_count: int
    question_count: int

    @property
    def url(self) -> str:
        return f"/kurser/{self.slug}/"

    @property
    def picture(self) -> str:
        return picture_of(self.focus_area, [taught.competency for taught in self.teaches])


def course_content(slug: str) -> CourseContent:
    """Return what `slug` says today. Raises CourseNotFound when nothing by that name is published.

    Every page of a course asks this. It is in SQL because Django takes twenty times as long to word the question as the
    database takes to answer it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, uuid FROM courses_courseedition WHERE slug = %s AND is_current", [slug])
        found = cursor.fetchone()
    if found is None:
        raise CourseNotFound
    return _complete(found[0], UUID(str(found[1])), glossary())


def course_revision(slug: str, revision_id: int) -> CourseContent:
    """Return the frozen edition that an attempt was issued from, whatever is published now. Raises CourseNotFound."""
    return _only(CourseEdition.objects.filter(pk=revision_id, course__editions__slug=slug))


def course_version(key: UUID, revision: str) -> CourseContent:
    """Return the frozen edition numbered `revision` (“major.minor”) of the course `key`. Raises CourseNotFound."""
    major, _dot, minor = revision.partition(".")
    if not (major.isdigit() and minor.isdigit()):
        raise CourseNotFound
    return _only(CourseEdition.objects.filter(course__key=key, major=int(major), minor=int(minor)))


def current_slug(slug: str) -> str | None:
    """Return the address that a course once found under `slug` has today, so that printed links keep working."""
    course = CourseEdition.objects.filter(slug=slug).order_by("-pk").values_list("course", flat=True).first()
    return CourseEdition.objects.filter(course=course, is_current=True).values_list("slug", flat=True).first()


def slug_of(key: UUID) -> str | None:
    """Return the current address of the course `key`, or None while it is not published."""
    return CourseEdition.objects.filter(course__key=key, is_current=True).values_list("slug", flat=True).first()


def courses_of(keys: Iterable[UUID]) -> dict[UUID, CourseContent]:
    """Return what the published ones among the courses `keys` say today, by key, in one query."""
    found = CourseEdition.objects.filter(course__key__in=set(keys), is_current=True)
    words = glossary()
    return {course.key: course for course in (_complete(*row, words) for row in found.values_list("pk", "uuid"))}


def catalogue() -> list[CourseCard]:
    """Return every published course, by title."""
    uuids = CourseEdition.objects.filter(is_current=True).order_by("pk").values_list("uuid", flat=True)
    return list(_shelf(tuple(uuids)))


@lru_cache(maxsize=4)
def _shelf(uuids: tuple[UUID, ...]) -> tuple[CourseCard, ...]:
    """Return the cards of these editions, which never change. Read once per process and change of the catalogue."""
    editions = CourseEdition.objects.filter(uuid__in=uuids)
    return tuple(sorted((_card(edition) for edition in editions), key=lambda card: card.title.casefold()))


def glossary() -> Glossary:
    """Return the shared entries. Another process sees a change within a minute, this one at once."""
    words = cache.get(GLOSSARY_KEY)
    if words is None:
        rows = list(GlossaryTerm.objects.order_by("pk").values_list("pk", "term", "explanation"))
        stamp = hashlib.sha256(json.dumps([rows, RENDERER_VERSION]).encode()).hexdigest()
        words = Glossary(stamp, {pk: term_html(term, explanation) for pk, term, explanation in rows})
        cache.set(GLOSSARY_KEY, words, GLOSSARY_SECONDS)
    return words


def forget_glossary(**_kwargs: Any) -> None:
    cache.delete(GLOSSARY_KEY)


def _only(editions: QuerySet[CourseEdition]) -> CourseContent:
    found = editions.values_list("pk", "uuid")[:1]
    if not found:
        raise CourseNotFound
    return _complete(*found[0], glossary())


@lru_cache(maxsize=512)
def _complete(pk: int, uuid: UUID, words: Glossary) -> CourseContent:
    """Return an edition with today's glossary laid in. Kept in memory too: neither of them ever changes."""
    return _lay_in(_edition(pk, uuid), words)


def _edition(pk: int, uuid: UUID) -> CourseContent:
    key = f"courses:edition:{uuid}:{CONTENT_LANGUAGE}:{RENDERER_VERSION}:{assets_stamp()}"
    content = cache.get(key)
    if content is None:
        edition = CourseEdition.objects.get(pk=pk)
        content = _content(edition.content, edition.version, edition.pk)
        cache.set(key, content, KEPT_SECONDS)
    return content


def _content(data: Mapping[str, Any], revision: str, revision_id: int) -> CourseContent:
    return CourseContent(
        key=UUID(data["key"]),
        slug=data["slug"],
        title=data["title"],
        revision=revision,
        revision_id=revision_id,
        summary=data["summary"],
        lead=data["lead"],
        takeaways=tuple(data["takeaways"]),
        minutes=data["minutes"],
        focus_area=data["focus_area"],
        need_areas=tuple(data["need_areas"]),
        target_professions=tuple(data["target_professions"]),
        teaches=_taught(data),
        sources=tuple(Source(source["text"], source["url"]) for source in data["sources"]),
        pass_percent=data["pass_percent"],
        review_date=data["review_date"],
        modules=tuple(_module(module, position) for position, module in enumerate(data["modules"])),
    )


def _module(data: Mapping[str, Any], position: int) -> ModuleContent:
    body = body_of(data["body"])
    key = UUID(data["key"])
    return ModuleContent(
        key=key,
        slug=data["slug"],
        title=data["title"],
        minutes=data["minutes"],
        position=position,
        screens=screens_of(body),
        questions=questions_of(body, key),
    )


def _card(edition: CourseEdition) -> CourseCard:
    data = edition.content
    blocks = [block["type"] for module in data["modules"] for block in module["body"]]
    return CourseCard(
        key=UUID(data["key"]),
        slug=data["slug"],
        title=data["title"],
        summary=data["summary"],
        minutes=data["minutes"],
        focus_area=data["focus_area"],
        need_areas=tuple(data["need_areas"]),
        target_professions=tuple(data["target_professions"]),
        teaches=_taught(data),
        revision=edition.version,
        module_count=len(data["modules"]),
        question_count=blocks.count("question"),
    )


def _taught(data: Mapping[str, Any]) -> tuple[Taught, ...]:
    return tuple(Taught(row["competency"], row["level"]) for row in data["teaches"])


def _lay_in(course: CourseContent, words: Glossary) -> CourseContent:
    """Put glossary entries into the screens that refer to them: they are no part of an edition (semantics 28)."""
    modules = (
        replace(module, screens=tuple(with_terms(screen, words.html) for screen in module.screens))
        for module in course.modules
    )
    return replace(course, modules=tuple(modules))


def preview_of(page: Page) -> CourseContent:
    """Return a draft as learners would meet it: a course with its newest drafts of modules, or one module alone."""
    if isinstance(page, ModulePage):
        return _preview(page.get_parent().specific, [page])
    if isinstance(page, CoursePage):
        return _preview(page, [module.get_latest_revision_as_object() for module in page.modules()] if page.pk else [])
    raise TypeError(f"{type(page).__name__} has no preview; {CatalogueIndex.__name__} is shown live.")


def _preview(course: CoursePage, modules: Iterable[ModulePage]) -> CourseContent:
    data = snapshot(course, []) | {"modules": [module_snapshot(module) for module in modules]}
    return _lay_in(_content(data, DRAFT, 0), glossary())
