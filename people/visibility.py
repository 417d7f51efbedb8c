"""The one place that decides whom a viewer may see.

She sees herself. Beyond that only a role lets her see anybody, and a role reaches an area:

- manager, assessor, HR, auditor and administrator: the node of the employer tree and all below it;
- chief nurse and chief rehabilitation officer: the units whose responsible care provider is the node (or lies below
  it), whoever employs the staff. A municipality's unit that another municipality answers for is not among them.

Only HR, auditors and administrators see those whose employment has ended. A role ends in fact when its holder's
employment there does, whatever its own last day says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from people.errors import NotFound
from people.keeping import kept
from people.models import (
    CareResponsibility,
    Employment,
    EmploymentTerms,
    EmploymentTermsQuerySet,
    Organisation,
    Person,
    Role,
    RoleGrant,
)

TREE_ROLES = frozenset({Role.MANAGER, Role.ASSESSOR, Role.HR, Role.AUDITOR, Role.ADMIN})
CARE_ROLES = frozenset({Role.CHIEF_NURSE, Role.CHIEF_REHAB})
HISTORY_ROLES = frozenset({Role.HR, Role.AUDITOR, Role.ADMIN})
ALL_ROLES = TREE_ROLES | CARE_ROLES


@dataclass(frozen=True)
class Area:
    """What the roles of one viewer reach on one day: subtrees by path, and single nodes by their care provider."""

    paths: frozenset[str] = frozenset()
    history_paths: frozenset[str] = frozenset()
    care_nodes: frozenset[int] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not self.paths and not self.care_nodes


def people_visible_to(viewer: Person | None, on: date) -> QuerySet[Person]:
    """Return the people that `viewer` may see on a day: herself, and those whom her roles reach."""
    if viewer is None:
        return Person.objects.none()
    area = area_of(viewer, on)
    if area.is_empty:
        return Person.objects.filter(pk=viewer.pk)
    return Person.objects.filter(Q(pk=viewer.pk) | Q(pk__in=_reached(area, on).values("employment__person")))


def employments_visible_to(viewer: Person, on: date) -> QuerySet[Employment]:
    """Return the employments by which the viewer's roles let her see people."""
    area = area_of(viewer, on)
    if area.is_empty:
        return Employment.objects.none()
    return Employment.objects.filter(pk__in=_reached(area, on).values("employment"))


def visible_person(viewer: Person | None, uuid: UUID | str, on: date) -> Person:
    """Return the person of that uuid. Absent, invisible and misspelt answer alike: `NotFound`."""
    try:
        wanted = UUID(str(uuid))
    except ValueError:
        raise NotFound from None
    person = people_visible_to(viewer, on).filter(uuid=wanted).first()
    if person is None:
        raise NotFound
    return person


def units_visible_to(viewer: Person | None, on: date) -> QuerySet[Organisation]:
    """Return the nodes whose whole staff, everything below included, the viewer's roles let her see."""
    if viewer is None:
        return Organisation.objects.none()
    area = area_of(viewer, on)
    if area.is_empty:
        return Organisation.objects.none()
    return Organisation.objects.filter(_below(area.paths, "path") | Q(pk__in=_whole(area)))


def terms_visible_to(viewer: Person, on: date, roles: frozenset[Role]) -> EmploymentTermsQuerySet:
    """Return the day's terms that those of the viewer's roles reach that are among `roles`."""
    return _reached(area_of(viewer, on, roles), on)


def area_of(viewer: Person, on: date, roles: frozenset[Role] = ALL_ROLES) -> Area:
    """Return what the viewer's roles, those among `roles`, reach on a day."""
    grants = [grant for grant in roles_of(viewer, on) if grant.role in roles]
    care_paths = [grant.node.path for grant in grants if grant.role in CARE_ROLES]
    return Area(
        paths=frozenset(grant.node.path for grant in grants if grant.role in TREE_ROLES),
        history_paths=frozenset(grant.node.path for grant in grants if grant.role in HISTORY_ROLES),
        care_nodes=_care_nodes(care_paths, on) if care_paths else frozenset(),
    )


def roles_of(person: Person, on: date) -> list[RoleGrant]:
    """Return the roles that a person holds on a day, each with its node, by role and place in the tree."""
    return kept(person, ("roles", on), lambda: _roles(person, on))


def _roles(person: Person, on: date) -> list[RoleGrant]:
    return held_grants(person.role_grants.dated(on).select_related("node").order_by("role", "node__path"), on)


def held_grants(grants: Iterable[RoleGrant], on: date) -> list[RoleGrant]:
    """Return those that are held in fact on a day; one question however many people they are of."""
    rows = list(grants)
    if not rows:
        return []
    employers: dict[int, list[tuple[str, date, date | None]]] = defaultdict(list)
    terms = EmploymentTerms.objects.in_force(on).filter(employment__person__in={row.person_id for row in rows})
    columns = ("employment__person", "employment__organisation__path", "starts_on", "ends_on")
    for person, path, starts_on, ends_on in terms.values_list(*columns):
        employers[person].append((path, starts_on, ends_on))
    return [grant for grant in rows if _is_held(grant, employers[grant.person_id], on)]


def has_role(person: Person | None, role: str, node: Organisation, on: date) -> bool:
    """Whether a person holds a role that reaches `node`; chief roles reach by the responsible care provider."""
    if person is None:
        return False
    paths = [grant.node.path for grant in roles_of(person, on) if grant.role == role]
    if role not in CARE_ROLES:
        return any(node.path.startswith(path) for path in paths)
    provider = responsible_provider(node, on) if paths else None
    return provider is not None and any(provider.path.startswith(path) for path in paths)


def responsible_provider(unit: Organisation, on: date) -> Organisation | None:
    """Return the municipality that answers for the health care of a unit on a day.

    A unit without a row of its own follows the node above it; a municipality answers for itself.
    """
    return responsible_providers([unit], on).get(unit.pk)


def responsible_providers(nodes: list[Organisation], on: date) -> dict[int, Organisation]:
    """Return who answers for each node: its own row, else the nearest above it, else the municipality it is in."""
    paths = {node.path[:length] for node in nodes for length in range(Organisation.steplen, len(node.path) + 1)}
    rows = (
        CareResponsibility.objects.filter(unit__path__in=paths, valid_from__lte=on)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
        .select_related("unit", "provider")
        .order_by("valid_from", "recorded_at", "pk")
    )
    known = {row.unit.path: row.provider for row in rows}
    municipalities = Organisation.objects.filter(kind=Organisation.Kind.MUNICIPALITY, path__in=paths)
    for municipality in municipalities:
        known.setdefault(municipality.path, municipality)
    found = {node.pk: _nearest(known, node.path) for node in nodes}
    return {pk: provider for pk, provider in found.items() if provider is not None}


def _is_held(grant: RoleGrant, employers: list[tuple[str, date, date | None]], on: date) -> bool:
    """A role at an employer that she has worked for asks that she still does; outsiders hold theirs by the grant."""
    there = [terms for terms in employers if grant.node.path.startswith(terms[0])]
    return not there or any(starts <= on and (ends is None or on <= ends) for _, starts, ends in there)


def _reached(area: Area, on: date) -> EmploymentTermsQuerySet:
    return EmploymentTerms.objects.in_force(on).filter(_reach(area, on))


def _reach(area: Area, on: date) -> Q:
    not_ended = Q(ends_on__isnull=True) | Q(ends_on__gte=on)
    now = _below(area.paths, "unit__path") | Q(unit__in=area.care_nodes)
    return (not_ended & now) | _below(area.history_paths, "unit__path")


def _below(paths: frozenset[str], field: str) -> Q:
    """Match what lies at or below one of the paths; no path matches nothing."""
    condition = Q(pk__in=[])
    for path in sorted(paths):
        condition |= Q(**{f"{field}__startswith": path})
    return condition


def _care_nodes(care_paths: list[str], on: date) -> frozenset[int]:
    """Return the nodes that a provider at or below one of the paths answers for."""
    providers = responsible_providers(list(Organisation.objects.only("pk", "path")), on)
    return frozenset(pk for pk, provider in providers.items() if provider.path.startswith(tuple(care_paths)))


def _whole(area: Area) -> list[int]:
    """Return those of the area's care nodes that have nothing below them outside the area."""
    if not area.care_nodes:
        return []
    paths = dict(Organisation.objects.values_list("pk", "path"))
    reached = tuple(area.paths)
    outside = [path for pk, path in paths.items() if pk not in area.care_nodes and not path.startswith(reached)]
    return [pk for pk in area.care_nodes if not any(path.startswith(paths[pk]) for path in outside)]


def _nearest(known: dict[str, Organisation], path: str) -> Organisation | None:
    steps = range(len(path), 0, -Organisation.steplen)
    return next((known[path[:length]] for length in steps if path[:length] in known), None)
