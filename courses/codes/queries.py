"""Reading codes: where one leads now, which ones somebody may see, and how often they were followed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q, Sum
from django.urls import reverse
from django.utils.text import Truncator

from courses.codes.letters import read
from courses.codes.models import Code, CodeQuerySet, CodeScan
from courses.codes.rules import code_nodes
from courses.content import CourseContent, ModuleContent, catalogue, courses_of
from courses.models import COURSE_DEPTH, CatalogueIndex, CourseEdition, CoursePage, ModulePage
from courses.sections import Section, sections_of
from people.api import NotFound, Person

DAYS_SHOWN = 30
LONGEST_NAME = 70


@dataclass(frozen=True)
class Target:
    """What a code leads to today: what is left of course, module and section, from the outside in."""

    course: CourseContent | None = None
    module: ModuleContent | None = None
    section: Section | None = None

    @property
    def url(self) -> str:
        """The address of it, or an empty one when the module is not published. Its course may still be."""
        if self.course is None or self.module is None:
            return ""
        url = reverse("courses:module", args=[self.course.slug, self.module.slug])
        return f"{url}#{self.section.anchor}" if self.section else url

    @property
    def name(self) -> str:
        """What the thing itself is called; empty when it is not published."""
        if self.section:
            return name_of(self.section)
        return self.module.title if self.module else ""


def name_of(section: Section) -> str:
    """Return the heading of a section, else its first words."""
    return section.heading or Truncator(" ".join(section.text.split())).chars(LONGEST_NAME)


@dataclass(frozen=True)
class CodeLine:
    """A code as its makers see it."""

    code: Code
    target: Target
    lately: int
    ever: int

    @property
    def title(self) -> str:
        return self.target.name or self.code.made_for

    @property
    def address(self) -> str:
        """What the QR code holds."""
        return settings.SITE_URL.rstrip("/") + reverse("code", args=[self.code.text])

    @property
    def short_address(self) -> str:
        """The address as people type it."""
        return self.address.partition("://")[2]


def find(typed: str) -> Code | None:
    """Return the code that was typed or scanned, in use or not."""
    text = read(typed)
    return Code.objects.filter(text=text).first() if text else None


def target_of(code: Code) -> Target:
    return targets_of([code])[code.pk]


def targets_of(codes: Sequence[Code]) -> dict[int, Target]:
    """Return where each code leads. A section that is gone leads to its module, a moved module to where it is now."""
    courses = courses_of(code.course_key for code in codes)
    lost = [code.module_key for code in codes if _module_in(courses.get(code.course_key), code.module_key) is None]
    homes = _courses_with(lost) if lost else {}
    found = {code.pk: homes.get(code.module_key) or courses.get(code.course_key) for code in codes}
    sections = sections_in(course for code in codes if code.anchor and (course := found[code.pk]))
    return {code.pk: _target(code, found[code.pk], sections.get(code.module_key, ())) for code in codes}


def _target(code: Code, course: CourseContent | None, sections: Sequence[Section]) -> Target:
    module = _module_in(course, code.module_key)
    named = (section for section in sections if section.anchor == code.anchor)
    return Target(course, module, next(named, None) if module else None)


def sections_in(courses: Iterable[CourseContent]) -> dict[UUID, tuple[Section, ...]]:
    """Return the sections of these editions that have a name and a place to link to, by the key of their module."""
    editions = CourseEdition.objects.filter(pk__in={course.revision_id for course in courses})
    modules = [module for content in editions.values_list("content", flat=True) for module in content["modules"]]
    return {
        UUID(module["key"]): tuple(each for each in sections_of(module["body"]) if each.anchor and name_of(each))
        for module in modules
    }


def _module_in(course: CourseContent | None, key: UUID) -> ModuleContent | None:
    return next((module for module in course.modules if module.key == key), None) if course else None


def _courses_with(keys: Iterable[UUID]) -> Mapping[UUID, CourseContent]:
    """Return the published courses in which these modules stand now, if they were moved to another."""
    depth = CatalogueIndex.steplen * COURSE_DEPTH
    paths = {key: path[:depth] for key, path in ModulePage.objects.filter(key__in=keys).values_list("key", "path")}
    keys_of = dict(CoursePage.objects.filter(path__in=paths.values()).values_list("path", "key"))
    courses = courses_of(keys_of.values())
    homes = {key: courses.get(keys_of[path]) for key, path in paths.items()}
    return {key: course for key, course in homes.items() if _module_in(course, key) and course}


def codes_of(person: Person, on: date) -> CodeQuerySet:
    """Return the codes in use that she may see, by node and newest first."""
    below = Q(pk__in=[])
    for node in code_nodes(person, on):
        below |= Q(node__path__startswith=node.path)
    return Code.objects.in_use().filter(below).select_related("node").order_by("node__path", "-pk")


def lines_of(codes: Iterable[Code], on: date) -> list[CodeLine]:
    """Return the codes with where they lead and how often they were followed, lately and in all."""
    codes = list(codes)
    targets = targets_of(codes)
    lately = Sum("count", filter=Q(day__gt=on - timedelta(days=DAYS_SHOWN)), default=0)
    sums = CodeScan.objects.filter(code__in=codes).values("code").annotate(ever=Sum("count"), lately=lately)
    counted = {row["code"]: (row["lately"], row["ever"]) for row in sums}
    return [CodeLine(code, targets[code.pk], *counted.get(code.pk, (0, 0))) for code in codes]


def line_of(person: Person, typed: str, on: date) -> CodeLine:
    """Return a code in use that she may see. Raises NotFound."""
    code = codes_of(person, on).filter(text=read(typed) or "").first()
    if code is None:
        raise NotFound
    return lines_of([code], on)[0]


def days_of(code: Code, on: date) -> list[CodeScan]:
    """Return the days of the last month on which the code was followed, newest first."""
    return list(code.scans.filter(day__gt=on - timedelta(days=DAYS_SHOWN)).order_by("-day"))


def module_named(key: UUID) -> Target:
    """Return the published module of that key with its course. Raises NotFound."""
    for course in on_the_shelf():
        module = _module_in(course, key)
        if module is not None:
            return Target(course, module)
    raise NotFound


def on_the_shelf() -> list[CourseContent]:
    """Return every published course whole, by title."""
    cards = catalogue()
    courses = courses_of(card.key for card in cards)
    return [courses[card.key] for card in cards if card.key in courses]
