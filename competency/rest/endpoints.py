"""The reads of `/api/v1/` about competence. Each says what it answers; `docs/api.md` says it to other systems."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse

from people.api import employments_of, paged, today
from xapi.api import endpoint, signed_in

from ..assignment.queries import assignments_seen
from ..coverage.permission import Permitted
from ..coverage.queries import Scenario, coverage_of
from ..delegation.rules import sees_delegations_at
from ..queries import competencies, competency, explanation, plan_of, professions, standings_of
from ..queries.team import freshness_of, team_from
from ..services import refresh
from . import shapes
from .agreements import agreements
from .asking import Asked, asked, subject, unit, units


@endpoint("GET", "HEAD")
def me(request: HttpRequest, now: datetime) -> HttpResponse:
    """Who is signed in, with her employments today."""
    reader = signed_in(request)
    held = [shapes.employment(terms) for terms in employments_of(reader, today(now))]
    return JsonResponse(shapes.person(reader) | {"employments": held})


@endpoint("GET", "HEAD")
def standings(request: HttpRequest, now: datetime, uuid: UUID) -> HttpResponse:
    """What a person holds and is asked for, as of a day and as known on a day."""
    asking = asked(request, now)
    about = subject(asking, uuid)
    refresh(about.person, now)
    lines = standings_of(about.person, about.organisation, asking.as_of, asking.known_at)
    return paged(request, lines, lambda line: f"{line.organisation.uuid} {line.competency.code}", shapes.standing)


@endpoint("GET", "HEAD")
def reasons(request: HttpRequest, now: datetime, uuid: UUID, code: str) -> HttpResponse:
    """Why a level is what it is: the rule in force, each statement, and what the next level asks for."""
    asking = asked(request, now)
    about, found = subject(asking, uuid), competency(code)
    refresh(about.person, now)
    why = explanation(about.person, found, asking.as_of, asking.known_at, organisation=about.organisation)
    # Only she herself asks without being seen by an employment.
    return JsonResponse(shapes.explanation(why.for_others if about.terms else why))


@endpoint("GET", "HEAD")
def plan(request: HttpRequest, now: datetime, uuid: UUID) -> HttpResponse:
    """The gaps of a person, heaviest first, what lapses soon and what helps; and what she and her manager agree on."""
    asking = asked(request, now)
    about = subject(asking, uuid)
    refresh(about.person, now)
    found = plan_of(about.person, asking.as_of, organisation=about.organisation)
    told = shapes.plan(found, assignments_seen(about, now))
    return JsonResponse(told | agreements(asking, about, now))


@endpoint("GET", "HEAD")
def all_units(request: HttpRequest, now: datetime) -> HttpResponse:
    """The units that the asker may ask about."""
    return paged(request, list(units(asked(request, now))), lambda node: str(node.uuid), shapes.unit)


@endpoint("GET", "HEAD")
def gaps(request: HttpRequest, now: datetime, uuid: UUID) -> HttpResponse:
    """The people of a unit and everything below it, by name, each with what she lacks or is about to lose."""
    asking = asked(request, now)
    node = unit(asking, uuid)
    team = team_from(node, asking.as_of, freshness_of(node, asking.as_of))
    columns = [column.competency for column in team.columns]
    return paged(request, team.rows, lambda row: str(row.person.uuid), lambda row: shapes.needs(row, columns))


@endpoint("GET", "HEAD")
def coverage(request: HttpRequest, now: datetime, uuid: UUID) -> HttpResponse:
    """What a unit can do, the worst first: who holds what, and how many it says that it needs."""
    asking = asked(request, now)
    where, reader = unit(asking, uuid), asking.asker.person
    sees_permission = reader is not None and sees_delegations_at(reader, where, asking.on)
    found = coverage_of(where, today(now), _scenario(asking), None if sees_permission else Permitted({}))
    return paged(request, found.lines, lambda line: line.competency.code, shapes.coverage)


@endpoint("GET", "HEAD")
def all_professions(request: HttpRequest, now: datetime) -> HttpResponse:
    asked(request, now)
    return paged(request, list(professions()), lambda row: row.code, shapes.profession)


@endpoint("GET", "HEAD")
def all_competencies(request: HttpRequest, now: datetime) -> HttpResponse:
    asked(request, now)
    return paged(request, list(competencies()), lambda row: row.code, shapes.whole_competency)


def _scenario(asking: Asked) -> Scenario:
    return Scenario(max(asking.as_of, asking.on))
