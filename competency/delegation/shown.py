"""What somebody is shown before she signs a delegation: what is signed is what was read. Pure but for rows' names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from people.api import Organisation, Person

from ..signing import hash_of
from .checks import Check
from .models import DelegableTask, Delegation
from .words import check_words


@dataclass(frozen=True)
class Shown:
    """A decision as it is read before a signature, by giver or receiver."""

    task: DelegableTask
    scope: Organisation
    provider: Organisation
    giver: Person
    receiver: Person
    first_day: date
    last_day: date
    single_occasion: bool
    note: str
    checks: tuple[Check, ...]
    reason: str = ""

    @property
    def lacks(self) -> bool:
        return not all(check.is_met for check in self.checks)

    @property
    def check_lines(self) -> list[tuple[bool, str]]:
        return [(check.is_met, check_words(check.as_json())) for check in self.checks]

    @property
    def as_json(self) -> dict[str, Any]:
        return {
            "task": self.task.code,
            "scope": str(self.scope.uuid),
            "provider": str(self.provider.uuid),
            "giver": str(self.giver.uuid),
            "receiver": str(self.receiver.uuid),
            "first_day": self.first_day.isoformat(),
            "last_day": self.last_day.isoformat(),
            "single_occasion": self.single_occasion,
            "note": self.note,
            "checks": [check.as_json() for check in self.checks],
            "reason": self.reason,
        }

    @property
    def hash(self) -> str:
        return hash_of(self.as_json)


def shown_of(delegation: Delegation, checks: Sequence[Check], reason: str = "") -> Shown:
    row = delegation
    return Shown(
        task=row.task,
        scope=row.scope,
        provider=row.provider,
        giver=row.giver,
        receiver=row.receiver,
        first_day=row.first_day,
        last_day=row.last_day,
        single_occasion=row.single_occasion,
        note=row.note,
        checks=tuple(checks),
        reason=reason,
    )


def shown_to_receiver(delegation: Delegation) -> Shown:
    """Return what the receiver reads: the decision with the preconditions and the reason as the giver signed them."""
    signed = next(event for event in delegation.events.all() if event.kind == "signed")
    checks = [Check(**check) for check in signed.details.get("checks", [])]
    return shown_of(delegation, checks, signed.reason)
