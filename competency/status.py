"""The five status words and the rule that picks one (semantics 18). Pure: the words themselves are in `words.py`."""

from __future__ import annotations

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


def status(*, asked: int, held: int, lapses_soon: bool, was_met: bool, is_under_way: bool) -> Status:
    """Return the first that matches: expires soon, met, expired, on the way, missing."""
    if held >= asked:
        return Status.EXPIRES_SOON if lapses_soon else Status.MET
    if was_met:
        return Status.EXPIRED
    return Status.ON_THE_WAY if is_under_way else Status.MISSING
