"""Pages about delegations. What they show is put together in `overview.py` and `deciding.py`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.api import DomainError, NotFound, now, pdf_response, signs, today

from ..pages import reader_of
from . import deciding, overview
from .errors import NotNow, NotYours
from .forms import AcceptForm, ReasonForm, SigningForm, TakeOverForm
from .life import OPEN, State
from .notices import put_away
from .printing import decision_as_pdf
from .queries import Line, lines_of, seen_by, seen_delegation
from .rules import is_colleague_for, sight_of, units_given_in
from .services import accept, give_back, preconditions, revoke, take_over
from .shown import shown_of, shown_to_receiver

RENEWABLE = frozenset({State.ACTIVE, State.SUSPENDED, State.EXPIRED})
ASKED = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@login_required
def delegations(request: HttpRequest) -> HttpResponse:
    page = overview.overview_of(reader_of(request), now())
    return render(request, "competency/delegation/delegations.html", {"overview": page})


@require_safe
@login_required
def delegation(request: HttpRequest, uuid: UUID) -> HttpResponse:
    reader, line = _line(request, uuid)
    made, sight = line.delegation, sight_of(reader, now())
    is_signed = line.state is not State.DRAFT and any(event.kind == "signed" for event in made.events.all())
    context = {
        "line": line,
        "is_signed": is_signed,
        "shown": shown_to_receiver(made) if is_signed else shown_of(made, ()),
        "history": overview.history_of(line.delegation),
        "is_receiver": made.receiver_id == reader.pk,
        "is_giver": made.giver_id == reader.pk,
        "may_renew": line.state in RENEWABLE and is_colleague_for(reader, made, now()),
        "may_revoke": line.is_open and sight.may_revoke(made),
    }
    return render(request, "competency/delegation/delegation.html", context)


@require_safe
@login_required
def as_pdf(request: HttpRequest, uuid: UUID) -> HttpResponse:
    _reader, line = _line(request, uuid)
    return pdf_response(decision_as_pdf(line, now()), f"delegering-{uuid}")


# --- Giving -----------------------------------------------------------------------------------------------------------


@require_safe
@login_required
def choose_unit(request: HttpRequest) -> HttpResponse:
    reader, at = reader_of(request), now()
    if not sight_of(reader, at).gives:
        raise NotFound
    return render(request, "competency/delegation/choose_unit.html", {"units": units_given_in(reader, at)})


@ASKED
@login_required
@signs
def new(request: HttpRequest, slug: str) -> HttpResponse:
    return _decide(request, deciding.desk_of(reader_of(request), slug, now()))


@ASKED
@login_required
@signs
def renew(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A new decision that starts from an old one: the giver's own, or one of her care provider's."""
    reader, old = reader_of(request), seen_delegation(reader_of(request), uuid, now())
    slugs = [unit.slug for unit in units_given_in(reader, now()) if unit.is_at_or_below(old.scope)]
    if not slugs:
        raise NotFound
    return _decide(request, deciding.desk_of(reader, slugs[0], now(), follows=old))


def _decide(request: HttpRequest, desk: deciding.Desk) -> HttpResponse:
    form = desk.form(request.POST if request.method == "POST" else None)
    step = request.POST.get("step", "")
    if request.method != "POST" or step == "change" or not form.is_valid():
        return render(request, "competency/delegation/decide.html", {"desk": desk, "form": form})
    try:
        if step == "sign":
            made = deciding.decide(desk, form, desk.at)
            messages.success(request, _("Signed and offered. It holds as soon as it is accepted."))
            return redirect("delegation", made.uuid)
        if step == "draft":
            made = deciding.keep_draft(desk, form, desk.at)
            messages.success(request, _("Kept as a draft. Only you can see it."))
            return redirect("delegation", made.uuid)
    except DomainError as error:
        form.add_error(None, str(error.message))
    return _check(request, desk.shown(form), form, desk)


def _check(request: HttpRequest, shown: Any, form: Any, desk: Any = None, made: Any = None) -> HttpResponse:
    context = {"shown": shown, "form": form, "desk": desk, "delegation": made}
    return render(request, "competency/delegation/check.html", context)


@ASKED
@login_required
@signs
def sign_draft(request: HttpRequest, uuid: UUID) -> HttpResponse:
    reader, line = _line(request, uuid)
    made, at = line.delegation, now()
    if made.giver_id != reader.pk:
        raise NotFound
    if line.state is not State.DRAFT:
        raise NotNow
    form = SigningForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            deciding.sign_draft(made, form, at)
            messages.success(request, _("Signed and offered. It holds as soon as it is accepted."))
            return redirect("delegation", uuid)
        except DomainError as error:
            form.add_error(None, str(error.message))
    return _check(request, shown_of(made, preconditions(made, today(at))), form, made=made)


# --- Receiving --------------------------------------------------------------------------------------------------------


@ASKED
@login_required
@signs
def answer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The receiver reads an offer, and accepts and signs it."""
    reader, line = _line(request, uuid)
    if line.delegation.receiver_id != reader.pk:
        raise NotFound
    if line.state is not State.OFFERED:
        raise NotNow
    shown = shown_to_receiver(line.delegation)
    form = AcceptForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            accept(line.delegation, reader, now(), shown=form.cleaned_data["shown"], expected=shown.hash)
            messages.success(request, _("Thank you. Both have signed now."))
            return redirect("delegation", uuid)
        except DomainError as error:
            form.add_error(None, str(error.message))
    return render(request, "competency/delegation/answer.html", {"line": line, "shown": shown, "form": form})


@ASKED
@login_required
def hand_back(request: HttpRequest, uuid: UUID) -> HttpResponse:
    reader, line = _line(request, uuid)
    if line.delegation.receiver_id != reader.pk:
        raise NotFound
    return _end(request, line, give_back, "competency/delegation/hand_back.html", _("It is given back, from now on."))


@ASKED
@login_required
def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    reader, line = _line(request, uuid)
    if not sight_of(reader, now()).may_revoke(line.delegation):
        raise NotYours
    return _end(request, line, revoke, "competency/delegation/revoke.html", _("It is revoked, from now on."))


def _end(request: HttpRequest, line: Line, verb: Any, template: str, done: str) -> HttpResponse:
    """Ask once, with room for a reason; then it is done at once, without a password, since safety may not wait."""
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        event = verb(line.delegation, reader_of(request), now(), reason=form.cleaned_data["reason"])
        messages.success(request, done + " " + _("Receipt: %(receipt)s.") % {"receipt": event.uuid})
        return redirect("delegation", line.delegation.uuid)
    if line.state not in OPEN:
        raise NotNow
    return render(request, template, {"line": line, "form": form})


# --- Leading ----------------------------------------------------------------------------------------------------------


@require_safe
@login_required
def units(request: HttpRequest) -> HttpResponse:
    reader, at = reader_of(request), now()
    sight = sight_of(reader, at)
    if not (sight.chief_of or sight.oversees):
        raise NotFound
    context = {"units": overview.units_of(reader, at), "queue": overview.queue_of(reader, sight, at), "sight": sight}
    return render(request, "competency/delegation/units.html", context)


@ASKED
@login_required
@signs
def takeover(request: HttpRequest) -> HttpResponse:
    """A batch of new decisions in the place of a colleague's, each offered to its receiver."""
    reader, at = reader_of(request), now()
    sight = sight_of(reader, at)
    if not sight.gives:
        raise NotFound
    queue = [line for line in overview.queue_of(reader, sight, at) if sight.is_colleague(line.delegation.provider.path)]
    rows = seen_by(reader, at, sight).filter(pk__in=[line.delegation.pk for line in queue])
    initial = {"delegations": [line.delegation.uuid for line in queue]}
    form = TakeOverForm(request.POST if request.method == "POST" else None, rows=rows, today=today(at), initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = take_over(reader, said["delegations"], said["last_day"], at, reason=said["reason"])
            messages.success(
                request,
                _("Signed and offered: %(count)d. Each holds as soon as it is accepted.") % {"count": len(made)},
            )
            return redirect("delegations")
        except DomainError as error:
            form.add_error(None, str(error.message))
    return render(request, "competency/delegation/takeover.html", {"form": form, "queue": queue})


@require_POST
@login_required
def put_notice_away(request: HttpRequest, uuid: UUID) -> HttpResponse:
    put_away(reader_of(request), uuid, now())
    return redirect("home" if request.POST.get("from") == "home" else "delegations")


def _line(request: HttpRequest, uuid: UUID) -> tuple[Any, Line]:
    reader, at = reader_of(request), now()
    (line,) = lines_of([seen_delegation(reader, uuid, at)], at)
    return reader, line
