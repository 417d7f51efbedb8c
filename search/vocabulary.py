"""The terms of the index in memory: their numbers, how common they are, and how they are spelt.

Kept until the index changes. A large one takes a moment to read, so while it changes all the time an older one may
serve for a little: a word that no text held before may be missed meanwhile.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from uuid import UUID

from search.encoding import sign_of
from search.models import IndexState, TermRow
from search.shapes import Corpus, Field
from search.swedish import Vocabulary

SHARE = 20
"""At most a part in so many of the time goes into reading it …"""
LONGEST = 1.5
"""… but what is published is found within two seconds, however slowly a busy machine reads."""


@dataclass(frozen=True)
class Words:
    """`signs` holds every term; `vocabulary` only those of what everybody may read."""

    stamp: UUID
    signs: dict[str, str]
    vocabulary: Vocabulary
    corpus: Corpus
    took: float
    read_at: float

    def is_good_for(self, stamp: UUID) -> bool:
        return self.stamp == stamp or time.monotonic() - self.read_at < min(LONGEST, SHARE * (self.took - 0.05))


_kept: list[Words] = []


def words() -> Words:
    """Return the terms: one query, and another when they have changed."""
    state = IndexState.objects.filter(pk=1).first() or IndexState(stamp=UUID(int=0))
    if not (_kept and _kept[0].is_good_for(state.stamp)):
        _kept[:] = [_read(state)]
    return _kept[0]


def forget() -> None:
    _kept.clear()


def _read(state: IndexState) -> Words:
    began = time.monotonic()
    rows = list(TermRow.objects.values_list("id", "term", "passages", "spelling"))
    signs = {term: sign_of(number) for number, term, _count, _spelling in rows}
    known = [(term, count, spelling) for _number, term, count, spelling in rows if count > 0]
    corpus = Corpus(
        passages=state.passages,
        frequency={term: count for term, count, _spelling in known},
        mean_lengths={field: getattr(state, f"{field}_words") / (state.passages or 1) for field in Field},
    )
    now = time.monotonic()
    return Words(state.stamp, signs, Vocabulary(known, state.passages), corpus, now - began, now)
