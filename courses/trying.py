"""What publishing the newest draft of a course would do to what people have shown, tried before it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.urls import reverse

from competency.api import Competency, OfferSpec, claims_of, competencies, try_course
from courses.models import CourseEdition, CoursePage
from courses.publishing import next_number, offer_of
from courses.reviewing import reviewed_by
from courses.rules import may_make_for
from people.api import NotFound, Organisation, activity_iri, person_of, today


@dataclass(frozen=True)
class ClaimChange:
    """What the course shows of one competency now and would show; 0: nothing."""

    competency: Competency
    before: int
    after: int


@dataclass(frozen=True)
class Coming:
    """The version that the newest draft would become."""

    course: CoursePage
    at: datetime

    @cached_property
    def draft(self) -> CoursePage:
        return self.course.get_latest_revision_as_object()

    @cached_property
    def newest(self) -> CourseEdition | None:
        return self.course.editions.order_by("-pk").first()

    @property
    def number(self) -> tuple[int, int]:
        return next_number(self.newest, self.draft.retake_of_major)

    @property
    def version(self) -> str:
        return "{}.{}".format(*self.number)

    @property
    def is_new_major(self) -> bool:
        """Whether learners must take it again."""
        return self.newest is not None and self.number[1] == 0

    @cached_property
    def changes(self) -> list[ClaimChange]:
        """Return every competency that the course would show more or less of, in the framework's order."""
        activity = activity_iri("course", self.course.key)
        before = {each.competency: each.level for each in claims_of(activity, today(self.at))} if self.newest else {}
        after = {row.competency: row.level for row in self.draft.teaches.all()}
        found = (ClaimChange(each, before.get(each.code, 0), after.get(each.code, 0)) for each in competencies())
        return [each for each in found if each.before != each.after]

    @property
    def may_change_something(self) -> bool:
        """False for a first version, which nobody has taken, and for one that shows what the last one showed."""
        return self.newest is not None and (self.is_new_major or bool(self.changes))

    def spec(self, ends_earlier_on: date | None, reason: str) -> OfferSpec:
        """Return what publishing would register, had it that last day for what was learnt earlier."""
        draft = self.draft
        draft.earlier_until, draft.earlier_reason = ends_earlier_on, reason
        teaches = [{"competency": row.competency, "level": row.level} for row in draft.teaches.all()]
        return offer_of(draft, self.number, teaches, self.at)


def tried_at(user: Any, course: CoursePage, at: datetime) -> Organisation:
    """Return at whose workplaces a user tries a course: the owner's, or those that she reviews courses for.

    Raises NotFound for whoever has nothing to do with it.
    """
    owner, person = course.owner_node, person_of(user)
    if may_make_for(user, owner.path, today(at)):
        return owner
    nodes = reviewed_by(person, at) if person and course.permissions_for_user(user).can_edit() else []
    if not nodes:
        raise NotFound
    return min(nodes, key=lambda node: node.path)


def try_draft(coming: Coming, user: Any, ends_earlier_on: date | None, reason: str) -> str:
    """Begin the trial and return the address of its page. Raises NotFound, and what `try_course` raises."""
    person = person_of(user)
    if person is None:
        raise NotFound
    spec = coming.spec(ends_earlier_on, reason)
    written_at = reverse("wagtailadmin_pages:edit", args=[coming.course.pk])
    run = try_course(spec, person, tried_at(user, coming.course, coming.at), coming.at, written_at=written_at)
    return reverse("dry_run", args=[run.uuid])
