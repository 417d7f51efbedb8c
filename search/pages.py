"""What the page of the search shows: hits, ways to narrow them, and what there is before and instead of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.api import Person, whole_number
from search.log.models import Best
from search.log.slips import slip_for
from search.nearest import nearest_words
from search.queries import find, readable
from search.results import Facet, Found, Hit, Option, Wish
from search.saved.models import SavedSearch
from search.saved.services import as_saved
from search.vocabulary import words

AT_A_TIME = 10
LONGEST_CHOICE = 60
# What a way to narrow is called in the address and on the page.
NAMES: Mapping[str, tuple[str, Promise]] = {
    "kind": ("slag", _("What it is")),
    "focus_area": ("omrade", _("Focus area")),
    "minutes": ("tid", _("Time")),
    "profession": ("yrke", _("Profession")),
    "setting": ("verksamhet", _("Where you work")),
}


@dataclass(frozen=True)
class Asked:
    """What an address asks for. `chosen`: value by way to narrow, as in NAMES."""

    text: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)
    first: int = 0

    @property
    def wish(self) -> Wish:
        said = self.chosen
        return Wish(
            kind=said.get("kind", ""),
            focus_area=said.get("focus_area", ""),
            profession=said.get("profession", ""),
            setting=said.get("setting", ""),
            minutes=whole_number(said.get("minutes", "")) or None,
        )

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """What was chosen, as fields of an address or a form."""
        return tuple((name, self.chosen[way]) for way, (name, _label) in NAMES.items() if self.chosen.get(way))

    @property
    def url(self) -> str:
        said = [("q", self.text), *self.choices, ("fran", str(self.first or ""))]
        return f"{reverse('search')}?{urlencode([(name, value) for name, value in said if value])}".rstrip("?")

    def narrowed(self, way: str, value: str) -> Asked:
        return replace(self, chosen={**self.chosen, way: value}, first=0)


def read_asked(sent: Mapping[str, str]) -> Asked:
    """Return what an address asks for; what makes no sense in it asks for nothing."""
    chosen = {way: sent[name][:LONGEST_CHOICE] for way, (name, _label) in NAMES.items() if sent.get(name)}
    return Asked(readable(sent.get("q", "")), chosen, whole_number(sent.get("fran", "")) or 0)


@dataclass(frozen=True)
class Way:
    """A choice that narrows, or with `is_chosen` the way back from it."""

    option: Option
    url: str


@dataclass(frozen=True)
class WaysGroup:
    label: Promise
    ways: tuple[Way, ...]


@dataclass(frozen=True)
class FindPage:
    asked: Asked
    found: Found | None
    saved: tuple[str, ...]
    can_save: bool
    slip: str = ""
    near: tuple[str, ...] = ()
    """Words that are there, when nothing was found."""

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The hits below the answer."""
        hits = self.found.hits if self.found else ()
        return hits[1:] if self.answer else hits

    @property
    def answer(self) -> Hit | None:
        return self.found.answer if self.found else None

    @property
    def is_saved(self) -> bool:
        return as_saved(self.asked.text) in self.saved

    @cached_property
    def ways(self) -> tuple[WaysGroup, ...]:
        """The ways to narrow in which there is something to choose between, and nothing is chosen yet."""
        facets = self.found.facets if self.found else ()
        return tuple(
            WaysGroup(NAMES[facet.name][1], self._ways(facet))
            for facet in facets
            if len(facet.options) > 1 and not self.asked.chosen.get(facet.name)
        )

    @cached_property
    def chosen(self) -> tuple[Way, ...]:
        """What was chosen, each with the way back from it."""
        facets = self.found.facets if self.found else ()
        return tuple(way for facet in facets for way in self._ways(facet) if way.option.is_chosen)

    def _ways(self, facet: Facet) -> tuple[Way, ...]:
        return tuple(
            Way(each, self.asked.narrowed(facet.name, "" if each.is_chosen else each.value).url)
            for each in facet.options
        )

    @property
    def widened_url(self) -> str:
        return replace(self.asked, chosen={}, first=0).url

    @property
    def suggestion_url(self) -> str:
        found = self.found
        return replace(self.asked, text=found.suggestion, first=0).url if found and found.suggestion else ""

    @property
    def before_url(self) -> str:
        first = self.asked.first
        return replace(self.asked, first=max(0, first - AT_A_TIME)).url if first else ""

    @property
    def after_url(self) -> str:
        first = self.asked.first + AT_A_TIME
        return replace(self.asked, first=first).url if self.found and first < self.found.total else ""


def find_page(asked: Asked, reader: Person | None, organisation: UUID | None, at: datetime) -> FindPage:
    saved = tuple(SavedSearch.objects.filter(person=reader).values_list("text", flat=True)) if reader else ()
    if not asked.text:
        return FindPage(asked, None, saved, reader is not None)
    found = find(asked.text, reader, at, asked.wish, first=asked.first, limit=AT_A_TIME)
    near = () if found.total else nearest_words(asked.text, words().vocabulary)
    return FindPage(asked, found, saved, reader is not None, _slip(asked, found, organisation), near)


def _slip(asked: Asked, found: Found, organisation: UUID | None) -> str:
    """Only a whole search is told of: one that was narrowed says how the reader looked, and not what there is."""
    if not asked.wish.is_empty or asked.first:
        return ""
    return slip_for(asked.text, found.total, best_of(found), [hit.url for hit in found.hits], organisation)


def best_of(found: Found) -> Best:
    if not found.total:
        return Best.NOTHING
    if found.answer:
        return Best.CLEAR
    return Best.GOOD if found.is_sure else Best.POOR
