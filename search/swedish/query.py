"""What somebody wants who typed a few words: each word with all that would answer it, and how well.

The words as typed come first. Beside them: the same letters with å, ä and ö; two neighbours that are one word; a
compound's parts; words that begin so, while somebody is still typing; synonyms; and only for a word that our texts
do not hold, the likeliest spelling. Nothing that is typed is an operator.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from search.swedish.lexicon import Analysis, Lexicon
from search.swedish.shapes import Alternative, Because, Sought, Wanted
from search.swedish.spelling import meant
from search.swedish.vocabulary import Vocabulary
from search.swedish.words import Word, folded, words

MOST_WORDS = 24
_LONGEST_EXPRESSION = 5
_LIGHT = 0.35
_PARTS, _ONE_PART, _STARTS, _JOINED, _NEIGHBOURS = 0.6, 0.2, 0.6, 1.0, 0.7
_FOLDED_ONLY, _FOLDED_BESIDE = 0.95, 0.5
_SPELLING = 0.85
_MOST_STARTS = 6
_MOST_SPELLINGS = 4
_MOST_ALTERNATIVES = 16


@dataclass(frozen=True)
class _Typed:
    """A word of the query, or neighbours that are one word."""

    text: str
    letters: str
    analysis: Analysis
    light: bool
    neighbours: tuple[str, ...] = ()  # the terms of the words that it was typed as
    last: bool = False


def sought(query: str, lexicon: Lexicon, vocabulary: Vocabulary) -> Sought:
    """The query understood. Never raises; words beyond the first two dozen are left out."""
    typed = _typed(query, lexicon, vocabulary)
    wanted = tuple(_wanted(typed, lexicon, vocabulary))
    return Sought(query, wanted, _suggestion(query, wanted, vocabulary))


def _typed(query: str, lexicon: Lexicon, vocabulary: Vocabulary) -> list[_Typed]:
    read = [word for word, _ in zip(words(query), range(MOST_WORDS), strict=False)]
    joined = list(_joined(query, read, lexicon, vocabulary))
    telling = [word for word in joined if word.neighbours or word.letters not in lexicon.stop]
    return telling if any(word.letters not in lexicon.particles for word in telling) else joined


def _joined(query: str, read: list[Word], lexicon: Lexicon, vocabulary: Vocabulary) -> Iterator[_Typed]:
    """The words in order; where two or three neighbours are one word that our texts hold, that word."""
    at = 0
    while at < len(read):
        size, letters = next(_as_one(read, at, lexicon, vocabulary), (1, read[at].letters))
        chosen = read[at : at + size]
        terms = tuple(lexicon.term(word.letters) for word in chosen) if size > 1 else ()
        at += size
        text = query[chosen[0].start : chosen[-1].end]
        light = size == 1 and letters in lexicon.light
        yield _Typed(text, letters, lexicon.analysis(letters), light, terms, last=at == len(read))


def _as_one(read: list[Word], at: int, lexicon: Lexicon, vocabulary: Vocabulary) -> Iterator[tuple[int, str]]:
    for size in (3, 2):
        pieces = [word.letters for word in read[at : at + size]]
        if len(pieces) < size or any(len(piece) < 2 or piece.isdigit() for piece in pieces):
            continue
        if not (lexicon.stop | lexicon.particles).isdisjoint(pieces):
            continue
        for letters in ("".join(pieces), "s".join(pieces)):
            term = lexicon.term(letters)
            if term in vocabulary or vocabulary.with_letters_of(term) or (term,) in lexicon.synonyms:
                yield size, letters


def _wanted(typed: list[_Typed], lexicon: Lexicon, vocabulary: Vocabulary) -> Iterator[Wanted]:
    at = 0
    alone = all(word.letters in lexicon.particles or word.letters in lexicon.stop for word in typed)
    while at < len(typed):
        size, others = _expression(typed, at, lexicon)
        chosen = typed[at : at + size]
        at += size
        if size == 1 and chosen[0].letters in lexicon.particles and not alone:
            continue
        if size > 1:
            terms = tuple(word.analysis.term for word in chosen)
            found = [Alternative(terms, 1.0, Because.TYPED), *_synonyms(others, 1.0)]
        else:
            found = list(_alternatives(chosen[0], lexicon, vocabulary))
        weight = _LIGHT if all(word.light for word in chosen) else 1.0
        yield Wanted(" ".join(word.text for word in chosen), _best_first(found), weight)


def _expression(
    typed: list[_Typed], at: int, lexicon: Lexicon
) -> tuple[int, tuple[tuple[tuple[str, ...], float], ...]]:
    """How many words from here on are one expression that has synonyms, and those."""
    for size in range(min(_LONGEST_EXPRESSION, len(typed) - at), 1, -1):
        window = typed[at : at + size]
        if window[-1].letters in lexicon.particles and size > 2:
            continue
        telling = lexicon.telling([word.letters for word in window])
        others = lexicon.synonyms.get(tuple(lexicon.term(word) for word in telling)) if len(telling) > 1 else None
        if others:
            return size, others
    return 1, ()


def _alternatives(word: _Typed, lexicon: Lexicon, vocabulary: Vocabulary) -> Iterator[Alternative]:
    term = word.analysis.term
    yield Alternative(
        (term,), _JOINED if word.neighbours else 1.0, Because.JOINED if word.neighbours else Because.TYPED
    )
    if word.neighbours:
        yield Alternative(word.neighbours, _NEIGHBOURS, Because.TYPED)
    yield from _same_letters(term, vocabulary)
    yield from _synonyms(lexicon.synonyms.get((term,), ()), 1.0)
    yield from _parts(word.analysis, lexicon)
    if term in vocabulary:
        return
    held = vocabulary.with_letters_of(term)
    for other in held:
        yield from _synonyms(lexicon.synonyms.get((other,), ()), _FOLDED_ONLY)
    if not held:
        yield from _not_held(word, lexicon, vocabulary)


def _same_letters(term: str, vocabulary: Vocabulary) -> Iterator[Alternative]:
    """With å, ä and ö where none was typed, and without where a text has lost them."""
    weight = _FOLDED_BESIDE if term in vocabulary else _FOLDED_ONLY
    for other in vocabulary.with_letters_of(term):
        if term == folded(term) or other == folded(other):
            yield Alternative((other,), weight, Because.LETTERS)


def _synonyms(others: Iterable[tuple[tuple[str, ...], float]], weight: float) -> Iterator[Alternative]:
    for terms, strength in others:
        yield Alternative(terms, weight * strength, Because.SYNONYM)


def _parts(analysis: Analysis, lexicon: Lexicon) -> Iterator[Alternative]:
    """All parts of a compound together, also with a synonym in the place of one."""
    parts = analysis.parts
    if not parts:
        return
    yield Alternative(parts, _PARTS, Because.PART)
    for at, part in enumerate(parts):
        for terms, strength in lexicon.synonyms.get((part,), ())[:4]:
            yield Alternative((*parts[:at], *terms, *parts[at + 1 :]), _PARTS * strength, Because.SYNONYM)


def _not_held(word: _Typed, lexicon: Lexicon, vocabulary: Vocabulary) -> Iterator[Alternative]:
    """For a word that our texts do not hold: longer words that begin so, its parts without dots, and near spellings."""
    term = word.analysis.term
    starts = (
        vocabulary.starting_with(word.letters, _MOST_STARTS) if len(word.letters) >= (2 if word.last else 5) else []
    )
    for start in starts:
        yield Alternative((start,), _STARTS, Because.START)
    parts = None if word.analysis.parts else vocabulary.parts_of(word.letters, lexicon.term)
    if parts:
        yield Alternative(parts, _PARTS, Because.PART)
    if starts or parts or _is_understood(word, lexicon, vocabulary):
        return
    for other, nearness in meant((term, word.letters), vocabulary)[:_MOST_SPELLINGS]:
        yield Alternative((other,), _SPELLING * nearness, Because.SPELLING)
        yield from _synonyms(lexicon.synonyms.get((other,), ()), _SPELLING * nearness)


def _is_understood(word: _Typed, lexicon: Lexicon, vocabulary: Vocabulary) -> bool:
    """True for a word that needs no other spelling: it has synonyms, or its parts are all words of ours."""
    if (word.analysis.term,) in lexicon.synonyms or lexicon.dictionary.knows(word.letters):
        return True
    return bool(word.analysis.parts) and all(part in vocabulary for part in word.analysis.parts)


def _best_first(found: Iterable[Alternative]) -> tuple[Alternative, ...]:
    best: dict[tuple[str, ...], Alternative] = {}
    for one in found:
        if one.terms not in best or one.weight > best[one.terms].weight:
            best[one.terms] = one
    return tuple(sorted(best.values(), key=lambda one: -one.weight)[:_MOST_ALTERNATIVES])


def _suggestion(query: str, wanted: Iterable[Wanted], vocabulary: Vocabulary) -> str | None:
    """The query with each word that our texts do not hold as they spell it, or None where there is none such."""
    text = query
    for one in wanted:
        spelt = next((other for other in one.alternatives if other.because in _RESPELT), None)
        held = any(term in vocabulary for term in one.alternatives[0].terms)
        if spelt and (not held or spelt is one.alternatives[0]):
            text = text.replace(one.typed, vocabulary.spelling(spelt.terms[0]), 1)
    return None if text == query else text


_RESPELT = (Because.SPELLING, Because.LETTERS)
