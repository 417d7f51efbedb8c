"""All that the rooms above may import from `courses`."""

from __future__ import annotations

from courses.access import sync_cms_access
from courses.attempts import Attempt, Registration
from courses.blocks import FOCUS_AREAS
from courses.catalogue import Shown, is_short, progress_of, shelf, show
from courses.changes import on_edition_changed, on_term_changed
from courses.codes.rules import makes_codes
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
from courses.progress import Result
from courses.published import (
    PublishedCourse,
    PublishedModule,
    glossary_texts,
    published_courses,
    published_keys,
)
from courses.publishing import publish_whole, renew_edition
from courses.rendering import QuestionContent, Screen
from courses.reviewing import may_review, review_live
from courses.sections import Section
from courses.statements import Profile, Sitting

__all__ = [
    "COURSE_DATA",
    "FOCUS_AREAS",
    "Attempt",
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
    "Profile",
    "PublishedCourse",
    "PublishedModule",
    "QuestionContent",
    "Registration",
    "Result",
    "Screen",
    "Section",
    "Shown",
    "Sitting",
    "Source",
    "Taught",
    "catalogue",
    "course_content",
    "course_revision",
    "course_version",
    "current_slug",
    "glossary_texts",
    "import_collection",
    "is_short",
    "makes_codes",
    "may_review",
    "on_edition_changed",
    "on_term_changed",
    "progress_of",
    "publish_whole",
    "published_courses",
    "published_keys",
    "renew_edition",
    "review_live",
    "shelf",
    "show",
    "slug_of",
    "sync_cms_access",
]

# --- Taking a course ---
