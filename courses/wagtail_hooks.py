"""The workshop, arranged for people who make courses: courses first, then review, pictures, documents and words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.widgets.button import Button
from wagtail.models import Page
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from courses import cms
from courses.copying import make_own
from courses.frameworks import cms as framework_cms
from courses.frameworks.draft import FrameworkDraft
from courses.models import CatalogueIndex, CoursePage, GlossaryTerm, ModulePage
from courses.publishing import NotComplete, check_complete
from courses.reviewing import courses_to_review, may_review
from courses.rules import edits_framework, needs_second_person, owners_for
from courses.visibility import shown_to
from people.api import now, person_of, today

# People and their rights come from HR and the roles of the organisation; Wagtail's own lists would be a second truth.
HIDDEN_IN_MAIN_MENU = frozenset({"explorer", "help", "snippets"})
LAST = 1000
REVIEW_AHEAD = timedelta(days=60)
HIDDEN_IN_SETTINGS = frozenset({"users", "groups", "sites", "workflows", "workflow-tasks", "collections"})


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    return [
        path("kurser/", cms.catalogue_home, name="courses_home"),
        path("kurser/fil/", cms.UploadView.as_view(), name="courses_upload"),
        path("kurser/fil/exempel/", cms.example_file, name="courses_example_file"),
        path("kurser/<int:pk>/publicera/", cms.PublishWholeView.as_view(), name="courses_publish_whole"),
        path("kurser/<int:pk>/prova/", cms.TryView.as_view(), name="courses_try"),
        *framework_cms.urls,
        path("granskning/", cms.ReviewListView.as_view(), name="courses_review"),
        path("granskning/<int:pk>/", cms.approve_live, name="courses_approve_live"),
    ]


class FrameworkItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return edits_framework(request.user, today())


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


@hooks.register("register_admin_menu_item")
def framework_item() -> MenuItem:
    return FrameworkItem(_("Framework"), reverse("framework_home"), name="framework", icon_name="list-ul", order=4)


@hooks.register("construct_main_menu")
def keep_main_menu_clean(request: HttpRequest, items: list[MenuItem]) -> None:
    hidden = HIDDEN_IN_MAIN_MENU if request.user.is_superuser else HIDDEN_IN_MAIN_MENU | {"reports"}
    items[:] = [item for item in items if item.name not in hidden]


@hooks.register("construct_settings_menu")
def keep_settings_clean(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if item.name not in HIDDEN_IN_SETTINGS]


@hooks.register("construct_homepage_summary_items", order=LAST)
def no_counts_on_the_first_page(request: HttpRequest, items: list[Any]) -> None:
    items.clear()


@hooks.register("construct_homepage_panels", order=LAST)
def what_to_do_first(request: HttpRequest, panels: list[Any]) -> None:
    panels.insert(0, ToDoPanel())


class ToDoPanel(Component):
    """What waits for the person who has just come in: a review to give, a review that is due, a draft left lying."""

    name = "to_do"
    template_name = "wagtailadmin/courses/to_do.html"
    order = 50

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        user = parent_context["request"].user
        person, moment = person_of(user), now()
        unreviewed = courses_to_review(person, moment) if person and may_review(user) else []
        own = CoursePage.objects.filter(owner_node__in=owners_for(user, today(moment))).order_by("title")
        catalogue = CatalogueIndex.objects.get()
        return {
            "catalogue": catalogue if catalogue.permissions_for_user(user).can_add_subpage() else None,
            "waiting": sum(not line.is_reviewed for line in unreviewed),
            "due": own.live().filter(review_date__lte=today(moment) + REVIEW_AHEAD).order_by("review_date"),
            "drafts": own.filter(Q(live=False) | Q(has_unpublished_changes=True)),
        }


class GlossaryViewSet(SnippetViewSet):
    model = GlossaryTerm
    add_to_admin_menu = True
    menu_label = _("Glossary")
    menu_name = "glossary"
    menu_order = 250
    icon = "openquote"
    list_display = ["term"]


register_snippet(GlossaryViewSet)


class FrameworkViewSet(SnippetViewSet):
    """There is one draft, begun on a page of its own: nothing to list, to add, to copy or to choose."""

    model = FrameworkDraft
    icon = "list-ul"
    copy_view_enabled = False
    inspect_view_enabled = False

    def register_chooser_viewset(self) -> None:
        """Nothing chooses a draft, and Wagtail's chooser would name it to whoever may enter the workshop."""


register_snippet(FrameworkViewSet)


@hooks.register("construct_snippet_action_menu")
def a_framework_is_not_unpublished(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """A competency is retired, the framework is not: the draft's own row says nothing of what holds.

    Nor is it published by somebody alone where another could approve.
    """
    if context.get("model") is FrameworkDraft:
        hidden = {"action-unpublish", "action-delete"}
        if needs_second_person(request.user, today()):
            hidden.add("action-publish")
        items[:] = [item for item in items if item.name not in hidden]


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


@hooks.register("construct_explorer_page_queryset")
def show_own_and_live_in_lists(parent: Page, pages: QuerySet[Page], request: HttpRequest) -> QuerySet[Page]:
    return shown_to(request.user, pages)


@hooks.register("construct_page_chooser_queryset")
def show_own_and_live_in_choosers(pages: QuerySet[Page], request: HttpRequest) -> QuerySet[Page]:
    return shown_to(request.user, pages)


@hooks.register("after_copy_page")
def own_what_is_copied_from_others(request: HttpRequest, page: Page, new_page: Page) -> None:
    tester = page.permissions_for_user(request.user)
    if not getattr(tester, "is_hers", True):
        make_own(new_page, page, request.user)


@hooks.register("insert_global_admin_css")
def own_look() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("courses/cms.css"))
