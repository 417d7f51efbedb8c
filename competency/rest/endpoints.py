"""The reads of `/api/v1/` about competence. Each says what it answers; `docs/api.md` says it to other systems."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse

from people.api import PAGES, employments_of, paged, today
from xapi.api import SESSION, Page, Scope, endpoint, signed_in

from ..assignment.queries import assignments_seen
from ..coverage.permission import Permitted
from ..coverage.queries import Scenario, coverage_of
from ..delegation.rules import sees_delegations_at
from ..queries import competencies, competency, explanation, plan_of, professions, standings_of
from ..queries.team import freshness_of, team_from
from ..services import refresh
from . import schemas, shapes
from .agreements import agreements
from .asking import Asked, asked, subject, unit, units

AS_OF = {"as_of": "A day: how it stood, or will stand, at its end in Stockholm. Without it: today."}
KNOWN_AT = {"known_at": "A day: with what was known at its end. Without it: all that is known."}


def reads(answers: Any, query: Mapping[str, str] = MappingProxyType({})) -> Any:
    """An address that is only read, by a person or by a system that may read competence."""
    return endpoint("GET", "HEAD", answers=answers, query=query, scope=Scope.COMPETENCE_READ)


@endpoint("GET", "HEAD", answers=schemas.Me, by=(SESSION,))
def me(request: HttpRequest, now: datetime) -> HttpResponse:
    """Who is signed in, with her employments today."""
    reader = signed_in(request)
    held = [shapes.employment(terms) for terms in employments_of(reader, today(now))]
    return JsonResponse(shapes.person(reader) | {"employments": held})


@reads(Page[schemas.Standing], AS_OF | KNOWN_AT | PAGES)
def standings(request: HttpRequest, now: datetime, uuid: UUID) -> HttpResponse:
    """What a person holds and is asked for, as of a day and as known on a day."""
    asking = asked(request, now)
    about = subject(asking, uuid)
    refresh(about.person, now)
    lines = standings_of(about.person, about.organisation, asking.as_of, asking.known_at)
    return paged(request, lines, lambda line: f"{line.organisation.uuid} {line.competency.code}", shapes.standing)


@reads(schemas.Explanation, AS_OF | KNOWN_AT)
def reasons(request: HttpRequest, now: datetime, uuid: UUID, code: str) -> HttpResponse:
    """Why a level is what it is: the rule in force, each statement, and what the next level asks for."""
    asking = asked(request, now)
    about, found = subject(asking, uuid), competency(code)
    refresh(about.person, now)
    why = explanation(about.person, found, asking.as_of, asking.known_at, organisation=about.organisation)
    # Only she herself asks without being seen by an employment.
    return JsonResponse(shapes.explanation(why.for_others if about.terms else why))


@reads(schemas.Plan, AS_OF)
def plan(request: HttpRequest, now: datetime, uuid: UUID) -> HttpResponse:
    """The gaps of a person, heaviest first, what lapses soon and what helps; and what she and her manager agree on."""
    asking = asked(request, now)
    about = subject(asking, uuid)
    refresh(about.person, now)
    found = plan_of(about.person, asking.as_of, organisation=about.organisation)
    told = shapes.plan(found, assignments_seen(about, now))
    return JsonResponse(told | agreements(asking, about, now))


@reads(Page[schemas.Unit], PAGES)
def all_units(request: HttpRequest, now: datetime) -> HttpResponse:
    """The units that the asker may ask about."""
    return paged(request, list(units(asked(request, now))), lambda node: str(node.uuid), shapes.unit)


@reads(Page[schemas.PersonsNeeds], AS_OF | PAGES)
def gaps(request: HttpRequest, now: datetime, uuid: UUID) -> HttpResponse:
    """The people of a unit and everything below it, by name, each with what she lacks or is about to lose."""
    asking = asked(request, now)
    node = unit(asking, uuid)
    team = team_from(node, asking.as_of, freshness_of(node, asking.as_of))
    columns = [column.competency for column in team.columns]
    return paged(request, team.rows, lambda row: str(row.person.uuid), lambda row: shapes.needs(row, columns))


@reads(Page[schemas.Coverage], AS_OF | PAGES)
def coverage(request: HttpRequest, now: datetime, uuid: UUID) -> HttpResponse:
    """What a unit can do, the worst first: who holds what, and how many it says that it needs."""
    asking = asked(request, now)
    where, reader = unit(asking, uuid), asking.asker.person
    sees_permission = reader is not None and sees_delegations_at(reader, where, asking.on)
    found = coverage_of(where, today(now), _scenario(asking), None if sees_permission else Permitted({}))
    return paged(request, found.lines, lambda line: line.competency.code, shapes.coverage)


@reads(Page[schemas.Profession], PAGES)
def all_professions(request: HttpRequest, now: datetime) -> HttpResponse:
    """The professions of the framework."""
    asked(request, now)
    return paged(request, list(professions()), lambda row: row.code, shapes.profession)


@reads(Page[schemas.WholeCompetency], PAGES)
def all_competencies(request: HttpRequest, now: datetime) -> HttpResponse:
    """The competencies of the framework."""
    asked(request, now)
    return paged(request, list(competencies()), lambda row: row.code, shapes.whole_competency)


def _scenario(asking: Asked) -> Scenario:
    return Scenario(max(asking.as_of, asking.on))
