"""What is expected of each profession: public, so it knows nobody and shows only the shared framework."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.http import HttpRequest

from people.api import chosen_employment, end_of_day
from xapi.api import PLATFORM_AUTHORITY

from .book import book
from .law import Law
from .models import Area, Competency, Level, Profession, Setting
from .pages import level_names
from .queries import professions, profile_of
from .queries.offers import NOBODY, Shelf
from .shapes import OfferLine, Profile, ProfileLine

OFFERS_SHOWN = 3


@dataclass(frozen=True)
class Elsewhere:
    """A higher level that one kind of workplace asks."""

    setting: Setting
    level: int
    level_name: str


@dataclass(frozen=True)
class Expected:
    """One competency of a profile: the level everywhere, more in some settings, and the courses that teach it."""

    competency: Competency
    level: int
    level_name: str
    more: tuple[Elsewhere, ...]
    offers: tuple[OfferLine, ...]


@dataclass(frozen=True)
class ExpectedArea:
    area: Area
    lines: tuple[Expected, ...]


@dataclass(frozen=True)
class RolePage:
    profile: Profile
    setting: Setting | None
    settings: tuple[Setting, ...]
    areas: tuple[ExpectedArea, ...]

    @property
    def profession(self) -> Profession:
        return self.profile.profession

    @property
    def levels(self) -> tuple[Level, ...]:
        return self.profile.levels

    @property
    def count(self) -> int:
        return sum(len(area.lines) for area in self.areas)


def roles_page(request: HttpRequest, on: date) -> dict[str, Any]:
    """Return every profession, and which is the reader's own."""
    employment = chosen_employment(request, on)
    own = employment.terms.profession if employment and employment.terms else ""
    return {"professions": professions(), "own": own}


def role_page(code: str, setting: str, on: date) -> RolePage:
    """Return what is expected of a profession; in one setting, if it names one. Raises NotFound for an unknown code."""
    profile = profile_of(code, on)
    settings = book().settings
    named = {name for line in profile.lines for name, _level in line.in_settings}
    chosen = settings.get(setting) if setting in named else None
    lines = [line for line in profile.lines if chosen is None or line.level or setting in dict(line.in_settings)]
    names, shelf = level_names(), _public_shelf(on)
    expected = [_expected(line, chosen, settings, names, _offers(shelf, line, code)) for line in lines]
    areas = groupby(expected, key=lambda each: each.competency.area)
    return RolePage(
        profile=profile,
        setting=chosen,
        settings=tuple(row for row in settings.values() if row.code in named),
        areas=tuple(ExpectedArea(area, tuple(each)) for area, each in areas),
    )


def _expected(
    line: ProfileLine,
    setting: Setting | None,
    settings: dict[str, Setting],
    names: dict[int, str],
    offers: tuple[OfferLine, ...],
) -> Expected:
    """Where a row is for everywhere and another for a setting, the higher level holds there."""
    in_settings = dict(line.in_settings)
    if setting:
        level = max(line.level, in_settings.get(setting.code, 0))
        return Expected(line.competency, level, names[level], (), offers)
    more = [Elsewhere(settings[name], level, names[level]) for name, level in in_settings.items() if level > line.level]
    return Expected(line.competency, line.level, names.get(line.level, ""), tuple(more), offers)


def _public_shelf(on: date) -> Shelf:
    """Return the offers as they are for somebody who belongs to no organisation."""
    law_book, moment = book(), end_of_day(on)
    return Shelf(law_book, Law(law_book.inputs, NOBODY, {}, PLATFORM_AUTHORITY), moment, None)


def _offers(shelf: Shelf, line: ProfileLine, profession: str) -> tuple[OfferLine, ...]:
    """Return the few that take somebody furthest towards the level, those meant for the profession first."""
    asked = max(line.level, *(level for _setting, level in line.in_settings), 0)
    found = shelf.lines(line.competency.code, above=0, asked=asked, professions=(profession,))
    reach = max((min(offer.level, asked) for offer in found), default=0)
    return tuple(offer for offer in found if offer.level >= reach)[:OFFERS_SHOWN]
