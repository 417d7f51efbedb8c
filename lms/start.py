"""What *Idag* answers: what must I do now, what can I do in five minutes, what expires, what did I gain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.http import HttpRequest

from competency.api import Gap, Plan, StandingLine, Status, plan_of, refresh, standings_of
from people.api import Employment, Person, chosen_employment, person_of, start_of_day

FIVE_MINUTES = 5
AT_MOST = 3
RECENT_DAYS = 60


@dataclass(frozen=True)
class Today:
    """The start page of one person. `plan` is None for an account that stands for nobody."""

    person: Person | None
    employment: Employment | None
    plan: Plan | None
    gained: tuple[StandingLine, ...]

    @property
    def now(self) -> Gap | None:
        return most_pressing(self.plan) if self.plan else None


def today_of(request: HttpRequest, on: date, moment: datetime) -> Today:
    person = person_of(request.user)
    if person is None:
        return Today(None, None, None, ())
    employment = chosen_employment(request, on)
    organisation = employment.organisation if employment else None
    refresh(person, moment)
    return Today(
        person=person,
        employment=employment,
        plan=plan_of(person, on, organisation=organisation),
        gained=gained(standings_of(person, organisation, on), on),
    )


def most_pressing(plan: Plan) -> Gap | None:
    """Return the one thing to do first: what has expired, else what goes out soonest, else the heaviest gap."""
    expired = next((gap for gap in plan.gaps if gap.status is Status.EXPIRED), None)
    return expired or next(iter(plan.lapsing), None) or next(iter(plan.gaps), None)


def gained(lines: Iterable[StandingLine], on: date) -> tuple[StandingLine, ...]:
    """Return the levels that were reached lately, newest first."""
    first = start_of_day(on - timedelta(days=RECENT_DAYS))
    found = [(line.since, line) for line in lines if line.level and line.since and line.since >= first]
    found.sort(key=lambda pair: pair[0], reverse=True)
    return tuple(line for _since, line in found[:AT_MOST])
