"""The terms that our texts hold, how many texts hold each, and how it is most often written.

Made anew when the index has changed; answers which terms have the same letters, begin so, or are spelt nearly so.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.swedish.words import folded, plain

_MOST_NEAR = 12


class Vocabulary:
    """`rows` are term, number of texts with it, and a spelling of it; `texts` is how many texts there are."""

    def __init__(self, rows: Iterable[tuple[str, int, str]], texts: int) -> None:
        self.texts = texts
        self._frequencies: dict[str, int] = {}
        self._spellings: dict[str, str] = {}
        for term, frequency, spelling in rows:
            self._frequencies[term] = frequency
            self._spellings[term] = spelling

    def __contains__(self, term: str) -> bool:
        return term in self._frequencies

    def frequency(self, term: str) -> int:
        """How many texts hold the term."""
        return self._frequencies.get(term, 0)

    def spelling(self, term: str) -> str:
        """The term as a word that people read."""
        return self._spellings.get(term) or term

    def with_letters_of(self, *typed: str) -> list[str]:
        """Terms that are these, or are spelt so, but for å, ä and ö; most frequent first."""
        found = [other for one in typed for other in self._folds.get(folded(one), ())]
        held = typed[0] in self
        return [
            other for other in dict.fromkeys(found) if other not in typed and not (held and len(other) != len(typed[0]))
        ]

    def starting_with(self, start: str, limit: int) -> list[str]:
        """Terms that begin so, with or without å, ä and ö; most frequent first."""
        key = folded(start)
        at = bisect_left(self._sorted_folds, key)
        found: list[str] = []
        while at < len(self._sorted_folds) and self._sorted_folds[at].startswith(key):
            found += self._folds[self._sorted_folds[at]]
            at += 1
        return sorted(found, key=self._by_frequency)[:limit]

    def parts_of(self, word: str, term_of: Callable[[str], str]) -> tuple[str, ...]:
        """Two terms that the word is made of when written without å, ä and ö, so that no dictionary has it."""
        for cut in range(len(word) - 3, 2, -1):
            first, last = self._held(term_of(word[:cut].removesuffix("s"))), self._held(term_of(word[cut:]))
            if first and last:
                return first, last
        return ()

    def _held(self, term: str) -> str | None:
        return next(iter(self._folds.get(folded(term), ())), None) if len(term) > 2 else None

    def near(self, term: str, limit: int) -> list[tuple[str, int]]:
        """Terms within so many slips of the keys, two swapped letters being one; nearest first."""
        key = folded(term)
        pool = [fold for size in range(len(key) - limit, len(key) + limit + 1) for fold in self._by_size.get(size, ())]
        found = process.extract(key, pool, scorer=OSA.distance, score_cutoff=limit, limit=_MOST_NEAR)
        return [(other, int(slips)) for fold, slips, _ in found for other in self._folds[fold]]

    def _by_frequency(self, term: str) -> tuple[int, str]:
        return -self._frequencies[term], term

    @cached_property
    def _folds(self) -> dict[str, list[str]]:
        folds: dict[str, list[str]] = {}
        for term in sorted(self._frequencies, key=self._by_frequency):
            for key in dict.fromkeys((folded(term), folded(plain(self.spelling(term))))):
                folds.setdefault(key, []).append(term)
        return folds

    @cached_property
    def _sorted_folds(self) -> list[str]:
        return sorted(self._folds)

    @cached_property
    def _by_size(self) -> dict[int, list[str]]:
        sizes: dict[int, list[str]] = {}
        for fold in self._sorted_folds:
            if not any(sign.isdigit() for sign in fold):
                sizes.setdefault(len(fold), []).append(fold)
        return sizes
