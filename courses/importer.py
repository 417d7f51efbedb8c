"""Course files become pages: published at once for a collection, drafts for an educator's own file.

Safe to run again. What a file said last time is remembered by digest on each page: a part of the file that has not
changed leaves its page alone, also when an educator has changed the page since.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel
from wagtail.models import Page

from competency.api import competencies, professions
from courses.bulk import backdate, indexing_at_end
from courses.course_file import (
    CasePart,
    ChecklistPart,
    FactBoxPart,
    GlossaryPart,
    ModulePart,
    PicturePart,
    QuestionPart,
    Vocabulary,
    WholeCourse,
    read_collection,
    read_own_file,
)
from courses.markdown import line_to_html, to_html
from courses.matching import NAMESPACE, Known, course_key, match
from courses.models import (
    RESERVED_SLUGS,
    CatalogueIndex,
    CoursePage,
    CourseTeaching,
    GlossaryTerm,
    ModulePage,
)
from courses.publishing import editions_held, renew_edition
from people.api import DomainError, NotAllowed, Organisation, User

Block = dict[str, Any]
DATA = Path(__file__).parent / "data"
EXAMPLE = DATA / "exempelkurs.json"


class NoOwner(DomainError):
    default_message = _("Courses need an organisation that answers for them. Import the organisations first.")


class NotYourCourse(NotAllowed):
    default_message = _("You may not change this course. Give yours another slug, or ask its owner.")


@dataclass
class ImportReport:
    """What an import did, by slug. `notes` are sentences about what somebody may want to look at."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    terms: int = 0
    notes: list[str] = field(default_factory=list)


def vocabulary() -> Vocabulary:
    return Vocabulary(
        frozenset(row.code for row in competencies()),
        frozenset(row.code for row in professions()),
    )


def import_collection(
    catalogue: Path, bodies: Path, at: datetime, *, owner: Organisation | None = None, past: bool = False
) -> ImportReport:
    """Publish every course of a collection, all or none. Raises CourseFileError, NoOwner.

    `past`: the pages are dated `at` in the workshop too; only the loader of an empty demo may say so.
    """
    wholes = read_collection(catalogue, bodies, vocabulary())
    report = ImportReport()
    with transaction.atomic(), editions_held(), indexing_at_end() as pages:
        writer = _Writer(report, owner or default_owner(), pages=pages)
        changed = [course for whole in wholes if (course := writer.write(whole))]
        if past:
            backdate(pages, at)
        for course in changed:
            renew_edition(course.pk, at)
    return report


def import_own_file(content: bytes, name: str, user: User, owner: Organisation) -> tuple[CoursePage, ImportReport]:
    """Make drafts of an educator's own file, in a course that is new or that she may change.

    Raises CourseFileError, NotYourCourse.
    """
    whole = read_own_file(content, name, vocabulary())
    report = ImportReport()
    with transaction.atomic():
        course = CoursePage.objects.filter(slug=whole.course.slug).first()
        _check_may_write(user, course)
        writer = _Writer(report, owner, user=user, publishes=False)
        written = writer.write(whole) or CoursePage.objects.get(slug=whole.course.slug)
    return written, report


def default_owner() -> Organisation:
    """Return the region at the root of the tree, or the only root there is. Raises NoOwner."""
    root = Organisation.objects.filter(depth=1).order_by("-kind").first()
    region = Organisation.objects.filter(kind=Organisation.Kind.REGION).first()
    if owner := region or root:
        return owner
    raise NoOwner


def _check_may_write(user: User, course: CoursePage | None) -> None:
    page: Page = course or CatalogueIndex.objects.get()
    permissions = page.permissions_for_user(user)
    if not (permissions.can_edit() if course else permissions.can_add_subpage()):
        raise NotYourCourse


class _Writer:
    """Writes one course after the other, and remembers which pages it touched."""

    def __init__(
        self,
        report: ImportReport,
        owner: Organisation,
        *,
        user: User | None = None,
        publishes: bool = True,
        pages: list[Page] | None = None,
    ) -> None:
        self.report = report
        self.owner = owner
        self.user = user
        self.publishes = publishes
        self.pages = pages if pages is not None else []
        self.catalogue = CatalogueIndex.objects.get()
        self.terms = {row.term_folded: row for row in GlossaryTerm.objects.all()}
        self.courses = {course.slug: course for course in CoursePage.objects.prefetch_related("teaches")}

    def write(self, whole: WholeCourse) -> CoursePage | None:
        """Write a course and its modules. Returns it, or None when the file says nothing new."""
        course = self.courses.get(whole.course.slug)
        is_new = course is None
        course = course or CoursePage(key=course_key(whole.course.slug), slug=whole.course.slug, owner=self.user)
        digest = _digest([whole.course, whole.body.lead, whole.body.takeaways])
        changes_course = course.imported_digest != digest
        if changes_course:
            self._fill(course, whole, digest)
        if is_new:
            self._add(self.catalogue, course)
        changes_modules = self._write_modules(course, whole)
        if not (changes_course or changes_modules):
            self.report.unchanged.append(course.slug)
            return None
        if changes_course:
            self._save(course)
        (self.report.created if is_new else self.report.updated).append(course.slug)
        return course

    def _fill(self, course: CoursePage, whole: WholeCourse, digest: str) -> None:
        source = whole.course
        course.title = source.title
        course.summary = source.summary
        course.lead = whole.body.lead
        course.takeaways = _stream(course, "takeaways", [_block("takeaway", line) for line in whole.body.takeaways])
        course.minutes = source.minutes
        course.focus_area = source.focus_area
        course.need_areas = list(source.need_areas)
        course.target_professions = list(source.target_professions)
        course.pass_percent = source.pass_percent
        course.sources = _stream(
            course, "sources", [_block("source", {"text": line, "url": ""}) for line in source.sources]
        )
        course.review_date = source.review.next_review
        course.imported_digest = digest
        if course.owner_node_id is None:
            course.owner_node = self.owner
        course.teaches = [
            CourseTeaching(competency=row.competency, level=row.level, sort_order=place)
            for place, row in enumerate(source.teaches)
        ]

    def _write_modules(self, course: CoursePage, whole: WholeCourse) -> bool:
        there = list(course.modules()) if course.numchild else []
        by_key = {module.key: module for module in there}
        parts = whole.body.modules
        known = [Known(module.key, module.title) for module in there if module.live or not self.publishes]
        keys = match(course.slug, known, [part.title for part in parts])
        changes = False
        slugs = {module.slug for module in there} | RESERVED_SLUGS
        for place, (key, part) in enumerate(zip(keys, parts, strict=True)):
            changes |= self._write_module(course, by_key.get(key), key, part, whole.questions_in(place), slugs)
        left = [module for module in there if module.key not in set(keys)]
        changes |= self._leave_out(course, left)
        return self._put_in_order(course, there, keys) or changes

    def _write_module(
        self,
        course: CoursePage,
        module: ModulePage | None,
        key: UUID,
        part: ModulePart,
        questions: Sequence[QuestionPart],
        slugs: set[str],
    ) -> bool:
        digest = _digest([part, *questions])
        if module is not None and module.imported_digest == digest and (module.live or not self.publishes):
            return False
        is_new = module is None
        module = module or ModulePage(key=key, slug=_free_slug(part.title, slugs), owner=self.user)
        module.title = part.title
        module.minutes = part.minutes
        module.body = _stream(module, "body", self._blocks(part, questions, key, course.focus_area))
        module.imported_digest = digest
        if is_new:
            self._add(course, module)
        self._save(module)
        return True

    def _leave_out(self, course: CoursePage, modules: Sequence[ModulePage]) -> bool:
        """Unpublish what the file no longer has; an educator's draft leaves that decision to her."""
        live = [module for module in modules if module.live]
        for module in live:
            sentence = gettext("%(course)s: the module “%(module)s” is not in the file any more.")
            self.report.notes.append(sentence % {"course": course.slug, "module": module.title})
            if self.publishes:
                module.unpublish(user=self.user)
        return bool(live) and self.publishes

    def _put_in_order(self, course: CoursePage, there: Sequence[ModulePage], keys: Sequence[UUID]) -> bool:
        """Give the modules the file's order, if theirs is another. New ones were added at the end."""
        old = [module.key for module in there if module.key in set(keys)]
        now = old + [key for key in keys if key not in set(old)]
        if now == list(keys):
            return False
        for key in keys:
            ModulePage.objects.get(key=key).move(CoursePage.objects.get(pk=course.pk), pos="last-child", user=self.user)
        return True

    def _add(self, parent: Page, page: CoursePage | ModulePage) -> None:
        page.live = False
        page.has_unpublished_changes = True
        parent.add_child(instance=page)

    def _save(self, page: CoursePage | ModulePage) -> None:
        """Save a revision and, for a collection, publish it: Wagtail's own way, so history and undo work."""
        revision = page.save_revision(user=self.user, clean=not self.publishes, log_action=not self.publishes)
        if self.publishes:
            revision.publish(user=self.user)
        self.pages.append(page)

    def _blocks(self, part: ModulePart, questions: Sequence[QuestionPart], key: UUID, focus_area: str) -> list[Block]:
        blocks = [self._content_block(block, focus_area) for block in part.blocks]
        numbered = [_named(block, uuid5(key, f"{place}:{block['type']}")) for place, block in enumerate(blocks)]
        return numbered + [_question_block(question) for question in questions]

    def _content_block(self, part: BaseModel, focus_area: str) -> Block:
        match part:
            case FactBoxPart():
                return _block("fact_box", {"title": part.title, "body": to_html(part.markdown)})
            case CasePart():
                questions = [_item(question) for question in part.questions]
                return _block("case", {"title": part.title, "body": to_html(part.markdown), "questions": questions})
            case ChecklistPart():
                return _block("checklist", {"title": part.title, "items": [_item(line_to_html(i)) for i in part.items]})
            case GlossaryPart():
                return _block("term", self._term(part))
            case PicturePart():
                return _block("illustration", {"idea": part.alt, "focus_area": focus_area})
            case _:
                return _block(part.type, to_html(part.markdown))  # type: ignore[attr-defined]  # TextPart

    def _term(self, part: GlossaryPart) -> int:
        """Return the one shared entry of a word, made from the first file that explains it."""
        folded = GlossaryTerm.fold(part.term)
        explanation = to_html(part.markdown)
        entry = self.terms.get(folded)
        if entry is None:
            entry = self.terms[folded] = GlossaryTerm.objects.create(term=part.term, explanation=explanation)
            self.report.terms += 1
        elif entry.explanation != explanation:
            sentence = gettext("“%(term)s” is explained otherwise in the glossary; the glossary's words are shown.")
            self.report.notes.append(sentence % {"term": part.term})
        return entry.pk


def _question_block(question: QuestionPart) -> Block:
    said = question.option_feedback or [""] * len(question.options)
    options = [
        _item({"text": text, "is_correct": place == question.correct_index, "feedback": said[place]})
        for place, text in enumerate(question.options)
    ]
    value = {"text": question.question, "options": options, "feedback": question.feedback}
    return _named(_block("question", value), uuid5(NAMESPACE, f"question:{question.id}"))


def _block(kind: str, value: Any) -> Block:
    return {"type": kind, "value": value}


def _item(value: Any) -> Block:
    return {"type": "item", "value": value}


def _named(block: Block, key: UUID) -> Block:
    """Give a block and the items of its lists ids that are the same at every import."""
    value = block["value"]
    if isinstance(value, dict):
        value = {
            name: _named_items(part, key, name) if isinstance(part, list) else part for name, part in value.items()
        }
    return block | {"id": str(key), "value": value}


def _named_items(items: list[Block], key: UUID, name: str) -> list[Block]:
    return [item | {"id": str(uuid5(key, f"{name}:{place}"))} for place, item in enumerate(items)]


def _stream(page: Page, name: str, blocks: list[Block]) -> Any:
    return page._meta.get_field(name).stream_block.to_python(blocks)


def _free_slug(title: str, taken: set[str]) -> str:
    wanted = slugify(title)[:100] or "modul"
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    taken.add(slug)
    return slug


def _digest(parts: Sequence[Any]) -> str:
    plain = [part.model_dump(mode="json") if isinstance(part, BaseModel) else part for part in parts]
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
