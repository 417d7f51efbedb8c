"""Delegation events as statements: the receiver is the actor and the giver the instructor in every one of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from people.api import Person, activity_iri, actor_of
from xapi.api import record, vocabulary

from .life import Kind
from .models import Delegation


def verb_of(kind: Kind) -> str:
    """Return the verb of an event. `certified` is said when the second signature, the receiver's, is there."""
    own = vocabulary.own()
    return {
        Kind.SIGNED: own.offered,
        Kind.ACCEPTED: vocabulary.CERTIFIED,
        Kind.SUSPENDED: own.suspended,
        Kind.RETURNED: own.returned,
        Kind.REVOKED: own.revoked,
        Kind.EXPIRED: own.expired,
        Kind.TAKEN_OVER: own.taken_over,
    }[kind]


def say(
    delegation: Delegation,
    kind: Kind,
    statement_id: UUID,
    at: datetime,
    *,
    happened_at: datetime,
    actor: Person | None,
    shown: str = "",
    reason: str = "",
) -> UUID:
    """Record what happened to a delegation, in the caller's transaction, and return the statement's id."""
    body = {
        "id": str(statement_id),
        "actor": actor_of(delegation.receiver),
        "verb": vocabulary.verb(verb_of(kind)),
        "object": {
            "objectType": "Activity",
            "id": activity_iri("delegation", delegation.uuid),
            "definition": {"type": vocabulary.own().delegation, "name": names_of(delegation)},
        },
        "context": _context(delegation, actor, shown, reason),
        "timestamp": happened_at.isoformat(),
    }
    record([body], organisation=delegation.provider, at=at)
    return statement_id


def names_of(delegation: Delegation) -> dict[str, str]:
    task = delegation.task
    return {"sv": task.title_sv} | ({"en": task.title_en} if task.title_en else {})


def _context(delegation: Delegation, actor: Person | None, shown: str, reason: str) -> dict[str, Any]:
    own = vocabulary.own()
    extensions: dict[str, Any] = {
        own.task: delegation.task.code,
        own.scope: str(delegation.scope.uuid),
        own.valid_from: delegation.first_day.isoformat(),
        own.valid_until: delegation.last_day.isoformat(),
    }
    if shown:
        extensions[own.shown] = shown
    if reason:
        extensions[own.ground] = reason
    if actor and actor.pk not in (delegation.giver_id, delegation.receiver_id):
        extensions[own.registrar] = actor.actor_key
    profile = {"id": own.platform_profile, "definition": {"type": vocabulary.STATEMENT_PROFILE}}
    return {
        "platform": "Lärnära",
        "instructor": actor_of(delegation.giver),
        "contextActivities": {"category": [profile]},
        "extensions": extensions,
    }
