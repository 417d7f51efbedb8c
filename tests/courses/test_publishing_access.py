"""Who may enter the workshop and change what: dated roles decide, groups follow."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from courses.access import EDUCATORS, REVIEWERS, ensure_groups, sync_cms_access
from courses.models import CatalogueIndex, CoursePage, ModulePage
from courses.rules import owners_for
from people.api import Organisation, User
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


@pytest.fixture
def backa(db: None) -> User:
    """An educator of another organisation than the one that owns the courses below."""
    return make.account("educator", factories.municipality("backa", make.region()), "Bea")


@pytest.fixture
def granvik() -> Organisation:
    return factories.municipality("granvik", make.region())


def places(page: CoursePage) -> list[str]:
    """Where the workshop could name a course and its module: lists, search, choosers and what Wagtail's pages fetch."""
    catalogue, module = CatalogueIndex.objects.get().pk, page.modules().get().pk
    explore = reverse("wagtailadmin_explore", args=[catalogue])
    api = reverse("wagtailadmin_api:pages:listing")
    return [
        explore,
        explore + "?q=hemlig",
        reverse("wagtailadmin_explore_results", args=[catalogue]),
        reverse("wagtailadmin_explore", args=[page.pk]),
        reverse("wagtailadmin_explore_results", args=[page.pk]),
        reverse("wagtailadmin_explore", args=[module]),
        reverse("wagtailadmin_pages:search") + "?q=hemlig",
        reverse("wagtailadmin_pages:search_results") + "?q=hemlig",
        reverse("wagtailadmin_choose_page"),
        reverse("wagtailadmin_choose_page_child", args=[catalogue]),
        reverse("wagtailadmin_choose_page_child", args=[page.pk]),
        reverse("wagtailadmin_choose_page_search") + "?q=hemlig",
        reverse("wagtailadmin_pages:type_use", args=["courses", "modulepage"]),
        reverse("wagtailadmin_pages:usage", args=[page.pk]),
        reverse("wagtailadmin_pages:workflow_history", args=[page.pk]),
        reverse("wagtailadmin_pages:copy", args=[page.pk]),
        reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"]) + f"?id={page.pk}",
        reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"]) + f"?id=all&childOf={catalogue}",
        api,
        f"{api}?child_of={catalogue}&for_explorer=1",
        f"{api}?child_of={page.pk}",
        reverse("wagtailadmin_api:pages:detail", args=[page.pk]),
        reverse("wagtailadmin_api:pages:detail", args=[module]),
    ]


def named_in(client: Client, urls: list[str]) -> set[str]:
    answers = {url: client.get(url).content.decode() for url in urls}
    return {url for url, text in answers.items() if "Hemligkurs" in text or "Hemligmodul" in text}


def test_a_course_that_another_organisation_has_not_published_is_named_nowhere(
    backa: User, granvik: Organisation
) -> None:
    page = make.course("kurs", owner=granvik, title="Hemligkurs")
    make.module(page, "Hemligmodul")
    assert named_in(signed_in(backa), places(page)) == set()
    hers = named_in(signed_in(make.account("educator", granvik)), places(page))
    assert {url.split("?")[0] for url in places(page)} - {url.split("?")[0] for url in hers} == {
        reverse("wagtailadmin_choose_page")
    }


def test_a_draft_module_of_a_live_course_is_not_named_to_others(backa: User, granvik: Organisation) -> None:
    page = make.published("kurs", "Öppen", owner=granvik)
    draft = make.module(page, "Hemligmodul")
    assert named_in(signed_in(backa), places_of_module(page, draft)) == set()
    assert len(named_in(signed_in(make.account("educator", granvik)), places_of_module(page, draft))) == 5
    assert "Öppen" in signed_in(backa).get(reverse("wagtailadmin_explore", args=[page.pk])).content.decode()


def places_of_module(page: CoursePage, draft: ModulePage) -> list[str]:
    return [
        reverse("wagtailadmin_explore", args=[page.pk]),
        reverse("wagtailadmin_explore", args=[draft.pk]),
        reverse("wagtailadmin_choose_page_child", args=[page.pk]),
        reverse("wagtailadmin_pages:search") + "?q=hemlig",
        reverse("wagtailadmin_api:pages:detail", args=[draft.pk]),
    ]


def test_a_reviewer_sees_the_way_of_what_is_in_review(granvik: Organisation) -> None:
    page = make.course(owner=granvik)
    page.get_workflow().start(page, make.account("educator", granvik))
    url = reverse("wagtailadmin_pages:workflow_history", args=[page.pk])
    assert signed_in(make.account("chief_nurse")).get(url).status_code != 404


def copy(user: User, page: CoursePage, **changes: str) -> Any:
    form = {"new_title": "Kopia", "new_slug": "kopia", "new_parent_page": str(CatalogueIndex.objects.get().pk)}
    url = reverse("wagtailadmin_pages:copy", args=[page.pk])
    return signed_in(user).post(url, {**form, "copy_subpages": "on", **changes})


def test_a_course_that_another_organisation_has_not_published_is_not_copied(backa: User, granvik: Organisation) -> None:
    page = make.course(owner=granvik)
    make.module(page)
    copy(backa, page)
    assert not page.permissions_for_user(backa).can_copy()
    assert CoursePage.objects.count() == 1


@pytest.mark.parametrize("wish", [{}, {"publish_copies": "on"}, {"alias": "on"}])
def test_a_copy_of_others_course_is_a_draft_of_ones_own_of_what_was_published(
    backa: User, granvik: Organisation, wish: dict[str, str]
) -> None:
    page = make.published("kurs", "Öppen", owner=granvik, summary="Öppet.")
    page = CoursePage.objects.get(pk=page.pk)
    page.summary, page.title = "Hemligt.", "Hemligkurs"
    page.save_revision()
    make.module(page, "Hemligmodul")
    assert copy(backa, page, **wish).status_code == 302
    made = CoursePage.objects.get(slug="kopia")
    draft = made.get_latest_revision_as_object()
    assert (made.owner_node.slug, draft.owner_node.slug) == ("backa", "backa")
    assert (made.live, made.alias_of, draft.summary, draft.title) == (False, None, "Öppet.", "Kopia")
    assert [module.title for module in made.modules()] == ["Öppen"]
    assert "Hemlig" not in str([revision.content for revision in made.revisions.all()])
    assert made.permissions_for_user(backa).can_publish()
    assert CoursePage.objects.get(pk=page.pk).owner_node == granvik


def test_a_copy_of_ones_own_course_keeps_its_owner_and_its_draft(granvik: Organisation) -> None:
    page = make.course(owner=granvik)
    make.module(page, "Utkast")
    copy(make.account("educator"), page)
    made = CoursePage.objects.get(slug="kopia")
    assert (made.owner_node, [module.title for module in made.modules()]) == (granvik, ["Utkast"])


def test_copying_into_a_page_that_is_not_shown_does_not_name_it(backa: User, granvik: Organisation) -> None:
    hidden = make.course("kurs", owner=granvik, title="Hemligkurs")
    open_to_all = make.published("annan", owner=granvik)
    response = copy(backa, open_to_all, new_parent_page=str(hidden.pk))
    assert response.status_code == 200
    assert "Hemligkurs" not in response.content.decode()


def test_wagtails_own_api_copies_nothing_past_the_owner(backa: User, granvik: Organisation) -> None:
    page = make.published("kurs", owner=granvik)
    url = reverse("wagtailadmin_api:pages:action", args=[page.pk, "copy"])
    assert signed_in(backa).post(url, {"slug": "kopia", "keep_live": False}).status_code == 404
    assert CoursePage.objects.count() == 1
