"""Each step of the analysis of a query, as lines to read. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from search.swedish.lexicon import Lexicon
from search.swedish.query import sought
from search.swedish.shapes import Alternative
from search.swedish.vocabulary import Vocabulary
from search.swedish.words import words


def explained(query: str, lexicon: Lexicon, vocabulary: Vocabulary) -> Iterator[str]:
    """The words that were read, what each is made of, and what will be looked up for it."""
    yield "Words"
    for word in words(query):
        yield f"  {word.letters}: {_read(word.letters, lexicon)}"
    found = sought(query, lexicon, vocabulary)
    yield "Wanted"
    for wanted in found.wanted:
        yield f"  {wanted.typed}{'' if wanted.weight == 1 else f' (counts {wanted.weight:g})'}"
        yield from (f"    {_told(one, vocabulary)}" for one in wanted.alternatives)
    if found.suggestion:
        yield f"Suggestion: {found.suggestion}"


def _read(letters: str, lexicon: Lexicon) -> str:
    if letters in lexicon.stop or letters in lexicon.particles:
        return "a small word"
    found = lexicon.analysis(letters)
    parts = f", made of {' + '.join(found.parts)}" if found.parts else ""
    return f"term {found.term}{parts}"


def _told(one: Alternative, vocabulary: Vocabulary) -> str:
    number = min(vocabulary.frequency(term) for term in one.terms)
    return f"{one.weight:.2f} {one.because:<9} {' + '.join(one.terms)} (in {number} passages)"
