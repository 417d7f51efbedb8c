"""What somebody wants who typed a few words: each word with all that would answer it, and how well.

The words as typed come first. Beside them: the same letters with å, ä and ö; two neighbours that are one word; a
compound's parts; words that begin so, while somebody is still typing; synonyms; and only for a word that our texts
do not hold, the likeliest spelling. Nothing that is typed is an operator.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from rapidfuzz.distance import OSA

from search.swedish.lexicon import Analysis, Lexicon, Others
from search.swedish.shapes import Alternative, Because, Sought, Wanted
from search.swedish.spelling import allowed_slips, meant
from search.swedish.vocabulary import Vocabulary
from search.swedish.words import Word, folded, words

MOST_WORDS = 24
_LONGEST_EXPRESSION = 5
_LIGHT = 0.2
_PARTS, _PARTS_BESIDE, _STARTS, _JOINED, _NEIGHBOURS = 0.6, 0.3, 0.6, 1.0, 0.7
_FOLDED_ONLY, _FOLDED_BESIDE = 0.95, 0.5
_SPELLING = 0.85
_TOPIC = 0.2  # sår of sårvård: what it is about, by itself
_MOST_STARTS = 6
_MOST_OF_A_PART = 4
_MOST_SPELLINGS = 4
_MOST_ALTERNATIVES = 16


@dataclass(frozen=True)
class _Typed:
    """A word of the query, or neighbours that are one word."""

    text: str
    letters: str
    analysis: Analysis
    small: bool  # left out as long as other words remain, unless it is a part of an expression
    light: bool
    neighbours: tuple[str, ...] = ()  # the terms of the words that it was typed as
    last: bool = False


def sought(query: str, lexicon: Lexicon, vocabulary: Vocabulary) -> Sought:
    """The query understood. Never raises; words beyond the first two dozen are left out."""
    typed = _typed(query, lexicon, vocabulary)
    wanted = _each_by_itself(tuple(_wanted(typed, lexicon, vocabulary)))
    return Sought(query, wanted, _suggestion(query, wanted, lexicon, vocabulary))


def _typed(query: str, lexicon: Lexicon, vocabulary: Vocabulary) -> list[_Typed]:
    read = [word for word, _ in zip(words(query), range(MOST_WORDS), strict=False)]
    return list(_joined(query, read, lexicon, vocabulary))


def _joined(query: str, read: list[Word], lexicon: Lexicon, vocabulary: Vocabulary) -> Iterator[_Typed]:
    """The words in order; where two or three neighbours are one word that our texts hold, that word."""
    at = 0
    while at < len(read):
        size, letters = next(_as_one(read, at, lexicon, vocabulary), (1, read[at].letters))
        chosen = read[at : at + size]
        terms = tuple(lexicon.term(word.letters) for word in chosen) if size > 1 else ()
        at += size
        text = query[chosen[0].start : chosen[-1].end]
        small = size == 1 and (letters in lexicon.stop or letters in lexicon.particles)
        light = size == 1 and letters in lexicon.light
        yield _Typed(text, letters, lexicon.analysis(letters), small, light, terms, last=at == len(read))


def _as_one(read: list[Word], at: int, lexicon: Lexicon, vocabulary: Vocabulary) -> Iterator[tuple[int, str]]:
    for size in (3, 2):
        pieces = [word.letters for word in read[at : at + size]]
        if len(pieces) < size or any(len(piece) < 2 or piece.isdigit() for piece in pieces):
            continue
        if not (lexicon.stop | lexicon.particles).isdisjoint(pieces):
            continue
        for letters in ("".join(pieces), "s".join(pieces)):
            term = lexicon.term(letters)
            if term in vocabulary or vocabulary.with_letters_of(term, letters) or lexicon.synonyms.of(term):
                yield size, letters
        if size == 2 and _is_one_misspelt(pieces, lexicon, vocabulary):
            yield size, "".join(pieces)


def _is_one_misspelt(pieces: list[str], lexicon: Lexicon, vocabulary: Vocabulary) -> bool:
    """True for `blod tryk`: no word by itself, and together one slip from one of ours."""
    unknown = [piece for piece in pieces if not _is_known(piece, lexicon, vocabulary)]
    term = lexicon.term("".join(pieces))
    return bool(unknown) and allowed_slips(term) > 0 and any(slips == 1 for _, slips in vocabulary.near(term, 1))


def _is_known(letters: str, lexicon: Lexicon, vocabulary: Vocabulary) -> bool:
    term = lexicon.term(letters)
    return term in vocabulary or bool(vocabulary.with_letters_of(term, letters)) or lexicon.dictionary.knows(letters)


def _wanted(typed: list[_Typed], lexicon: Lexicon, vocabulary: Vocabulary) -> Iterator[Wanted]:
    at = 0
    only_small = all(word.small for word in typed)
    while at < len(typed):
        size, others = _expression(typed, at, lexicon)
        chosen = typed[at : at + size]
        at += size
        if size == 1 and chosen[0].small and not only_small:
            continue
        if size > 1:
            terms = tuple(lexicon.term(word) for word in lexicon.telling([word.letters for word in chosen]))
            found = [Alternative(terms, 1.0, Because.TYPED), *_synonyms(others, 1.0, vocabulary)]
        else:
            found = list(_alternatives(chosen[0], lexicon, vocabulary))
        weight = _LIGHT if all(word.light for word in chosen) else 1.0
        yield Wanted(" ".join(word.text for word in chosen), _best_first(found), weight)


def _each_by_itself(wanted: tuple[Wanted, ...]) -> tuple[Wanted, ...]:
    """No word is answered by another word of the query: of `slår och knuffas`, the one is a synonym of the other."""
    firsts = [one.alternatives[0].terms for one in wanted]
    return tuple(
        replace(
            one,
            alternatives=tuple(each for each in one.alternatives if each.terms == first or each.terms not in firsts),
        )
        for one, first in zip(wanted, firsts, strict=True)
    )


def _expression(typed: list[_Typed], at: int, lexicon: Lexicon) -> tuple[int, Others]:
    """How many words from here on are one expression that has synonyms, and those."""
    for size in range(min(_LONGEST_EXPRESSION, len(typed) - at), 1, -1):
        window = typed[at : at + size]
        if size > 2 and (window[0].small or window[-1].small):
            continue
        telling = lexicon.telling([word.letters for word in window])
        others = lexicon.synonyms.of(*(lexicon.term(word) for word in telling)) if len(telling) > 1 else ()
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
    held = vocabulary.with_letters_of(term, word.letters)
    yield from _same_letters(word, held, vocabulary)
    others = lexicon.synonyms.of(term)
    yield from _synonyms(others, 1.0, vocabulary)
    yield from _parts(word.analysis, lexicon, vocabulary)
    if term not in vocabulary:
        yield from _by_letters(term, held, lexicon, vocabulary)
        if not held:
            yield from _not_held(word, lexicon, vocabulary)


def _same_letters(word: _Typed, held: Iterable[str], vocabulary: Vocabulary) -> Iterator[Alternative]:
    """With å, ä and ö where none was typed, and without where a text has lost them."""
    weight = _FOLDED_BESIDE if word.analysis.term in vocabulary else _FOLDED_ONLY
    for other in held:
        if word.letters == folded(word.letters) or other == folded(other):
            yield Alternative((other,), weight, Because.LETTERS)


def _by_letters(term: str, held: Iterable[str], lexicon: Lexicon, vocabulary: Vocabulary) -> Iterator[Alternative]:
    """Synonyms of what was typed without å, ä and ö."""
    for other in held:
        yield from _synonyms(lexicon.synonyms.of(other), _FOLDED_ONLY, vocabulary)
    if term == folded(term):
        yield from _synonyms(lexicon.synonyms.of_letters(term), _FOLDED_ONLY, vocabulary)


def _synonyms(others: Others, weight: float, vocabulary: Vocabulary) -> Iterator[Alternative]:
    for other, strength in others:
        yield Alternative(other.terms, weight * strength, Because.SYNONYM)
        if other.parts and other.terms[0] not in vocabulary:
            yield Alternative(other.parts, weight * strength * _PARTS, Because.SYNONYM)


def _parts(analysis: Analysis, lexicon: Lexicon, vocabulary: Vocabulary) -> Iterator[Alternative]:
    """All parts of a compound together; of one that our texts lack, also with a synonym in the place of a part."""
    parts = analysis.parts
    if not parts:
        return
    if analysis.term in vocabulary:
        yield Alternative(parts, _PARTS_BESIDE, Because.PART)
        return
    yield Alternative(parts, _PARTS, Because.PART)
    yield Alternative(parts[:1], _TOPIC, Because.PART)
    for at, part in enumerate(parts):
        for other, strength in lexicon.synonyms.of(part)[:_MOST_OF_A_PART]:
            yield Alternative((*parts[:at], *other.terms, *parts[at + 1 :]), _PARTS * strength, Because.SYNONYM)


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
        yield from _synonyms(lexicon.synonyms.of(other), _SPELLING * nearness, vocabulary)


def _is_understood(word: _Typed, lexicon: Lexicon, vocabulary: Vocabulary) -> bool:
    """True for a word that needs no other spelling: it has synonyms, or its parts are all words of ours."""
    if lexicon.synonyms.of(word.analysis.term) or lexicon.dictionary.knows(word.letters):
        return True
    return bool(word.analysis.parts) and all(part in vocabulary for part in word.analysis.parts)


def _best_first(found: Iterable[Alternative]) -> tuple[Alternative, ...]:
    best: dict[tuple[str, ...], Alternative] = {}
    for one in found:
        if one.terms not in best or one.weight > best[one.terms].weight:
            best[one.terms] = one
    return tuple(sorted(best.values(), key=lambda one: -one.weight)[:_MOST_ALTERNATIVES])


def _suggestion(query: str, wanted: Iterable[Wanted], lexicon: Lexicon, vocabulary: Vocabulary) -> str | None:
    """The query with each word that our texts do not hold as they spell it, or None where there is none such."""
    text = query
    for one in wanted:
        spelt = next((other for other in one.alternatives if other.because in _RESPELT), None)
        held = any(term in vocabulary for term in one.alternatives[0].terms)
        if spelt and (not held or spelt is one.alternatives[0]):
            text = _respelt(text, one.typed, _as_written(spelt.terms[0], one.typed, lexicon, vocabulary))
    return None if text == query else text


def _as_written(term: str, typed: str, lexicon: Lexicon, vocabulary: Vocabulary) -> str:
    """The term in the form nearest to what was typed: `insulin` for `insullin`, though our texts say insulinet."""
    forms = [vocabulary.spelling(term), *([term] if lexicon.dictionary.knows(term) else [])]
    return min(forms, key=lambda form: OSA.distance(form, typed))


def _respelt(text: str, typed: str, spelling: str) -> str:
    """Change the word that was typed, and none that only holds its letters."""
    found = re.search(rf"(?<!\w){re.escape(typed)}(?!\w)", text)
    return f"{text[: found.start()]}{spelling}{text[found.end() :]}" if found else text


_RESPELT = (Because.SPELLING, Because.LETTERS)
