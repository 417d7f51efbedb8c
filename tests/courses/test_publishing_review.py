"""The review by a chief nurse: a dated row through either door, never a condition of publishing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import TaskState, WorkflowState

from competency.api import reviewed_nodes
from competency.models import Review
from courses.content import course_content
from courses.models import CoursePage, ModulePage
from courses.reviewing import NothingToReview, NotReviewer, courses_to_review, may_review, review_live
from people.api import Organisation, User, activity_iri, now, today
from tests.courses import workshop as make
from tests.people import factories

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _framework(db: None) -> None:
    make.framework()


@pytest.fixture
def granvik() -> Organisation:
    return factories.municipality("granvik", make.region())


@pytest.fixture
def nurse(granvik: Organisation) -> User:
    return make.account("chief_nurse", granvik, "Mas")


@pytest.fixture
def educator() -> User:
    return make.account("educator", name="Eda")


def reviews() -> list[tuple[str, str, str]]:
    return [(row.activity_iri, row.revision, row.node.slug) for row in Review.objects.all()]


def submitted(page: CoursePage | ModulePage, educator: User) -> TaskState:
    fresh = type(page).objects.get(pk=page.pk)
    fresh.get_workflow().start(fresh, educator)
    return fresh.current_workflow_task_state


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def answer(user: User, state: TaskState, action: str, **data: Any) -> Any:
    page = state.revision.content_object
    url = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, action, state.pk])
    return signed_in(user).post(url, data)


def test_a_live_course_is_reviewed_for_the_reviewers_organisations(granvik: Organisation, nurse: User) -> None:
    page = make.published()
    edition = review_live(page, nurse.person, AT)
    assert edition.version == "1.0"
    assert reviews() == [(activity_iri("course", page.key), "1.0", "granvik")]
    assert course_content("handhygien").revision == "1.0"


def test_saying_yes_twice_is_saying_it_once(nurse: User) -> None:
    page = make.published()
    review_live(page, nurse.person, AT)
    review_live(page, nurse.person, AT)
    assert len(reviews()) == 1


@pytest.mark.parametrize("role", ["educator", "manager", "assessor"])
def test_nobody_else_reviews(role: str) -> None:
    user = make.account(role)
    with pytest.raises(NotReviewer):
        review_live(make.published(), user.person, AT)
    assert not may_review(user)
    assert reviews() == []


def test_a_role_that_has_ended_reviews_nothing(granvik: Organisation) -> None:
    user = make.account()
    factories.holds("chief_nurse", granvik, user.person, ends_on=factories.LONG_AGO)
    with pytest.raises(NotReviewer):
        review_live(make.published(), user.person, AT)


def test_a_draft_cannot_be_reviewed_as_live(nurse: User) -> None:
    with pytest.raises(NothingToReview):
        review_live(make.course(), nurse.person, AT)


def test_asking_for_review_never_stops_the_educator_from_publishing(educator: User) -> None:
    page = make.published()
    draft = CoursePage.objects.get(pk=page.pk)
    draft.title = "Ny titel"
    draft.save_revision()
    submitted(page, educator)
    live = CoursePage.objects.get(pk=page.pk)
    permissions = live.permissions_for_user(educator)
    assert permissions.can_publish()
    assert not permissions.page_locked()
    live.get_latest_revision().publish(user=educator)
    assert course_content("handhygien").title == "Ny titel"
    assert reviews() == []


def test_approving_a_draft_publishes_it_and_records_the_review(educator: User, nurse: User) -> None:
    page = make.course()
    make.module(page)
    state = submitted(page, educator)
    assert answer(nurse, state, "approve").status_code == 302
    assert reviews() == [(activity_iri("course", page.key), "1.0", "granvik")]
    content = course_content("handhygien")
    assert [module.title for module in content.modules] == ["Händerna"]
    assert [node.slug for node in reviewed_nodes(content.activity_iri, "1.0", today(now()))] == ["granvik"]
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_APPROVED


def test_what_is_approved_is_what_was_submitted_and_not_a_later_draft(educator: User, nurse: User) -> None:
    page = make.published()
    first = CoursePage.objects.get(pk=page.pk)
    first.title = "Granskad titel"
    first.save_revision()
    state = submitted(page, educator)
    later = CoursePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    later.title = "Halvfärdig titel"
    later.save_revision()
    state.task.specific.on_action(state, nurse, "approve")
    assert course_content("handhygien").title == "Granskad titel"


def test_approving_what_is_already_live_makes_no_new_version(educator: User, nurse: User) -> None:
    page = make.published()
    state = submitted(page, educator)
    state.task.specific.on_action(state, nurse, "approve")
    assert [edition.version for edition in page.editions.all()] == ["1.0"]
    assert len(reviews()) == 1


def test_a_yes_to_one_module_publishes_it_and_does_not_review_the_course(educator: User, nurse: User) -> None:
    page = make.published()
    module = page.modules().get()
    module.title = "Rena händer"
    module.save_revision()
    state = submitted(module, educator)
    state.task.specific.on_action(state, nurse, "approve")
    assert course_content("handhygien").modules[0].title == "Rena händer"
    assert reviews() == []


def test_asking_for_changes_publishes_nothing(educator: User, nurse: User) -> None:
    page = make.course()
    make.module(page)
    state = submitted(page, educator)
    answer(nurse, state, "reject", comment="Skriv om det här.")
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_NEEDS_CHANGES
    assert not CoursePage.objects.get().live
    assert reviews() == []


def test_an_educator_cannot_approve_her_own_course(educator: User) -> None:
    page = make.course()
    make.module(page)
    state = submitted(page, educator)
    answer(educator, state, "approve")
    assert not CoursePage.objects.get().live
    assert reviews() == []
    with pytest.raises(NotReviewer):
        state.task.specific.on_action(state, educator, "approve")


def test_a_half_module_stops_the_approval_with_everything_as_it_was(educator: User, nurse: User) -> None:
    page = make.course()
    unfinished = ModulePage(title="Halv", minutes=3, live=False)
    CoursePage.objects.get(pk=page.pk).add_child(instance=unfinished)
    unfinished.save_revision(clean=False)
    state = submitted(page, educator)
    response = answer(nurse, state, "approve")
    assert "Halv" in response.content.decode()
    assert not CoursePage.objects.get().live
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_IN_PROGRESS
    assert reviews() == []


def test_the_reviewer_finds_what_was_submitted_on_her_first_page(educator: User, nurse: User) -> None:
    page = make.course(title="Sår och sådant")
    submitted(page, educator)
    assert "Sår och sådant" in signed_in(nurse).get(reverse("wagtailadmin_home")).content.decode()


def test_the_review_list_has_what_waits_first(granvik: Organisation, nurse: User) -> None:
    review_live(make.published("a-kurs"), nurse.person, AT)
    make.published("b-kurs")
    make.course("utkast")
    assert [(line.title, line.is_reviewed) for line in courses_to_review(nurse.person, AT)] == [
        ("B-Kurs", False),
        ("A-Kurs", True),
    ]


def test_a_yes_of_the_region_covers_its_municipalities(nurse: User) -> None:
    page = make.published()
    review_live(page, make.account("chief_nurse", make.region(), "Regina").person, AT)
    assert [line.is_reviewed for line in courses_to_review(nurse.person, AT)] == [True]


def test_a_small_change_keeps_the_review_and_a_new_main_version_asks_again(nurse: User) -> None:
    page = make.published()
    review_live(page, nurse.person, AT)
    make.change(page, title="Ny titel")
    assert [line.is_reviewed for line in courses_to_review(nurse.person, AT)] == [True]
    draft = CoursePage.objects.get(pk=page.pk)
    draft.ask_for_retake(True)
    draft.save_revision().publish()
    assert [line.is_reviewed for line in courses_to_review(nurse.person, AT)] == [False]


def test_the_list_and_its_button_are_for_reviewers_alone(nurse: User, educator: User) -> None:
    page = make.published()
    listing, button = reverse("courses_review"), reverse("courses_approve_live", args=[page.pk])
    assert signed_in(educator).get(listing).status_code == 403
    assert signed_in(educator).post(button).status_code == 403
    assert "Handhygien" in signed_in(nurse).get(listing).content.decode()
    assert signed_in(nurse).get(button).status_code == 405
    assert signed_in(nurse).post(reverse("courses_approve_live", args=[0])).status_code == 404
    assert reviews() == []
    assert signed_in(nurse).post(button).status_code == 302
    assert len(reviews()) == 1
