"""Whether an assignment is done: it closes by itself, in the moment the level is held or the course is taken. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from ..segments import END, LEVEL, START, text_of


class State(StrEnum):
    OPEN = "open"
    LATE = "late"
    DONE = "done"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Taken:
    """A course was completed, and its questions passed, in one of its main versions."""

    major: int
    happened_at: datetime


def done_at(segments: list[Any], level: int, assigned_at: datetime, moment: datetime) -> datetime | None:
    """Return when the level was first held after it was assigned, by the stored segments; None: not by `moment`.

    What lapses afterwards is a gap again, and not this assignment.
    """
    since, now = text_of(assigned_at), text_of(moment)
    for row in segments:
        if row[LEVEL] >= level and row[START] < now and (row[END] is None or row[END] > since):
            return max(datetime.fromisoformat(row[START]), assigned_at)
    return None


def course_done_at(taken: Iterable[Taken], major: int, assigned_at: datetime, moment: datetime) -> datetime | None:
    """Return when the course was first taken in that main version or a later one; None: not by `moment`.

    What turns out to have been taken before it was assigned, on a phone without a network, is done from the start.
    """
    times = [each.happened_at for each in taken if each.major >= major and each.happened_at < moment]
    return max(min(times), assigned_at) if times else None


def state_of(done: datetime | None, withdrawn: datetime | None, by_day: date, today: date) -> State:
    """Return how it stands. What was done before it was withdrawn is done."""
    if done is not None and (withdrawn is None or done <= withdrawn):
        return State.DONE
    if withdrawn is not None:
        return State.WITHDRAWN
    return State.LATE if by_day < today else State.OPEN
