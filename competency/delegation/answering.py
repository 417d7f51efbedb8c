"""The live answer: may this person do this task at this unit, at this moment? (semantics 20)

It is reckoned anew for each call, from the delegation's events, both people's employments, who answers for the care and
the giver's licence: nothing is kept, so a revocation holds for every process from its own commit. What is not known, or
could mean two things, is *no*; and so is what the asker may not know of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.api import (
    Employment,
    Organisation,
    Person,
    employers_reviewed,
    people_visible_to,
    people_with_hsa_id,
    today,
)
from xapi.api import Asker

from .facts import Grounds, grounds, life_of
from .life import Cause, Life, State
from .models import DelegableTask, Delegation
from .rules import sight_of

Row = TypeVar("Row")
ACTIVE = "active"
SENTENCES = {
    ACTIVE: pgettext_lazy("live answer", "Yes. The delegation holds."),
    "unknown_person": _("No. The person is not known here, or not to you."),
    "ambiguous_person": _("No. More than one person has that identifier."),
    "unknown_task": _("No. There is no such task to delegate."),
    "ambiguous_task": _("No. More than one task could be meant. Name it by its own code."),
    "unknown_unit": _("No. The unit is not known here, or not to you."),
    "no_delegation": _("No. She has no delegation for this task."),
    "outside_scope": _("No. Her delegation is for another place."),
    "offered": _("No. The delegation is offered, but not yet accepted."),
    "upcoming": _("No. The delegation has not begun to hold."),
    "under_review": _("No, under review. A staff file that concerns one of the two waits for somebody to look at it."),
    "suspended_receiver": _("No. The delegation is suspended: she left or changed her employment there."),
    "suspended_giver": _("No. The delegation is suspended: whoever gave it no longer works for the care provider."),
    "suspended_licence": _("No. The delegation is suspended: whoever gave it no longer holds the licence."),
    "returned": _("No. She has given the delegation back."),
    "revoked": _("No. The delegation is revoked."),
    "expired": _("No. The delegation has ended."),
    "replaced": _("No. The delegation was replaced by another."),
}
NEAREST = (State.SUSPENDED, State.UPCOMING, State.OFFERED, State.REVOKED, State.RETURNED, State.REPLACED, State.EXPIRED)
"""Of several that do not hold, the one that says most about why."""


@dataclass(frozen=True)
class Answer:
    """`until` is the first moment when a yes no longer holds, by all that is known now."""

    reason: str
    until: datetime | None = None
    delegation: UUID | None = None

    @property
    def is_yes(self) -> bool:
        return self.reason == ACTIVE

    @property
    def sentence(self) -> str:
        return str(SENTENCES[self.reason])


class _No(Exception):
    def __init__(self, reason: str) -> None:
        self.answer = Answer(reason)


def answer_of(asker: Asker, person: str, task: str, unit: str, at: datetime, *, now: datetime) -> Answer:
    """Return whether `person` may do `task` at `unit` at the moment `at`, as known now.

    `person`: a UUID, `employee:<organisation>/<number>` or an HSA-id. `task`: its code or UUID, or the code of a
    competency that only one task belongs to. `unit`: its UUID or short name.
    """
    try:
        where = _unit(unit)
        who = _person(person, at)
        what = _task(task)
        return _answer(asker, who, what, where, at, now)
    except _No as no:
        return no.answer


def _answer(asker: Asker, who: Person, what: int, where: Organisation, at: datetime, now: datetime) -> Answer:
    rows = list(
        Delegation.objects.filter(receiver=who, task=what)
        .select_related("task", "giver", "scope", "provider")
        .prefetch_related("events")
    )
    givers = {row.giver_id: row.giver for row in rows}
    read = grounds(givers.values(), [who.pk], {where.path, *(row.scope.path for row in rows)})
    _require_sight(asker, who, where, read, now)
    here = [row for row in rows if where.is_at_or_below(row.scope)]
    found = [(row, life_of(row, read, at, where.path)) for row in here]
    active = [(row, life) for row, life in found if life.is_active]
    if active:
        return _yes_unless_reviewed(active, where, at)
    return _why_not(found, bool(rows))


def _yes_unless_reviewed(active: list[tuple[Delegation, Life]], where: Organisation, at: datetime) -> Answer:
    """Yes by the one that holds longest; no while a staff file that waits concerns its giver or receiver."""
    parties = {pk for row, _life in active for pk in (row.receiver_id, row.giver_id)}
    reviewed = employers_reviewed(parties, at)
    clear = [(row, life) for row, life in active if not _is_reviewed(row, where, reviewed)]
    if not clear:
        return Answer("under_review", delegation=active[0][0].uuid)
    row, life = max(clear, key=lambda pair: (pair[1].until or at, pair[0].pk))
    return Answer(ACTIVE, life.until, row.uuid)


def _is_reviewed(row: Delegation, where: Organisation, reviewed: Mapping[int, list[str]]) -> bool:
    """The receiver is concerned by the file of whoever employs her there, the giver by that of the care provider."""
    receiver = any(where.path.startswith(path) for path in reviewed.get(row.receiver_id, ()))
    return receiver or any(path.startswith(row.provider.path) for path in reviewed.get(row.giver_id, ()))


def _why_not(found: list[tuple[Delegation, Life]], has_others: bool) -> Answer:
    # A draft is its giver's alone, so it is not told of.
    told = [pair for pair in found if pair[1].state in NEAREST]
    if not told:
        return Answer("outside_scope" if has_others and not found else "no_delegation")
    row, life = min(told, key=lambda pair: (NEAREST.index(pair[1].state), -pair[0].pk))
    cause: Cause | None = life.cause
    return Answer(f"{life.state}_{cause}" if cause else str(life.state), delegation=row.uuid)


# --- Who and what is meant --------------------------------------------------------------------------------------------


def _person(text: str, at: datetime) -> Person:
    uuid = _uuid(text)
    if uuid:
        rows: Iterable[Person] = Person.objects.filter(uuid=uuid)
    elif text.startswith("employee:"):
        slug, _slash, number = text.removeprefix("employee:").partition("/")
        held = Employment.objects.filter(organisation__slug=slug, employee_number=number).select_related("person")
        rows = [employment.person for employment in held]
    else:
        rows = people_with_hsa_id(text, today(at))
    return _only(list(rows), "person")


def _task(text: str) -> int:
    tasks = DelegableTask.objects.filter(_named(text, "code") | Q(competency__code=text))
    rows = list(tasks.values_list("code", "pk"))
    own = [pk for code, pk in rows if code == text]
    return _only(own or [pk for _code, pk in rows], "task")


def _unit(text: str) -> Organisation:
    return _only(list(Organisation.objects.filter(_named(text, "slug"))), "unit")


def _named(text: str, field: str) -> Q:
    uuid = _uuid(text)
    return Q(uuid=uuid) if uuid else Q(**{field: text})


def _only(rows: list[Row], what: str) -> Row:
    if len(rows) != 1:
        raise _No(f"ambiguous_{what}" if rows else f"unknown_{what}")
    return rows[0]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


# --- What the asker may know ------------------------------------------------------------------------------------------


def _require_sight(asker: Asker, who: Person, where: Organisation, read: Grounds, now: datetime) -> None:
    """An asker who may not know of a unit or a person is told what is told of those that are not there."""
    if asker.credential is not None:
        organisation = asker.credential.organisation
        if organisation is not None:
            _require_reach(organisation, who, where, read, now)
    elif asker.person is not None and asker.person.pk != who.pk:
        _require_person(asker.person, who, where, read, now)


def _require_reach(organisation: Organisation, who: Person, where: Organisation, read: Grounds, now: datetime) -> None:
    """A system of an organisation asks of its own units, of those it answers for, and of those who work there."""
    answers = read.answered_at(where.path, today(now))
    is_answered_for = answers is not None and answers.provider_path.startswith(organisation.path)
    if not where.is_at_or_below(organisation) and not is_answered_for:
        raise _No("unknown_unit")
    places = [each.unit_path for each in read.served_of(who.pk)]
    if not any(path.startswith((organisation.path, where.path)) for path in places):
        raise _No("unknown_person")


def _require_person(asker: Person, who: Person, where: Organisation, read: Grounds, now: datetime) -> None:
    """People ask about those they see; licensed staff and chief nurse of the care provider, about who works there."""
    on = today(now)
    answers, sight = read.answered_at(where.path, on), sight_of(asker, now)
    is_of_care = answers and (sight.is_chief(answers.provider_path) or sight.is_colleague(answers.provider_path))
    if is_of_care and any(each.unit_path.startswith(where.path) for each in read.served_of(who.pk)):
        return
    if not people_visible_to(asker, on).filter(pk=who.pk).exists():
        raise _No("unknown_person")
