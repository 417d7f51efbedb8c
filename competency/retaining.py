"""What is still remembered: right answers, so many and so far apart that a rule calls it so. Pure.

A day counts when something was answered rightly on it and nothing wrongly. The first such day begins a row; each that
lies far enough after the one counted before it is another, until the row is as long as the rule asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from people.clock import STOCKHOLM

from .trees import Leaf


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to a question about a competency. `organisation`: under which it was given."""

    statement_id: str
    happened_at: datetime
    is_right: bool
    organisation: int | None = None

    @property
    def day(self) -> date:
        return self.happened_at.astimezone(STOCKHOLM).date()


def rows_of(answers: Iterable[Answer], leaf: Leaf, since: datetime | None = None) -> list[tuple[Answer, ...]]:
    """Return every whole row of days that satisfies the leaf, as the last answer of each day; no day is in two.

    `since`: what was given by then is part of a row already summed up.
    """
    ordered = sorted(answers, key=lambda answer: (answer.happened_at, answer.statement_id))
    found: list[tuple[Answer, ...]] = []
    row: list[Answer] = []
    for day, group in groupby(ordered, key=lambda answer: answer.day):
        given = list(group)
        if not all(answer.is_right for answer in given) or (since is not None and given[-1].happened_at <= since):
            continue
        if not row or (day - row[-1].day).days >= leaf.days:
            row.append(given[-1])
        if len(row) == leaf.answers:
            found.append(tuple(row))
            row = []
    return found
