"""The five status words and the rule that picks one (semantics 18). Pure: the words themselves are in `words.py`."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum


class Status(StrEnum):
    MET = "met"
    EXPIRES_SOON = "expires-soon"
    EXPIRED = "expired"
    ON_THE_WAY = "on-the-way"
    MISSING = "missing"

    @property
    def is_met(self) -> bool:
        return self in (Status.MET, Status.EXPIRES_SOON)


def status(
    *,
    asked: int,
    held: int,
    until: datetime | None,
    was_met: bool,
    is_under_way: bool,
    moment: datetime,
    soon_days: int,
) -> Status:
    """Return the first that matches: expires soon, met, expired, on the way, missing.

    `until` is when the level asked lapses (None: never), `moment` the end of the day that is asked about.
    """
    if held >= asked:
        lapses_soon = until is not None and until <= moment + timedelta(days=soon_days)
        return Status.EXPIRES_SOON if lapses_soon else Status.MET
    if was_met:
        return Status.EXPIRED
    return Status.ON_THE_WAY if is_under_way else Status.MISSING
