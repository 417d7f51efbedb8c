"""What Wagtail shows to everybody in the workshop and we do not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


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
