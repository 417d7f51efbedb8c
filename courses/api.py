"""All that the rooms above may import from `courses`."""

from __future__ import annotations

from courses.access import sync_cms_access
from courses.attempts import Attempt, Registration
from courses.catalogue import Shown, is_short, progress_of, shelf, show
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
from courses.publishing import publish_whole, renew_edition
from courses.rendering import QuestionContent, Screen
from courses.reviewing import may_review, review_live
from courses.statements import Profile, Sitting

__all__ = [
    "COURSE_DATA",
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
    "QuestionContent",
    "Registration",
    "Result",
    "Screen",
    "Shown",
    "Sitting",
    "Source",
    "Taught",
    "catalogue",
    "course_content",
    "course_revision",
    "course_version",
    "current_slug",
    "import_collection",
    "is_short",
    "makes_codes",
    "may_review",
    "progress_of",
    "publish_whole",
    "renew_edition",
    "review_live",
    "shelf",
    "show",
    "slug_of",
    "sync_cms_access",
]

# --- Taking a course ---
