"""What a year may look like for one employee: which courses she takes when, and who sees her do what.

Pure and seeded: the same worker, the same year. Nothing here writes; `load` turns a life into statements.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

SEED = 20261122
PRACTICE_LEVEL = 3
"""The level that somebody must have seen; a course with a test shows at most the one below."""
COURSES_A_YEAR = 2.8
KNOWN_BEFORE, LEARNT_SINCE = 0.62, 0.88
"""Of what is asked of a keen worker: how much she could when the platform came, and how much with what came after."""


@dataclass(frozen=True)
class Skill:
    """A competency as far as a life depends on it. `shown_by`: ("observation" or "confirmation", role) at level 3."""

    code: str
    validity_months: int | None
    shown_by: tuple[tuple[str, str], ...]
    courses: tuple[str, ...]


@dataclass(frozen=True)
class Worker:
    """One employment as it is lived. `required` is competency -> level; `keenness` 0 to 1."""

    key: str
    required: Mapping[str, int]
    from_day: date
    to_day: date
    keenness: float


@dataclass(frozen=True)
class Taking:
    """A course taken from a day."""

    day: date
    minute: int
    course: str
    fails_first: bool
    stops_early: bool


@dataclass(frozen=True)
class Seen:
    """Somebody in `role` observed or confirmed `level` on a day."""

    day: date
    competency: str
    level: int
    kind: str
    role: str
    outcome: bool = True


@dataclass
class Life:
    """`before`: what was already known when the platform came. `takings` and `seen`: what happened after."""

    before: list[Seen] = field(default_factory=list)
    takings: list[Taking] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)


def live(worker: Worker, skills: Mapping[str, Skill], started: date) -> Life:
    """Return the life of a worker since the platform `started`, the same each time."""
    random = Random(f"{SEED}/{worker.key}")
    life = Life()
    courses: set[str] = set()
    for code in sorted(worker.required):
        _learn(life, courses, worker, skills[code], worker.required[code], started, random)
    time_for = min(len(courses), round(COURSES_A_YEAR * worker.keenness * random.uniform(0.4, 1.6)))
    life.takings = [_taking(course, worker, random) for course in sorted(random.sample(sorted(courses), time_for))]
    return life


def _learn(
    life: Life, courses: set[str], worker: Worker, skill: Skill, level: int, started: date, random: Random
) -> None:
    """Decide how one requirement is met, if it is: known before, taught, seen, or not yet."""
    fate = random.random() / max(worker.keenness, 0.05)
    shown = skill.shown_by[0] if skill.shown_by else None
    was_there = worker.from_day <= started
    if shown and was_there and fate < KNOWN_BEFORE:
        day = started - timedelta(days=random.randrange(5, _memory_days(skill)))
        life.before.append(Seen(day, skill.code, PRACTICE_LEVEL, *shown))
        if _lapses_by(day, skill, worker.to_day) and random.random() < worker.keenness:
            _renew(life, courses, worker, skill, level, random)
    elif fate < LEARNT_SINCE:
        _renew(life, courses, worker, skill, level, random)


def _renew(life: Life, courses: set[str], worker: Worker, skill: Skill, level: int, random: Random) -> None:
    """Learn it now: by a course where that is enough, else by a course at times and somebody who saw it done."""
    teaching = [course for course in skill.courses if course in courses] or list(skill.courses)
    if teaching and (level < PRACTICE_LEVEL or random.random() < 0.25):
        courses.add(teaching[0])
    if skill.shown_by and level >= PRACTICE_LEVEL and random.random() < 0.8:
        day = _day_between(worker.from_day, worker.to_day, random)
        passed = random.random() < 0.96
        life.seen.append(Seen(day, skill.code, PRACTICE_LEVEL, *skill.shown_by[0], passed))


def _taking(course: str, worker: Worker, random: Random) -> Taking:
    day = _day_between(worker.from_day, worker.to_day, random)
    return Taking(day, random.randrange(6 * 60, 21 * 60), course, random.random() < 0.1, random.random() < 0.06)


def _memory_days(skill: Skill) -> int:
    """How long ago something known at the start may have been shown: within its validity, at most two years."""
    return min(730, int((skill.validity_months or 24) * 30.4) - 20)


def _lapses_by(day: date, skill: Skill, end: date) -> bool:
    return skill.validity_months is not None and day + timedelta(days=int(skill.validity_months * 30.4)) <= end


def _day_between(first: date, last: date, random: Random) -> date:
    return first + timedelta(days=random.randrange(max(1, (last - first).days)))
