"""What a search came to, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from search.shapes import Kind, SourceKind
from search.snippets import Piece
from search.swedish import Sought


@dataclass(frozen=True)
class Wish:
    """How the reader narrowed what was found. Empty asks for everything."""

    kind: str = ""
    focus_area: str = ""
    profession: str = ""
    setting: str = ""
    minutes: int | None = None

    @property
    def is_empty(self) -> bool:
        return self == Wish()


@dataclass(frozen=True)
class Hit:
    """One thing found, at the paragraph that answers best. `course` and `module` are empty for what is neither."""

    kind: Kind
    source_kind: SourceKind
    course: str
    module: str
    source_title: str
    title: str
    heading: str
    url: str
    minutes: int | None
    focus_area: str
    pieces: tuple[Piece, ...]
    score: float
    reasons: tuple[str, ...] = ()
    more: tuple[Hit, ...] = ()
    """Other pages of the same source."""

    @property
    def snippet(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    @property
    def marked(self) -> SafeString:
        """The snippet with what was found in it marked."""
        parts = (format_html("<mark>{}</mark>" if piece.is_hit else "{}", piece.text) for piece in self.pieces)
        return mark_safe("".join(parts))


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Facet:
    """A way to narrow, with how many would be left for each choice."""

    name: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Found:
    """`answer` is the hit, among the first, that clearly answers, if one does."""

    text: str
    sought: Sought
    total: int
    hits: tuple[Hit, ...]
    facets: tuple[Facet, ...] = ()
    answer: Hit | None = None
    is_sure: bool = False
    last: str = ""
    """Names the last hit for whoever asks for those after it; empty when there are no more."""

    @property
    def suggestion(self) -> str | None:
        return self.sought.suggestion
