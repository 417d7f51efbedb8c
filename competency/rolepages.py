"""What is expected of each profession: public, so it knows nobody and shows only the shared framework."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest

from people.api import chosen_employment

from .models import Area, Competency, Level, Profession, Setting
from .queries import professions
from .shapes import OfferLine, Profile


@dataclass(frozen=True)
class Expected:
    """One competency of a profile: the level everywhere, more in some settings, and the courses that teach it."""

    competency: Competency
    level: int
    level_name: str
    more: tuple[tuple[str, int, str], ...]
    offers: tuple[OfferLine, ...]


@dataclass(frozen=True)
class ExpectedArea:
    area: Area
    lines: tuple[Expected, ...]


@dataclass(frozen=True)
class RolePage:
    profile: Profile
    setting: str
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
