"""A unit's coverage: read it, think somebody away, say what is needed."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from people.api import NotFound, now, today

from ..pages import reader_of
from ..queries import competency
from ..rules import may_decide
from ..teampages import unit_of
from . import pages
from .services import say_need


@require_safe
@login_required
def coverage(request: HttpRequest, slug: str) -> HttpResponse:
    page = pages.coverage_page(reader_of(request), slug, today(), request.GET)
    template = "competency/partials/coverage.html" if request.htmx else "competency/coverage.html"
    return render(request, template, {"team": page})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def need(request: HttpRequest, slug: str) -> HttpResponse:
    reader = reader_of(request)
    unit = unit_of(reader, slug, today())
    if not may_decide(reader, unit, today()):
        raise NotFound
    initial = {name: request.GET[name] for name in ("competency", "level", "part", "at_least") if name in request.GET}
    form = pages.need_form(request.POST or None, initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        found = competency(said["competency"])
        say_need(reader, unit, found, said["level"], said["part"], said["at_least"], now())
        messages.success(request, _("Saved. The coverage is counted with it from today."))
        return redirect("coverage", slug=slug)
    return render(request, "competency/coverage_need.html", {"form": form, "unit": unit})
