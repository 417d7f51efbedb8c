"""Pages for those who decide what is asked of people: see it, try a change on everybody, publish it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.api import DomainError, now, today

from ..pages import reader_of
from ..rollup.queries import waiting_at
from ..rules import nodes_decided_by
from . import pages
from .services import cancel_dry_run, publish_dry_run, start_dry_run


@require_safe
@login_required
def requirements(request: HttpRequest) -> HttpResponse:
    reader, on = reader_of(request), today()
    lines, paths = pages.added_lines(reader, on), [node.path for node in nodes_decided_by(reader, on)]
    return render(request, "competency/requirements.html", {"lines": lines, "waiting": waiting_at(paths)})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_requirement(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    initial = {name: request.GET[name] for name in ("competency", "profession") if name in request.GET}
    form = pages.requirement_form(reader, today(), request.POST or None, initial)
    if request.method == "POST" and form.is_valid():
        node = form.nodes[form.cleaned_data["node"]]
        return redirect("dry_run", uuid=start_dry_run(form.proposal, reader, node, now()).uuid)
    return render(request, "competency/new_requirement.html", {"form": form})


@require_POST
@login_required
def end_requirement(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    proposal, node = pages.ending(reader, request.POST.get("line", ""), today())
    return redirect("dry_run", uuid=start_dry_run(proposal, reader, node, now()).uuid)


@require_safe
@login_required
def dry_run(request: HttpRequest, uuid: UUID) -> HttpResponse:
    reader = reader_of(request)
    page = pages.RunPage(pages.run_of(reader, uuid, today()), reader, today(), request.GET.get("page", "1"))
    template = "competency/partials/dry_run.html" if request.htmx else "competency/dry_run.html"
    return render(request, template, {"trial": page, "run": page.run})


@require_POST
@login_required
def decide_dry_run(request: HttpRequest, uuid: UUID) -> HttpResponse:
    reader = reader_of(request)
    run = pages.run_of(reader, uuid, today())
    page = pages.RunPage(run, reader, today(), "1")
    if request.POST.get("step") == "cancel":
        cancel_dry_run(run, now())
        messages.info(request, _("The trial was stopped. Nothing has been changed."))
        return redirect(page.back_url)
    try:
        publish_dry_run(run, reader, now())
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("dry_run", uuid=uuid)
    messages.success(request, _("Published. Plans and teams count with it from the day that it holds."))
    run.refresh_from_db(fields=["marked"])
    return redirect("dry_run", uuid=uuid) if run.marked else redirect(page.back_url)
