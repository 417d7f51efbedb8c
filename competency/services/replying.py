"""Her own answer to what somebody has said that she can do: a statement of its own, and never a veto (semantics 22)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from people.api import Organisation, Person, actor_of
from xapi.api import StatementConflict, record, vocabulary

from ..errors import AlreadyReplied
from ..models import Competency
from ..queries.replies import reply_id, statement_to_answer
from .judging import is_stored


@transaction.atomic
def reply(
    person: Person, competency: Competency, statement_id: UUID, at: datetime, *, agrees: bool, comment: str = ""
) -> UUID:
    """Record whether `person` agrees with an observation or confirmation about her, and return its id.

    It lies with the same organisation as what it answers. Raises NotFound for what is not about her in this
    competency, or was voided; AlreadyReplied, since there is one answer and it stands.
    """
    answered = statement_to_answer(person, competency, statement_id)
    uuid = reply_id(statement_id)
    if is_replied(statement_id):
        raise AlreadyReplied
    body = _body(person, uuid, statement_id, at, agrees, comment)
    # The clock of two at once differs, so the store refuses the second.
    organisation = Organisation.objects.filter(pk=answered.organisation_id).first()
    try:
        record([body], organisation=organisation, at=at)
    except StatementConflict as conflict:
        raise AlreadyReplied from conflict
    return uuid


def is_replied(statement_id: UUID) -> bool:
    """Whether there has been an answer, also if it was voided later."""
    return is_stored(reply_id(statement_id))


def _body(person: Person, uuid: UUID, statement_id: UUID, at: datetime, agrees: bool, comment: str) -> dict[str, Any]:
    own = vocabulary.own()
    profile = {"id": own.platform_profile, "definition": {"type": vocabulary.STATEMENT_PROFILE}}
    body: dict[str, Any] = {
        "id": str(uuid),
        "actor": actor_of(person),
        "verb": vocabulary.verb(vocabulary.AGREED if agrees else vocabulary.DISAGREED),
        "object": {"objectType": "StatementRef", "id": str(statement_id)},
        "context": {"contextActivities": {"category": [profile]}},
        "timestamp": at.isoformat(),
    }
    if comment:
        body["result"] = {"extensions": {own.comment: comment}}
    return body
