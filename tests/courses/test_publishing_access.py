"""Who may enter the workshop and change what: dated roles decide, groups follow."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from courses.access import EDUCATORS, REVIEWERS, ensure_groups, sync_cms_access
from courses.models import CatalogueIndex, CoursePage, ModulePage
from courses.rules import owners_for
from people.api import User
from tests.courses import workshop as make
from tests.people import factories
from tests.people.factories import LONG_AGO, ON

RIGHTS = ("edit", "publish", "unpublish", "delete", "add_subpage", "publish_subpage", "copy", "reorder_children")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _framework(db: None) -> None:
    make.framework()


def groups_of(user: User) -> set[str]:
    return set(user.groups.values_list("name", flat=True))


def rights(page: CoursePage | ModulePage, user: User) -> set[str]:
    """What a user may do with a page, among all that could change it."""
    tester = page.permissions_for_user(user)
    return {right for right in RIGHTS if getattr(tester, f"can_{right}")()}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("role", "groups"),
    [
        ("educator", {EDUCATORS}),
        ("chief_nurse", {REVIEWERS}),
        ("chief_rehab", {REVIEWERS}),
        ("manager", set()),
        ("", set()),
    ],
)
def test_a_role_gives_its_group_at_once(role: str, groups: set[str]) -> None:
    assert groups_of(make.account(role)) == groups


def test_groups_end_with_the_role_and_other_groups_are_left_alone() -> None:
    user = make.account()
    factories.holds("educator", make.region(), user.person, ends_on=ON)
    user.groups.add(Group.objects.create(name="Bildarkivet"))
    sync_cms_access(user, ON)
    assert groups_of(user) == {EDUCATORS, "Bildarkivet"}
    sync_cms_access(user, ON.replace(year=ON.year + 1))
    assert groups_of(user) == {"Bildarkivet"}


def test_signing_in_sets_the_groups_again() -> None:
    user = make.account()
    user.groups.set(Group.objects.filter(name=EDUCATORS))
    signed_in(user)
    assert groups_of(user) == set()


def test_making_the_groups_again_changes_nothing() -> None:
    def all_rights() -> set[tuple[str, str]]:
        pages = Group.objects.values_list("name", "page_permissions__permission__codename")
        return set(pages) | set(Group.objects.values_list("name", "permissions__codename"))

    before = all_rights()
    ensure_groups()
    assert all_rights() == before
    assert {(EDUCATORS, "publish_page"), (EDUCATORS, "access_admin"), (REVIEWERS, "access_admin")} <= before
    assert (REVIEWERS, "publish_page") not in before


@pytest.mark.parametrize(("role", "status"), [("educator", 200), ("chief_nurse", 200), ("manager", 302), ("", 302)])
def test_the_workshop_opens_for_educators_and_reviewers(role: str, status: int) -> None:
    assert signed_in(make.account(role)).get(reverse("wagtailadmin_home")).status_code == status


def test_an_educator_changes_her_own_organisations_courses_and_copies_the_others() -> None:
    granvik = factories.municipality("granvik", make.region())
    backa = factories.municipality("backa", make.region())
    hers, theirs = make.published("granvik", owner=granvik), make.published("backa", owner=backa)
    educator = make.account("educator", granvik)
    assert rights(hers, educator) == {
        "edit",
        "publish",
        "unpublish",
        "add_subpage",
        "publish_subpage",
        "copy",
        "reorder_children",
    }
    assert rights(theirs, educator) == {"copy"}
    assert rights(theirs.modules().get(), educator) == {"copy"}


def test_an_educator_of_the_region_changes_every_course() -> None:
    page = make.published(owner=factories.municipality("granvik", make.region()))
    assert page.permissions_for_user(make.account("educator")).can_edit()


def test_a_course_is_made_in_the_name_of_ones_own_organisations() -> None:
    granvik = factories.municipality("granvik", make.region())
    unit = factories.unit("norr", granvik)
    factories.municipality("backa", make.region())

    def slugs(user: User) -> set[str]:
        return set(owners_for(user, ON).values_list("slug", flat=True))

    assert slugs(make.account("educator", granvik)) == {"granvik"}
    assert slugs(make.account("educator", unit)) == {"norr"}
    assert slugs(make.account("educator")) == {"region", "granvik", "backa"}
    assert slugs(make.account("manager")) == set()
    superuser = make.account()
    superuser.is_superuser = True
    assert slugs(superuser) == {"region", "granvik", "backa"}


def test_a_reviewer_opens_what_is_in_review_and_nothing_else() -> None:
    page, other = make.course(), make.course("en-till")
    nurse, educator = make.account("chief_nurse"), make.account("educator")
    page.get_workflow().start(page, educator)
    assert CoursePage.objects.get(pk=page.pk).permissions_for_user(nurse).can_edit()
    assert not other.permissions_for_user(nurse).can_edit()


def test_an_educator_whose_time_is_over_is_let_in_no_more() -> None:
    user = make.account()
    factories.holds("educator", make.region(), user.person, starts_on=LONG_AGO, ends_on=LONG_AGO)
    assert signed_in(user).get(reverse("wagtailadmin_home")).status_code == 302
    assert not CatalogueIndex.objects.get().permissions_for_user(user).can_add_subpage()


REPORTS = ("site_history", "site_history_results", "workflow", "workflow_tasks", "aging_pages", "page_types_usage")


def test_who_did_what_in_another_organisation_is_not_in_the_educators_reports() -> None:
    granvik = factories.municipality("granvik", make.region())
    make.published("granvik", owner=granvik)
    educator = signed_in(make.account("educator", factories.municipality("backa", make.region())))
    administrator = make.account()
    administrator.is_superuser = True
    administrator.save()
    for name in REPORTS:
        url = reverse(f"wagtailadmin_reports:{name}")
        assert educator.get(url).status_code == 404
        assert signed_in(administrator).get(url).status_code == 200
    menu = educator.get(reverse("wagtailadmin_home")).content.decode()
    assert reverse("wagtailadmin_reports:site_history") not in menu


def test_the_history_of_another_organisations_course_is_not_shown() -> None:
    page = make.published("granvik", owner=factories.municipality("granvik", make.region()))
    educator = signed_in(make.account("educator", factories.municipality("backa", make.region())))
    for name in ("history", "edit", "view_draft"):
        response = educator.get(reverse(f"wagtailadmin_pages:{name}", args=[page.pk]))
        assert (name, response.status_code) == (name, 302)
        assert response.url == reverse("wagtailadmin_home")
