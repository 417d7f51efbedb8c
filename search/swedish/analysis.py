"""A text as tokens: each word's term, its parts if it is a compound, and hyphened words as one."""

from __future__ import annotations

from collections.abc import Iterator

from search.swedish.lexicon import Lexicon
from search.swedish.shapes import Kind, Token
from search.swedish.words import Word, words


def analysed(text: str, lexicon: Lexicon) -> list[Token]:
    """Every term of the text, in its order. Small words are kept: a query of nothing else must find them."""
    read = list(words(text))
    tokens: list[Token] = []
    for position, word in enumerate(read):
        tokens += _of_word(word, position, lexicon)
        if word.hyphened and not (position + 1 < len(read) and read[position + 1].hyphened):
            tokens.append(_joined(read, position, lexicon))
    return tokens


def _of_word(word: Word, position: int, lexicon: Lexicon) -> Iterator[Token]:
    found = lexicon.analysis(word.letters)
    yield Token(found.term, Kind.WORD, position, word.start, word.end)
    for term in found.all_parts:
        yield Token(term, Kind.PART, position, word.start, word.end)


def _joined(read: list[Word], last: int, lexicon: Lexicon) -> Token:
    """The words that hyphens tie together up to the last one, as one word where the first of them stands."""
    first = last
    while read[first].hyphened:
        first -= 1
    letters = "".join(word.letters for word in read[first : last + 1])
    return Token(lexicon.term(letters), Kind.JOINED, first, read[first].start, read[last].end)
