"""The framework as it is read: areas, competencies, levels, professions and their profiles."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from people.api import NotFound

from ..book import book
from ..models import Area, Competency, Framework, Level, Profession, ProfileRequirement, Setting
from ..shapes import Profile, ProfileLine


def areas() -> list[Area]:
    """Return every area in the framework's order."""
    return list(book().areas)


def levels() -> list[Level]:
    """Return the scale, 0 first."""
    return list(book().levels)


def competencies(*, retired: bool = False) -> list[Competency]:
    """Return the competencies in the framework's order, area loaded."""
    return [row for row in book().competencies if retired or row.retired_at is None]


def competency(code: str) -> Competency:
    """Return one competency by code, area loaded. Raises UnknownCompetency."""
    return book().competency(code)


def professions() -> list[Profession]:
    """Return the professions in the framework's order."""
    return [row for row in book().professions if row.retired_at is None]


def focus_areas() -> dict[str, str]:
    """Return title by code of the focus areas."""
    rows = Framework.objects.values_list("focus_areas", flat=True)
    return {row["code"]: row["title_sv"] for each in rows for row in each}


def profile_of(profession: str, as_of: date) -> Profile:
    """Return what the framework itself expects of a profession, everywhere and in each setting. Raises NotFound."""
    law_book = book()
    row = law_book.profession(profession)
    if row is None:
        raise NotFound
    found: dict[int, dict[str, int]] = {}
    for asked in law_book.profiles(as_of).get(profession, []):
        if asked.node is None:
            found.setdefault(asked.competency, {})[asked.setting] = asked.level
    lines = tuple(
        ProfileLine(
            law_book.by_pk[pk],
            settings.get(ProfileRequirement.EVERYWHERE, 0),
            tuple((code, settings[code]) for code in law_book.settings if code in settings),
        )
        for pk, settings in sorted(found.items(), key=lambda item: law_book.place[item[0]])
    )
    return Profile(row, as_of, lines, law_book.levels)


def law_stamp() -> UUID | None:
    """Return what changes whenever the framework, its rules, requirements or offers do."""
    return book().stamp


def settings_that_ask(as_of: date) -> dict[str, frozenset[str]]:
    """Return in which settings the framework asks for each competency; in all of them where it is asked everywhere."""
    law_book = book()
    found: dict[str, set[str]] = {}
    for asked in (row for rows in law_book.profiles(as_of).values() for row in rows if row.node is None):
        everywhere = asked.setting == ProfileRequirement.EVERYWHERE
        settings = law_book.settings if everywhere else [asked.setting]
        found.setdefault(law_book.by_pk[asked.competency].code, set()).update(settings)
    return {code: frozenset(settings) for code, settings in found.items()}


def settings() -> list[Setting]:
    """Return the kinds of workplace in the framework's order."""
    return list(book().settings.values())
