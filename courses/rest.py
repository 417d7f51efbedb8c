"""Courses for other systems, below `/api/v1/`: what is on offer, what it teaches and to what level."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path, reverse

from courses.content import CourseCard, CourseContent, ModuleContent, catalogue, course_content, current_slug
from people.api import PAGES, activity_iri, paged
from xapi.api import Answer, Page, Scope, asker_of, endpoint


class Teaches(Answer):
    competency: str
    level: int


class Course(Answer):
    """`activity` is what statements about the course name; `version` is major.minor."""

    slug: str
    title: str
    summary: str
    url: str
    activity: str
    version: str
    minutes: int
    focus_area: str
    professions: list[str]
    teaches: list[Teaches]


class Module(Answer):
    slug: str
    title: str
    minutes: int
    url: str
    activity: str


class WholeCourse(Course):
    pass_percent: int
    language: str
    modules: list[Module]


@endpoint("GET", "HEAD", answers=Page[Course], query=PAGES, scope=Scope.COMPETENCE_READ)
def all_courses(request: HttpRequest, now: datetime) -> HttpResponse:
    """The courses that are published, by title."""
    asker_of(request, Scope.COMPETENCE_READ, now)
    return paged(request, catalogue(), lambda card: str(card.key), _course)


@endpoint("GET", "HEAD", answers=WholeCourse, scope=Scope.COMPETENCE_READ)
def course(request: HttpRequest, now: datetime, slug: str) -> HttpResponse:
    """One course with its modules. An address that it had before finds it, too."""
    asker_of(request, Scope.COMPETENCE_READ, now)
    found = course_content(current_slug(slug) or slug)
    modules = [_module(found.slug, each) for each in found.modules]
    return JsonResponse(
        _course(found) | {"pass_percent": found.pass_percent, "language": found.language, "modules": modules}
    )


def _course(card: CourseCard | CourseContent) -> dict[str, Any]:
    return {
        "slug": card.slug,
        "title": card.title,
        "summary": card.summary,
        "url": reverse("courses:course", args=[card.slug]),
        "activity": activity_iri("course", card.key),
        "version": card.revision,
        "minutes": card.minutes,
        "focus_area": card.focus_area,
        "professions": list(card.target_professions),
        "teaches": [{"competency": each.competency, "level": each.level} for each in card.teaches],
    }


def _module(slug: str, module: ModuleContent) -> dict[str, Any]:
    return {
        "slug": module.slug,
        "title": module.title,
        "minutes": module.minutes,
        "url": reverse("courses:module", args=[slug, module.slug]),
        "activity": module.activity_iri,
    }


urlpatterns = [
    path("courses", all_courses, name="api_courses"),
    path("courses/<str:slug>", course, name="api_course"),
]
