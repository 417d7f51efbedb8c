"""What most requirements come to: at these places of a statement these values are refused and those are taken.

A rule is a row of data: the requirement's number, the places, and the values. `requirements.csv` says in words what a
number asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.xapi.bodies import REMOVED, Json, changed, full, full_sub, plain
from xapi.statement import check

VERSIONS = ("1.0.3", "2.0.0")
Placed = Iterator[tuple[str, Json]]
Places = Callable[[Any], Placed]
AGENTS = (
    "actor",
    "object",
    "authority",
    "context.instructor",
    "context.team.member.0",
    "context.contextAgents.0.agent",
)
GROUPS = ("actor", "object", "context.instructor", "context.team", "context.contextGroups.0.group")
ONLY_2 = ("contextAgents", "contextGroups")


@dataclass(frozen=True)
class Rule:
    number: str
    places: Places
    wrong: list[Any]
    right: list[Any]


def at(*paths: str) -> Places:
    """These properties of a statement, and the same ones of a SubStatement."""

    def places(value: Any) -> Placed:
        for path in paths:
            yield path, changed(path, value, full())
            if path.partition(".")[0] not in ("id", "stored", "version", "authority"):
                yield f"object.{path}", changed(f"object.{path}", value, full_sub())

    return places


def agents(value: Any) -> Placed:
    """Wherever an Agent may stand."""
    return _actors(AGENTS, value)


def groups(value: Any) -> Placed:
    """Wherever a Group may stand."""
    return _actors(GROUPS, value)


def identified(value: Json) -> Placed:
    """Wherever an Agent or a Group may stand that is identified by this."""
    yield from agents({"objectType": "Agent", **value})
    yield from groups({"objectType": "Group", **value})


def _actors(paths: tuple[str, ...], value: Any) -> Placed:
    for path in paths:
        if path == "object":
            yield path, plain(object=value)
        else:
            yield from at(path)(value)


def whole(value: Json) -> Placed:
    """The properties of a statement, and the same ones of a SubStatement."""
    yield "", plain(**value)
    yield "object", plain(object={"objectType": "SubStatement", **plain(**value)})


def judge(rule: Rule, version: str) -> None:
    """Every wrong value is refused, for the place where it stands; every right one is taken."""
    for value in rule.wrong:
        for path, body in rule.places(value):
            if body := in_version(body, path, version):
                found = [error.path for error in check(body, version)]
                assert any(_is_near(one, path) for one in found), (path, value, found)
    for value in rule.right:
        for path, body in rule.places(value):
            if body := in_version(body, path, version):
                assert check(body, version) == [], (path, value)


def in_version(body: Json, path: str, version: str) -> Json:
    """The statement as that version has it; nothing, if the place is not there in that version."""
    if version == "2.0.0":
        return body
    if any(name in path for name in ONLY_2):
        return {}
    for place in (body, body.get("object")):
        if isinstance(place, dict) and isinstance(place.get("context"), dict):
            place["context"] = {name: value for name, value in place["context"].items() if name not in ONLY_2}
    return body | {"version": "1.0.0"} if body.get("version") == "2.0.0" else body


def _is_near(error: str, path: str) -> bool:
    """True when an error is told of the place, of something within it, or of what should hold it."""
    place = "$" + "".join(f"[{name}]" if name.isdigit() else f".{name}" for name in path.split(".") if name)
    return error.startswith(place) or place.startswith(error)


__all__ = ["REMOVED", "VERSIONS", "Rule", "agents", "at", "groups", "identified", "in_version", "judge", "whole"]
