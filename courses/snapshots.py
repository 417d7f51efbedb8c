"""A page as plain data: what an edition freezes and what a preview shows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from courses.models import CoursePage, ModulePage


def snapshot(course: CoursePage, modules: Iterable[ModulePage]) -> dict[str, Any]:
    """Return everything that learners of this course meet, as JSON values only. `revision` is Wagtail's own."""
    return {
        "key": str(course.key),
        "slug": course.slug,
        "title": course.title,
        "summary": course.summary,
        "lead": course.lead,
        "minutes": course.minutes or 0,
        "focus_area": course.focus_area,
        "need_areas": list(course.need_areas),
        "target_professions": list(course.target_professions),
        "teaches": [{"competency": row.competency, "level": row.level} for row in course.teaches.all()],
        "takeaways": [child.value for child in course.takeaways],
        "sources": [{"text": child.value["text"], "url": child.value["url"] or ""} for child in course.sources],
        "pass_percent": course.pass_percent,
        "review_date": course.review_date.isoformat() if course.review_date else "",
        "revision": course.live_revision_id,
        "modules": [module_snapshot(module) for module in modules],
    }


def module_snapshot(module: ModulePage) -> dict[str, Any]:
    return {
        "key": str(module.key),
        "slug": module.slug,
        "title": module.title,
        "minutes": module.minutes or 0,
        "body": list(module.body.get_prep_value()),
        "revision": module.live_revision_id,
    }
