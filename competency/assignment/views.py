"""What is assigned at a unit: read it, assign more, take it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.api import DomainError, NotFound, Organisation, Person, now, staff_of, today

from ..book import book
from ..pages import level_names, reader_of
from ..queries.offers import offers_at
from ..teampages import unit_of
from .forms import AssignmentForm, CourseForm, LevelForm
from .models import Assignment
from .notices import put_away
from .queries import assignments_in
from .rules import may_assign
from .services import assign, assign_course, withdraw


@require_safe
@login_required
def assignments(request: HttpRequest, slug: str) -> HttpResponse:
    _reader, unit = _unit(request, slug)
    context = {"unit": unit, "lines": assignments_in(unit, now())}
    return render(request, "competency/assignment/assignments.html", context)


ASKED = require_http_methods(["GET", "HEAD", "POST"])


@ASKED
@login_required
def new(request: HttpRequest, slug: str) -> HttpResponse:
    reader, unit = _unit(request, slug)
    form = LevelForm(_data(request), **_said(unit), law_book=book(), level_names=level_names())

    def give(key: UUID, by_day: date, reason: str, level: int) -> list[Assignment]:
        return assign(reader, unit, form.people, form.chosen, level, by_day, reason, now(), key=key)

    return _asked(request, unit, form, give, ("key", "by_day", "reason", "level"))


@ASKED
@login_required
def new_course(request: HttpRequest, slug: str) -> HttpResponse:
    reader, unit = _unit(request, slug)
    form = CourseForm(_data(request), **_said(unit), offers=offers_at(unit.employer, now()))

    def give(key: UUID, by_day: date, reason: str) -> list[Assignment]:
        return assign_course(reader, unit, form.people, form.chosen, by_day, reason, now(), key=key)

    return _asked(request, unit, form, give, ("key", "by_day", "reason"))


def _asked(
    request: HttpRequest,
    unit: Organisation,
    form: AssignmentForm,
    give: Callable[..., list[Assignment]],
    names: tuple[str, ...],
) -> HttpResponse:
    """Show the form, or give what it says; what the domain refuses is said on it, with everything typed kept."""
    if request.method == "POST" and form.is_valid():
        try:
            made = give(**{name: form.cleaned_data[name] for name in names})
        except DomainError as error:
            form.add_error(None, str(error.message))
        else:
            told = ngettext("Assigned to %(count)d person.", "Assigned to %(count)d people.", len(made))
            messages.success(request, told % {"count": len(made)})
            return redirect("assignments", slug=unit.slug)
    return render(request, "competency/assignment/new.html", {"unit": unit, "form": form})


def _data(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _said(unit: Organisation) -> dict[str, Any]:
    staff = {held.person_id: held.person for held in staff_of(unit, today(), include_absent=True)}
    return {"staff": staff.values(), "today": today()}


@require_POST
@login_required
def take_back(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    reader, unit = _unit(request, slug)
    rows = Assignment.objects.filter(unit__path__startswith=unit.path).select_related("unit", "person")
    found = rows.filter(uuid=uuid).first()
    if found is None:
        raise NotFound
    withdraw(found, reader, now())
    messages.success(
        request, _("It is taken back, and no longer asked of %(name)s.") % {"name": found.person.full_name}
    )
    return redirect("assignments", slug=slug)


@require_POST
@login_required
def put_notice_away(request: HttpRequest, uuid: UUID) -> HttpResponse:
    put_away(reader_of(request), uuid, now())
    return redirect("home")


def _unit(request: HttpRequest, slug: str) -> tuple[Person, Organisation]:
    reader = reader_of(request)
    unit = unit_of(reader, slug, today())
    if not may_assign(reader, unit, today()):
        raise NotFound
    return reader, unit
