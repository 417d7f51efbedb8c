"""Which of our terms somebody meant who typed none of them.

Short words allow no slip, since each neighbour of a short word is another word (`bad`, `bar`, `bas`). Doubled
letters and letters that sound alike count half: those are how Swedish is misspelt. Between equals the more
frequent term wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from search.swedish.vocabulary import Vocabulary
from search.swedish.words import folded

_SOUNDS = (
    (re.compile(r"(.)\1"), r"\1"),
    (re.compile(r"sk(?=[eiyäö])|sch|stj|skj|sj|ch|sh|ti(?=on)|ssi(?=on)"), "S"),
    (re.compile(r"tj|kj|k(?=[eiyäö])"), "C"),
    (re.compile(r"dj|gj|hj|lj"), "j"),
    (re.compile(r"ck|k|c(?=[aoulrtk]|$)|q"), "k"),
    (re.compile(r"c|z"), "s"),
    (re.compile(r"w|hv"), "v"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"th"), "t"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"[äe]"), "e"),
    (re.compile(r"å|o"), "o"),
)


def sound(term: str) -> str:
    """A key that words share that sound alike."""
    for pattern, replacement in _SOUNDS:
        term = pattern.sub(replacement, term)
    return re.sub(r"(.)\1", r"\1", term)


def allowed_slips(term: str) -> int:
    """How many slips a word of this length may hold and still be that word."""
    return 0 if len(term) < 4 else 1 if len(term) < 8 else 2


def meant(typed: Iterable[str], vocabulary: Vocabulary) -> list[tuple[str, float]]:
    """Our terms that are spelt nearly as one of those typed, with how near each is (at most 1), nearest first."""
    found: dict[str, float] = {}
    for term in dict.fromkeys(typed):
        limit, heard = allowed_slips(term), sound(term)
        for other, slips in vocabulary.near(term, limit) if limit else ():
            found[other] = max(found.get(other, 0.0), _nearness(term, heard, other, slips))
    ranked = sorted(found.items(), key=lambda pair: (-pair[1], -vocabulary.frequency(pair[0]), pair[0]))
    return [(other, nearness) for other, nearness in ranked if nearness >= _NEAR_ENOUGH]


_NEAR_ENOUGH = 0.6


def _nearness(term: str, heard: str, other: str, slips: int) -> float:
    if sound(other) == heard:
        return 0.95
    first = 0.0 if folded(term)[0] == folded(other)[0] else 0.15
    return 1.0 - slips * 1.4 / max(len(term), 4) - first
