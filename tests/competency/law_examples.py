"""A small country for the pure tests: one region, two municipalities, a private provider, two courses."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from competency.law import Claim, Inputs, Law, Policy, Review, Rule, Succession
from competency.standing import Evidence, Kind
from competency.trees import parse

REGION, GRANVIK, LYNGFORS, PROVIDER = 1, 2, 3, 4
LINEAGES = {REGION: (REGION,), GRANVIK: (GRANVIK, REGION), LYNGFORS: (LYNGFORS, REGION), PROVIDER: (PROVIDER,)}
PLATFORM = "platform"
START = datetime(2025, 1, 1, 8, tzinfo=UTC)

COURSE_TREE = {"all_of": [{"type": "course"}]}
QUIZ_TREE = {"all_of": [{"type": "course"}, {"type": "quiz"}]}
OBSERVED_TREE = {
    "any_of": [
        {"type": "observation", "by": ["sjukskoterska"], "in_person": True},
        {"type": "formal_qualification", "licence": ["sjukskoterska"]},
    ]
}
TOP_TREE = {"any_of": [{"type": "certificate"}, {"type": "observation", "by": ["mas"]}]}
TREES: dict[int, dict[str, Any]] = {1: COURSE_TREE, 2: QUIZ_TREE, 3: OBSERVED_TREE, 4: TOP_TREE}


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def rule(
    level: int,
    *,
    tree: Any = None,
    months: int | None = 12,
    version: int = 1,
    at: float = 0,
    ends: float | None = None,
    code: str = "HYG-01",
) -> Rule:
    parsed = parse(TREES[level] if tree is None else tree)
    return Rule(code, level, parsed, months, version, day(at), day(at), None if ends is None else day(ends))


def rules(months: int | None = 12, code: str = "HYG-01") -> tuple[Rule, ...]:
    return tuple(rule(level, months=months, code=code) for level in TREES)


def claim(
    activity: str = "hygiene",
    *,
    level: int = 2,
    major: int = 1,
    at: float = 0,
    withdrawn: bool = False,
    ends: float | None = None,
    code: str = "HYG-01",
) -> Claim:
    return Claim(
        activity,
        f"{activity}/questions",
        code,
        level,
        major,
        day(at),
        day(at),
        withdrawn,
        None if ends is None else day(ends),
    )


def review(activity: str = "hygiene", *, node: int = REGION, major: int = 1, at: float = 0) -> Review:
    return Review(activity, major, node, day(at), day(at))


def policy(node: int = REGION, *, counts: bool = True, at: float = 0) -> Policy:
    return Policy(node, counts, day(at), day(at))


def succession(
    old: str = "HYG-01",
    new: str = "HYG-10",
    *,
    levels: dict[int, int] | None = None,
    at: float = 0,
    withdrawn: bool = False,
) -> Succession:
    pairs = tuple(sorted((levels or {level: level for level in TREES}).items()))
    return Succession(old, new, pairs, day(at), day(at), withdrawn, "delad")


def inputs(**changes: Any) -> Inputs:
    """Everything reviewed by the region: what is learnt anywhere counts everywhere in it."""
    return replace(Inputs(rules(), (claim(),), (review(),), (), ()), **changes)


def law(organisation: int = GRANVIK, **changes: Any) -> Law:
    return Law(inputs(**changes), organisation, LINEAGES, PLATFORM)


def evidence(kind: str, at: float, name: str = "", **fields: Any) -> Evidence:
    moment = day(at)
    values: dict[str, Any] = {
        "statement_id": name or f"{kind}-{at}",
        "kind": kind,
        "happened_at": moment,
        "stored": moment,
        "authority": PLATFORM,
        "organisation": GRANVIK,
        "activity": "",
    }
    return Evidence(**(values | fields))


def course(
    at: float,
    name: str = "",
    *,
    registration: str = "r1",
    activity: str = "hygiene",
    major: int | None = 1,
    **fields: Any,
) -> Evidence:
    return evidence(Kind.COURSE, at, name, activity=activity, registration=registration, major=major, **fields)


def quiz(
    at: float,
    name: str = "",
    *,
    registration: str = "r1",
    activity: str = "hygiene",
    major: int | None = 1,
    **fields: Any,
) -> Evidence:
    return evidence(
        Kind.QUIZ, at, name, activity=f"{activity}/questions", registration=registration, major=major, **fields
    )


def started(at: float, name: str = "", *, activity: str = "hygiene", **fields: Any) -> Evidence:
    return evidence(Kind.STARTED, at, name, activity=activity, registration="r1", major=1, **fields)


def observed(
    at: float, level: int = 3, name: str = "", *, by: str = "sjukskoterska", positive: bool = True, **fields: Any
) -> Evidence:
    values: dict[str, Any] = {"competency": "HYG-01", "in_person": True} | fields
    return evidence(Kind.OBSERVATION, at, name, level=level, by=frozenset({by}), positive=positive, **values)


def licence(
    at: float, name: str = "", *, code: str = "sjukskoterska", positive: bool = True, **fields: Any
) -> Evidence:
    return evidence(Kind.QUALIFICATION, at, name, licence=code, licences=frozenset({code}), positive=positive, **fields)


def certificate(at: float, level: int = 4, name: str = "", **fields: Any) -> Evidence:
    return evidence(Kind.CERTIFICATE, at, name, level=level, **({"competency": "HYG-01"} | fields))
