"""The demo's delegations: who lets whom do what, since when, through the services that people use.

Seeded like the rest of the year, and in the order of time: `load` asks for what is due before each batch of statements.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from competency.api import (
    DelegableTask,
    accept_delegation,
    delegation_notices,
    draft_delegation,
    load_tasks,
    put_notice_away,
    return_delegation,
    revoke_delegation,
    sign_delegation,
)
from people.api import Employment, Role, RoleGrant, responsible_provider, start_of_day

from . import region
from .life import SEED
from .staff import terms_of

RECEIVERS = frozenset({"underskoterska", "specialistunderskoterska", "vardbitrade"})
NURSES = frozenset({"sjukskoterska", "specialistsjukskoterska"})
TASKS = ("overlamna-lakemedel", "insulin", "kateter", "saromlaggning", "kapillar-provtagning")
SHARE = 0.4
"""How many of those who may be delegated to have at least one."""
A_YEAR, HALF_A_YEAR = 364, 182
REASON = "Har gjort uppgiften säkert i flera år. Jag har följt arbetet på plats i dag."
NEW, USUAL = ("offered", "active", "active", "active"), ("active",) * 10 + ("returned", "revoked")


@dataclass(frozen=True)
class Planned:
    """One delegation and what becomes of it: draft, offered, active, returned or revoked."""

    at: datetime
    giver: Employment
    receiver: Employment
    task: str
    days: int
    fate: str

    @property
    def first_day(self) -> date:
        return self.at.date()


class Delegations:
    """What is still to be done, the earliest first."""

    def __init__(self, employments: list[Employment], today: date, began: datetime) -> None:
        load_tasks(None, began)
        self.tasks = {task.code: task for task in DelegableTask.objects.select_related("competency")}
        planned = [*_of_the_accounts(today), *_of_everybody(employments, today)]
        self.people = {held.person for each in planned for held in (each.giver, each.receiver)}
        self.people |= {grant.person for grant in RoleGrant.objects.filter(role=Role.MANAGER).select_related("person")}
        self.waiting = sorted(planned, key=lambda each: (each.at, each.receiver.uuid.hex, each.task), reverse=True)

    def make_until(self, moment: datetime) -> None:
        while self.waiting and self.waiting[-1].at <= moment:
            self._make(self.waiting.pop())

    def put_away(self, before: datetime) -> None:
        """What people were told some days ago they have read by now."""
        for person in self.people:
            for told in delegation_notices(person):
                if told.notice.made_at < before:
                    put_notice_away(person, told.notice.uuid, told.notice.made_at + timedelta(hours=4))

    def _make(self, planned: Planned) -> None:
        at, unit = planned.at, terms_of(planned.receiver).unit
        last_day = planned.first_day + timedelta(days=planned.days)
        giver, receiver = planned.giver.person, planned.receiver.person
        made = draft_delegation(giver, receiver, self.tasks[planned.task], unit, planned.first_day, last_day, at)
        if planned.fate == "draft":
            return
        sign_delegation(made, giver, at + timedelta(minutes=2), reason=REASON)
        if planned.fate == "offered":
            return
        accept_delegation(made, receiver, at + timedelta(minutes=40))
        if planned.fate == "returned":
            return_delegation(made, receiver, at + timedelta(days=5), reason="Jag har bytt arbetsuppgifter.")
        elif planned.fate == "revoked":
            revoke_delegation(made, giver, at + timedelta(days=6), reason="Behovet finns inte längre.")


def _of_the_accounts(today: date) -> Iterator[Planned]:
    """Those of the accounts: one that lapses within a month, one that goes on, an offer, and a draft."""
    nurse, usk = region.employment("granvik", "900103"), region.employment("granvik", "900101")
    yield Planned(_at(today, A_YEAR - 21), nurse, usk, "insulin", A_YEAR, "active")
    yield Planned(_at(today, 120), nurse, usk, "overlamna-lakemedel", A_YEAR, "active")
    yield Planned(_at(today, 1), nurse, usk, "kateter", HALF_A_YEAR, "offered")
    yield Planned(_at(today, 1), nurse, region.employment("granvik", "100417"), "insulin", HALF_A_YEAR, "draft")


def _of_everybody(employments: list[Employment], today: date) -> Iterator[Planned]:
    nurses = [held for held in employments if terms_of(held).profession in NURSES]
    for held in employments:
        random = Random(f"{SEED}/delegation/{held.organisation.slug}/{held.employee_number}")
        givers = _givers(held, nurses, today)
        is_left_out = (held.organisation.slug, held.employee_number) == ("granvik", "900101")
        if terms_of(held).profession not in RECEIVERS or not givers or is_left_out or random.random() > SHARE:
            continue
        for task in random.sample(TASKS, random.choice((1, 1, 2))):
            ago = random.randrange(1, A_YEAR - 4)
            starts = terms_of(held).starts_on
            giver = random.choice(givers)
            if max(starts, terms_of(giver).starts_on) + timedelta(days=3) > today - timedelta(days=ago):
                continue
            fate = random.choice(NEW if ago < 7 else USUAL)
            yield Planned(_at(today, ago), giver, held, task, random.choice((A_YEAR, HALF_A_YEAR)), fate)


def _givers(held: Employment, nurses: list[Employment], today: date) -> list[Employment]:
    """Return the nurses of the municipality that answers for the unit."""
    provider = responsible_provider(terms_of(held).unit, today)
    return [nurse for nurse in nurses if provider and nurse.organisation_id == provider.pk]


def _at(today: date, days_ago: int) -> datetime:
    return start_of_day(today - timedelta(days=days_ago)) + timedelta(hours=10)
