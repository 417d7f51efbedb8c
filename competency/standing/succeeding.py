"""What an older competency showed counts for the one that took over from it, by a stated equivalence. Pure.

The older one is judged by its own rules, failed assessments included; only the level that comes out is carried over.
So nothing is judged twice, and what ends for the older one ends for the newer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from ..law import Law, Period, TakenOver
from .shapes import Piece
from .timeline import Block, unblocked

INHERITED: Final = 0
"""The rule's version of a level that was carried over: no version of the newer competency's own rules showed it."""


class Shown(NamedTuple):
    """What the evidence of one competency shows by its own rules."""

    pieces: list[Piece]
    blocks: list[Block]
    under_way: tuple[Period, ...] = ()


def inherited(
    competency: str, shown: Mapping[str, Shown], law: Law, asking: frozenset[str] = frozenset()
) -> Iterator[tuple[TakenOver, Piece]]:
    """Yield what a competency takes over, from older ones and from those that they took over from.

    `asking`: those on whose behalf it is asked, so that equivalences in a circle come to an end.
    """
    asking |= {competency}
    for taken in law.taken_over.get(competency, ()):
        if taken.old not in asking:
            own = shown.get(taken.old, NOTHING)
            pieces = [*own.pieces, *(piece for _from, piece in inherited(taken.old, shown, law, asking))]
            for piece in pieces:
                for part in unblocked(piece, own.blocks):
                    yield from _carried(taken, part)


def _carried(taken: TakenOver, piece: Piece) -> Iterator[tuple[TakenOver, Piece]]:
    level, start, end = taken.level(piece.level), max(piece.start, taken.since), min(piece.end, taken.until)
    if level and start < end:
        yield taken, piece._replace(start=start, end=end, level=level, version=INHERITED)


NOTHING = Shown([], [])
