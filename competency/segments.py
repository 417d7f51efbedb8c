"""Standings as they are stored: JSON whose text is the same whenever the fold is, with moments that sort as text."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from .standing import Folded, Segment

START, END, LEVEL, ENDS, RULE, REASONS = range(6)


def to_rows(folded: Folded) -> tuple[list[Any], list[Any]]:
    """Return the segments and the periods under way, as they are stored."""
    segments = [
        [
            text_of(segment.start),
            _text(segment.end),
            segment.level,
            [_text(end) for end in segment.ends],
            [segment.rule_level, segment.rule_version],
            list(segment.reasons),
        ]
        for segment in folded.segments
    ]
    return segments, [[text_of(start), _text(end)] for start, end in folded.under_way]


def from_rows(segments: list[Any], under_way: list[Any]) -> Folded:
    """Return what was stored."""
    return Folded(
        tuple(
            Segment(
                datetime.fromisoformat(row[START]),
                _moment(row[END]),
                row[LEVEL],
                tuple(_moment(end) for end in row[ENDS]),
                row[RULE][0],
                row[RULE][1],
                tuple(row[REASONS]),
            )
            for row in segments
        ),
        tuple((datetime.fromisoformat(start), _moment(end)) for start, end in under_way),
    )


def row_at(segments: list[Any], moment: str) -> list[Any] | None:
    """Return the stored segment that holds just before `moment` (see `text_of`), without reading the others."""
    for row in segments:
        if row[START] < moment and (row[END] is None or moment <= row[END]):
            found: list[Any] = row
            return found
    return None


def last_row_with(segments: list[Any], level: int, moment: str) -> list[Any] | None:
    """Return the last stored segment begun before `moment` that reached `level`."""
    return next((row for row in reversed(segments) if row[LEVEL] >= level and row[START] < moment), None)


def is_under_way(periods: list[Any], moment: str) -> bool:
    return any(start < moment and (end is None or moment <= end) for start, end in periods)


@lru_cache(maxsize=65_536)
def text_of(moment: datetime) -> str:
    """Return a moment in UTC as text of one fixed width, so that earlier sorts first."""
    return moment.isoformat(timespec="microseconds")


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else text_of(moment)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
