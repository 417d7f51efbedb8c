"""The statements that the record store is measured with: those of a system that municipalities have already."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID, uuid4

HOME = "https://learning.example.org"
ANSWERED = "http://adlnet.gov/expapi/verbs/answered"
COMPLETED = "http://adlnet.gov/expapi/verbs/completed"
PEOPLE, QUESTIONS, MODULES, COURSES = 60, 138, 129, 36
PER_PERSON = 100
"""Statements of each person in a filled store, whatever its size: then an answer is as long in both."""


def person(number: int) -> dict[str, Any]:
    return {"objectType": "Agent", "account": {"homePage": HOME, "name": f"{number:08}"}}


def course(number: int) -> str:
    return f"{HOME}/courses/{number % COURSES}"


def body(number: int, moment: datetime) -> dict[str, Any]:
    """A statement: three in four `answered` with choices and a response, one `completed`."""
    is_answer = number % 4 != 0
    kind, count = ("questions", QUESTIONS) if is_answer else ("modules", MODULES)
    target: dict[str, Any] = {"objectType": "Activity", "id": f"{HOME}/{kind}/{number % count}"}
    if is_answer:
        target["definition"] = {
            "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
            "interactionType": "choice",
            "correctResponsesPattern": ["1"],
            "choices": [{"id": str(n), "description": {"sv": f"Svarsalternativ {n} till frågan"}} for n in range(4)],
        }
    return {
        "id": str(uuid4()),
        "actor": person(number % PEOPLE),
        "verb": {"id": ANSWERED if is_answer else COMPLETED, "display": {"sv": "gjorde", "en": "did"}},
        "object": target,
        "result": {"success": True, "response": "1", "duration": "PT12S"} if is_answer else {"completion": True},
        "context": {
            "registration": str(UUID(int=number // 20)),
            "revision": "1.0",
            "platform": "Lärplattformen",
            "contextActivities": {
                "parent": [{"objectType": "Activity", "id": course(number)}],
                "grouping": [{"objectType": "Activity", "id": f"{HOME}/profiles/underskoterska"}],
            },
        },
        "timestamp": moment.isoformat(),
    }


# --- A large store ---------------------------------------------------------------------------------------------------


def fill(size: int) -> None:
    """Bring the store to `size` statements: some hundred recorded, then copied row by row for other people."""
    from django.db import connection

    from bench import floors
    from xapi.api import record

    at = datetime.now(UTC) - timedelta(days=365)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM xapi_statement")
        (stored,) = cursor.fetchone()
    if stored == 0:
        for first in range(0, 3600, 400):
            record([body(number, at) for number in range(first, first + 400)], organisation=None, at=at)
        stored = 3600
    agents = floors.make_agents([person(number) for number in range(size // PER_PERSON)])
    floors.copy_statements(size - stored, agents, at)
    floors.analyse()
    connection.close()


Address = Callable[[int], str]


def questions(size: int) -> dict[str, tuple[Address, Address]]:
    """Each question as an address of the store and as one of its floor, by the number of the asking."""
    import json

    chooser = random.Random(size)
    people = [chooser.randrange(PEOPLE, size // PER_PERSON) for _number in range(1000)]
    since = (datetime.now(UTC) - timedelta(days=300)).isoformat()

    def both(name: str, parameters: Callable[[int], dict[str, Any]]) -> tuple[Address, Address]:
        def store(number: int) -> str:
            asked = {key: json.dumps(v) if isinstance(v, dict) else v for key, v in parameters(number).items()}
            return f"/xapi/statements?{urlencode(asked, quote_via=quote)}"

        def floor(number: int) -> str:
            asked = {key: v["account"]["name"] if isinstance(v, dict) else v for key, v in parameters(number).items()}
            return f"/__floor/{name}/?{urlencode(asked, quote_via=quote)}"

        return store, floor

    return {
        "agent, verb, activity": both(
            "agent-verb-activity",
            lambda n: {
                "agent": person(people[n % 1000]),
                "verb": ANSWERED,
                "activity": f"{HOME}/questions/{n % QUESTIONS}",
            },
        ),
        "agent, 50 rows": both("agent", lambda n: {"agent": person(people[n % 1000]), "limit": 50}),
        "verb and since, 100": both("verb", lambda n: {"verb": COMPLETED, "since": since, "limit": 100}),
        "related activity, 100": both(
            "related", lambda n: {"activity": course(n), "related_activities": "true", "limit": 100}
        ),
    }
