"""Taking out of a statement what may one day have to be disposed of, and putting it back exactly (semantics 10).

Out go: answers, attachments, extensions that hold text, the names of agents, and every identifier that is not one of
our own opaque accounts. A foreign identifier leaves an account below `<base>/pseudonyms` in its place, so that the
payload is a whole and valid statement also when the rest is gone. Other parts leave null, which keeps their place.

A payload is never changed in place: `split` copies what it changes and shares the rest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from .identity import IFI_NAMES, STAND_INS, Identifier, identifier_of

Path = list[str | int]
Part = tuple[Path, Any]
Json = dict[str, Any]


STAND_IN: Final = re.compile(rf'"account":\{{"homePage":"[^"]*{STAND_INS}","name":"[0-9a-f]{{32}}"\}}')
"""What a foreign identifier leaves in the text of a payload."""

dumps: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
"""A statement, or a part of one, as the text that the store keeps and returns."""


def holds_text(value: object) -> bool:
    """True when a person could have written something in `value`: any string, at any depth, keys included."""
    if isinstance(value, dict):
        return bool(value)
    if isinstance(value, list):
        return any(holds_text(item) for item in value)
    return isinstance(value, str) and value != ""


@dataclass(slots=True)
class Splitter:
    """Splits statements. `pseudonym` names the agent row that stands in for a foreign identifier."""

    base: str
    coded: Container[str]
    pseudonym: Callable[[Identifier], str]
    parts: list[Part] = field(default_factory=list)

    def split(self, statement: Json) -> tuple[Json, list[Part]]:
        """Return the payload to store and the parts taken out of it, in the order they are put back."""
        self.parts = []
        return self._statement(statement, []), self.parts

    def _statement(self, statement: Json, path: Path) -> Json:
        kept = dict(statement)
        for place in ("actor", "authority"):
            if place in kept:
                kept[place] = self._agent(kept[place], [*path, place])
        if "attachments" in kept:
            self._take(kept, "attachments", path)
        if "result" in kept:
            kept["result"] = self._result(kept["result"], [*path, "result"])
        if "context" in kept:
            kept["context"] = self._context(kept["context"], [*path, "context"])
        kind = kept["object"].get("objectType")
        if kind in ("Agent", "Group"):
            kept["object"] = self._agent(kept["object"], [*path, "object"])
        elif kind == "SubStatement":
            kept["object"] = self._statement(kept["object"], [*path, "object"])
        return kept

    def _result(self, result: Json, path: Path) -> Json:
        if "response" not in result and "extensions" not in result:
            return result
        kept = dict(result)
        if "response" in kept:
            self._take(kept, "response", path)
        self._extensions(kept, path)
        return kept

    def _context(self, context: Json, path: Path) -> Json:
        kept = dict(context)
        for place in ("instructor", "team"):
            if place in kept:
                kept[place] = self._agent(kept[place], [*path, place])
        for place, name in (("contextAgents", "agent"), ("contextGroups", "group")):
            if place in kept:
                kept[place] = [
                    entry | {name: self._agent(entry[name], [*path, place, index, name])}
                    for index, entry in enumerate(kept[place])
                ]
        self._extensions(kept, path)
        return kept

    def _extensions(self, parent: Json, path: Path) -> None:
        extensions = parent.get("extensions")
        if not extensions:
            return
        kept = dict(extensions)
        for iri, value in extensions.items():
            if iri not in self.coded and holds_text(value):
                self._take(kept, iri, [*path, "extensions"])
        parent["extensions"] = kept

    def _agent(self, agent: Json, path: Path) -> Json:
        identifier = identifier_of(agent)
        is_foreign = identifier is not None and not identifier.names_nobody(self.base)
        if not is_foreign and "name" not in agent and "member" not in agent:
            return agent
        kept = dict(agent)
        if identifier is not None and is_foreign:
            kept = self._pseudonymised(kept, identifier, path)
        if "name" in kept:
            self._take(kept, "name", path)
        if "member" in kept:
            kept["member"] = [self._agent(m, [*path, "member", i]) for i, m in enumerate(kept["member"])]
        return kept

    def _pseudonymised(self, agent: Json, identifier: Identifier, path: Path) -> Json:
        """Replace the identifier by a stand-in account; its part remembers its property, so that order is kept."""
        name = next(name for name in IFI_NAMES if name in agent)
        self.parts.append(([*path, name], agent[name]))
        stand_in = {"homePage": f"{self.base}{STAND_INS}", "name": self.pseudonym(identifier)}
        return {
            ("account" if key == name else key): (stand_in if key == name else value) for key, value in agent.items()
        }

    def _take(self, parent: Json, key: str, path: Path) -> None:
        self.parts.append(([*path, key], parent[key]))
        parent[key] = None


def reassemble(payload: Json, parts: list[Part]) -> Json:
    """Put `parts` back into a payload just read from the store. It is changed and returned."""
    for path, value in parts:
        parent = _at(payload, path[:-1])
        key = path[-1]
        if key in IFI_NAMES and key not in parent:
            _rename(parent, "account", key, value)
        else:
            parent[key] = value
    return payload


def close(payload: Json, paths: list[Path]) -> Json:
    """Remove the holes of parts that were disposed of; stand-in accounts stay. It is changed and returned."""
    for path in paths:
        parent = _at(payload, path[:-1])
        if isinstance(parent, dict) and parent.get(path[-1], ...) is None:
            del parent[path[-1]]
    return payload


def stand_ins(payload: Json, paths: list[Path]) -> dict[str, Json]:
    """The stand-in accounts of a stored payload, by the path of the agent that each belongs to."""
    found = {}
    for path in paths:
        if path[-1] in IFI_NAMES:
            found[str(path[:-1])] = _at(payload, path[:-1])["account"]
    return found


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def _rename(parent: Json, old: str, new: str | int, value: Any) -> None:
    """Replace the key `old` by `new` where it stands."""
    items = [(str(new) if key == old else key, value if key == old else item) for key, item in parent.items()]
    parent.clear()
    parent.update(items)


# --- What lies in the store ------------------------------------------------------------------------------------------


class Kept(NamedTuple):
    """A statement as it lies in the store: the texts of its payload and of its redactable part, if it has one.

    `stored` is as the driver gives it (`people.api.moment_of`).
    """

    pk: int
    stored: Any
    payload: str
    content: str | None
    is_tombstone: bool

    def body(self) -> Json:
        """The whole statement; after disposal, without what was disposed of."""
        payload: Json = json.loads(self.payload)
        if self.content is None:
            return payload
        content = json.loads(self.content)
        return close(payload, content["paths"]) if self.is_tombstone else reassemble(payload, content["parts"])

    def text(self) -> str:
        """The same as JSON text, without reading the payload where the text of it suffices."""
        if self.content is None:
            return self.payload
        filled = None if self.is_tombstone else fill(self.payload, json.loads(self.content)["parts"])
        return dumps(self.body()) if filled is None else filled


def fill(payload: str, parts: list[Part]) -> str | None:
    """Put `parts` back into the text of a payload; None when the text does not say for certain where each belongs.

    It says so when what a part left behind is there once: our own text has no other way to write it.
    """
    for path, value in parts:
        key = path[-1]
        if key in IFI_NAMES:
            holes = STAND_IN.findall(payload)
            hole = holes[0] if len(holes) == 1 else ""
        else:
            hole = f"{dumps(key)}:null"
        before, _hole, after = payload.partition(hole) if hole else ("", "", "")
        if not _hole or hole in after:
            return None
        payload = f"{before}{dumps(key)}:{dumps(value)}{after}"
    return payload
