"""The form by which a licensed colleague delegates: filled in, checked against what the task asks, then signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.http import QueryDict

from people.api import NotFound, Organisation, Person, staff_of, today

from .checks import Check, checks_of
from .forms import PERIOD, SINGLE, DecisionForm, SigningForm
from .life import latest_end
from .models import Delegation
from .queries import tasks_used_at
from .rules import sight_of, units_given_in
from .services import draft, employer_in, preconditions, provider_of, sign
from .shown import Shown, shown_of

HALF_A_YEAR = timedelta(days=182)


@dataclass(frozen=True)
class Desk:
    """One giver at one unit: whom and what she may choose among there."""

    giver: Person
    unit: Organisation
    provider: Organisation
    at: datetime
    follows: Delegation | None = None

    @property
    def on(self) -> date:
        return today(self.at)

    def form(self, data: QueryDict | None) -> DecisionForm:
        staff = {held.person_id for held in staff_of(self.unit, self.on)} - {self.giver.pk}
        return DecisionForm(
            data,
            receivers=Person.objects.filter(pk__in=staff).order_by("family_name", "given_name"),
            tasks=tasks_for(self.giver, self.unit, self.at),
            places=Organisation.objects.filter(pk__in={self.unit.pk, self.provider.pk}).order_by("-depth"),
            today=self.on,
            initial=self._initial(),
        )

    def _initial(self) -> dict[str, Any]:
        """A new one starts from half a year ahead; a renewal from the one before it, for as long as that was."""
        old = self.follows
        if old is None:
            last = self.on + HALF_A_YEAR
            return {"where": self.unit.slug, "kind": PERIOD, "first_day": self.on, "last_day": last}
        first = max(self.on, old.last_day + timedelta(days=1)) if old.last_day >= self.on else self.on
        last = min(first + (old.last_day - old.first_day), latest_end(first) - timedelta(days=1))
        kind = SINGLE if old.single_occasion else PERIOD
        return {
            "receiver": old.receiver.uuid,
            "task": old.task.code,
            "where": old.scope.slug,
            "kind": kind,
            "first_day": first,
            "last_day": None if old.single_occasion else last,
            "note": old.note,
        }

    def shown(self, form: DecisionForm) -> Shown:
        """Return what she reads before signing, with the preconditions as they stand now.

        Her own judgement and reason are not in it: she adds them while reading.
        """
        said = form.cleaned_data
        return Shown(
            task=said["task"],
            scope=said["where"],
            provider=self.provider,
            giver=self.giver,
            receiver=said["receiver"],
            first_day=said["first_day"],
            last_day=said["last_day"],
            single_occasion=form.is_single,
            note=said["note"],
            checks=self._checks(said),
        )

    def _checks(self, said: dict[str, Any]) -> tuple[Check, ...]:
        employer = employer_in(said["receiver"], said["where"], max(self.on, said["first_day"]))
        return checks_of(said["task"], said["receiver"], employer or self.provider, self.on)


def desk_of(giver: Person, slug: str, at: datetime, follows: Delegation | None = None) -> Desk:
    """Return the desk at a unit that she may delegate in. Raises NotFound for any other."""
    unit = next((each for each in units_given_in(giver, at) if each.slug == slug), None)
    if unit is None or not sight_of(giver, at).gives:
        raise NotFound
    return Desk(giver, unit, provider_of(unit, today(at)), at, follows)


def tasks_for(giver: Person, unit: Organisation, at: datetime) -> Any:
    """Return the tasks that may be delegated there and that her licences let her give."""
    licences = sight_of(giver, at).licences
    rows = tasks_used_at(unit)
    return rows.filter(pk__in=[row.pk for row in rows if licences & set(row.decided_by)])


@transaction.atomic
def decide(desk: Desk, form: DecisionForm, at: datetime) -> Delegation:
    """Word the decision of a form, sign it and offer it. All or nothing; sent twice, it is one."""
    made = keep_draft(desk, form, at)
    if not made.events.filter(kind="signed").exists():
        sign_draft(made, form, at)
    return made


def keep_draft(desk: Desk, form: DecisionForm, at: datetime) -> Delegation:
    said = form.cleaned_data
    return draft(
        desk.giver,
        said["receiver"],
        said["task"],
        said["where"],
        said["first_day"],
        said["last_day"],
        at,
        single_occasion=form.is_single,
        note=said["note"],
        follows=desk.follows,
        uuid=form.uuid,
    )


def sign_draft(delegation: Delegation, form: SigningForm, at: datetime) -> None:
    said = form.cleaned_data
    sign(
        delegation,
        delegation.giver,
        at,
        shown=said["shown"],
        expected=shown_of(delegation, preconditions(delegation, today(at))).hash,
        reason=said["reason"],
        judged_suited=said["suited"],
    )
