"""Statements to test with: the smallest that is valid, and one that holds everything."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

BASE = "https://larnara.example.org"
AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ANNA = "a" * 32
BEATA = "b" * 32
COMPLETED = "http://adlnet.gov/expapi/verbs/completed"
ANSWERED = "http://adlnet.gov/expapi/verbs/answered"
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
COURSE = f"{BASE}/activities/course/5b7c7a3e-8a4c-4a53-9d6e-3f0f2d0f7a11"

Json = dict[str, Any]


def agent(key: str = ANNA) -> Json:
    return {"objectType": "Agent", "account": {"homePage": BASE, "name": key}}


def plain(**changes: Any) -> Json:
    """The smallest valid statement, with `changes` to its properties."""
    return {"actor": agent(), "verb": {"id": COMPLETED}, "object": {"id": COURSE}} | changes


def named(**changes: Any) -> Json:
    """The same with an id of its own."""
    return plain(id=str(uuid4()), **changes)


def voiding(statement_id: object, **changes: Any) -> Json:
    reference = {"objectType": "StatementRef", "id": str(statement_id)}
    return plain(verb={"id": VOIDED}, object=reference, **changes)


_FULL: Json = {
    "id": "fd41c918-b88b-4b20-a0a5-a4c32391aaa0",
    "actor": {"objectType": "Agent", "name": "Anna Ek", "mbox": "mailto:Anna.Ek@Example.org"},
    "verb": {"id": ANSWERED, "display": {"sv": "svarade på", "en-GB": "answered"}},
    "object": {
        "objectType": "Activity",
        "id": "http://example.com/activities/question",
        "definition": {
            "name": {"sv": "Frågan"},
            "description": {"sv": "Vilken är rätt?"},
            "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
            "moreInfo": "http://example.com/more",
            "interactionType": "choice",
            "correctResponsesPattern": ["a[,]b"],
            "choices": [{"id": "a", "description": {"sv": "Ja"}}, {"id": "b"}],
            "extensions": {"http://example.com/x": {"deep": [1, None, "text"]}},
        },
    },
    "result": {
        "score": {"scaled": 0.5, "raw": 5, "min": 0, "max": 10},
        "success": True,
        "completion": False,
        "response": "a[,]b",
        "duration": "PT1M0.5S",
        "extensions": {"http://example.com/comment": "Hon såg trött ut", "http://example.com/count": 3},
    },
    "context": {
        "registration": "6a5c2c7e-1c2f-4b0a-9f0a-8b6a3a1a0b01",
        "instructor": {"name": "Bo Ask", "account": {"homePage": "http://hr.example.com", "name": "1234"}},
        "team": {
            "objectType": "Group",
            "name": "Natten",
            "member": [{"openid": "http://example.com/anna"}, {"mbox_sha1sum": "A" * 40}],
        },
        "contextActivities": {
            "parent": {"id": "http://example.com/activities/set"},
            "grouping": [{"id": "http://example.com/activities/course", "definition": {"name": {"sv": "Kursen"}}}],
            "category": [{"id": "http://example.com/profile"}],
            "other": [],
        },
        "revision": "1.2",
        "platform": "Simulatorn",
        "language": "sv-SE",
        "statement": {"objectType": "StatementRef", "id": "6a5c2c7e-1c2f-4b0a-9f0a-8b6a3a1a0b02"},
        "contextAgents": [
            {
                "objectType": "contextAgent",
                "agent": {"mbox": "mailto:handledare@example.org"},
                "relevantTypes": ["http://example.com/types/mentor"],
            }
        ],
        "contextGroups": [
            {"objectType": "contextGroup", "group": {"objectType": "Group", "mbox": "mailto:natten@example.org"}}
        ],
        "extensions": {"http://example.com/room": "Sal 3"},
    },
    "timestamp": "2026-11-22T08:59:00.123+01:00",
    "version": "2.0.0",
    "authority": {"mbox": "mailto:system@example.org"},
    "stored": "2026-11-22T08:59:01Z",
    "attachments": [
        {
            "usageType": "http://example.com/usage/photo",
            "display": {"sv": "Bild"},
            "description": {"sv": "En bild"},
            "contentType": "image/png; q=1",
            "length": 3,
            "sha2": "b" * 64,
            "fileUrl": "http://example.com/photo.png",
        }
    ],
}


def full(**changes: Any) -> Json:
    """A valid statement with every property that an activity's statement can have."""
    return copy.deepcopy(_FULL) | changes


def full_sub(**changes: Any) -> Json:
    """A valid statement whose object is a SubStatement with agents and activities of its own."""
    inner = {key: value for key, value in full().items() if key not in ("id", "version", "authority", "stored")}
    return plain(object={"objectType": "SubStatement", **inner}, **changes)


class Removed:
    def __repr__(self) -> str:
        return "removed"


REMOVED = Removed()


def changed(path: str, value: Any, body: Json | None = None) -> Json:
    """Return a statement with the property at a dotted path set, or removed."""
    result = copy.deepcopy(body or full())
    *parents, last = path.split(".")
    place: Any = result
    for name in parents:
        place = place[int(name)] if name.isdigit() else place[name]
    if isinstance(place, list):
        place[int(last)] = value
    elif value is REMOVED:
        del place[last]
    else:
        place[last] = value
    return result
