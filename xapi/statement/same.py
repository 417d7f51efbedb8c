"""When two statements are the same (2.0: 4.2.4, 1.0.3: Data 2.3.1, statement comparison requirements)."""

from __future__ import annotations

from typing import Any

from .formats import comparable_duration, parse_timestamp

Json = dict[str, Any]
ASSIGNED = frozenset({"id", "authority", "stored", "timestamp", "version"})
"""What the store may set itself, and so does not count."""


def same(stored: Json, sent: Json) -> bool:
    """True when `sent`, a valid statement, says what `stored` says.

    Ignored: what the store assigns, definitions of activities, display of verbs, the order of group members, the
    offset of timestamps, the case of mailbox domains, and fractions of a duration beyond hundredths of a second. A
    timestamp that was sent must be the moment that is stored; one that was not was assigned.
    """
    if "timestamp" in sent and _moment(sent["timestamp"]) != _moment(stored["timestamp"]):
        return False
    return comparable(stored) == comparable(sent)


def comparable(statement: Json) -> Json:
    """Return a form of a valid statement that is equal for statements that are the same, but for the timestamp."""
    kept = {key: value for key, value in statement.items() if key not in ASSIGNED}
    kept["actor"] = _agent(kept["actor"])
    kept["verb"] = kept["verb"]["id"]
    kept["object"] = _target(kept["object"])
    if "result" in kept and "duration" in kept["result"]:
        kept["result"] = kept["result"] | {"duration": comparable_duration(kept["result"]["duration"])}
    if "context" in kept:
        kept["context"] = _context(kept["context"])
    return kept


def _target(target: Json) -> Json:
    kind = target.get("objectType", "Activity")
    if kind == "Activity":
        return {"id": target["id"]}
    if kind in ("Agent", "Group"):
        return _agent(target)
    if kind == "SubStatement":
        moment = _moment(target["timestamp"]) if "timestamp" in target else None
        return comparable(target) | {"timestamp": moment}
    return target | {"id": target["id"].lower()}


def _context(context: Json) -> Json:
    kept = dict(context)
    for place in ("instructor", "team"):
        if place in kept:
            kept[place] = _agent(kept[place])
    for place, name in (("contextAgents", "agent"), ("contextGroups", "group")):
        if place in kept:
            kept[place] = [entry | {name: _agent(entry[name])} for entry in kept[place]]
    if "contextActivities" in kept:
        kept["contextActivities"] = {
            place: [activity["id"] for activity in (value if isinstance(value, list) else [value])]
            for place, value in kept["contextActivities"].items()
        }
    if "registration" in kept:
        kept["registration"] = kept["registration"].lower()
    return kept


def _agent(agent: Json) -> Json:
    kept = agent | {"objectType": agent.get("objectType", "Agent")}
    if "mbox" in kept:
        local, _, domain = kept["mbox"].rpartition("@")
        kept["mbox"] = f"{local}@{domain.lower()}"
    if "mbox_sha1sum" in kept:
        kept["mbox_sha1sum"] = kept["mbox_sha1sum"].lower()
    if "member" in kept:
        kept["member"] = sorted((_agent(member) for member in kept["member"]), key=repr)
    return kept


def _moment(timestamp: str) -> object:
    return parse_timestamp(timestamp, strict=False)
