"""What goes into the fold and what comes out. Named tuples where a fold makes hundreds of them."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from ..law import Period
from ..trees import CERTIFICATE, CONFIRMATION, COURSE, EQUIVALENT, OBSERVATION, QUALIFICATION, QUIZ, RETENTION

TOP: Final = 4


class Kind:
    """What a statement is evidence of; all but the last are also the leaves of a rule. Plain strings hash fastest."""

    COURSE: Final = COURSE
    QUIZ: Final = QUIZ
    OBSERVATION: Final = OBSERVATION
    CONFIRMATION: Final = CONFIRMATION
    QUALIFICATION: Final = QUALIFICATION
    CERTIFICATE: Final = CERTIFICATE
    EQUIVALENT: Final = EQUIVALENT
    RETENTION: Final = RETENTION
    STARTED: Final = "started"


ASSESSED: Final = (OBSERVATION, CONFIRMATION)
LEARNT: Final = (COURSE, QUIZ, Kind.STARTED)


class Evidence(NamedTuple):
    """What one statement shows, without free text. `by` holds the roles and licences of whoever judged it."""

    statement_id: str
    kind: str
    happened_at: datetime
    stored: datetime
    authority: str
    organisation: int | None
    activity: str
    registration: str | None = None
    major: int | None = None
    competency: str = ""
    level: int = 0
    positive: bool = True
    by: frozenset[str] = frozenset()
    licence: str = ""
    licences: frozenset[str] = frozenset()
    """The licence together with those that it implies."""
    until: datetime | None = None
    in_person: bool = False
    checklist: bool = False
    from_start: bool = False
    voided_at: datetime | None = None

    @property
    def told_kind(self) -> str:
        """What another organisation is told of how it was shown: whether it was learnt, and no more."""
        return self.kind if self.kind in LEARNT else Kind.EQUIVALENT


class Segment(NamedTuple):
    """`level` from `start` until `end`. `ends[n - 1]` is until when level n holds, as known at `start` (None: ever)."""

    start: datetime
    end: datetime | None
    level: int
    ends: tuple[datetime | None, ...]
    rule_level: int
    rule_version: int
    reasons: tuple[str, ...]

    def covers(self, moment: datetime) -> bool:
        return self.start < moment and (self.end is None or moment <= self.end)


class Folded(NamedTuple):
    """One competency: the segments in order, and the periods in which something was under way towards it."""

    segments: tuple[Segment, ...] = ()
    under_way: tuple[tuple[datetime, datetime | None], ...] = ()

    def at(self, moment: datetime) -> Segment | None:
        """Return the segment that holds just before `moment` (the end of the day asked about)."""
        return next((segment for segment in self.segments if segment.covers(moment)), None)

    def is_under_way(self, moment: datetime) -> bool:
        return any(start < moment and (end is None or moment <= end) for start, end in self.under_way)


class Piece(NamedTuple):
    """From `start` until `end` some evidence shows `level`; as things stood then, it would hold until `until`."""

    start: datetime
    end: datetime
    until: datetime
    shown_at: datetime
    level: int
    version: int
    ids: tuple[str, ...]


class Item(NamedTuple):
    """Evidence that counts for a competency: to which level, in which periods, and cut short from when on."""

    evidence: Evidence
    level: int
    periods: tuple[Period, ...]
    cuts: tuple[tuple[datetime, datetime], ...] = ()


Pile = dict[str, list[Item]]
"""All that counts for one competency, by kind."""
