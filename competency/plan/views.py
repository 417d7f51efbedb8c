"""Pages about the plan: read it, set goals, write down the conversation, sign, look back."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.api import DomainError, NotFound, now, pdf_response, signs, today

from ..assignment.queries import assignments_seen
from ..book import book
from ..pages import level_names, reader_of, subject_of
from ..teampages import unit_of
from . import following, pages
from .forms import GoalForm, NoteForm, OwnGoalForm, TimeForm
from .life import State
from .notices import put_plan_notice_away
from .printing import version_as_pdf
from .rules import manages
from .services import protect_time, set_goal, sign, write_note

ASKED = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@login_required
def plan(request: HttpRequest, uuid: UUID | None = None) -> HttpResponse:
    on = today()
    page = pages.plan_page(subject_of(request, uuid, on), on, now())
    context = {"plan_page": page, "subject": page.subject, "plan": page.plan, "talk": page.talk}
    context["assigned"] = assignments_seen(page.subject, now())
    return render(request, "competency/plan/plan.html", context)


@require_safe
@login_required
def observers(request: HttpRequest, uuid: UUID, code: str) -> HttpResponse:
    page = pages.observers_page(subject_of(request, uuid, today()), code, today())
    return render(request, "competency/plan/observers.html", {"observers_page": page, "subject": page.subject})


# --- Following up -----------------------------------------------------------------------------------------------------


@require_safe
@login_required
def unit_plans(request: HttpRequest, slug: str) -> HttpResponse:
    """How far each plan of a unit has come, for those who manage it."""
    reader, on = reader_of(request), today()
    unit = unit_of(reader, slug, on)
    if not manages(reader, unit, on):
        raise NotFound
    context = {"unit": unit, "people": following.followed_in(unit, on)}
    return render(request, "competency/plan/unit.html", context)


@require_POST
@login_required
def put_notice_away(request: HttpRequest, uuid: UUID) -> HttpResponse:
    put_plan_notice_away(reader_of(request), uuid, now())
    return redirect("home")


# --- Goals ------------------------------------------------------------------------------------------------------------


@ASKED
@login_required
def new_goal(request: HttpRequest, uuid: UUID) -> HttpResponse:
    desk = pages.desk_of(request, uuid, today(), now())
    data = request.POST if request.method == "POST" else None
    form = OwnGoalForm(data, whose=desk.whose, today=desk.now.on, law_book=book(), level_names=level_names())
    if request.method == "POST" and form.is_valid():
        try:
            set_goal(desk.whose, desk.subject.reader, form.own_goal(), now())
            messages.success(request, _("The goal is in the plan."))
            return redirect(desk.done_url)
        except DomainError as error:
            form.add_error(None, str(error.message))
    return render(request, "competency/plan/goal.html", {"desk": desk, "form": form, "line": None})


@ASKED
@login_required
def goal(request: HttpRequest, uuid: UUID, key: UUID) -> HttpResponse:
    """Word a goal anew, or say that it is reached or no longer a goal."""
    desk = pages.desk_of(request, uuid, today(), now())
    line = desk.goal(key)
    step = request.POST.get("step", "")
    if step in (State.REACHED, State.DROPPED, State.OPEN) and line.is_own:
        set_goal(desk.whose, desk.subject.reader, replace(line.goal, state=State(step)), now())
        messages.success(request, _("Saved. The plan says so from now on."))
        return redirect(desk.done_url)
    initial = {"measure": line.goal.measure, "due_on": line.goal.due_on, "owner": line.goal.owner.value}
    data = request.POST if request.method == "POST" else None
    form = GoalForm(data, whose=desk.whose, today=desk.now.on, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            set_goal(desk.whose, desk.subject.reader, form.goal(line.goal), now())
            messages.success(request, _("The goal is saved."))
            return redirect(desk.done_url)
        except DomainError as error:
            form.add_error(None, str(error.message))
    return render(request, "competency/plan/goal.html", {"desk": desk, "form": form, "line": line})


# --- The conversation -------------------------------------------------------------------------------------------------


@ASKED
@login_required
def note(request: HttpRequest, uuid: UUID, key: UUID | None = None) -> HttpResponse:
    desk = pages.desk_of(request, uuid, today(), now())
    known = desk.note(key) if key else None
    initial = {"held_on": known.held_on, "text": known.text, "key": key} if known else {"held_on": desk.now.on}
    form = NoteForm(request.POST if request.method == "POST" else None, today=desk.now.on, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            write_note(desk.whose, desk.subject.reader, str(key or said["key"]), said["text"], said["held_on"], now())
            messages.success(request, _("The note is saved. Both of you see it."))
            return redirect(desk.done_url)
        except DomainError as error:
            form.add_error(None, str(error.message))
    return render(request, "competency/plan/note.html", {"desk": desk, "form": form, "known": known})


@ASKED
@login_required
def time(request: HttpRequest, uuid: UUID) -> HttpResponse:
    desk = pages.desk_of(request, uuid, today(), now())
    if not desk.talk.is_manager:
        raise NotFound
    initial = {"minutes": desk.now.minutes, "from_day": desk.now.on}
    form = TimeForm(request.POST if request.method == "POST" else None, today=desk.now.on, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            protect_time(desk.whose, desk.subject.reader, said["minutes"], said["from_day"], now())
            messages.success(request, _("The time is protected, and the plan reckons with it."))
            return redirect(desk.done_url)
        except DomainError as error:
            form.add_error(None, str(error.message))
    return render(request, "competency/plan/time.html", {"desk": desk, "form": form})


# --- Signing ----------------------------------------------------------------------------------------------------------


@ASKED
@login_required
@signs
def signature(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Read through what is to be signed, and sign it. What the domain refuses is said above what holds now."""
    desk = pages.desk_of(request, uuid, today(), now())
    error, status = "", 200
    if request.method == "POST" and request.POST.get("step") == "sign":
        try:
            sign(desk.whose, desk.subject.reader, request.POST.get("shown", ""), now())
            messages.success(request, _("Thank you. Your signature is kept with what you read."))
            return redirect(desk.done_url)
        except DomainError as refused:
            error, status = str(refused.message), refused.status
            desk = pages.desk_of(request, uuid, today(), now())
    context = {"desk": desk, "error": error, "shown": desk.now.hash, **pages.read(desk.now.draft)}
    return render(request, "competency/plan/sign.html", context, status=status)


@require_safe
@login_required
def history(request: HttpRequest, uuid: UUID) -> HttpResponse:
    return render(request, "competency/plan/history.html", {"desk": pages.desk_of(request, uuid, today(), now())})


@require_safe
@login_required
def version(request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
    desk = pages.desk_of(request, uuid, today(), now())
    found, signed = desk.version(number)
    context = {"desk": desk, "version": found, "signed": signed, **pages.read(dict(found.content))}
    return render(request, "competency/plan/version.html", context)


@require_safe
@login_required
def version_pdf(request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
    desk = pages.desk_of(request, uuid, today(), now())
    return pdf_response(version_as_pdf(desk, number, now()), f"plan-{number}")
