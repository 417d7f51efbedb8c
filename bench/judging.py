"""Judged queries, and how well lists of courses answer them.

`given.json` came with the task; `own.json` was written and judged from reading the courses before any of it was run.
NDCG takes 2^grade - 1 as the gain of a course. A query succeeds at k if a course of its best grade is among the
first k. One that nothing answers is right if nothing is found, or if the search itself says that it is not sure.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

QUERIES = Path(__file__).resolve().parent / "search_queries"
SETS = ("given", "own")
NO_HIT = "no_hit"


@dataclass(frozen=True)
class Judged:
    id: str
    query: str
    kind: str
    relevance: dict[str, int]


@dataclass(frozen=True)
class Listed:
    """The courses that a system lists for a query, best first, and whether it is sure of them."""

    courses: tuple[str, ...]
    is_sure: bool = True


@dataclass(frozen=True)
class Quality:
    """Means over queries. `found`: the share with any course at all."""

    queries: int
    ndcg: float
    first: float
    three: float
    found: float


def judged(name: str) -> list[Judged]:
    rows = json.loads((QUERIES / f"{name}.json").read_text(encoding="utf-8"))["queries"]
    return [Judged(row["id"], row["query"], row["kind"], row["relevance"]) for row in rows]


def quality(queries: Iterable[Judged], answer: Callable[[str], Listed]) -> Quality:
    """How well a system answers queries that something answers."""
    rows = [_scores(one, answer(one.query).courses) for one in queries]
    means = [sum(column) / len(rows) for column in zip(*rows, strict=True)] if rows else [0.0] * 4
    return Quality(len(rows), *means)


def is_right_to_find_nothing(answer: Listed) -> bool:
    return not answer.courses or not answer.is_sure


def answerable(queries: Iterable[Judged]) -> list[Judged]:
    return [one for one in queries if one.kind != NO_HIT]


def _scores(query: Judged, courses: Sequence[str]) -> tuple[float, float, float, float]:
    best = max(query.relevance.values())
    place = next((at for at, course in enumerate(courses) if query.relevance.get(course) == best), len(courses) + 3)
    return ndcg(query.relevance, courses), float(place < 1), float(place < 3), float(bool(courses))


def ndcg(relevance: dict[str, int], courses: Sequence[str], size: int = 5) -> float:
    ideal = _gain(sorted(relevance.values(), reverse=True)[:size])
    return _gain([relevance.get(course, 0) for course in courses[:size]]) / ideal if ideal else 0.0


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))
