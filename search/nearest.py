"""Words that our texts do hold, when they held none of those that were typed. Pure.

Wider than the guess at what was meant (`search.swedish.spelling`): these are offered, never searched unasked.
"""

from __future__ import annotations

from collections.abc import Iterator

from search.swedish.vocabulary import Vocabulary
from search.swedish.words import words

MOST = 6
MOST_WORDS = 6
SHORTEST = 4
SLIPS = 3


def nearest_words(text: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return words spelt somewhat like those of the text, or that begin like them, the likest first."""
    typed = [word.letters for word, _ in zip(words(text), range(MOST_WORDS), strict=False)]
    found = (term for letters in typed if len(letters) >= SHORTEST for term in _like(letters, vocabulary))
    spelt = dict.fromkeys(vocabulary.spelling(term) for term in found)
    return tuple(word for word in spelt if word.casefold() not in typed)[:MOST]


def _like(letters: str, vocabulary: Vocabulary) -> Iterator[str]:
    """A third of a word may differ; or all after the first half."""
    for term, _slips in vocabulary.near(letters, min(SLIPS, len(letters) // 3)):
        yield term
    yield from vocabulary.starting_with(letters[: max(SHORTEST, len(letters) // 2)], MOST)
