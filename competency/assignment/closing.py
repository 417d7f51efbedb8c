"""Whether an assignment is done: it closes by itself, in the moment the level is held. Pure."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from ..segments import END, LEVEL, START, text_of


class State(StrEnum):
    OPEN = "open"
    LATE = "late"
    DONE = "done"
    WITHDRAWN = "withdrawn"


def done_at(segments: list[Any], level: int, assigned_at: datetime, moment: datetime) -> datetime | None:
    """Return when the level was first held after it was assigned, by the stored segments; None: not by `moment`.

    What lapses afterwards is a gap again, and not this assignment.
    """
    since, now = text_of(assigned_at), text_of(moment)
    for row in segments:
        if row[LEVEL] >= level and row[START] < now and (row[END] is None or row[END] > since):
            return max(datetime.fromisoformat(row[START]), assigned_at)
    return None


def state_of(done: datetime | None, withdrawn: datetime | None, by_day: date, today: date) -> State:
    """Return how it stands. What was done before it was withdrawn is done."""
    if done is not None and (withdrawn is None or done <= withdrawn):
        return State.DONE
    if withdrawn is not None:
        return State.WITHDRAWN
    return State.LATE if by_day < today else State.OPEN
