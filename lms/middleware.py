"""What holds for every answer to a person: a broken rule becomes a page, a signed-in page is not kept, a page is
compressed and a file is not."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth import SESSION_KEY
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
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


class NothingLeftBehindMiddleware:
    """Let no browser keep a page made for somebody signed in: phones are shared, and "back" outlives a sign-out.

    A response that says for itself how long it may be kept is left alone; so is one that never asked who reads.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.session.accessed and SESSION_KEY in request.session:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class PagesAreCompressedMiddleware(GZipMiddleware):
    """Compress what was made for this answer, never a file: a part of a film, compressed, is no part of it."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        return response if isinstance(response, FileResponse) else super().process_response(request, response)
