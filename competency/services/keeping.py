"""Standings as they are kept: compared as text, and written by the driver many people at a time.

A rebuild of everybody reads and writes some thirty rows of each. Neither database keeps the lists themselves: both keep
what `json.dumps` makes of them, so the texts are compared and nothing is read back into lists.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from people.api import driver_rows
from xapi.api import Insert, insert, moment_value

from ..models import Standing
from ..rollup.deltas import Row

Rows = Mapping[tuple[int, int], Row]
"""Segments and periods under way by (organisation, competency)."""
Texts = dict[tuple[int, int], tuple[str, str]]
"""The same as text."""

_FIELDS = ("person", "organisation", "competency", "segments", "under_way")


def keep(folded: Mapping[int, Rows], at: datetime) -> int:
    """Let what is kept of these people be what was folded. Return how many rows were written or removed.

    Only what differs is written, in the transaction of the caller.
    """
    kept = _kept(folded)
    outdated, written, removed = [], [], 0
    for person, rows in folded.items():
        texts, before = texts_of(rows), kept.get(person, {})
        outdated += [pk for key, (pk, text) in before.items() if texts.get(key) != text]
        removed += len(before.keys() - texts.keys())
        written += [
            (person, *key, *text, moment_value(at))
            for key, text in texts.items()
            if key not in before or before[key][1] != text
        ]
    if outdated:
        Standing.objects.filter(pk__in=outdated).delete()
    insert(Insert(Standing, (*_FIELDS, "computed_at"), written))
    return len(written) + removed


def texts_of(rows: Rows) -> Texts:
    return {key: (json.dumps(segments), json.dumps(under_way)) for key, (segments, under_way) in rows.items()}


def kept_texts(people: Collection[int]) -> dict[int, Texts]:
    """Return by person what is kept."""
    return {person: {key: text for key, (_pk, text) in rows.items()} for person, rows in _kept(people).items()}


def _kept(people: Collection[int]) -> dict[int, dict[tuple[int, int], tuple[int, tuple[str, str]]]]:
    """Return by person, and organisation and competency, the key of each row and what it says. One query."""
    found: dict[int, dict[tuple[int, int], tuple[int, tuple[str, str]]]] = defaultdict(dict)
    rows = Standing.objects.filter(person__in=people).values_list("pk", *_FIELDS)
    for pk, person, organisation, competency, segments, under_way in driver_rows(rows):
        found[person][organisation, competency] = pk, (segments, under_way)
    return found
