"""What is indexed, and what is looked at again when somebody seeks: plain values, for the index and the ranking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from search.swedish.shapes import Kind as TokenKind


class Field(StrEnum):
    """Where in what is published a word stands, from the outermost name to the text itself."""

    COURSE = "course"  # the name of the whole: a course, a role page; empty for what stands by itself
    TITLE = "title"  # the name of the part: a module, a term, an occasion
    HEADING = "heading"  # above the paragraph
    TEXT = "text"


class Kind(StrEnum):
    """What a hit opens."""

    COURSE = "course"
    MODULE = "module"
    SECTION = "section"
    CASE = "case"
    TRANSCRIPT = "transcript"
    TERM = "term"
    ROLE = "role"
    EVENT = "event"


@dataclass(frozen=True)
class Passage:
    """A paragraph with its heading: the least that a hit can open. `anchor` is its place in the page, if it has one."""

    kind: Kind
    heading: str
    text: str
    anchor: str = ""
    term: int | None = None


@dataclass(frozen=True)
class Sheet:
    """A page with passages: the source's own, or a part with a title of its own. `path` is below the source's."""

    key: str
    title: str
    path: str
    minutes: int | None
    passages: tuple[Passage, ...]
    is_part: bool = False


class SourceKind(StrEnum):
    COURSE = "course"
    TERM = "term"
    ROLE = "role"
    EVENT = "event"


@dataclass(frozen=True)
class Source:
    """One thing published, with all that is read out of it, put into the index and taken out of it as a whole."""

    kind: SourceKind
    key: str
    title: str
    path: str
    sheets: tuple[Sheet, ...]
    focus_area: str = ""
    professions: tuple[str, ...] = ()
    """For whom it is meant; empty is for everybody."""
    teaches: Mapping[str, int] = field(default_factory=dict)
    """Level by competency."""
    owner: UUID | None = None
    """Whose it is, when it is not the whole region's."""


class Matched(NamedTuple):
    """A term that was looked up and stands in a field; `position` counts the field's words from 0."""

    term: str
    kind: TokenKind
    position: int


@dataclass(frozen=True)
class Candidate:
    """A passage in which something sought was found: what stands where, and how many words each field has.

    `sheet` and `source` are the numbers of the page that it is part of, and of what that page belongs to.
    """

    pk: int
    sheet: int
    source: int
    kind: Kind
    matched: Mapping[Field, tuple[Matched, ...]]
    lengths: Mapping[Field, int]


@dataclass(frozen=True)
class Corpus:
    """What the whole index says about words. `frequency`: in how many passages a term stands, in any field."""

    passages: int
    frequency: Mapping[str, int]
    mean_lengths: Mapping[Field, float]
