"""Where a compound comes apart: `blodtrycksmätning` is blodtryck and mätning, and blodtryck is blod and tryck.

Every front that the dictionary lets stand first is tried with every rest that may stand last. The cheapest split
wins: few parts, none of them short, each flagged as such in the dictionary. A split that costs more than it may is
none at all, since a wrong part finds wrong pages. Linking letters (s, o, u, e), a vowel that falls away (hjärt-),
and a letter that three words share (glasskål, tillsyn after natt) are undone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from search.swedish.dictionary import Dictionary, base_forms

_T = TypeVar("_T")

_SHORTEST = 3
_LONGEST = 40  # nobody writes longer ones, and time grows with the square
_MOST_PARTS = 4
_REMEMBERED = 100_000  # what is typed holds ever new fronts, most of them none
_STOLEN = 0.4
_SHARED = 0.3
_VOWELS = set("aeiouyåäö")


@dataclass(frozen=True)
class Parts:
    """Words by hand, beside the dictionary: short ones that may stand first or last, and what never comes apart."""

    first: frozenset[str] = frozenset()
    last: frozenset[str] = frozenset()
    never_first: frozenset[str] = frozenset()
    never_last: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()


@dataclass
class Compounds:
    dictionary: Dictionary
    parts: Parts
    _fronts: dict[str, tuple[str, float] | None] = field(default_factory=dict)
    _backs: dict[str, float | None] = field(default_factory=dict)

    def split(self, word: str) -> tuple[str, ...]:
        """The parts of the word, all but the last as entries, or nothing where it is one word."""
        if not 2 * _SHORTEST <= len(word) <= _LONGEST:
            return ()
        forms = base_forms(word)
        if not self.parts.whole.isdisjoint(forms):
            return ()
        # An inflected word comes apart as its entry does, so that no ending passes for a part (rullatorn, droppar).
        best = self._best(self.dictionary.entry(word), _MOST_PARTS, {})
        return best[1] if best and best[0] <= _allowed(len(best[1])) else ()

    def _best(
        self, word: str, most: int, seen: dict[str, tuple[float, tuple[str, ...]] | None]
    ) -> tuple[float, tuple[str, ...]] | None:
        """The cheapest way to take the word apart in two to `most` parts."""
        if word not in seen:
            seen[word] = min(self._ways(word, most, seen), default=None)
        return seen[word]

    def _ways(
        self, word: str, most: int, seen: dict[str, tuple[float, tuple[str, ...]] | None]
    ) -> Iterator[tuple[float, tuple[str, ...]]]:
        for cut in range(2, len(word) - 1):
            front = self._front(word[:cut])
            if front is None:
                continue
            stolen = _STOLEN if word[cut] == "s" and self._links_with_s(front[0]) else 0.0
            for rest in _rests(word, cut):
                back = self._back(rest)
                if back is not None:
                    yield front[1] + back + stolen + (_SHARED if len(rest) + cut > len(word) else 0.0), (front[0], rest)
                further = self._best(rest, most - 1, seen) if most > 2 and len(rest) >= 2 * _SHORTEST else None
                if further:
                    yield front[1] + further[0], (front[0], *further[1])

    def _front(self, form: str) -> tuple[str, float] | None:
        """The entry that stands first as `form`, and what it costs."""
        return _recalled(self._fronts, form, self._found_front)

    def _found_front(self, form: str) -> tuple[str, float] | None:
        if form in self.parts.never_first:
            return None
        if form in self.parts.first:
            return form, 1.0
        if len(form) < _SHORTEST or _VOWELS.isdisjoint(form):
            return None
        flags = self.dictionary.flags(form)
        if "X" in flags or "U" in flags:
            return self._without_link(form), _cost(form, 0.0)
        return self._linked_front(form)

    def _without_link(self, form: str) -> str:
        """hälso- is hälsa, but sko- is sko."""
        entry = form[:-1] + "a"
        return (
            entry
            if form.endswith(("o", "u")) and not self.dictionary.is_noun(form) and entry in self.dictionary
            else form
        )

    def _linked_front(self, form: str) -> tuple[str, float] | None:
        for entry, with_flags in _entries_of_front(form):
            if entry in self.parts.never_first or form[:-1] in self.parts.never_first:
                continue
            if form.endswith("s") and entry in self.parts.first and entry == form[:-1]:
                return entry, 1.0
            flags = self.dictionary.flags(entry)
            if not with_flags.isdisjoint(flags):
                return entry, _cost(form, 0.0)
            if len(form) > 3 and len(entry) > 3 and self.dictionary.is_noun(entry):
                return entry, _cost(form, 0.3)
        return None

    def _links_with_s(self, entry: str) -> bool:
        """True if the s after it belongs to it: `säkerhets|lag` and not `säkerhet|slag`, but `blod|socker`."""
        flags = self.dictionary.flags(entry)
        return "X" not in flags and not {"v", "f"}.isdisjoint(flags)

    def _back(self, form: str) -> float | None:
        """What it costs to let `form` stand last, or None where it may not."""
        return _recalled(self._backs, form, self._found_back)

    def _found_back(self, form: str) -> float | None:
        for entry in base_forms(form):
            if entry in self.parts.never_last or len(entry) < _SHORTEST:
                continue
            if entry in self.parts.last:
                return 1.0
            flags = self.dictionary.flags(entry)
            if "Y" in flags:
                return _cost(entry, 0.0)
            if len(entry) > 3 and ("A" in flags or "O" in flags):
                return _cost(entry, 0.3)
        return None


def _recalled(known: dict[str, _T], form: str, find: Callable[[str], _T]) -> _T:
    if form not in known:
        if len(known) >= _REMEMBERED:
            known.clear()
        known[form] = find(form)
    return known[form]


def _rests(word: str, cut: int) -> Iterator[str]:
    yield word[cut:]
    if cut > 2 and word[cut - 1] == word[cut - 2] and word[cut] != word[cut - 1] and word[cut - 1] not in _VOWELS:
        yield word[cut - 1] + word[cut:]


def _entries_of_front(form: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Which entries may stand first in this form, and the flags that say so."""
    yield form, frozenset("s")
    if form.endswith("s"):
        yield form[:-1], frozenset("vf")
    if form.endswith("es"):
        yield form[:-2], frozenset("ui")
    if form.endswith("e"):
        yield form[:-1] + "a", frozenset("yh")
    if form.endswith("o"):
        yield form[:-1] + "a", frozenset("x")
    if form.endswith("u"):
        yield form[:-1] + "a", frozenset("w")
    yield form + "a", frozenset("zgt")
    yield form + "e", frozenset("zgt")


def _cost(part: str, extra: float) -> float:
    return 1.0 + extra + {3: 0.5, 4: 0.15}.get(len(part), 0.0)


def _allowed(parts: int) -> float:
    return 1.35 * parts
