"""A town whose nurses are licensed, with tasks that may be delegated, and what tests ask about a delegation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from competency.delegation.facts import grounds_for, life_of
from competency.delegation.life import Life
from competency.delegation.models import DelegableTask, Delegation
from competency.delegation.services import accept, draft, sign
from people.api import Organisation, Person, today
from tests.competency import world

BEGAN, NOW, TODAY = world.BEGAN, world.NOW, world.TODAY

TASKS = [
    {"code": "insulin", "title_sv": "Ge insulin", "title_en": "Give insulin", "competency": "MED-02"},
    {"code": "kateter", "title_sv": "Sköta kateter", "competency": "HYG-01", "may_be_single": False},
]
REASON = "She has done it for years, and I have watched her today."


@dataclass(frozen=True)
class Ward:
    """The town with what delegations need. `norr` is home care; nurses work for Granvik, who answers for it."""

    town: world.Town
    insulin: DelegableTask
    kateter: DelegableTask
    other_nurse: Person

    @property
    def usk(self) -> Person:
        return self.town.usk

    @property
    def ssk(self) -> Person:
        return self.town.ssk

    @property
    def norr(self) -> Organisation:
        return self.town.norr

    def draft(self, **changes: Any) -> Delegation:
        values: dict[str, Any] = {
            "giver": self.ssk,
            "receiver": self.usk,
            "task": self.insulin,
            "scope": self.norr,
            "first_day": TODAY,
            "last_day": TODAY + timedelta(days=180),
            "at": NOW,
        }
        return draft(**(values | changes))

    def offer(self, at: datetime = NOW, **changes: Any) -> Delegation:
        made = self.draft(at=at, **changes)
        sign(made, made.giver, at, reason=REASON)
        return made

    def active(self, at: datetime = NOW, **changes: Any) -> Delegation:
        made = self.offer(at, **changes)
        accept(made, made.receiver, at)
        return made


def stands(delegation: Delegation, at: datetime = NOW) -> Life:
    row = Delegation.objects.with_names().prefetch_related("events").get(pk=delegation.pk)
    return life_of(row, grounds_for([row]), at)


def kinds(delegation: Delegation) -> list[str]:
    return [event.kind for event in delegation.events.order_by("pk")]


def day(number: int) -> date:
    return today(NOW) + timedelta(days=number)


def later(number: float) -> datetime:
    return NOW + timedelta(days=number)
