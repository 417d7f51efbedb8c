"""The terms of a field as one short line, which the database can index and matches are read from again. Pure.

Each term has a number, and in a line it is the one sign with that number. A blank stands between words, `|` before the
parts of a compound and `+` before neighbours that are one word. So a line takes less than half the room of its text,
and a word's place is how many blanks stand before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from search.shapes import Matched
from search.swedish.shapes import Kind, Token

LONGEST = 60
_MARKS = {Kind.WORD: "", Kind.PART: "|", Kind.JOINED: "+"}
_KINDS = {mark: kind for kind, mark in _MARKS.items()} | {" ": Kind.WORD}
_TERM = re.compile(r"[^ |+]+")
# Below stand the signs that databases know; the surrogates in the middle are no signs at all.
_FIRST, _SURROGATES, _LEFT_OUT = 0x80, 0xD800, 0x800


def sign_of(number: int) -> str:
    """Return the sign of a term; there are a million."""
    place = number + _FIRST
    return chr(place if place < _SURROGATES else place + _LEFT_OUT)


def number_of(sign: str) -> int:
    place = ord(sign)
    return (place if place < _SURROGATES else place - _LEFT_OUT) - _FIRST


def spelt(tokens: Iterable[Token]) -> str:
    """Return the line of a field with its terms still spelt out."""
    words: list[str] = []
    for token in tokens:
        words += [""] * (token.position + 1 - len(words))
        mark = _MARKS[token.kind] or ("|" if words[token.position] else "")
        words[token.position] += f"{mark}{token.term[:LONGEST]}"
    return " ".join(words)


def signed(line: str, signs: Mapping[str, str]) -> str:
    """Return the line with a sign for each term."""
    return _TERM.sub(lambda found: signs[found[0]], line)


def terms_in(line: str) -> set[str]:
    """Return the terms, or their signs, that stand in a line."""
    return set(_TERM.findall(line))


def length_of(line: str) -> int:
    """Return how many words the field has."""
    return line.count(" ") + 1 if line else 0


def matched(line: str, terms: Mapping[str, str]) -> tuple[Matched, ...]:
    """Return where the terms that are looked up stand in a line. `terms`: term by sign."""
    return tuple(
        [
            Matched(terms[found[2]], _KINDS[found[1]], line.count(" ", 0, found.start(2)))
            for found in _finder("".join(terms)).finditer(line)
        ]
    )


@lru_cache(maxsize=64)
def _finder(signs: str) -> re.Pattern[str]:
    return re.compile(f"(^|[ |+])([{re.escape(signs)}])" if signs else "(?!)")
