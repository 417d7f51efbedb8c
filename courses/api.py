"""All that the rooms above may import from `courses`."""

from __future__ import annotations

from courses.access import sync_cms_access
from courses.content import (
    CourseCard,
    CourseContent,
    CourseNotFound,
    ModuleContent,
    Source,
    Taught,
    catalogue,
    course_content,
    course_revision,
    course_version,
    current_slug,
    slug_of,
)
from courses.course_file import CourseFileError
from courses.importer import DATA as COURSE_DATA
from courses.importer import ImportReport, import_collection
from courses.models import CourseEdition, CoursePage, GlossaryTerm, ModulePage
from courses.publishing import publish_whole, renew_edition
from courses.rendering import QuestionContent, Screen
from courses.reviewing import may_review, review_live

__all__ = [
    "COURSE_DATA",
    "CourseCard",
    "CourseContent",
    "CourseEdition",
    "CourseFileError",
    "CourseNotFound",
    "CoursePage",
    "GlossaryTerm",
    "ImportReport",
    "ModuleContent",
    "ModulePage",
    "QuestionContent",
    "Screen",
    "Source",
    "Taught",
    "catalogue",
    "course_content",
    "course_revision",
    "course_version",
    "current_slug",
    "import_collection",
    "may_review",
    "publish_whole",
    "renew_edition",
    "review_live",
    "slug_of",
    "sync_cms_access",
]

# --- Taking a course ---
