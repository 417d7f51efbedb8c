"""A valid statement, read: what the store and its readers ask of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any
from uuid import UUID

from ..identity import Identifier, identifier_of
from .check import VOIDED, check
from .formats import parse_timestamp
from .values import StatementError

Json = dict[str, Any]


class ObjectKind(IntEnum):
    ACTIVITY = 1
    AGENT = 2
    SUBSTATEMENT = 3
    STATEMENT_REF = 4
    VOIDED = 5
    """A StatementRef whose verb is voided: this statement voids the one it refers to."""


class AgentRole(IntEnum):
    """Where a statement names an agent. Up to OBJECT_MEMBER they answer the `agent` filter, all `related_agents`."""

    ACTOR = 1
    ACTOR_MEMBER = 2
    OBJECT = 3
    OBJECT_MEMBER = 4
    INSTRUCTOR = 11
    TEAM = 12
    CONTEXT_AGENT = 13
    CONTEXT_GROUP = 14
    SUB_ACTOR = 21
    SUB_OBJECT = 22
    SUB_INSTRUCTOR = 23
    SUB_TEAM = 24
    SUB_CONTEXT_AGENT = 25
    SUB_CONTEXT_GROUP = 26


class ActivityRole(IntEnum):
    """Where in a statement an activity stands. OBJECT answers the `activity` filter, all `related_activities`."""

    OBJECT = 1
    PARENT = 2
    GROUPING = 3
    CATEGORY = 4
    OTHER = 5
    SUB_OBJECT = 11
    SUB_PARENT = 12
    SUB_GROUPING = 13
    SUB_CATEGORY = 14
    SUB_OTHER = 15


@dataclass(frozen=True, slots=True)
class AgentLink:
    role: AgentRole
    identifier: Identifier
    is_group: bool


@dataclass(frozen=True, slots=True)
class ActivityLink:
    role: ActivityRole
    iri: str
    definition: Json | None


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. `actor` is None for an anonymous group; `activity` is set when the object is one.

    `agents` and `activities` are all that it names, each with its place; `body` is the statement as it came.
    """

    body: Json
    id: UUID | None
    actor: Identifier | None
    verb: str
    kind: ObjectKind
    activity: str | None
    refers_to: UUID | None
    registration: UUID | None
    timestamp: datetime | None
    version: str | None
    agents: tuple[AgentLink, ...]
    activities: tuple[ActivityLink, ...]


class InvalidStatement(ValueError):
    """Raised by `parse`; holds every error found."""

    def __init__(self, errors: list[StatementError]) -> None:
        self.errors = errors
        super().__init__("; ".join(map(str, errors)))


def parse(data: object, version: str = "2.0.0") -> Statement:
    """Return the typed statement. Raises InvalidStatement with every error."""
    errors = check(data, version)
    if errors:
        raise InvalidStatement(errors)
    assert isinstance(data, dict)
    return read(data)


def read(body: Json) -> Statement:
    """Return the typed statement of a body that `check` found nothing wrong with."""
    target = body["object"]
    context = body.get("context") or {}
    kind = _kind(body)
    registration = context.get("registration")
    return Statement(
        body=body,
        id=UUID(body["id"]) if "id" in body else None,
        actor=identifier_of(body["actor"]),
        verb=body["verb"]["id"],
        kind=kind,
        activity=target["id"] if kind == ObjectKind.ACTIVITY else None,
        refers_to=UUID(target["id"]) if kind in (ObjectKind.STATEMENT_REF, ObjectKind.VOIDED) else None,
        registration=UUID(registration) if registration else None,
        timestamp=parse_timestamp(body["timestamp"], strict=False) if "timestamp" in body else None,
        version=body.get("version"),
        agents=tuple(_agents(body, kind)),
        activities=tuple(_activities(body, kind)),
    )


def _kind(body: Json) -> ObjectKind:
    match body["object"].get("objectType", "Activity"):
        case "Activity":
            return ObjectKind.ACTIVITY
        case "Agent" | "Group":
            return ObjectKind.AGENT
        case "SubStatement":
            return ObjectKind.SUBSTATEMENT
        case _:
            return ObjectKind.VOIDED if body["verb"]["id"] == VOIDED else ObjectKind.STATEMENT_REF


def _agents(body: Json, kind: ObjectKind) -> Iterator[AgentLink]:
    yield from _links(body["actor"], AgentRole.ACTOR, AgentRole.ACTOR_MEMBER)
    if kind == ObjectKind.AGENT:
        yield from _links(body["object"], AgentRole.OBJECT, AgentRole.OBJECT_MEMBER)
    if "context" in body:
        yield from _context_agents(body["context"])
    if kind == ObjectKind.SUBSTATEMENT:
        yield from _sub_agents(body["object"])


def _sub_agents(sub: Json) -> Iterator[AgentLink]:
    yield from _links(sub["actor"], AgentRole.SUB_ACTOR, AgentRole.SUB_ACTOR)
    if sub["object"].get("objectType") in ("Agent", "Group"):
        yield from _links(sub["object"], AgentRole.SUB_OBJECT, AgentRole.SUB_OBJECT)
    if "context" in sub:
        offset = AgentRole.SUB_INSTRUCTOR - AgentRole.INSTRUCTOR
        for link in _context_agents(sub["context"]):
            yield AgentLink(AgentRole(link.role + offset), link.identifier, link.is_group)


def _context_agents(context: Json) -> Iterator[AgentLink]:
    if "instructor" in context:
        yield from _links(context["instructor"], AgentRole.INSTRUCTOR, AgentRole.INSTRUCTOR)
    if "team" in context:
        yield from _links(context["team"], AgentRole.TEAM, AgentRole.TEAM)
    for entry in context.get("contextAgents", ()):
        yield from _links(entry["agent"], AgentRole.CONTEXT_AGENT, AgentRole.CONTEXT_AGENT)
    for entry in context.get("contextGroups", ()):
        yield from _links(entry["group"], AgentRole.CONTEXT_GROUP, AgentRole.CONTEXT_GROUP)


def _links(agent: Json, role: AgentRole, member_role: AgentRole) -> Iterator[AgentLink]:
    """An agent or group, and the members of a group."""
    identifier = identifier_of(agent)
    if identifier:
        yield AgentLink(role, identifier, agent.get("objectType") == "Group")
    for member in agent.get("member", ()):
        member_identifier = identifier_of(member)
        assert member_identifier is not None
        yield AgentLink(member_role, member_identifier, is_group=False)


_CONTEXT_ROLES = {
    "parent": ActivityRole.PARENT,
    "grouping": ActivityRole.GROUPING,
    "category": ActivityRole.CATEGORY,
    "other": ActivityRole.OTHER,
}
_SUB_OFFSET = ActivityRole.SUB_OBJECT - ActivityRole.OBJECT


def _activities(body: Json, kind: ObjectKind) -> Iterator[ActivityLink]:
    if kind == ObjectKind.ACTIVITY:
        target = body["object"]
        yield ActivityLink(ActivityRole.OBJECT, target["id"], target.get("definition"))
    places = body.get("context", {}).get("contextActivities")
    if places:
        yield from _context_activities(places)
    if kind == ObjectKind.SUBSTATEMENT:
        for link in _activities(body["object"], _kind(body["object"])):
            yield ActivityLink(ActivityRole(link.role + _SUB_OFFSET), link.iri, link.definition)


def _context_activities(places: Json) -> Iterator[ActivityLink]:
    for place, activities in places.items():
        for activity in activities if isinstance(activities, list) else [activities]:
            yield ActivityLink(_CONTEXT_ROLES[place], activity["id"], activity.get("definition"))
