"""The workshop, arranged for people who make courses: courses first, then review, pictures, documents and words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from courses import cms
from courses.models import CatalogueIndex, CoursePage, ModulePage
from courses.publishing import NotComplete, check_complete
from courses.reviewing import may_review

# People and their rights come from HR and the roles of the organisation; Wagtail's own lists would be a second truth.
HIDDEN_IN_MAIN_MENU = frozenset({"explorer", "help"})
HIDDEN_IN_SETTINGS = frozenset({"users", "groups", "sites", "workflows", "workflow-tasks", "collections"})


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    return [
        path("kurser/", cms.catalogue_home, name="courses_home"),
        path("kurser/fil/", cms.UploadView.as_view(), name="courses_upload"),
        path("kurser/fil/exempel/", cms.example_file, name="courses_example_file"),
        path("kurser/<int:pk>/publicera/", cms.PublishWholeView.as_view(), name="courses_publish_whole"),
        path("granskning/", cms.ReviewListView.as_view(), name="courses_review"),
        path("granskning/<int:pk>/", cms.approve_live, name="courses_approve_live"),
    ]


class EducatorItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return _may_add(request)


class ReviewItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_review(request.user)


def _may_add(request: HttpRequest) -> bool:
    catalogue = CatalogueIndex.objects.first()
    return catalogue is not None and catalogue.permissions_for_user(request.user).can_add_subpage()


@hooks.register("register_admin_menu_item")
def courses_item() -> MenuItem:
    return EducatorItem(_("Courses"), reverse("courses_home"), name="courses", icon_name="folder-open-inverse", order=1)


@hooks.register("register_admin_menu_item")
def upload_item() -> MenuItem:
    return EducatorItem(_("Course from a file"), reverse("courses_upload"), name="upload", icon_name="upload", order=2)


@hooks.register("register_admin_menu_item")
def review_item() -> MenuItem:
    return ReviewItem(_("Review courses"), reverse("courses_review"), name="review", icon_name="circle-check", order=3)


@hooks.register("construct_main_menu")
def keep_main_menu_clean(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if item.name not in HIDDEN_IN_MAIN_MENU]


@hooks.register("construct_settings_menu")
def keep_settings_clean(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if item.name not in HIDDEN_IN_SETTINGS]


@hooks.register("register_page_header_buttons")
def publish_whole_button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    if isinstance(page.specific_deferred, CoursePage) and page.permissions_for_user(user).can_publish():
        url = reverse("courses_publish_whole", args=[page.pk])
        yield Button(_("Publish the whole course"), url, icon_name="upload", priority=15)


@hooks.register("register_page_listing_more_buttons")
def publish_whole_in_list(page: Page, user: Any, next_url: str | None = None) -> Iterator[Button]:
    yield from publish_whole_button(page, user, "listing", next_url)


@hooks.register("before_bulk_action")
def refuse_to_publish_half_pages(
    request: HttpRequest, action_type: str, objects: Iterable[Page], action: Any
) -> HttpResponse | None:
    """Say which page is not complete, where Wagtail's own list action would publish it or fail without a word."""
    if action_type != "publish":
        return None
    for page in objects:
        specific = page.specific
        try:
            if isinstance(specific, CoursePage | ModulePage):
                check_complete(specific)
        except NotComplete as error:
            messages.error(request, str(error.message))
            return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None


@hooks.register("insert_global_admin_css")
def own_look() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("courses/cms.css"))
