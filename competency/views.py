"""Pages about competence. What they show, and to whom, is put together in `pages.py` and `teampages.py`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from people.api import DomainError, Person, now, signs, today

from . import assessing, pages, replying, rolepages, teampages
from .assignment.rules import may_assign
from .errors import AlreadyReplied, ChangedMeanwhile
from .forms import AssessForm, DayForm, ReplyForm
from .inspection.rules import may_inspect
from .observing.queries import steps_of
from .plan.rules import manages
from .rollup.pages import areas_of
from .signing import facts_as_json, hash_of


@require_safe
@login_required
def competence(request: HttpRequest, uuid: UUID | None = None) -> HttpResponse:
    on = today()
    form = DayForm(request.GET or None)
    as_of, known_at = form.days(on)
    found = pages.competence_page(pages.subject_of(request, uuid, on), on, now(), as_of, known_at)
    context = {"competence": found, "subject": found.subject, "form": form, "as_of": as_of or on, "known_at": known_at}
    return render(request, "competency/competence.html", context)


@require_safe
@login_required
def reason(request: HttpRequest, code: str, uuid: UUID | None = None) -> HttpResponse:
    on = today()
    as_of, known_at = DayForm(request.GET or None).days(on)
    found = pages.reason_page(pages.subject_of(request, uuid, on), code, on, now(), as_of, known_at)
    context = {"reason_page": found, "subject": found.subject, "why": found.explanation, "known_at": known_at}
    return render(request, "competency/reason.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def reply(request: HttpRequest, code: str, statement_id: UUID) -> HttpResponse:
    task = replying.task_of(request, code, statement_id, today())
    form = ReplyForm(request.POST if request.method == "POST" else None)
    if task.is_done:
        messages.info(request, str(AlreadyReplied.default_message))
        return redirect(task.done_url)
    if request.method == "POST" and form.is_valid():
        task.answer(form, now())
        messages.success(request, _("Thank you. Your answer stands beside the assessment."))
        return redirect(task.done_url)
    return render(request, "competency/reply.html", {"task": task, "form": form})


@require_safe
@login_required
def teams(request: HttpRequest) -> HttpResponse:
    reader, on = pages.reader_of(request), today()
    units = teampages.units_of(reader, on)
    if len(units) == 1:
        return redirect("team", slug=units[0].slug)
    context = {"employers": teampages.by_employer(units), "areas": areas_of(reader, on)}
    return render(request, "competency/teams.html", context)


def _of_team(reader: Person, page: teampages.TeamPage | teampages.ListPage) -> dict[str, Any]:
    """Return what the heading of a team asks of the reader herself; the rest of the page may be kept for all."""
    on = today()
    return {
        "team": page,
        "may_inspect": may_inspect(reader, page.unit, on),
        "may_assign": may_assign(reader, page.unit, on),
        "manages": manages(reader, page.unit, on),
    }


@require_safe
@login_required
def team(request: HttpRequest, slug: str) -> HttpResponse:
    reader = pages.reader_of(request)
    page = teampages.team_page(reader, slug, today(), request.GET)
    template = "competency/partials/team_table.html" if request.htmx else "competency/team.html"  # type: ignore[attr-defined]
    return render(request, template, _of_team(reader, page))


@require_safe
@login_required
def team_list(request: HttpRequest, slug: str) -> HttpResponse:
    reader = pages.reader_of(request)
    page = teampages.list_page(reader, slug, today(), request.GET)
    template = "competency/partials/team_list.html" if request.htmx else "competency/team_list.html"  # type: ignore[attr-defined]
    return render(request, template, _of_team(reader, page))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@signs
def assess(request: HttpRequest, slug: str, uuid: UUID, code: str) -> HttpResponse:
    task = assessing.task_of(request, slug, uuid, code, today())
    form = task.form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if request.POST.get("step") != "change" and (place := form.next_step) is not None:
            step = assessing.StepPage(place, steps_of(task.checklist))
            return render(request, "competency/assess_step.html", {"task": task, "form": form, "page_step": step})
        if request.POST.get("step") == "sign":
            return _sign(request, task, form)
        if request.POST.get("step") != "change":
            return _check(request, task, form)
    return render(request, "competency/assess.html", {"task": task, "form": form})


def _check(request: HttpRequest, task: assessing.Task, form: AssessForm) -> HttpResponse:
    facts = task.facts(form)
    context = {"task": task, "form": form, "facts": facts, "shown": hash_of(facts_as_json(facts))}
    return render(request, "competency/assess_check.html", context)


def _sign(request: HttpRequest, task: assessing.Task, form: AssessForm) -> HttpResponse:
    """Record what was read and checked; what the domain refuses is said on the form, with everything typed kept."""
    if request.POST.get("shown") != hash_of(facts_as_json(task.facts(form))):
        messages.info(request, str(ChangedMeanwhile.default_message))
        return _check(request, task, form)
    try:
        assessing.sign(task, form, now())
    except DomainError as error:
        form.add_error(None, str(error.message))
        return render(request, "competency/assess.html", {"task": task, "form": form}, status=error.status)
    messages.success(request, _("Thank you. It is recorded, and the plan has been updated."))
    return HttpResponseRedirect(task.done_url)


@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    return render(request, "competency/roles.html", rolepages.roles_page(request, today()))


@require_safe
def role(request: HttpRequest, code: str) -> HttpResponse:
    page = rolepages.role_page(code, request.GET.get("setting", ""), today())
    return render(request, "competency/role.html", {"role": page})
