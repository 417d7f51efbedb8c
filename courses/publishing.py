"""What a publish in the workshop does to the world: an edition is frozen, and the course is on offer or is not.

Wagtail publishes a course and each of its modules by itself. Whatever changes what learners see (publish, unpublish,
move, delete, by hand, by schedule or by an approval) ends in `renew_edition`, which compares and does nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.signals import post_delete
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished, post_page_move

from competency.api import OfferSpec, Teaches, register_offer, withdraw_offer
from courses.changes import announce_edition
from courses.models import CourseEdition, CoursePage, ModulePage
from courses.snapshots import snapshot
from people.api import DomainError, Organisation, User, activity_iri, now, today


class NothingToPublish(DomainError):
    default_message = _("A course needs at least one published module before anybody can take it.")


class NotComplete(DomainError):
    default_message = _("“%(title)s” is not complete. Open it, fill in what is missing and publish again.")


_held: ContextVar[bool] = ContextVar("editions_held", default=False)


@contextmanager
def editions_held() -> Iterator[None]:
    """Publish several pages of a course and make one edition of it afterwards, by calling `renew_edition` yourself."""
    token = _held.set(True)
    try:
        yield
    finally:
        _held.reset(token)


@transaction.atomic
def renew_edition(course_pk: int, at: datetime) -> CourseEdition | None:
    """Make the current edition say what the live pages say, and register the offer; without live pages, withdraw both.

    Returns the current edition: the same one when nothing that learners see has changed.
    """
    course = CoursePage.objects.select_for_update().get(pk=course_pk)
    edition = _renewed(course, at)
    announce_edition(course.key)
    return edition


def _renewed(course: CoursePage, at: datetime) -> CourseEdition | None:
    modules = list(course.modules().filter(live=True))
    newest = course.editions.order_by("-pk").first()
    if not course.live or not modules:
        _withdraw(course, newest, at)
        return None
    content = snapshot(course, modules)
    if newest and newest.is_current and newest.content == content:
        return newest
    course.editions.filter(is_current=True).update(is_current=False)
    major, minor = next_number(newest, course.retake_of_major)
    edition = CourseEdition.objects.create(
        course=course, slug=course.slug, major=major, minor=minor, content=content, published_at=at
    )
    register_offer(offer_of(course, (major, minor), edition.content["teaches"], at), at)
    return edition


@transaction.atomic
def publish_whole(course: CoursePage, user: User, at: datetime) -> CourseEdition:
    """Publish the newest drafts of a course and its modules as one edition. Raises NotComplete, NothingToPublish."""
    with editions_held():
        for module in course.modules():
            publish_newest(module, user)
        publish_newest(course, user)
    edition = renew_edition(course.pk, at)
    if edition is None:
        raise NothingToPublish
    return edition


def publish_newest(page: CoursePage | ModulePage, user: User | None) -> None:
    """Publish the newest draft of a page, if there is one. The caller has asked who may. Raises NotComplete."""
    if page.live and not page.has_unpublished_changes:
        return
    check_complete(page)
    revision = page.get_latest_revision() or page.save_revision(user=user)
    revision.publish(user=user, skip_permission_checks=True)


def check_complete(page: CoursePage | ModulePage) -> None:
    """Raise NotComplete when the newest draft of a page could not go live."""
    draft = page.get_latest_revision_as_object()
    try:
        draft.full_clean()
        if isinstance(draft, ModulePage):
            draft.check_body()
    except ValidationError as error:
        raise NotComplete(NotComplete.default_message % {"title": page.get_admin_display_title()}) from error


def next_number(newest: CourseEdition | None, retake_of_major: int) -> tuple[int, int]:
    """Return major and minor of the next edition; a draft that replaces the newest main version starts the next one."""
    if newest is None:
        return 1, 0
    if retake_of_major == newest.major:
        return newest.major + 1, 0
    return newest.major, newest.minor + 1


def _withdraw(course: CoursePage, newest: CourseEdition | None, at: datetime) -> None:
    if newest and newest.is_current:
        course.editions.filter(is_current=True).update(is_current=False)
        withdraw_offer(activity_iri("course", course.key), at)


def offer_of(course: CoursePage, number: tuple[int, int], teaches: list[dict[str, Any]], at: datetime) -> OfferSpec:
    """Return what publishing the course under this number registers. What was learnt earlier ends with a new major.

    A last day that has passed when the version goes out is the day on which it goes out.
    """
    major, minor = number
    ends = course.earlier_until if major > 1 and minor == 0 else None
    return OfferSpec(
        activity_iri=activity_iri("course", course.key),
        questions_iri=activity_iri("questions", course.key),
        title=course.title,
        path=f"/kurser/{course.slug}/",
        minutes=course.minutes,
        revision=f"{major}.{minor}",
        teaches=tuple(Teaches(row["competency"], row["level"]) for row in teaches),
        ends_earlier_on=max(ends, today(at)) if ends else None,
        reason=course.earlier_reason if ends else "",
        focus_area=course.focus_area,
        target_professions=tuple(course.target_professions),
        node=_seen_from(course.owner_node),
    )


def _seen_from(owner: Organisation) -> Organisation | None:
    """A region's courses are everybody's, also the private providers' who stand outside its tree."""
    return None if owner.kind == Organisation.Kind.REGION else owner


def course_pk_of(page: Page) -> int | None:
    """Return the course that a course or module page belongs to, also when the page has just been deleted."""
    path = page.path if isinstance(page, CoursePage) else page.path[: -page.steplen]
    return CoursePage.objects.filter(path=path).values_list("pk", flat=True).first()


def _renew_course_of(page: Page) -> None:
    course_pk = None if _held.get() else course_pk_of(page)
    if course_pk is not None:
        renew_edition(course_pk, now())


def _on_change(sender: type[Page], instance: Page, **_kwargs: Any) -> None:
    _renew_course_of(instance)


def _on_move(sender: type[Page], instance: Page, parent_page_before: Page, **_kwargs: Any) -> None:
    """A module may have gained another place, or left one course for another."""
    moved = instance.specific
    if not isinstance(moved, ModulePage):
        return
    moved.refresh_from_db(fields=["path"])
    _renew_course_of(moved)
    if parent_page_before.pk != course_pk_of(moved) and not _held.get():
        renew_edition(parent_page_before.pk, now())


def connect() -> None:
    """Listen to the workshop. Called once, when the room starts."""
    for model in (CoursePage, ModulePage):
        page_published.connect(_on_change, sender=model, dispatch_uid=f"edition_published_{model.__name__}")
        page_unpublished.connect(_on_change, sender=model, dispatch_uid=f"edition_unpublished_{model.__name__}")
    post_delete.connect(_on_change, sender=ModulePage, dispatch_uid="edition_module_deleted")
    post_page_move.connect(_on_move, dispatch_uid="edition_module_moved")
