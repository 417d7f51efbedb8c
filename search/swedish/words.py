"""The words of a text as they stand, and their letters made plain.

A word keeps å, ä and ö: `hal`, `häl` and `hål` are three words. Who types without them is understood by
`folded`, which the vocabulary looks words up by; so nothing is lost in the index.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_FOLDS = str.maketrans({"å": "a", "ä": "a", "ö": "o"})
_LETTERS = {"æ": "ä", "ø": "ö", "ß": "ss", "ð": "d", "þ": "t", "ł": "l", "đ": "d", "œ": "ö", "ı": "i", "ŋ": "n"}

# A letter may be written with its marks beside it; soft hyphens and joiners sit inside words and mean nothing.
_BESIDE = r"[\u0300-\u036f\u00ad\u200b-\u200d\u2060]"
_WORD = re.compile(
    r"(?=\w{1,3}\.\w)(?P<dotted>(?:[^\W\d_]{1,3}\.){1,4}[^\W\d_]{1,3}(?!\w))"  # t.ex., p.g.a, i.m
    rf"|(?P<word>[^\W\d_][^\W_]*(?:{_BESIDE}+[^\W_]*)*)"
    r"|(?P<number>[0-9]{1,9}(?:[.,][0-9]{1,4})?(?![0-9]))"
    r"|(?P<digits>[0-9]+)"
)
_HYPHENS = frozenset("-\u2010\u2011\u2012")
_LONGEST = 60


class Word(NamedTuple):
    """A word of a text: its plain letters, and where it stands. `hyphened`: a hyphen ties it to the one before."""

    letters: str
    start: int
    end: int
    hyphened: bool = False


def words(text: str) -> Iterator[Word]:
    """Every word, number and abbreviation, in order. Units come free of their numbers: `5mg` is 5 and mg."""
    before = -2  # where the word before ends; there is none yet
    for match in _WORD.finditer(text):
        start, end = match.span()
        letters = _value(match)
        if letters:
            tied = start == before + 1 and text[before] in _HYPHENS
            yield Word(letters[:_LONGEST], start, end, tied)
            before = end


def _value(match: re.Match[str]) -> str:
    if match.lastgroup == "number":
        return match.group().replace(",", "d").replace(".", "d")
    return plain(match.group())


@lru_cache(maxsize=65536)
def plain(word: str) -> str:
    """Lower case, in the letters a to z, å, ä, ö and the digits; what has no such letter falls away."""
    composed = unicodedata.normalize("NFKC", word).lower()
    return "".join(_plain_letter(letter) for letter in composed)


def _plain_letter(letter: str) -> str:
    if letter in "abcdefghijklmnopqrstuvwxyzåäö0123456789":
        return letter
    if letter in _LETTERS:
        return _LETTERS[letter]
    base = unicodedata.normalize("NFKD", letter)[0]
    return base if base.isascii() and base.isalnum() else ""


def folded(term: str) -> str:
    """The term without å, ä and ö, as somebody types it who has no such keys."""
    return term.translate(_FOLDS)
