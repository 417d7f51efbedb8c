"""The one place where a broken rule of the domain becomes an answer to a person."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from people.errors import DomainError


class DomainErrorMiddleware:
    """Answer a `DomainError` that no form caught with a page that says what to do, in the error's own status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        template = "404.html" if error.status == 404 else "error.html"
        return render(request, template, {"message": error.message}, status=error.status)
