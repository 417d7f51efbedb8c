"""What one organisation has found, made evidence at another that accepts it: the level and when it was shown. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..law import Acceptance, Lent, common
from .pieces import months_after
from .shapes import Evidence, Item, Kind, Piece
from .timeline import Block, unblocked


def lent_items(
    competency: str,
    pieces: Iterable[Piece],
    blocks: list[Block],
    terms: Iterable[Lent],
    evidence: Iterable[Evidence],
) -> Iterator[Item]:
    """Yield an item for every level that the giver's `pieces` show, less what its `blocks` remove.

    It holds no longer than with the giver, and only as long as it is fresh by the receiver's terms.
    """
    wanted = [(row, period) for row, period in terms if row.competency in ("", competency)]
    if not wanted:
        return
    known = {item.statement_id: item for item in evidence}
    for piece in pieces:
        ground = max((known[each] for each in piece.ids), key=lambda item: (item.happened_at, item.statement_id))
        for row, period in wanted:
            for part in unblocked(piece, blocks):
                periods = common(((part.start, part.end),), (period,))
                if periods:
                    shown = min(part.level, row.level)
                    yield Item(_lent(ground, competency, piece, shown, row), shown, periods)


def _lent(ground: Evidence, competency: str, piece: Piece, level: int, row: Acceptance) -> Evidence:
    """Return the evidence that is left of a piece: nothing of how it was shown, nor by whom."""
    until = piece.until
    if row.months is not None:
        until = min(until, months_after(piece.shown_at, row.months))
    return Evidence(
        statement_id=ground.statement_id,
        kind=Kind.EQUIVALENT,
        happened_at=piece.shown_at,
        stored=ground.stored,
        authority=ground.authority,
        organisation=ground.organisation,
        activity="",
        competency=competency,
        level=level,
        until=until,
    )
