"""Letting go: each thing in a transaction of its own, with the permit that the database asks for."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from people.api import DomainError, Organisation
from xapi.api import Decision
from xapi.api import dispose as dispose_of_statements

from ..delegation.models import Delegation, DelegationEvent, DelegationNotice
from ..occasions.models import Occasion, OccasionCompetency, Seat
from ..plan.life import without_words
from ..plan.models import PlanEvent
from .due import Due, due, held
from .models import Disposable, KeepingRule, RecordPermit


class ArchiveInTheWay(DomainError):
    code = "archive_in_the_way"
    default_message = _("There is a file with that name already. Choose another, so that nothing is written over.")


@dataclass(frozen=True)
class Done:
    gone: int
    held: int


def keep_for(
    node: Organisation, kind: Disposable, months: int | None, *, valid_from: date, decision: Decision
) -> KeepingRule:
    """Decide for how long a kind is kept at a node and below it; None for ever, which ends an earlier rule."""
    return KeepingRule.objects.create(
        node=node,
        kind=kind,
        months=months,
        valid_from=valid_from,
        ground=decision.ground,
        decided_by=decision.decided_by,
        recorded_at=decision.at,
    )


def dispose(kind: Disposable, node: Organisation, decision: Decision, archive: Path) -> Done:
    """Write all that is due to a new file, and when it lies on the disk let go of exactly that; held things stay.

    Raises ArchiveInTheWay. Cut off half way, the next call writes and removes what is left.
    """
    things = due(kind, node, decision.at)
    stays = held(things, decision.at)
    going = [thing for thing in things if thing.uuid not in stays]
    _write(archive, going)
    _overwrite_what_is_removed()
    for thing in going:
        let_go(thing, decision)
    return Done(len(going), len(stays))


@transaction.atomic
def let_go(thing: Due, decision: Decision) -> None:
    """Remove one thing for good. The database refuses where a legal hold covers it."""
    RecordPermit.objects.create(
        kind=thing.kind,
        uuid=thing.uuid,
        organisation=thing.organisation,
        ground=decision.ground,
        decided_by=decision.decided_by,
        made_at=decision.at,
    )
    _REMOVERS[thing.kind](thing)
    if thing.statements:
        # Who a statement is about stays findable: what she has shown rests on it.
        dispose_of_statements(thing.statements, decision, identifiers=False)


def _remove_delegation(thing: Due) -> None:
    """A decision that renewed this one no longer says what it followed."""
    row = Delegation.objects.get(uuid=thing.uuid)
    DelegationNotice.objects.filter(delegation=row).delete()
    QuerySet(DelegationEvent).filter(delegation=row).delete()
    QuerySet(Delegation).filter(follows=row).update(follows=None)
    QuerySet(Delegation).filter(pk=row.pk).delete()


def _blank_plan_event(thing: Due) -> None:
    row = PlanEvent.objects.get(uuid=thing.uuid)
    shown = GONE if row.shown_hash else ""
    QuerySet(PlanEvent).filter(pk=row.pk).update(said=without_words(row.said), shown_hash=shown)


def _remove_occasion(thing: Due) -> None:
    row = Occasion.objects.get(uuid=thing.uuid)
    Seat.objects.filter(occasion=row).delete()
    OccasionCompetency.objects.filter(occasion=row).delete()
    row.assessors.clear()
    row.delete()


GONE = "disposed"
"""In the place of the hash of what was shown: short words could be guessed from it."""

_REMOVERS = {
    Disposable.DELEGATION: _remove_delegation,
    Disposable.PLAN: _blank_plan_event,
    Disposable.OCCASION: _remove_occasion,
}


def _write(archive: Path, things: Iterable[Due]) -> None:
    try:
        with archive.open("x", encoding="utf-8") as file:
            for thing in things:
                file.write(json.dumps(_line(thing), ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        raise ArchiveInTheWay from error


def _line(thing: Due) -> dict[str, Any]:
    return {"record": thing.kind.value} | thing.record


def _overwrite_what_is_removed() -> None:
    """SQLite else leaves what was removed in the file until the place is used again."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")
            cursor.fetchall()
