"""From pieces to segments: one level at a time, cut where anything begins, ends or is blocked. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from ..law import BEGINNING, FOREVER, Law
from .shapes import ASSESSED, TOP, Evidence, Item, Kind, Piece, Pile, Segment

Block = tuple[datetime, datetime, int]
"""From, until, and the lowest level that a failed assessment removes in between."""


def segments_of(pieces: list[Piece], blocks: list[Block]) -> Iterator[Segment]:
    """Yield the segments in order: what the pieces show, less what is blocked."""
    edges = {piece.start for piece in pieces}
    edges.update(piece.end for piece in pieces)
    for block in blocks:
        edges.update(block[:2])
    coming = sorted(pieces, key=lambda piece: piece.start, reverse=True)
    active: list[Piece] = []
    last: Segment | None = None
    for start, end in pairwise(sorted(edges)):
        active = [piece for piece in active if piece.end > start]
        while coming and coming[-1].start <= start:
            active.append(coming.pop())
        segment = _segment(start, end, active, lowest_blocked(start, end, blocks) - 1) if active else None
        if segment and last and last.end == start and last[2:] == segment[2:]:
            last = last._replace(end=segment.end)
            continue
        if last:
            yield last
        last = segment
    if last:
        yield last


def blocks_of(competency: str, pile: Pile, law: Law) -> list[Block]:
    """Return what failed assessments remove, until later ones lift it."""
    judged = [item for kind in ASSESSED for item in pile.get(kind, ())]
    failed = [item for item in judged if not item.evidence.positive and _is_entitled(competency, item.evidence, law)]
    found: list[Block] = []
    for item in failed:
        lifts = [other for other in judged if _may_lift(item.evidence, other.evidence)]
        found += _block(item, [other for other in lifts if _is_entitled(competency, other.evidence, law)])
    return found


def unblocked(piece: Piece, blocks: list[Block]) -> Iterator[Piece]:
    """Yield the piece in parts, each at the level that failed assessments leave of it."""
    edges = {edge for block in blocks for edge in block[:2] if piece.start < edge < piece.end}
    last: Piece | None = None
    for start, end in pairwise(sorted({piece.start, piece.end, *edges})):
        level = min(piece.level, lowest_blocked(start, end, blocks) - 1)
        if last and last.level == level:
            last = last._replace(end=end)
            continue
        if last and last.level:
            yield last
        last = piece._replace(start=start, end=end, level=level)
    if last and last.level:
        yield last


def until_or_never(moment: datetime) -> datetime | None:
    return None if moment == FOREVER else moment


def lowest_blocked(start: datetime, end: datetime, blocks: list[Block]) -> int:
    """Return the lowest level that is removed all of that time; one above the scale when none is."""
    return min((lowest for since, until, lowest in blocks if since <= start and end <= until), default=TOP + 1)


def _segment(start: datetime, end: datetime, active: list[Piece], cap: int) -> Segment | None:
    top = min(cap, max([piece.level for piece in active]))
    if top < 1:
        return None
    latest = [BEGINNING] * (top + 1)
    best: Piece | None = None
    for piece in active:
        level = min(piece.level, top)
        latest[level] = max(latest[level], piece.until)
        if level == top and (best is None or _is_better(piece, best)):
            best = piece
    assert best is not None, "some piece reaches the top"
    for level in range(top - 1, 0, -1):
        latest[level] = max(latest[level], latest[level + 1])
    ends = tuple([until_or_never(moment) for moment in latest[1:]])
    return Segment(start, until_or_never(end), top, ends, best.level, best.version, best.ids)


def _is_better(piece: Piece, other: Piece) -> bool:
    """The longest, then the one begun first: so that a reason, once given, stays until a better one comes."""
    if piece.until != other.until:
        return piece.until > other.until
    return (piece.start, piece.ids) < (other.start, other.ids)


def _block(item: Item, lifts: list[Item]) -> Iterator[Block]:
    since, lowest = _counts_from(item), item.evidence.level
    for moment, level in sorted((_counts_from(lift), lift.evidence.level) for lift in lifts):
        if level >= lowest:
            if since < moment:
                yield since, moment, lowest
            since, lowest = max(since, moment), level + 1
    if since < FOREVER:
        yield since, FOREVER, lowest


def _counts_from(item: Item) -> datetime:
    """Return the first moment at which the evidence has happened and its source is accepted."""
    happened_at = item.evidence.happened_at
    return next((max(start, happened_at) for start, end in item.periods if end > happened_at), FOREVER)


def _may_lift(failed: Evidence, other: Evidence) -> bool:
    """A failed observation is lifted by a later positive observation; a failed confirmation by either."""
    is_after = other.positive and other.happened_at > failed.happened_at
    return is_after and (other.kind == Kind.OBSERVATION or failed.kind == Kind.CONFIRMATION)


def _is_entitled(competency: str, evidence: Evidence, law: Law) -> bool:
    """Whether a rule lets whoever judged judge at all; what comes from the start was decided by the organisation."""
    if evidence.from_start:
        return True
    return law.accepts_assessor(competency, evidence.kind, evidence.by, evidence.happened_at)
