"""The numbers of an area, and how many wait to be computed."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from people.api import NotFound, now, today

from ..pages import reader_of
from ..rules import nodes_decided_by
from . import pages
from .queries import waiting_at


@require_safe
@login_required
def area(request: HttpRequest, slug: str) -> HttpResponse:
    page = pages.area_page(reader_of(request), slug, today(), now(), request.GET)
    template = "competency/partials/area_counts.html" if request.htmx else "competency/area.html"
    return render(request, template, {"area": page})


@require_safe
@login_required
def recomputing(request: HttpRequest) -> HttpResponse:
    """A part of the page of requirements: without htmx, that page."""
    if not request.htmx:
        return redirect("requirements")
    nodes = nodes_decided_by(reader_of(request), today())
    if not nodes:
        raise NotFound
    waiting = waiting_at([node.path for node in nodes])
    return render(request, "competency/partials/recomputing.html", {"waiting": waiting})
