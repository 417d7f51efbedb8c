"""What the analysis hands over: tokens of a text, and the wishes of a query. Terms hold a to z and 0 to 9 only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a term comes from the word that it was read in."""

    WORD = "word"  # the whole word, stemmed and folded
    PART = "part"  # a part of a compound
    JOINED = "joined"  # two neighbours that are one word together


@dataclass(frozen=True)
class Token:
    """A term of a text; `start` and `end` are signs in the text as written, `position` counts its words from 0."""

    term: str
    kind: Kind
    position: int
    start: int
    end: int


class Because(StrEnum):
    """Why a term is looked up though it was not typed just so."""

    TYPED = "typed"
    PART = "part"
    JOINED = "joined"
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
    """One word, or several that are one expression, of a query, with all that answers it, best first."""

    typed: str
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True)
class Sought:
    """A query understood. `suggestion` is the query spelt as our texts spell it, where that differs."""

    text: str
    wanted: tuple[Wanted, ...]
    suggestion: str | None = None
