"""The shapes of a statement other than as it came: identifiers only, or with canonical definitions (2.0: 4.1.6.1,
1.0.3: Communication 2.1.3, format). Pure; a statement is never changed in place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from .identity import IFI_NAMES
from .languages import Preferences, lookup

Json = dict[str, Any]
EXACT: Final = "exact"
IDS: Final = "ids"
CANONICAL: Final = "canonical"
FORMATS: Final = (EXACT, IDS, CANONICAL)
COMPONENTS: Final = ("choices", "scale", "source", "target", "steps")


@dataclass(frozen=True, slots=True)
class _Shape:
    """What becomes of each kind of object in a statement, wherever it stands."""

    actor: Callable[[Json], Json]
    verb: Callable[[Json], Json]
    activity: Callable[[Json], Json]

    def of(self, statement: Json) -> Json:
        kept = dict(statement)
        for place in ("actor", "authority"):
            if place in kept:
                kept[place] = self.actor(kept[place])
        kept["verb"] = self.verb(kept["verb"])
        kept["object"] = self._target(kept["object"])
        if "context" in kept:
            kept["context"] = self._context(kept["context"])
        return kept

    def _target(self, target: Json) -> Json:
        match target.get("objectType", "Activity"):
            case "Activity":
                return self.activity(target)
            case "Agent" | "Group":
                return self.actor(target)
            case "SubStatement":
                return self.of(target)
            case _:
                return target

    def _context(self, context: Json) -> Json:
        kept = dict(context)
        for place in ("instructor", "team"):
            if place in kept:
                kept[place] = self.actor(kept[place])
        for place, name in (("contextAgents", "agent"), ("contextGroups", "group")):
            if place in kept:
                kept[place] = [entry | {name: self.actor(entry[name])} for entry in kept[place]]
        if "contextActivities" in kept:
            kept["contextActivities"] = {
                place: [self.activity(activity) for activity in _listed(activities)]
                for place, activities in kept["contextActivities"].items()
            }
        return kept


def _listed(activities: Any) -> list[Json]:
    return activities if isinstance(activities, list) else [activities]


# --- ids -------------------------------------------------------------------------------------------------------------


def ids_only(statement: Json) -> Json:
    """Agents, groups, verbs and activities with what identifies them; anonymous groups with their members."""
    return _IDS.of(statement)


def _identified(actor: Json) -> Json:
    kept = {name: actor[name] for name in IFI_NAMES if name in actor}
    if actor.get("objectType") == "Group":
        kept = {"objectType": "Group", **kept}
        if len(kept) == 1:
            kept["member"] = [_identified(member) for member in actor["member"]]
    return kept


def _id_alone(value: Json) -> Json:
    return {"id": value["id"]}


_IDS = _Shape(actor=_identified, verb=_id_alone, activity=_id_alone)


# --- canonical -------------------------------------------------------------------------------------------------------


def named_in(statement: Json) -> Iterator[tuple[str, str]]:
    """Every verb and activity that a statement names, as ("verb" or "activity", IRI)."""
    found: list[tuple[str, str]] = []

    def note(kind: str) -> Callable[[Json], Json]:
        def noting(value: Json) -> Json:
            found.append((kind, value["id"]))
            return value

        return noting

    _Shape(actor=lambda actor: actor, verb=note("verb"), activity=note("activity")).of(statement)
    yield from found


def definitions_in(statement: Json, iri: str) -> list[Json]:
    """What a statement says of one activity, wherever it names it."""
    found: list[Json] = []

    def noting(value: Json) -> Json:
        if value["id"] == iri and value.get("definition"):
            found.append(value["definition"])
        return value

    _Shape(actor=lambda actor: actor, verb=lambda verb: verb, activity=noting).of(statement)
    return found


def canonical(
    statement: Json, displays: Mapping[str, Json], definitions: Mapping[str, Json], preferences: Preferences
) -> Json:
    """The statement with these displays of verbs and definitions of activities, else its own, each in one language."""

    def verb(value: Json) -> Json:
        display = displays.get(value["id"]) or value.get("display")
        return {"id": value["id"], "display": lookup(display, preferences)} if display else {"id": value["id"]}

    def activity(value: Json) -> Json:
        definition = definitions.get(value["id"]) or value.get("definition")
        return value | {"definition": in_one_language(definition, preferences)} if definition else value

    return _Shape(actor=lambda actor: actor, verb=verb, activity=activity).of(statement)


def in_one_language(definition: Json, preferences: Preferences) -> Json:
    """An activity's definition with one language in each of its maps."""
    kept = dict(definition)
    for name in ("name", "description"):
        if name in kept:
            kept[name] = lookup(kept[name], preferences)
    for name in COMPONENTS:
        if name in kept:
            kept[name] = [
                part | {"description": lookup(part["description"], preferences)} if "description" in part else part
                for part in kept[name]
            ]
    return kept
