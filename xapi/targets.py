"""Which statements answer filters for others: those that refer to them by a StatementRef, and on along the chain
(2.0: 4.1.6.1, 1.0.3: Communication 2.1.3, filter conditions for StatementRefs).

The way is written down when a statement is stored, in whatever order the two arrive, so that a filter joins a short
list instead of walking.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from .bulk import Question, ask, chunks
from .models import Statement, StatementTarget

MAX_STEPS: Final = 50
"""How far a chain is followed. The specification names no end; without one, a chain costs the square of its length."""


@dataclass(frozen=True, slots=True)
class Step:
    """A statement, as far as a way through it is concerned."""

    pk: int
    statement_id: UUID
    organisation_id: int | None
    refers_to: UUID | None


def link_targets(new: list[Step], *, is_referred_to: bool) -> None:
    """Write down what new statements refer to, and who refers to them, if anybody did when they came.

    Call inside the transaction that stores them. On PostgreSQL two may store a statement and one that refers to it
    without seeing each other, so each looks again when its own is visible to all; whichever ends last finds both.
    """
    is_referring = any(step.refers_to for step in new)
    if is_referring or is_referred_to:
        _link(new)
    if connection.vendor == "postgresql":
        transaction.on_commit(partial(_look_again, new, is_referring=is_referring))


def _look_again(new: list[Step], *, is_referring: bool) -> None:
    if is_referring or any(ask(referring_to([step.statement_id for step in new]))):
        _link(new)


def referring_to(ids: Collection[UUID]) -> Question:
    """Whether any statement refers to one of these: nearly never."""
    return Question(Statement, "refers_to", ids, is_any=True)


def _link(new: list[Step]) -> None:
    referring = {step.statement_id: step for step in new if step.refers_to}
    referring |= _referrers([step.statement_id for step in new])
    pairs = _ways(list(referring.values())) if referring else set()
    if pairs:
        rows = [StatementTarget(statement_id=pk, target_id=target) for pk, target in sorted(pairs)]
        StatementTarget.objects.bulk_create(rows, ignore_conflicts=True, batch_size=400)


def _found(column: str, ids: Iterable[UUID]) -> dict[UUID, Step]:
    """The statements that have one of `ids` in `column`, by their own id."""
    return {
        row[1]: Step(*row)
        for chunk in chunks(ids)
        for row in Statement.objects.filter(**{f"{column}__in": chunk}).values_list(
            "pk", "statement_id", "organisation_id", "refers_to"
        )
    }


def _referrers(statement_ids: list[UUID]) -> dict[UUID, Step]:
    """Every statement that refers to one of these, or to one that does."""
    found: dict[UUID, Step] = {}
    reached = statement_ids
    for _step in range(MAX_STEPS):
        steps = _found("refers_to", reached)
        new = {statement_id: step for statement_id, step in steps.items() if statement_id not in found}
        if not new:
            break
        found |= new
        reached = list(new)
    return found


def _ways(starts: list[Step]) -> set[tuple[int, int]]:
    """Each start with every statement on its way, until it ends, comes back, or would leave the organisation."""
    pairs: set[tuple[int, int]] = set()
    places = [(start, start) for start in starts]
    for _step in range(MAX_STEPS):
        targets = _found("statement_id", {place.refers_to for _start, place in places if place.refers_to})
        following = []
        for start, place in places:
            target = targets.get(place.refers_to) if place.refers_to else None
            if target is None or target.pk == start.pk or (start.pk, target.pk) in pairs:
                continue
            if place.organisation_id in (None, target.organisation_id):
                pairs.add((start.pk, target.pk))
                following.append((start, target))
        if not following:
            break
        places = following
    return pairs
