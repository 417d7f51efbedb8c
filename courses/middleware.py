"""What Wagtail shows to everybody in the workshop and we do not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import ResolverMatch
from wagtail.models import Page

from courses.visibility import shown_to

# Wagtail's views that name a page without asking what the user may do with it.
NAMES_A_PAGE = frozenset(
    {
        "wagtailadmin_explore",
        "wagtailadmin_explore_results",
        "wagtailadmin_choose_page_child",
        "wagtailadmin_pages:usage",
        "wagtailadmin_pages:workflow_history",
        "wagtailadmin_pages:workflow_history_detail",
    }
)


class ReportsAreForAdministratorsMiddleware:
    """Answer 404 for Wagtail's reports: they say who did what in every organisation, whoever asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> None:
        match = request.resolver_match
        if match and "wagtailadmin_reports" in match.namespaces and not request.user.is_superuser:
            raise Http404


class PagesOfOthersMiddleware:
    """Answer 404 where Wagtail would name a page that another organisation has not published.

    Its lists ask `courses.visibility`; this holds the views that are given a page's number.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, kwargs: dict[str, Any]) -> None:
        match = request.resolver_match
        if match is None or not request.user.is_authenticated or request.user.is_superuser:
            return
        if match.view_name in NAMES_A_PAGE:
            _refuse_unless_seen(request, kwargs.get("page_id") or kwargs.get("parent_page_id"))
        elif match.view_name == "wagtail_bulk_action" and issubclass(_model_of(match), Page):
            _refuse_unless_all_shown(request)
        elif match.view_name == "wagtailadmin_api:pages:action":
            # The workshop's buttons do not use it, and its copies would pass by the hook that gives them an owner.
            raise Http404


def _model_of(match: ResolverMatch) -> type:
    try:
        return apps.get_model(match.kwargs["app_label"], match.kwargs["model_name"])
    except LookupError as error:
        raise Http404 from error


def _refuse_unless_seen(request: HttpRequest, pk: int | None) -> None:
    page = Page.objects.filter(pk=pk).first()
    if page is not None and not getattr(page.permissions_for_user(request.user), "can_see", lambda: True)():
        raise Http404


def _refuse_unless_all_shown(request: HttpRequest) -> None:
    """Refuse a list action on a page not shown, and on "all": Wagtail would name those it then leaves out."""
    asked = set(request.GET.getlist("id"))
    if not all(pk.isdecimal() for pk in asked):
        raise Http404
    pages = Page.objects.filter(pk__in=asked)
    if shown_to(request.user, pages).count() != pages.count():
        raise Http404
