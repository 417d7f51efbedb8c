"""What answers best. Pure: from a query understood and passages that hold something of it, to sources in order.

A word of the query counts by how rare it is. In a passage it counts the more, the more often it stands there and
the more prominently (names above headings above text), as typed above parts of compounds, synonyms and other
spellings; a saturating sum, so that no single word repeated outweighs another word found. A passage that lacks a
word of the query loses by how much that word says. A page is as good as its best passage, helped by what its
others hold; a source likewise by its pages. Every number can be traced: `Reason` says which term stood where, why
it was looked up, and what it gave.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from search.shapes import Candidate, Corpus, Field, Kind, Matched
from search.swedish.shapes import Alternative, Because, Sought, Wanted
from search.swedish.shapes import Kind as TokenKind

FIELD_WEIGHT = {Field.COURSE: 2.6, Field.TITLE: 2.6, Field.HEADING: 1.8, Field.TEXT: 1.0}
LENGTH_SHARE = {Field.COURSE: 0.3, Field.TITLE: 0.3, Field.HEADING: 0.3, Field.TEXT: 0.6}
TOKEN_WEIGHT = {TokenKind.WORD: 1.0, TokenKind.JOINED: 1.0, TokenKind.PART: 0.5}
KIND_WEIGHT = {Kind.MODULE: 0.85, Kind.CASE: 0.85, Kind.TRANSCRIPT: 0.85, Kind.EVENT: 0.6, Kind.ROLE: 0.4}
SATURATION = 1.2
RARITY = 0.7
ALIKE = 0.8
UNCOVERED = 0.45
NEAR = 8
NEARNESS = 0.15
OTHERS = 0.15
APART = 0.25
BEST_PASSAGE = 0.75
BEST_SHEET = 0.55
SURE = 0.45


@dataclass(frozen=True)
class Reason:
    """One word of the query in one passage: the terms that stood for it, in which field, why, and how strongly."""

    typed: str
    terms: tuple[str, ...]
    because: Because
    field: Field
    strength: float  # from 0 to 1
    rarity: float


@dataclass(frozen=True)
class RankedPassage:
    pk: int
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class RankedSheet:
    sheet: int
    score: float
    passages: tuple[RankedPassage, ...]


@dataclass(frozen=True)
class Ranked:
    """A source with its pages, best first. `coverage`: how much of the query it holds, from 0 to 1."""

    source: int
    score: float
    coverage: float
    sheets: tuple[RankedSheet, ...]

    @property
    def is_sure(self) -> bool:
        """False where so little of the query was found that a page had better say so."""
        return self.coverage >= SURE


def ranked(
    sought: Sought, candidates: Iterable[Candidate], corpus: Corpus, favour: Mapping[int, float] | None = None
) -> list[Ranked]:
    """Sources in the order of how well they answer. `favour` multiplies the score of a source: what suits who asks."""
    query = _Query(sought, corpus)
    by_source: dict[int, dict[int, list[_Weighed]]] = {}
    for candidate in candidates:
        weighed = _weighed(candidate, query)
        if weighed.passage.reasons:
            by_source.setdefault(candidate.source, {}).setdefault(candidate.sheet, []).append(weighed)
    found = [_source(number, sheets, query, (favour or {}).get(number, 1.0)) for number, sheets in by_source.items()]
    return sorted(found, key=lambda one: (-one.score, one.source))


class _Query:
    """The wanted words with how much each says."""

    def __init__(self, sought: Sought, corpus: Corpus) -> None:
        self.wanted = sought.wanted
        self.corpus = corpus
        self.rarity = [one.weight * _rarity(one, corpus) for one in sought.wanted]
        self.total = sum(self.rarity) or 1.0

    def coverage(self, held: Sequence[float]) -> float:
        return sum(rarity * share for rarity, share in zip(self.rarity, held, strict=True)) / self.total

    def score(self, strengths: Sequence[float], held: Sequence[float]) -> float:
        points = sum(rarity * strength for rarity, strength in zip(self.rarity, strengths, strict=True))
        return points * (UNCOVERED + (1 - UNCOVERED) * self.coverage(held))


def _rarity(wanted: Wanted, corpus: Corpus) -> float:
    """How much a word says: little if many passages hold it, or what means the same.

    So the rare abbreviation of a common word counts as that word.
    """
    alike = [one for one in wanted.alternatives if one.weight >= ALIKE and len(one.terms) == 1]
    number = max((_frequency(one, corpus) for one in (*alike, *wanted.alternatives[:1])), default=0)
    number = number or max((_frequency(one, corpus) for one in wanted.alternatives), default=0)
    return math.log(1 + (corpus.passages - number + 0.5) / (number + 0.5)) ** RARITY


def _frequency(alternative: Alternative, corpus: Corpus) -> int:
    return min(corpus.frequency.get(term, 0) for term in alternative.terms)


@dataclass(frozen=True)
class _Weighed:
    passage: RankedPassage
    strengths: tuple[float, ...]
    held: tuple[float, ...]


def _weighed(candidate: Candidate, query: _Query) -> _Weighed:
    places = _places(candidate, query.corpus)
    strengths, held, reasons, where = [], [], [], []
    for wanted, rarity in zip(query.wanted, query.rarity, strict=True):
        found = [(x, one) for one in wanted.alternatives if (x := _amount(one, places))]
        best = max(found, key=lambda pair: pair[0], default=None)
        amount = (best[0] + OTHERS * (sum(x for x, _ in found) - best[0])) if best else 0.0
        strengths.append(amount / (amount + SATURATION))
        held.append(max((_share(one, places) for _, one in found), default=0.0))
        where.append([place for _, one in found for term in one.terms for place in places.get(term, ())])
        if best:
            reasons.append(_reason(wanted, best[1], places, strengths[-1], rarity))
    score = query.score(strengths, held) * (1 + NEARNESS * _nearness(where)) * KIND_WEIGHT.get(candidate.kind, 1.0)
    return _Weighed(RankedPassage(candidate.pk, score, tuple(reasons)), tuple(strengths), tuple(held))


@dataclass(frozen=True)
class _Place:
    field: Field
    position: int
    kind: TokenKind
    amount: float


def _places(candidate: Candidate, corpus: Corpus) -> dict[str, list[_Place]]:
    """Where each term stands, and what it gives there: more in names, more in short texts."""
    places: dict[str, list[_Place]] = {}
    for field, matches in candidate.matched.items():
        length = candidate.lengths.get(field, 0) / (corpus.mean_lengths.get(field) or 1.0)
        each = FIELD_WEIGHT[field] / (1 - LENGTH_SHARE[field] + LENGTH_SHARE[field] * length)
        for match in matches:
            places.setdefault(match.term, []).append(_place(field, match, each))
    return places


def _place(field: Field, match: Matched, each: float) -> _Place:
    return _Place(field, match.position, match.kind, each * TOKEN_WEIGHT[match.kind])


def _amount(one: Alternative, places: Mapping[str, list[_Place]]) -> float:
    """What an alternative gives here: its weight for each place; of several terms, what the scarcest gives."""
    if any(term not in places for term in one.terms):
        return 0.0
    least = min(sum(place.amount for place in places[term]) for term in one.terms)
    together = 1.0 if len(one.terms) == 1 else APART + (1 - APART) * _nearness([places[term] for term in one.terms])
    return one.weight * least * together


def _share(one: Alternative, places: Mapping[str, list[_Place]]) -> float:
    return one.weight * min(max(TOKEN_WEIGHT[place.kind] for place in places[term]) for term in one.terms)


def _nearness(where: Sequence[Sequence[_Place]]) -> float:
    """How near each other neighbours of the query stand in one field, from 0 (not at all) to 1 (side by side)."""
    pairs = [(one, other) for one, other in pairwise(where) if one and other]
    if not pairs:
        return 0.0
    return sum(_pair_nearness(one, other) for one, other in pairs) / (len(where) - 1)


def _pair_nearness(one: Sequence[_Place], other: Sequence[_Place]) -> float:
    distances = [max(abs(a.position - b.position), 1) for a in one for b in other if a.field is b.field]
    nearest = min(distances, default=NEAR + 1)
    return (NEAR + 1 - nearest) / NEAR if nearest <= NEAR else 0.0


def _reason(
    wanted: Wanted, one: Alternative, places: Mapping[str, list[_Place]], strength: float, rarity: float
) -> Reason:
    strongest = max((place for term in one.terms for place in places[term]), key=lambda place: place.amount)
    return Reason(wanted.typed, one.terms, one.because, strongest.field, strength, rarity)


def _source(number: int, sheets: Mapping[int, list[_Weighed]], query: _Query, favour: float) -> Ranked:
    ranked_sheets = sorted((_sheet(sheet, passages, query) for sheet, passages in sheets.items()), key=_by_score)
    everything = [one for passages in sheets.values() for one in passages]
    strengths, held = _together(everything)
    score = BEST_SHEET * ranked_sheets[0].score + (1 - BEST_SHEET) * query.score(strengths, held)
    return Ranked(number, score * favour, query.coverage(held), tuple(ranked_sheets))


def _sheet(number: int, passages: list[_Weighed], query: _Query) -> RankedSheet:
    ordered = sorted(passages, key=lambda one: (-one.passage.score, one.passage.pk))
    strengths, held = _together(ordered)
    score = BEST_PASSAGE * ordered[0].passage.score + (1 - BEST_PASSAGE) * query.score(strengths, held)
    return RankedSheet(number, score, tuple(one.passage for one in ordered))


def _by_score(sheet: RankedSheet) -> tuple[float, int]:
    return -sheet.score, sheet.sheet


def _together(passages: Sequence[_Weighed]) -> tuple[list[float], list[float]]:
    """What passages hold together of each word: the best of them, and a little for each further one."""
    strengths = [_grown(column) for column in zip(*(one.strengths for one in passages), strict=True)]
    held = [max(column) for column in zip(*(one.held for one in passages), strict=True)]
    return strengths, held


def _grown(column: Iterable[float]) -> float:
    ordered = sorted(column, reverse=True)
    return min(1.0, sum(one * (1 if at == 0 else OTHERS / at) for at, one in enumerate(ordered)))
