"""Reads, each for one purpose. (Signatures first; the bodies follow.)"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from .models import Area, Competency, Level, Offer, Profession
from .shapes import (
    Counts,
    Explanation,
    Gap,
    OfferLine,
    Plan,
    Profile,
    Requirement,
    StandingLine,
    Teaches,
    Team,
    Unreached,
)

if TYPE_CHECKING:
    from people.models import Organisation, Person


def areas() -> list[Area]:
    """Return every area in the framework's order."""
    return list(Area.objects.all())


def levels() -> list[Level]:
    """Return the scale, 0 first."""
    return list(Level.objects.all())


def competencies(*, retired: bool = False) -> list[Competency]:
    """Return the competencies in the framework's order, area loaded."""
    rows = Competency.objects.select_related("area")
    return list(rows if retired else rows.filter(retired_at=None))


def competency(code: str) -> Competency:
    """Return one competency by code. Raises UnknownCompetency."""
    raise NotImplementedError


def professions() -> list[Profession]:
    """Return the professions in the framework's order."""
    return list(Profession.objects.filter(retired_at=None))


def focus_areas() -> dict[str, str]:
    """Return title by code of the focus areas."""
    raise NotImplementedError


def profile_of(profession: str, as_of: date) -> Profile:
    """Return what is expected of a profession everywhere and in each setting (the public role page)."""
    raise NotImplementedError


def claims_of(activity_iri: str, as_of: date | None = None) -> list[Teaches]:
    """Return what an activity claims to teach, by competency code."""
    raise NotImplementedError


def is_reviewed(activity_iri: str, revision: str, organisation: Organisation | None, as_of: date) -> bool:
    """True when a chief nurse has reviewed this major version at the organisation or above it."""
    raise NotImplementedError


def reviewed_nodes(activity_iri: str, revision: str, as_of: date) -> list[Organisation]:
    """Return the nodes whose chief nurse has reviewed this major version."""
    raise NotImplementedError


def offers_that_teach(competency: Competency, *, organisation: Organisation | None = None) -> list[OfferLine]:
    """Return the offers that teach a competency, highest level first, then shortest."""
    raise NotImplementedError


def levels_of(person: Person, organisation: Organisation, as_of: date) -> dict[str, int]:
    """Return the level held by competency code (only those above 0). One query."""
    raise NotImplementedError


def standings_of(
    person: Person,
    organisation: Organisation | None = None,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> list[StandingLine]:
    """Return what a person holds or is asked for, at one employer or (None) at every one, in the framework's order."""
    raise NotImplementedError


def requirements_of(
    person: Person, as_of: date, known_at: datetime | None = None, organisation: Organisation | None = None
) -> list[Requirement]:
    """Return what is asked of a person on a day: the union over her employments, the highest level of each."""
    raise NotImplementedError


def gaps_of(person: Person, as_of: date, *, organisation: Organisation | None = None) -> list[Gap]:
    """Return every requirement beside what is held, met ones too, heaviest first (semantics 16)."""
    raise NotImplementedError


def counts_of(person: Person, as_of: date, *, organisation: Organisation | None = None) -> Counts:
    """Return the four counts of one person."""
    raise NotImplementedError


def plan_of(person: Person, as_of: date, *, organisation: Organisation | None = None) -> Plan:
    """Return what to do next, in order of weight."""
    raise NotImplementedError


def explanation(
    person: Person,
    competency: Competency,
    as_of: date,
    known_at: datetime | None = None,
    *,
    organisation: Organisation | None = None,
) -> Explanation:
    """Return why the level is what it is, refolded from the statements."""
    raise NotImplementedError


def team_of(viewer: Person, unit: Organisation, as_of: date) -> Team:
    """Return the table of a unit and everything below it, for those that the viewer may see. At most 6 queries."""
    raise NotImplementedError


def pending_of(person: Person) -> bool:
    """True when something about the person waits to be computed."""
    raise NotImplementedError


def licences_of(person: Person, as_of: date, known_at: datetime | None = None) -> frozenset[str]:
    """Return the licences and degrees verified for a person, by any employer, with those they imply."""
    raise NotImplementedError


def assessable_levels(assessor: Person, person: Person, competency: Competency, as_of: date) -> dict[str, list[int]]:
    """Return, by kind (observation, confirmation), the levels that the assessor may judge for this person now."""
    raise NotImplementedError


def unreached_requirements(as_of: date) -> list[Unreached]:
    """Return every requirement that no offer reaches by itself, in the framework's order."""
    raise NotImplementedError


__all__ = ["UUID", "Offer"]
