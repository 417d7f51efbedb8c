"""Which statements answer filters for others: those that refer to them by a StatementRef, and on along the chain
(2.0: 4.1.6.1, 1.0.3: Communication 2.1.3, filter conditions for StatementRefs).

The way is written down when a statement is stored, in whatever order the two arrive, so that a filter joins a short
list instead of walking.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from .attempts import attempted
from .bulk import CHUNK, Question, ask, chunks
from .models import Statement, StatementQuerySet, StatementTarget

logger = logging.getLogger(__name__)

MAX_STEPS: Final = 50
"""How far a chain is followed. The specification names no end; without one, a chain costs the square of its length."""

MAX_REFERRERS: Final = 1000
"""How many statements that were there first are linked when a batch is stored that they lead to, the nearest first.
Many may refer to an id that is still to come, and whoever stores it should not wait for all; `relink` finds the rest.
"""


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
        transaction.on_commit(lambda: _look_again(new, is_referring=is_referring))


def _look_again(new: list[Step], *, is_referring: bool) -> None:
    if is_referring or any(ask(referring_to([step.statement_id for step in new]))):
        attempted(partial(_link, new))


def referring_to(ids: Collection[UUID]) -> Question:
    """Whether any statement refers to one of these: nearly never."""
    return Question(Statement, "refers_to", ids, is_any=True)


def relink(*, batch: int = CHUNK) -> int:
    """Write down every way that is not, and return how many that was; done again, it finds none.

    For what was stored before ways were (migration 0005), for a process that died between commit and its second look,
    and for what was beyond MAX_REFERRERS. A transaction for each batch of statements that refer; others may record
    meanwhile.
    """
    return sum(attempted(partial(_write, _ways(steps))) for steps in _referring(batch))


def _referring(batch: int) -> Iterator[list[Step]]:
    """All statements that refer to another, in batches, in the order stored."""
    last = 0
    while True:
        rows = Statement.objects.filter(refers_to__isnull=False, pk__gt=last).order_by("pk")
        steps = _steps(rows[:batch])
        if not steps:
            return
        yield steps
        last = steps[-1].pk


def _link(new: list[Step]) -> None:
    referring = {step.statement_id: step for step in new if step.refers_to}
    referring |= _referrers(new)
    if referring:
        _write(_ways(list(referring.values())))


def _write(pairs: set[tuple[int, int]]) -> int:
    """Write down those of the ways that are not, and return how many."""
    known = {
        pair
        for chunk in chunks({pk for pk, _target in pairs})
        for pair in StatementTarget.objects.filter(statement__in=chunk).values_list("statement_id", "target_id")
    }
    rows = [StatementTarget(statement_id=pk, target_id=target) for pk, target in sorted(pairs - known)]
    StatementTarget.objects.bulk_create(rows, ignore_conflicts=True, batch_size=400)
    return len(rows)


def _steps(rows: StatementQuerySet) -> list[Step]:
    return [Step(*row) for row in rows.values_list("pk", "statement_id", "organisation_id", "refers_to")]


def _referrers(new: list[Step]) -> dict[UUID, Step]:
    """What refers to one of these, or to one that does, and may lead its readers there: MAX_REFERRERS at most."""
    found: dict[UUID, Step] = {}
    reached = new
    for _step in range(MAX_STEPS):
        steps = {step.statement_id: step for step in _referring_to(reached, MAX_REFERRERS + 1)}
        reached = [step for statement_id, step in steps.items() if statement_id not in found]
        if not reached:
            break
        if len(found) + len(reached) > MAX_REFERRERS:
            logger.warning("More than %s statements lead to what was stored; relink finds them.", MAX_REFERRERS)
            reached = reached[: MAX_REFERRERS - len(found)]
        found |= {step.statement_id: step for step in reached}
    return found


def _referring_to(reached: list[Step], most: int) -> list[Step]:
    """One step back: the installation's statements and those of the same organisation."""
    by_organisation: dict[int | None, list[UUID]] = defaultdict(list)
    for step in reached:
        by_organisation[step.organisation_id].append(step.statement_id)
    found: list[Step] = []
    for organisation, ids in by_organisation.items():
        may_lead = Q(organisation=None) | Q(organisation=organisation) if organisation else Q(organisation=None)
        for chunk in chunks(ids):
            # In the order of the index that finds them, so that no more are read than asked for.
            rows = Statement.objects.filter(may_lead, refers_to__in=chunk).order_by("refers_to")
            found += _steps(rows[: max(0, most - len(found))])
    return found


def _ways(starts: list[Step]) -> set[tuple[int, int]]:
    """Each start with every statement on its way, until it ends, comes back, or would leave the organisation."""
    pairs: set[tuple[int, int]] = set()
    places = [(start, start) for start in starts]
    for _step in range(MAX_STEPS):
        wanted = {place.refers_to for _start, place in places if place.refers_to}
        targets = {
            target.statement_id: target
            for chunk in chunks(wanted)
            for target in _steps(Statement.objects.filter(statement_id__in=chunk))
        }
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
