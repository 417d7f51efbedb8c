"""What learners read: published courses as plain frozen values, cached by edition and language.

An edition never changes, so nothing here is ever invalidated: a publish makes a new edition with a new key. Finding the
current edition of a slug is one query on one table; a course that uses glossary terms costs one more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db.models import Count, Max
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from courses.models import CatalogueIndex, CourseEdition, CoursePage, GlossaryTerm, ModulePage
from courses.rendering import (
    RENDERER_VERSION,
    QuestionContent,
    Screen,
    body_of,
    questions_of,
    screens_of,
    term_html,
    terms_in,
    with_terms,
)
from courses.snapshots import module_snapshot, snapshot
from people.api import NotFound, activity_iri

DRAFT = "0.0"


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


def course_content(slug: str) -> CourseContent:
    """Return what `slug` says today. Raises CourseNotFound when nothing by that name is published."""
    row = CourseEdition.objects.filter(slug=slug, is_current=True).values("pk", "uuid").first()
    if row is None:
        raise CourseNotFound
    return _with_terms([_edition(row["pk"], row["uuid"])])[0]


def course_revision(slug: str, revision_id: int) -> CourseContent:
    """Return the frozen edition that an attempt was issued from, whatever is published now. Raises CourseNotFound."""
    of_course = CourseEdition.objects.filter(pk=revision_id, course__editions__slug=slug)
    row = of_course.values("pk", "uuid").first()
    if row is None:
        raise CourseNotFound
    return _with_terms([_edition(row["pk"], row["uuid"])])[0]


def course_version(key: UUID, revision: str) -> CourseContent:
    """Return the frozen edition numbered `revision` (“major.minor”) of the course `key`. Raises CourseNotFound."""
    major, _dot, minor = revision.partition(".")
    if not (major.isdigit() and minor.isdigit()):
        raise CourseNotFound
    editions = CourseEdition.objects.filter(course__key=key, major=int(major), minor=int(minor))
    row = editions.values("pk", "uuid").first()
    if row is None:
        raise CourseNotFound
    return _with_terms([_edition(row["pk"], row["uuid"])])[0]


def current_slug(slug: str) -> str | None:
    """Return the address that a course once found under `slug` has today, so that printed links keep working."""
    course = CourseEdition.objects.filter(slug=slug).order_by("-pk").values_list("course", flat=True).first()
    return CourseEdition.objects.filter(course=course, is_current=True).values_list("slug", flat=True).first()


def slug_of(key: UUID) -> str | None:
    """Return the current address of the course `key`, or None while it is not published."""
    return CourseEdition.objects.filter(course__key=key, is_current=True).values_list("slug", flat=True).first()


def catalogue() -> list[CourseCard]:
    """Return every published course, by title."""
    current = CourseEdition.objects.filter(is_current=True)
    stamp = current.aggregate(newest=Max("pk"), count=Count("pk"))
    uuid = current.filter(pk=stamp["newest"]).values_list("uuid", flat=True).first()
    key = f"courses:catalogue:{uuid}:{stamp['count']}"
    cards = cache.get(key)
    if cards is None:
        cards = sorted((_card(edition) for edition in current.order_by("slug")), key=lambda card: card.title.casefold())
        cache.set(key, cards, None)
    return cards


def _edition(pk: int, uuid: UUID) -> CourseContent:
    key = f"courses:edition:{uuid}:{get_language()}:{RENDERER_VERSION}"
    content = cache.get(key)
    if content is None:
        edition = CourseEdition.objects.get(pk=pk)
        content = _content(edition.content, edition.version, edition.pk)
        cache.set(key, content, None)
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


def _with_terms(courses: Sequence[CourseContent]) -> list[CourseContent]:
    """Lay today's glossary entries into the cached screens: they are no part of an edition (semantics 28)."""
    wanted = {pk for course in courses for module in course.modules for pk in terms_in(module.screens)}
    if not wanted:
        return list(courses)
    language = get_language() or ""
    rows = GlossaryTerm.objects.filter(pk__in=wanted).values_list("pk", "term", "explanation")
    terms = {pk: term_html(term, explanation, language) for pk, term, explanation in rows}
    return [replace(course, modules=tuple(_lay_in(module, terms) for module in course.modules)) for course in courses]


def _lay_in(module: ModuleContent, terms: Mapping[int, str]) -> ModuleContent:
    return replace(module, screens=tuple(with_terms(screen, terms) for screen in module.screens))


def preview_of(page: Page) -> CourseContent:
    """Return a draft as learners would meet it: a course with its newest drafts of modules, or one module alone."""
    if isinstance(page, ModulePage):
        return _preview(page.get_parent().specific, [page])
    if isinstance(page, CoursePage):
        return _preview(page, [module.get_latest_revision_as_object() for module in page.modules()] if page.pk else [])
    raise TypeError(f"{type(page).__name__} has no preview; {CatalogueIndex.__name__} is shown live.")


def _preview(course: CoursePage, modules: Iterable[ModulePage]) -> CourseContent:
    data = snapshot(course, []) | {"modules": [module_snapshot(module) for module in modules]}
    return _with_terms([_content(data, DRAFT, 0)])[0]
