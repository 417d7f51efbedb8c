"""Delegations for the archive: every decision of a care provider, all that happened to it, and until when to keep it.

One JSON object a line. `shown_hash` can be worked out anew from the decision, as `shown.py` and `signing.py` tell. Left
out are only drafts that were never offered: they are nobody's decision.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.utils.translation import override

from people.api import Organisation, Person, today

from .facts import lives
from .life import Kind, Life, State
from .models import Delegation, DelegationEvent, DelegationPolicy
from .overview import policies_for
from .printing import decision_as_pdf
from .queries import Line

OVER = frozenset({State.RETURNED, State.REVOKED, State.REPLACED, State.EXPIRED})
AT_ONCE = 200


def archive_of(provider: Organisation, at: datetime, folder: Path | None = None) -> Iterator[dict[str, Any]]:
    """Yield each offered decision of a care provider (and of those below it), the oldest first.

    With a folder, each is also written there as `<uuid>.pdf`, in Swedish; its row tells the file's name and SHA-256.
    """
    for row, life, policy in decisions_of(provider, at):
        yield _record(row, life, policy) | (_written(row, life, at, folder) if folder else {})


def decisions_of(provider: Organisation, at: datetime) -> Iterator[tuple[Delegation, Life, DelegationPolicy]]:
    rows = Delegation.objects.filter(provider__path__startswith=provider.path, events__kind=Kind.OFFERED)
    pks = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), AT_ONCE):
        some = Delegation.objects.filter(pk__in=pks[start : start + AT_ONCE]).with_names()
        found = lives(some.prefetch_related("events__actor").select_related("task__competency", "follows"), at)
        policies = policies_for({row.provider for row, _life in found}, today(at))
        for row, life in found:
            yield row, life, policies[row.provider_id]


def _written(row: Delegation, life: Life, at: datetime, folder: Path) -> dict[str, Any]:
    file = folder / f"{row.uuid}.pdf"
    with override("sv"):
        content = decision_as_pdf(Line(row, life), at)
    file.write_bytes(content)
    return {"pdf": {"file": file.name, "sha256": sha256(content).hexdigest()}}


def due_for_disposal(provider: Organisation, at: datetime) -> Iterator[tuple[Delegation, dict[str, Any]]]:
    """Yield each decision whose time is up, as the archive has it."""
    for row, life, policy in decisions_of(provider, at):
        first_day = keep_until(life, policy)
        if first_day and first_day <= today(at):
            yield row, _record(row, life, policy)


def keep_until(life: Life, policy: DelegationPolicy) -> date | None:
    """Return the first day when a decision that is over may be disposed of; None of one that is not over."""
    if life.state not in OVER or life.since is None:
        return None
    return months_after(today(life.since), policy.keep_months)


def months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _record(row: Delegation, life: Life, policy: DelegationPolicy) -> dict[str, Any]:
    kept = keep_until(life, policy)
    return {
        "delegation": str(row.uuid),
        "task": {"code": row.task.code, "title": row.task.title_sv},
        "scope": _place(row.scope),
        "care_provider": _place(row.provider),
        "giver": _person(row.giver),
        "receiver": _person(row.receiver),
        "first_day": row.first_day.isoformat(),
        "last_day": row.last_day.isoformat(),
        "single_occasion": row.single_occasion,
        "note": row.note,
        "follows": str(row.follows.uuid) if row.follows else None,
        "takes_over": row.takes_over,
        "state": life.state.value,
        "since": life.since.isoformat() if life.since else None,
        "keep_until": kept.isoformat() if kept else None,
        "events": [_event(event) for event in row.events.all()],
    }


def _event(event: DelegationEvent) -> dict[str, Any]:
    return {
        "event": str(event.uuid),
        "kind": event.kind,
        "happened_at": event.happened_at.isoformat(),
        "recorded_at": event.recorded_at.isoformat(),
        "actor": _person(event.actor) if event.actor else None,
        "reason": event.reason,
        "shown_hash": event.shown_hash,
        "details": event.details,
        "statement": str(event.statement_id) if event.statement_id else None,
    }


def _person(person: Person) -> dict[str, str]:
    return {"uuid": str(person.uuid), "name": person.full_name}


def _place(node: Organisation) -> dict[str, str]:
    return {"uuid": str(node.uuid), "name": node.name}
