"""What people have answered to what others say that they can do. It is read beside the reason, never by the fold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from people.api import NotFound, Person, activity_iri, actor_keys_of
from xapi.api import PLATFORM_AUTHORITY, StoredStatement, full_statements, statements_about, vocabulary

from ..models import Competency

REPLIES = {vocabulary.AGREED: True, vocabulary.DISAGREED: False}
"""The verbs of answers, and whether they agree."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Her answer to one statement about her."""

    agrees: bool
    comment: str
    at: datetime


def reply_id(statement_id: UUID) -> UUID:
    """Return the id of the one answer that there can be to a statement: the store keeps the first."""
    return uuid5(statement_id, "reply")


def statement_to_answer(person: Person, competency: Competency, statement_id: UUID) -> StoredStatement:
    """Return what somebody has said that `person` can do. Raises NotFound for all that is not hers to answer."""
    for each in _assessments(actor_keys_of(person), competency, None):
        if each.statement_id == statement_id and each.voided_at is None:
            return each
    raise NotFound


def replies_of(person: Person, competency: Competency, known_at: datetime | None = None) -> dict[UUID, Reply]:
    """Return her answers about one competency, by the statement that they answer. Queries do not grow with them."""
    keys = actor_keys_of(person, None, known_at)
    answered = {reply_id(each.statement_id): each.statement_id for each in _assessments(keys, competency, known_at)}
    if not answered:
        return {}
    said = statements_about(keys, known_at=known_at, verbs=list(REPLIES))
    counted = [each for each in said if each.statement_id in answered and _stands(each)]
    bodies = full_statements(each.statement_id for each in counted)
    return {
        answered[each.statement_id]: Reply(REPLIES[each.verb], _comment(bodies[each.statement_id]), each.happened_at)
        for each in counted
    }


def _assessments(keys: set[str], competency: Competency, known_at: datetime | None) -> list[StoredStatement]:
    return statements_about(
        keys,
        known_at=known_at,
        verbs=[vocabulary.own().assessed],
        activities=[activity_iri("competency", competency.uuid)],
    )


def _stands(answer: StoredStatement) -> bool:
    """Only what was answered here: another system cannot answer in her name."""
    return answer.voided_at is None and answer.authority_key == PLATFORM_AUTHORITY


def _comment(body: dict[str, object]) -> str:
    """Return what she wrote; nothing once it has been disposed of."""
    result = body.get("result")
    extensions = result.get("extensions") if isinstance(result, dict) else None
    text = extensions.get(vocabulary.own().comment) if isinstance(extensions, dict) else None
    return text if isinstance(text, str) else ""
