"""Pages about practice occasions: what lies ahead, one of them, arranging one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.api import DomainError, NotFound, Organisation, Person, now, today

from ..book import book
from ..pages import level_names, reader_of
from . import queries
from .forms import OccasionForm
from .notices import put_away
from .observers import observers_at
from .rules import may_lead, nodes_arranged_by
from .services import arrange, call_off, give_up, is_open
from .services import book as book_seat


@require_safe
@login_required
def occasions(request: HttpRequest) -> HttpResponse:
    reader, at = reader_of(request), now()
    lines = queries.coming(reader, at)
    context = {
        "mine": [line for line in lines if line.is_mine],
        "others": [line for line in lines if not line.is_mine],
        "arranges": bool(nodes_arranged_by(reader, at)),
    }
    return render(request, "competency/occasions/occasions.html", context)


@require_safe
@login_required
def occasion(request: HttpRequest, uuid: UUID) -> HttpResponse:
    reader = reader_of(request)
    return _page(request, reader, queries.seen_occasion(reader, uuid, now()))


def _page(
    request: HttpRequest, reader: Person, line: queries.OccasionLine, error: str = "", status: int = 200
) -> HttpResponse:
    leads = may_lead(reader, line.occasion, now())
    context = {
        "line": line,
        "is_open": is_open(line.occasion, now()),
        "leads": leads,
        "guests": queries.guests_of(line.occasion) if leads else [],
        "level_names": level_names(),
        "error": error,
    }
    return render(request, "competency/occasions/occasion.html", context, status=status)


@require_POST
@login_required
def seat(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Book a seat, give it up, or call the occasion off. What is refused is said on the page as it is now."""
    reader, at = reader_of(request), now()
    line = queries.seen_occasion(reader, uuid, at)
    step = request.POST.get("step", "")
    try:
        if step == "book":
            book_seat(line.occasion, reader, at)
            messages.success(request, _("You have a seat."))
        elif step == "give_up":
            give_up(line.occasion, reader, at)
            messages.success(request, _("Your seat is given up, and somebody else can take it."))
        elif step == "call_off":
            call_off(line.occasion, reader, at)
            told = _("It is called off. Those who had a seat are told here. Call them if it is soon.")
            messages.success(request, told)
    except NotFound:
        raise
    except DomainError as error:
        line = queries.seen_occasion(reader, uuid, at)
        return _page(request, reader, line, str(error.message), error.status)
    return redirect("occasion", uuid)


@require_POST
@login_required
def put_notice_away(request: HttpRequest, uuid: UUID) -> HttpResponse:
    put_away(reader_of(request), uuid, now())
    return redirect("home")


@require_safe
@login_required
def choose_unit(request: HttpRequest) -> HttpResponse:
    units = nodes_arranged_by(reader_of(request), now())
    if not units:
        raise NotFound
    if len(units) == 1:
        return redirect("occasion_new", units[0].slug)
    return render(request, "competency/occasions/choose_unit.html", {"units": units})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest, slug: str) -> HttpResponse:
    reader, at = reader_of(request), now()
    node = next((each for each in nodes_arranged_by(reader, at) if each.slug == slug), None)
    if node is None:
        raise NotFound
    form = _form(request, node, reader)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = arrange(
                reader,
                node,
                form.practised,
                form.who_assesses,
                at,
                place=said["place"],
                starts_at=form.starts_at,
                minutes=said["minutes"],
                seats=said["seats"],
                note=said["note"],
                uuid=said["key"],
            )
            messages.success(request, _("The occasion is there. Those who work at the unit can book."))
            return redirect("occasion", made.uuid)
        except DomainError as error:
            form.add_error(None, str(error.message))
    return render(request, "competency/occasions/new.html", {"form": form, "unit": node})


def _form(request: HttpRequest, node: Organisation, reader: Person) -> OccasionForm:
    return OccasionForm(
        request.POST if request.method == "POST" else None,
        law_book=book(),
        level_names=level_names(),
        observers=observers_at(node, today()),
        today=today(),
        initial={"assessors": [str(reader.uuid)]},
    )
