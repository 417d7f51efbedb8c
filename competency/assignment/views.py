"""What is assigned at a unit: read it, assign more, take it back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.api import DomainError, NotFound, Organisation, Person, now, staff_of, today

from ..book import book
from ..pages import level_names, reader_of
from ..teampages import unit_of
from .forms import AssignmentForm
from .models import Assignment
from .queries import assignments_in
from .rules import may_assign
from .services import assign, withdraw


@require_safe
@login_required
def assignments(request: HttpRequest, slug: str) -> HttpResponse:
    _reader, unit = _unit(request, slug)
    context = {"unit": unit, "lines": assignments_in(unit, now())}
    return render(request, "competency/assignment/assignments.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest, slug: str) -> HttpResponse:
    reader, unit = _unit(request, slug)
    staff = {held.person_id: held.person for held in staff_of(unit, today(), include_absent=True)}
    form = AssignmentForm(
        request.POST if request.method == "POST" else None,
        staff=staff.values(),
        law_book=book(),
        level_names=level_names(),
        today=today(),
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = assign(
                reader,
                unit,
                form.people,
                form.chosen,
                said["level"],
                said["by_day"],
                said["reason"],
                now(),
                key=said["key"],
            )
            told = ngettext("Assigned to %(count)d person.", "Assigned to %(count)d people.", len(made))
            messages.success(request, told % {"count": len(made)})
            return redirect("assignments", slug=slug)
        except DomainError as error:
            form.add_error(None, str(error.message))
    return render(request, "competency/assignment/new.html", {"unit": unit, "form": form})


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


def _unit(request: HttpRequest, slug: str) -> tuple[Person, Organisation]:
    reader = reader_of(request)
    unit = unit_of(reader, slug, today())
    if not may_assign(reader, unit, today()):
        raise NotFound
    return reader, unit
