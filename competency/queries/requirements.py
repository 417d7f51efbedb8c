"""What is asked of people: by profession and setting, by the framework and by every node above the unit that adds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from people.api import EmploymentTerms, Organisation, Person, employments_of, end_of_day

from ..book import Asked, Book, book, lineages
from ..models import ProfileRequirement
from ..shapes import Asking, Requirement


def requirements_of(
    person: Person, as_of: date, known_at: datetime | None = None, organisation: Organisation | None = None
) -> list[Requirement]:
    """Return what is asked of a person on a day, per employer and competency, in the framework's order.

    It is the union over her employments (at `organisation`, if given), the highest level of each.
    """
    law_book = book()
    terms = terms_of(person, as_of, known_at, organisation)
    return requirements_by(law_book, terms, as_of, known_at)


def terms_of(
    person: Person, as_of: date, known_at: datetime | None, organisation: Organisation | None
) -> list[EmploymentTerms]:
    terms = employments_of(person, as_of, known_at)
    return [row for row in terms if organisation is None or row.employment.organisation_id == organisation.pk]


def requirements_by(
    law_book: Book, terms: Iterable[EmploymentTerms], as_of: date, known_at: datetime | None
) -> list[Requirement]:
    terms = list(terms)
    above = lineages() if terms else {}
    found: list[Requirement] = []
    for employer in {row.employment.organisation_id: row.employment.organisation for row in terms}.values():
        here = [row for row in terms if row.employment.organisation_id == employer.pk]
        law = law_book.law(employer.pk, above, end_of_day(as_of), known_at)
        asked = Profiles(law_book, as_of, known_at).union(here)
        for pk in sorted(asked, key=law_book.place.__getitem__):
            competency, level = law_book.by_pk[pk], asked[pk][0].level
            meetable = law.is_meetable(competency.code, level, end_of_day(as_of))
            found.append(Requirement(competency, employer, level, tuple(asked[pk]), meetable))
    return found


@dataclass
class Profiles:
    """The profiles in force on a day."""

    law_book: Book
    as_of: date
    known_at: datetime | None = None

    def __post_init__(self) -> None:
        self.rows = self.law_book.profiles(self.as_of, self.known_at)
        self._highest: dict[tuple[str, str, str], dict[int, int]] = {}

    def highest(self, terms: EmploymentTerms) -> dict[int, int]:
        """Return the level asked by competency of one employment."""
        key = (terms.profession, terms.unit.setting, terms.unit.path)
        if key not in self._highest:
            found: dict[int, int] = {}
            for row in self._asked_of(terms):
                found[row.competency] = max(row.level, found.get(row.competency, 0))
            self._highest[key] = found
        return self._highest[key]

    def union(self, terms: Iterable[EmploymentTerms]) -> dict[int, list[Asking]]:
        """Return by competency who asks for the highest level of it, over several employments."""
        found: dict[int, list[Asking]] = {}
        for each in terms:
            for row in self._asked_of(each):
                known = found.setdefault(row.competency, [])
                if known and known[0].level < row.level:
                    known.clear()
                if not known or known[0].level == row.level:
                    known.append(self._asking(row, each))
        return found

    def _asked_of(self, terms: EmploymentTerms) -> list[Asked]:
        settings = (ProfileRequirement.EVERYWHERE, terms.unit.setting)
        return [
            row
            for row in self.rows.get(terms.profession, ())
            if row.setting in settings and (row.node is None or terms.unit.path.startswith(row.node.path))
        ]

    def _asking(self, row: Asked, terms: EmploymentTerms) -> Asking:
        profession = self.law_book.profession(row.profession)
        assert profession is not None, "a requirement refers to its profession"
        setting = self.law_book.settings.get(row.setting)
        title = setting.title if setting else ""
        return Asking(profession, row.setting, title, terms.unit, row.node, row.level, row.valid_from)
