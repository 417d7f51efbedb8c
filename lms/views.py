"""The roof's own pages: Idag, the public start, the statement on accessibility, about, and the choice of theme."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from lms import start
from people.api import now, today

THEMES = frozenset({"light", "dark"})
A_YEAR = 365 * 24 * 3600
STATEMENT_REVIEWED = date(2026, 11, 23)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return render(request, "lms/welcome.html")
    return render(request, "lms/today.html", {"today": start.today_of(request, today(), now())})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    contact = getattr(settings, "CONTACT_EMAIL", "")
    return render(request, "lms/accessibility.html", {"contact": contact, "reviewed": STATEMENT_REVIEWED})


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "lms/about.html")


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light or dark on this device. Anything else means: as the device says."""
    wanted = request.POST.get("next", "/")
    here = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(wanted if here else "/")
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie("theme", chosen, max_age=A_YEAR, secure=request.is_secure(), samesite="Lax")
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response
