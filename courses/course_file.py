"""The format of course files, and everything that can be wrong with one before anything is written.

A collection is `courses.json` with a folder of bodies, one `<slug>.json` each. An educator's own file is one course in
one file: `{"course": {…}, "body": {…}}`. Every problem is found at once and named by file and place.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from courses.blocks import FEWEST_OPTIONS, FOCUS_AREAS, MOST_OPTIONS, option_problem
from people.api import DomainError, holds_personnummer

SHOWN_PROBLEMS = 20

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=120)]
Minutes = Annotated[int, Field(ge=1, le=240)]


class Part(BaseModel):
    """A misspelt field must not be lost in silence, so what is not known is refused; "4" is not a number."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class TextPart(Part):
    type: Literal["text", "tip", "reflection"]
    markdown: Text


class FactBoxPart(Part):
    type: Literal["fact_box"]
    title: Title
    markdown: Text


class CasePart(Part):
    type: Literal["case"]
    title: Title
    markdown: Text
    questions: list[Line] = Field(min_length=1)


class ChecklistPart(Part):
    type: Literal["checklist"]
    title: Title
    items: list[Text] = Field(min_length=1)


class GlossaryPart(Part):
    type: Literal["glossary"]
    term: Title
    markdown: Text


class PicturePart(Part):
    type: Literal["image_idea"]
    alt: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]


BlockPart = Annotated[
    TextPart | FactBoxPart | CasePart | ChecklistPart | GlossaryPart | PicturePart, Field(discriminator="type")
]


class ModulePart(Part):
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    minutes: Minutes
    blocks: list[BlockPart] = Field(min_length=1)


class Body(Part):
    slug: Slug | None = None
    lead: Annotated[str, StringConstraints(strip_whitespace=True, max_length=600)] = ""
    modules: list[ModulePart] = Field(min_length=1)
    takeaways: list[Line] = []


class TeachesPart(Part):
    competency: Line
    level: Annotated[int, Field(ge=1, le=4)]


class OutlinePart(Part):
    """The outline's own words are a plan for authors; what learners read is the body."""

    title: Text
    key_points: list[Text] = []


class QuestionPart(Part):
    id: Title
    question: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
    options: list[Line] = Field(min_length=FEWEST_OPTIONS, max_length=MOST_OPTIONS)
    correct_index: Annotated[int, Field(ge=0)]
    feedback: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1200)]
    option_feedback: list[Annotated[str, StringConstraints(strip_whitespace=True, max_length=600)]] | None = None
    module: Annotated[int, Field(ge=0)]


class ReviewPart(Part):
    reviewed_by_role: str | None = None
    next_review: Annotated[date, Field(strict=False)] | None = None
    status: str = ""


class Course(Part):
    slug: Slug
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    summary: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
    minutes: Minutes
    focus_area: Literal[tuple(FOCUS_AREAS)]  # type: ignore[valid-type]  # the codes are a table, not types
    need_areas: list[Line] = []
    target_professions: list[Line] = []
    teaches: list[TeachesPart] = []
    modules: list[OutlinePart] = []
    case: str = ""
    quiz: list[QuestionPart] = []
    pass_percent: Annotated[int, Field(ge=1, le=100)] = 75
    sources: list[Line] = []
    review: ReviewPart = ReviewPart()


class Collection(Part):
    version: str = ""
    language: Literal["sv"] = "sv"
    note: str = ""
    courses: list[Course] = Field(min_length=1)


class OwnFile(Part):
    course: Course
    body: Body


@dataclass(frozen=True)
class WholeCourse:
    """A course and its body, checked as far as the files themselves can tell."""

    course: Course
    body: Body

    def questions_in(self, module: int) -> list[QuestionPart]:
        return [question for question in self.course.quiz if question.module == module]


@dataclass(frozen=True)
class Problem:
    """`place` is a line of the file when it is not JSON, else the path to the field."""

    file: str
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.place}: {self.message}" if self.place else f"{self.file}: {self.message}"


class CourseFileError(DomainError):
    """A file cannot be used as it is. Nothing has been changed. `problems` names everything found, in reading order."""

    code = "bad_course_file"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        shown = [str(problem) for problem in self.problems[:SHOWN_PROBLEMS]]
        more = len(self.problems) - len(shown)
        if more:
            shown.append(gettext("… and %(count)s more.") % {"count": more})
        super().__init__("\n".join([gettext("The file was not imported, and nothing was changed."), *shown]))


@dataclass(frozen=True)
class Vocabulary:
    """What a file may refer to: the codes of the framework in force."""

    competencies: frozenset[str]
    professions: frozenset[str]


def read_collection(catalogue: Path, bodies: Path, vocabulary: Vocabulary) -> list[WholeCourse]:
    """Return the courses of a collection. Raises CourseFileError with every problem of every file."""
    problems: list[Problem] = []
    collection = _read(catalogue, Collection, problems)
    courses = collection.courses if isinstance(collection, Collection) else []
    found: list[WholeCourse] = []
    for place, course in enumerate(courses):
        file = bodies / f"{course.slug}.json"
        body = _read(file, Body, problems)
        if isinstance(body, Body):
            whole = WholeCourse(course, body)
            found.append(whole)
            problems += _cross_checks(whole, catalogue.name, f"courses[{place}].", file.name, "", vocabulary)
    problems += _doubles(courses, catalogue.name)
    if problems:
        raise CourseFileError(problems)
    return found


def read_own_file(content: bytes, name: str, vocabulary: Vocabulary) -> WholeCourse:
    """Return the one course of an educator's own file. Raises CourseFileError."""
    problems: list[Problem] = []
    own = _parse(content, name, OwnFile, problems)
    if isinstance(own, OwnFile):
        whole = WholeCourse(own.course, own.body)
        problems += _cross_checks(whole, name, "course.", name, "body.", vocabulary)
        problems += _doubles([own.course], name, "course")
    if problems:
        raise CourseFileError(problems)
    return whole


def _read(file: Path, shape: type[Part], problems: list[Problem]) -> Part | None:
    try:
        content = file.read_bytes()
    except OSError:
        problems.append(Problem(file.name, "", gettext("The file is missing or cannot be read.")))
        return None
    return _parse(content, file.name, shape, problems)


def _parse(content: bytes, name: str, shape: type[Part], problems: list[Problem]) -> Part | None:
    data = _json(content, name, problems)
    if data is None:
        return None
    problems += [
        Problem(name, place, gettext("This looks like a personal identity number. Take it out."))
        for place, text in _texts(data)
        if holds_personnummer(text)
    ]
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        problems += [Problem(name, _place(item["loc"]), _sentence(item)) for item in error.errors(include_url=False)]
        return None


def _json(content: bytes, name: str, problems: list[Problem]) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        problems.append(Problem(name, "", gettext("The file is not text in UTF-8. Save it as UTF-8 and try again.")))
    except RecursionError:
        problems.append(Problem(name, "", gettext("The file is nested too deeply to be a course.")))
    except json.JSONDecodeError as error:
        place = gettext("line %(line)s, column %(column)s") % {"line": error.lineno, "column": error.colno}
        problems.append(Problem(name, place, gettext("This is not JSON: %(reason)s.") % {"reason": error.msg}))
    return None


def _texts(data: Any, place: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(data, str):
        yield place, data
    elif isinstance(data, Mapping):
        for key, value in data.items():
            yield from _texts(value, f"{place}.{key}" if place else str(key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _texts(value, f"{place}[{index}]")


def _place(loc: Sequence[int | str]) -> str:
    """Return a path such as `courses[3].quiz[0].options`; names of block types in the trail are not in the file."""
    path = ""
    kinds = {"text", "tip", "reflection", "fact_box", "case", "checklist", "glossary", "image_idea"}
    for before, step in zip([None, *loc], loc, strict=False):
        if isinstance(step, int):
            path += f"[{step}]"
        elif not (isinstance(before, int) and step in kinds):
            path += f".{step}" if path else step
    return path


SENTENCES: dict[str, str | Promise] = {
    "missing": _("This field is missing."),
    "extra_forbidden": _("This field is not known. Is it misspelt?"),
    "string_type": _("Write text here."),
    "string_too_short": _("Write something here."),
    "string_too_long": _("This text is longer than %(max_length)s characters."),
    "string_pattern_mismatch": _("Use lower-case letters a to z, figures and single hyphens."),
    "int_type": _("Write a whole number here, without quotation marks."),
    "greater_than_equal": _("The number must be at least %(ge)s."),
    "less_than_equal": _("The number must be at most %(le)s."),
    "list_type": _("Write a list here."),
    "too_short": _("At least %(min_length)s needed here."),
    "too_long": _("At most %(max_length)s allowed here."),
    "literal_error": _("Not a value that is known. Choose one of: %(expected)s."),
    "union_tag_invalid": _("“%(tag)s” is not a kind of block. Choose one of: %(expected_tags)s."),
    "union_tag_not_found": _("The block does not say its type."),
    "model_type": _("Write an object here."),
    "model_attributes_type": _("Write an object here."),
    "date_from_datetime_parsing": _("Write a date as 2027-06-01."),
    "date_parsing": _("Write a date as 2027-06-01."),
    "date_type": _("Write a date as 2027-06-01."),
}


def _sentence(item: Mapping[str, Any]) -> str:
    sentence = SENTENCES.get(item["type"])
    return str(sentence) % item.get("ctx", {}) if sentence else str(item["msg"])


def _cross_checks(
    whole: WholeCourse, file: str, prefix: str, body_file: str, body_prefix: str, vocabulary: Vocabulary
) -> Iterator[Problem]:
    """Find what only shows when the parts are laid beside each other and beside the framework."""
    course, body = whole.course, whole.body
    if body.slug is not None and body.slug != course.slug:
        yield Problem(body_file, f"{body_prefix}slug", gettext("This is not the slug of the course."))
    if course.modules and len(course.modules) != len(body.modules):
        yield Problem(
            body_file,
            f"{body_prefix}modules",
            gettext("The course lists %(listed)s modules and the body has %(written)s.")
            % {"listed": len(course.modules), "written": len(body.modules)},
        )
    for place, teaches in enumerate(course.teaches):
        if teaches.competency not in vocabulary.competencies:
            yield _unknown(file, f"{prefix}teaches[{place}].competency", teaches.competency)
    for place, code in enumerate(course.target_professions):
        if code not in vocabulary.professions:
            yield _unknown(file, f"{prefix}target_professions[{place}]", code)
    for place, question in enumerate(course.quiz):
        for field, message in _question_problems(question, len(body.modules)):
            yield Problem(file, f"{prefix}quiz[{place}].{field}", message)


def _unknown(file: str, place: str, code: str) -> Problem:
    return Problem(file, place, gettext("“%(code)s” is not in the framework.") % {"code": code})


def _question_problems(question: QuestionPart, modules: int) -> Iterator[tuple[str, str]]:
    if question.module >= modules:
        yield "module", gettext("There is no such module. They are counted from 0.")
    if question.correct_index >= len(question.options):
        yield "correct_index", gettext("There is no such answer. They are counted from 0.")
    elif problem := option_problem([(text, n == question.correct_index) for n, text in enumerate(question.options)]):
        yield "options", str(problem)
    if question.option_feedback is not None and len(question.option_feedback) != len(question.options):
        yield "option_feedback", gettext("There must be one feedback per answer, empty where there is none.")


def _doubles(courses: Sequence[Course], file: str, single: str = "") -> Iterator[Problem]:
    slugs = Counter(course.slug for course in courses)
    ids = Counter(question.id for course in courses for question in course.quiz)
    for place, course in enumerate(courses):
        prefix = single or f"courses[{place}]"
        if slugs[course.slug] > 1:
            yield Problem(file, f"{prefix}.slug", gettext("Two courses have this slug."))
        codes = Counter(row.competency for row in course.teaches)
        for row, teaches in enumerate(course.teaches):
            if codes[teaches.competency] > 1:
                yield Problem(file, f"{prefix}.teaches[{row}].competency", gettext("The competency is listed twice."))
        for number, question in enumerate(course.quiz):
            if ids[question.id] > 1:
                yield Problem(file, f"{prefix}.quiz[{number}].id", gettext("Two questions have this id."))
