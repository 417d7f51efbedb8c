"""What a task asks of its receiver. It warns; the licensed giver decides, with a reason that is kept beside it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from people.api import Organisation, Person, end_of_day

from ..queries.explaining import explanation
from ..shapes import Explanation, Reason
from ..standing import Kind
from .models import DelegableTask

COMPETENCE, THEORY, PRACTICE, SUITABILITY = "competence", "theory", "practice", "suitability"
THEORETICAL = frozenset({Kind.COURSE, Kind.QUIZ, Kind.CERTIFICATE, Kind.QUALIFICATION})


@dataclass(frozen=True)
class Check:
    """One precondition as it stood: `held` and `asked` are levels of competence, `until` its last day."""

    code: str
    is_met: bool
    held: int = 0
    asked: int = 0
    until: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def checks_of(task: DelegableTask, receiver: Person, employer: Organisation, on: date) -> tuple[Check, ...]:
    """Return the preconditions of a task that can be looked up, as they stand on a day by the receiver's employer."""
    asked: dict[str, Any] = task.preconditions
    if task.competency is None or not asked:
        return ()
    why = explanation(receiver, task.competency, on, organisation=employer)
    found = []
    level = int(asked.get("level", 0))
    if level:
        until = why.valid_through.isoformat() if why.valid_through else ""
        found.append(Check(COMPETENCE, why.level >= level, why.level, level, until))
    if asked.get("theory"):
        found.append(Check(THEORY, _any(why, lambda each: each.kind in THEORETICAL, on)))
    if asked.get("practice"):
        found.append(Check(PRACTICE, _any(why, lambda each: each.kind == Kind.OBSERVATION, on)))
    return tuple(found)


def suitability(judged_suited: bool) -> Check:
    """The giver's own judgement of the person, which nothing can be looked up for."""
    return Check(SUITABILITY, judged_suited)


def _any(why: Explanation, counts: Any, on: date) -> bool:
    moment = end_of_day(on)
    return any(counts(each) and _still_holds(each, moment) for each in why.reasons)


def _still_holds(reason: Reason, moment: datetime) -> bool:
    return reason.valid_until is None or reason.valid_until >= moment
