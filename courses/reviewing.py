"""The review of content by a chief nurse or chief of rehabilitation: a dated row, never a condition of publishing.

There are two doors to the same row: the review step of a draft in the workshop, and the yes to what is already live.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.models import TaskState, WorkflowState
from wagtail.signals import workflow_approved

from competency.api import review, reviewed_nodes
from courses.models import CourseEdition, CoursePage
from courses.publishing import editions_held, publish_newest, renew_edition
from people.api import NotAllowed, Organisation, Person, Role, activity_iri, now, person_of, roles_of, today

REVIEWER_ROLES = frozenset({Role.CHIEF_NURSE, Role.CHIEF_REHAB})


class NotReviewer(NotAllowed):
    default_message = _("Only a chief nurse or chief of rehabilitation may review a course.")


class NothingToReview(NotAllowed):
    default_message = _("The course is not published, so there is nothing to review yet.")


def reviewed_by(person: Person, at: datetime) -> list[Organisation]:
    """Return the nodes in whose name a person may review content at a moment."""
    grants = roles_of(person, today(at))
    return list({grant.node.pk: grant.node for grant in grants if grant.role in REVIEWER_ROLES}.values())


@dataclass(frozen=True)
class ReviewLine:
    """A live course as a reviewer sees it. `is_reviewed`: a yes covers every organisation that she answers for."""

    pk: int
    title: str
    url: str
    version: str
    published_at: datetime
    review_date: str
    is_reviewed: bool


def courses_to_review(reviewer: Person, at: datetime) -> list[ReviewLine]:
    """Return every live course, those that wait for this reviewer first."""
    nodes = reviewed_by(reviewer, at)
    lines = [_line(edition, nodes, at) for edition in CourseEdition.objects.filter(is_current=True)]
    return sorted(lines, key=lambda line: (line.is_reviewed, line.title.casefold()))


def _line(edition: CourseEdition, nodes: list[Organisation], at: datetime) -> ReviewLine:
    content = edition.content
    covered = reviewed_nodes(activity_iri("course", content["key"]), edition.version, today(at))
    return ReviewLine(
        pk=edition.course_id,
        title=content["title"],
        url=f"/kurser/{edition.slug}/",
        version=edition.version,
        published_at=edition.published_at,
        review_date=content["review_date"],
        is_reviewed=all(any(node.is_at_or_below(yes) for yes in covered) for node in nodes),
    )


def may_review(user: Any) -> bool:
    person = person_of(user)
    return person is not None and bool(reviewed_by(person, now()))


@transaction.atomic
def review_live(course: CoursePage, reviewer: Person, at: datetime) -> CourseEdition:
    """Say yes to the course as it is live, for the reviewer's own organisations. Makes no new revision.

    Raises NotReviewer, NothingToReview. Safe to repeat.
    """
    nodes = reviewed_by(reviewer, at)
    if not nodes:
        raise NotReviewer
    edition = course.editions.filter(is_current=True).first()
    if edition is None:
        raise NothingToReview
    for node in nodes:
        review(reviewer, activity_iri("course", course.key), edition.version, node, at)
    return edition


@transaction.atomic
def approve_task(task_state: TaskState, user: Any, comment: str = "") -> None:
    """Publish exactly what was reviewed, unless it already is, and record the review when it was of the whole course.

    Modules that have never been out go with their course: without them there would be nothing to take.
    The publish is the educator's wish, made when she asked for the review; the reviewer needs no right to publish.
    A yes to a single module publishes it and leaves the course's review as it was.
    """
    reviewer = person_of(user)
    at = now()
    if reviewer is None or not reviewed_by(reviewer, at):
        raise NotReviewer
    task_state.approve(user=user, update=False, comment=comment)
    finish(task_state.workflow_state, user)
    page = task_state.revision.content_object
    if not isinstance(page, CoursePage):
        _publish_reviewed(task_state, user)
        return
    with editions_held():
        for module in page.modules().filter(first_published_at=None):
            publish_newest(module, user)
        _publish_reviewed(task_state, user)
    renew_edition(page.pk, at)
    review_live(page, reviewer, at)


def _publish_reviewed(task_state: TaskState, user: Any) -> None:
    if task_state.revision.content_object.live_revision_id != task_state.revision_id:
        task_state.revision.publish(user=user, skip_permission_checks=True)


def finish(state: WorkflowState, user: Any) -> None:
    """End the workflow ourselves: Wagtail would publish the newest draft, which may be newer than what was reviewed."""
    state.status = WorkflowState.STATUS_APPROVED
    state.save()
    workflow_approved.send(sender=WorkflowState, instance=state, user=user)
