"""Delegations for machines: the live answer, and revoking by a person's own session."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.api import BadQuery, DomainError
from xapi.api import SESSION, Answer, Scope, asker_of, endpoint, signed_in

from .answering import answer_of
from .queries import seen_delegation
from .services import revoke

LONGEST = 200
MOST_BYTES = 10_000


class BadBody(DomainError):
    code = "body"
    default_message = gettext_lazy("Send a JSON object with a reason as text, or nothing.")


class Checked(Answer):
    person: str
    task: str
    unit: str
    allowed: bool
    answer: Literal["yes", "no"]
    reason: str
    sentence: str
    until: str | None
    at: str
    delegation: str | None


class Revoked(Answer):
    delegation: str
    state: str
    revoked_at: str
    receipt: str
    statement: str


@endpoint(
    "GET",
    "HEAD",
    answers=Checked,
    scope=Scope.DELEGATIONS_CHECK,
    query={
        "person": "A UUID, employee:<organisation>/<number> or an HSA-id.",
        "task": "Its code or UUID, or the code of a competency that only one task belongs to.",
        "unit": "A UUID or short name.",
        "at": "A moment with its zone; without it: now.",
    },
    required=("person", "task", "unit"),
)
def check(request: HttpRequest, now: datetime) -> HttpResponse:
    """May she do the task there: yes or no, why, and until when."""
    asker = asker_of(request, Scope.DELEGATIONS_CHECK, now)
    asked = {name: _required(request, name) for name in ("person", "task", "unit")}
    at = _moment(request.GET.get("at", ""), now)
    answer = answer_of(asker, **asked, at=at, now=now)
    body: dict[str, Any] = {
        "allowed": answer.is_yes,
        "answer": "yes" if answer.is_yes else "no",
        "reason": answer.reason,
        "sentence": answer.sentence,
        "until": answer.until.isoformat() if answer.until else None,
        "at": at.isoformat(),
        "delegation": str(answer.delegation) if answer.delegation else None,
    }
    return JsonResponse(asked | body)


@endpoint("POST", answers=Revoked, by=(SESSION,), body="application/json")
def revocation(request: HttpRequest, now: datetime, uuid: UUID) -> HttpResponse:
    """Revoke a delegation at once. By a person's own session, never a service token."""
    person = signed_in(request)
    delegation = seen_delegation(person, uuid, now)
    event = revoke(delegation, person, now, reason=_reason(request))
    return JsonResponse(
        {
            "delegation": str(delegation.uuid),
            "state": event.kind,
            "revoked_at": event.happened_at.isoformat(),
            "receipt": str(event.uuid),
            "statement": str(event.statement_id),
        }
    )


def _required(request: HttpRequest, name: str) -> str:
    text = request.GET.get(name, "").strip()
    if not text or len(text) > LONGEST or "\x00" in text:
        message = _("Say %(name)s in the query, in at most %(longest)s characters.")
        raise BadQuery(message % {"name": name, "longest": LONGEST})
    return text


def _moment(text: str, now: datetime) -> datetime:
    if not text:
        return now
    try:
        # A plus that was not encoded reads as a space.
        moment = parse_datetime(text.strip().replace(" ", "+"))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise BadQuery(_("Say the moment as in 2026-03-01T14:00:00+01:00, with its zone."))
    return moment


def _reason(request: HttpRequest) -> str:
    if len(request.body) > MOST_BYTES:
        raise BadBody
    if not request.body:
        return ""
    try:
        body = json.loads(request.body)
    except ValueError:
        raise BadBody from None
    reason = body.get("reason", "") if isinstance(body, dict) else None
    if not isinstance(reason, str) or "\x00" in reason:
        raise BadBody
    return reason
