"""The pages about forwards: where statements are sent, what waits, what went wrong, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.api import NotFound, now

from ..audit import events_of
from ..forwarding import (
    AlreadyAdded,
    ForwardState,
    UnusableAddress,
    UnusableTarget,
    add_forward,
    forward_in,
    forwards_in,
    pause_forward,
    refused_by,
    remove_forward,
    resend_forward,
    resume_forward,
)
from ..rules import may_add_forwards
from ..sentences import plain
from .desk import Desk, Did, administrators, confirm, posted, told
from .forms import ForwardForm, ReasonForm, SinceForm, uuid_of
from .words import Text, what_went_wrong

REFUSED = 50
form_page = require_http_methods(["GET", "HEAD", "POST"])


class Going(StrEnum):
    """How it goes with a forward: from what is stopped to what has nothing to do."""

    PAUSED = "paused"
    RETRYING = "retrying"
    SENDING = "sending"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Line:
    """A forward in words. It never holds the secret."""

    state: ForwardState

    @property
    def going(self) -> Going:
        forward = self.state.forward
        if forward.paused_at:
            return Going.PAUSED
        if forward.failures:
            return Going.RETRYING
        return Going.SENDING if self.state.waiting else Going.DONE

    @property
    def error(self) -> Text:
        return what_went_wrong(self.state.forward.last_error)

    @property
    def answer(self) -> str:
        """What the other store said, as it said it, in one line."""
        return plain(self.state.forward.last_error)

    @property
    def is_error_over(self) -> bool:
        forward = self.state.forward
        return bool(forward.last_sent_at and forward.last_error_at and forward.last_sent_at > forward.last_error_at)


@require_safe
@administrators()
def forward_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    lines = [Line(state) for state in forwards_in(desk.reach)]
    return render(request, "xapi/forwards/list.html", {"lines": lines, "may_add": may_add_forwards(desk.reach)})


@require_safe
@administrators()
def forward_page(request: HttpRequest, desk: Desk, uuid: UUID) -> HttpResponse:
    state = forward_in(desk.reach, uuid)
    refused = [
        (statement_id, what_went_wrong(answer), plain(answer))
        for statement_id, answer in refused_by(state.forward, REFUSED)
    ]
    context = {"line": Line(state), "refused": refused, "history": _history(desk, uuid)}
    return render(request, "xapi/forwards/forward.html", context)


def _history(desk: Desk, uuid: UUID) -> tuple[Did, ...]:
    events = events_of([uuid])[uuid]
    return told(events, desk.names_of(event.by for event in events if event.by))


def _installation_only(view: Any) -> Any:
    def guarded(request: HttpRequest, desk: Desk) -> HttpResponse:
        if not may_add_forwards(desk.reach):
            raise NotFound
        return view(request, desk)

    return guarded


@sensitive_post_parameters("secret", "key")
@form_page
@administrators(fresh=True)
@_installation_only
def forward_new(request: HttpRequest, desk: Desk) -> HttpResponse:
    form = ForwardForm(posted(request), reach=desk.reach)
    if form.is_valid():
        try:
            forward = add_forward(**form.wanted(), at=now(), by=desk.account)
        except AlreadyAdded:
            return redirect("forward", uuid=uuid_of(form))
        except UnusableTarget as error:
            form.add_error("endpoint" if isinstance(error, UnusableAddress) else "key", str(error.message))
        else:
            messages.success(request, _("What is recorded from now on is sent to %(name)s.") % {"name": forward.name})
            return redirect("forward", uuid=forward.uuid)
    return render(request, "xapi/forwards/new.html", {"form": form})


@form_page
@administrators()
def forward_pause(request: HttpRequest, desk: Desk, uuid: UUID) -> HttpResponse:
    """Stopping asks for no password: it is what one does when something is wrong, and nothing is lost by it."""
    forward = forward_in(desk.reach, uuid).forward
    form = ReasonForm(posted(request))
    if form.is_valid():
        pause_forward(forward, form.cleaned_data["reason"], now(), by=desk.account)
        messages.success(request, _("Nothing is sent to %(name)s until you resume it.") % {"name": forward.name})
        return redirect("forward", uuid=uuid)
    return _confirm(
        request,
        forward.name,
        uuid,
        form,
        title=_("Pause %(name)s?") % {"name": forward.name},
        lead=_("Nothing more is sent. What is recorded meanwhile waits, and goes when you resume."),
        action=_("Pause"),
    )


@require_POST
@administrators()
def forward_resume(request: HttpRequest, desk: Desk, uuid: UUID) -> HttpResponse:
    forward = forward_in(desk.reach, uuid).forward
    resume_forward(forward, now(), by=desk.account)
    messages.success(request, _("What waits is sent to %(name)s now.") % {"name": forward.name})
    return redirect("forward", uuid=uuid)


@form_page
@administrators(fresh=True)
def forward_resend(request: HttpRequest, desk: Desk, uuid: UUID) -> HttpResponse:
    forward = forward_in(desk.reach, uuid).forward
    form = SinceForm(posted(request), today=desk.on)
    if form.is_valid():
        count = resend_forward(forward, form.cleaned_data["since"], now(), by=desk.account)
        text = ngettext("%(count)d statement waits anew.", "%(count)d statements wait anew.", count)
        messages.success(request, text % {"count": count})
        return redirect("forward", uuid=uuid)
    return _confirm(
        request,
        forward.name,
        uuid,
        form,
        title=_("Send again to %(name)s") % {"name": forward.name},
        lead=_("What was stored since a day is sent once more, also what was refused."),
        action=_("Send again"),
    )


@form_page
@administrators(fresh=True)
def forward_remove(request: HttpRequest, desk: Desk, uuid: UUID) -> HttpResponse:
    state = forward_in(desk.reach, uuid)
    if request.method == "POST":
        remove_forward(state.forward, now(), by=desk.account)
        messages.success(request, _("%(name)s is removed.") % {"name": state.forward.name})
        return redirect("forwards")
    text = ngettext(
        "We forget its address and its secret, and %(count)d statement that waits is never sent.",
        "We forget its address and its secret, and %(count)d statements that wait are never sent.",
        state.waiting,
    )
    return _confirm(
        request,
        state.forward.name,
        uuid,
        forms.Form(),
        title=_("Remove %(name)s?") % {"name": state.forward.name},
        lead=text % {"count": state.waiting},
        action=_("Remove"),
        is_dangerous=True,
    )


def _confirm(request: HttpRequest, name: str, uuid: UUID, form: forms.Form, **context: Any) -> HttpResponse:
    return confirm(request, form, back=reverse("forward", args=[uuid]), crumb=name, **context)
