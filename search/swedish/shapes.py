"""What the analysis hands over: tokens of a text, and the wishes of a query.

Terms hold a to z, å, ä, ö and 0 to 9 only. Whatever stores them must keep the dots: `hal`, `häl` and `hål` are three
terms, and `Vocabulary` knows which of them somebody may have meant who typed none.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """How a term comes from the word that it was read in."""

    WORD = "word"  # the whole word, as its stem
    PART = "part"  # a part of a compound
    JOINED = "joined"  # words with hyphens between, as one: gps-larm is also gpslarm


class Token(NamedTuple):
    """A term of a text; `start` and `end` are signs in the text as written, `position` counts its words from 0."""

    term: str
    kind: Kind
    position: int
    start: int
    end: int


class Because(StrEnum):
    """Why a term is looked up though it was not typed just so."""

    TYPED = "typed"
    LETTERS = "letters"  # the same letters with å, ä and ö, or without
    PART = "part"
    JOINED = "joined"
    START = "start"  # a word that begins so, while somebody is still typing
    SYNONYM = "synonym"
    SPELLING = "spelling"


@dataclass(frozen=True)
class Alternative:
    """One or several terms (then all of them, near each other) that answer a typed word, with a weight from 0 to 1."""

    terms: tuple[str, ...]
    weight: float
    because: Because


@dataclass(frozen=True)
class Wanted:
    """One word, or several that are one expression, of a query, with all that answers it, best first.

    `weight` says how much of the query it carries: `hur ofta` carries little.
    """

    typed: str
    alternatives: tuple[Alternative, ...]
    weight: float = 1.0


@dataclass(frozen=True)
class Sought:
    """A query understood. `suggestion` is the query spelt as our texts spell it, where that differs."""

    text: str
    wanted: tuple[Wanted, ...]
    suggestion: str | None = None
