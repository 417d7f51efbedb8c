"""A unit's competence as a table. Few queries, whatever the number of people: standings are read as they are stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from people.api import (
    Employment,
    EmploymentTerms,
    Organisation,
    Person,
    moment_of,
    staff_of,
    staff_signature,
    worded_once,
)

from ..book import Book, book, lineages
from ..models import Computation, DirtyMark, Standing
from ..shapes import Cell, Column, Counts, Team, TeamRow
from .requirements import Profiles
from .standings import NONE, Day, Row, count


@dataclass
class Member:
    """One person of the unit, with her employments there."""

    employment: Employment
    asked: dict[int, int] = field(default_factory=dict)

    @property
    def person(self) -> Person:
        return self.employment.person

    @property
    def terms(self) -> EmploymentTerms:
        terms = self.employment.terms
        assert terms is not None, "staff_of gives each employment its terms of the day"
        return terms


@dataclass(frozen=True)
class Freshness:
    """How things stand with a unit on a day: enough to tell whether a kept table holds, for three questions."""

    key: str
    """Changes whenever anything in the table may: day, law, people, their terms, their standings."""
    people: int
    computed_at: datetime | None
    """When anybody shown was last computed; those who do not wait are up to date."""
    pending: int
    law_book: Book


def freshness_of(unit: Organisation, as_of: date) -> Freshness:
    """Return what is known of a unit and everything below it without looking at anybody's standings."""
    staff = staff_signature(unit, as_of)
    people = tuple(sorted({row[0] for row in staff}))
    computed = {pk: (at, waits) for pk, at, waits in _computed(people)}
    law_book = book()
    known: list[Any] = [unit.pk, unit.path, as_of, settings.EXPIRES_SOON_DAYS, law_book.stamp]
    known += [(row, computed[row[0]][0]) for row in staff]
    return Freshness(
        key=sha256(repr(known).encode()).hexdigest(),
        people=len(people),
        computed_at=moment_of(max((at for at, _waits in computed.values() if at), default=None)),
        pending=sum(waits for _at, waits in computed.values()),
        law_book=law_book,
    )


@worded_once
def _computed(people: tuple[int, ...]) -> QuerySet[Person, tuple[Any, ...]]:
    """When each person was last computed, and whether she waits for it."""
    computed = Computation.objects.filter(person=OuterRef("pk")).values("computed_at")
    marks = DirtyMark.objects.filter(person=OuterRef("pk"))
    found = Person.objects.filter(pk__in=people).annotate(at=Subquery(computed), waits=Exists(marks))
    return found.values_list("pk", "at", "waits")


def team_of(viewer: Person, unit: Organisation, as_of: date) -> Team:
    """Return the table of a unit and everything below it, without those not in service, ordered by name.

    The caller has made sure that `viewer` may see the unit (`units_visible_to`). Standings are those by the rules of
    the employer of the unit: a combined post elsewhere is not looked at. Six queries.
    """
    return team_from(unit, as_of, freshness_of(unit, as_of))


def team_from(unit: Organisation, as_of: date, freshness: Freshness) -> Team:
    law_book, day = freshness.law_book, Day(as_of)
    members = _members(unit, as_of, law_book)
    rows, judge = _rows(members), _Cells(law_book, day)
    table = [judge.of(member, rows[member.person.pk, member.employment.organisation_id]) for member in members]
    places = {pk: law_book.place[pk] for cells in table for pk in cells}
    competencies = sorted(places, key=places.__getitem__)
    shown = [_row(member, cells, competencies, law_book) for member, cells in zip(members, table, strict=True)]
    return Team(
        unit=unit,
        as_of=as_of,
        columns=tuple(
            Column(law_book.by_pk[pk], count(cells[pk].status for cells in table if pk in cells)) for pk in competencies
        ),
        rows=tuple(shown),
        counts=_total(row.counts for row in shown),
        computed_at=freshness.computed_at,
        pending=freshness.pending,
    )


def _members(unit: Organisation, as_of: date, law_book: Book) -> list[Member]:
    """Return each person once, with what is asked by all her employments in the unit (the largest comes first)."""
    profiles = Profiles(law_book, as_of)
    found: dict[int, Member] = {}
    for employment in staff_of(unit, as_of):
        member = found.setdefault(employment.person_id, Member(employment))
        terms = employment.terms
        assert terms is not None, "staff_of gives each employment its terms of the day"
        if (terms.share or 0) > (member.terms.share or 0):
            member.employment = employment
        for pk, level in profiles.highest(terms).items():
            member.asked[pk] = max(level, member.asked.get(pk, 0))
    return list(found.values())


def _rows(members: list[Member]) -> dict[tuple[int, int], dict[int, Row]]:
    """Return the standings of each (person, employer) by competency."""
    found: dict[tuple[int, int], dict[int, Row]] = defaultdict(dict)
    rows = Standing.objects.filter(
        person__in=[member.person.pk for member in members],
        organisation__in={member.employment.organisation_id for member in members},
    )
    columns = ("person", "organisation", "competency", "segments", "under_way")
    for person, organisation, competency, segments, under_way in rows.values_list(*columns):
        found[person, organisation][competency] = (segments, under_way)
    return found


class _Cells:
    """Judges cells; a requirement that nothing can meet is nobody's gap."""

    def __init__(self, law_book: Book, day: Day) -> None:
        self.law_book = law_book
        self.day = day
        self.above = lineages()
        self._meetable: dict[tuple[int, int, int], bool] = {}

    def of(self, member: Member, rows: dict[int, Row]) -> dict[int, Cell]:
        found = {}
        for pk in member.asked.keys() | rows.keys():
            asked = member.asked.get(pk, 0)
            if asked and not self._is_meetable(member.employment.organisation_id, pk, asked):
                asked = 0
            held, status, until = self.day.judge(rows.get(pk, NONE), asked)
            if held or asked:
                found[pk] = Cell(held, asked, status, datetime.fromisoformat(until) if until else None)
        return found

    def _is_meetable(self, organisation: int, competency: int, asked: int) -> bool:
        key = (organisation, competency, asked)
        if key not in self._meetable:
            law = self.law_book.law(organisation, self.above, self.day.moment)
            self._meetable[key] = law.is_meetable(self.law_book.by_pk[competency].code, asked, self.day.moment)
        return self._meetable[key]


def _row(member: Member, cells: dict[int, Cell], competencies: list[int], law_book: Book) -> TeamRow:
    in_order = tuple(cells.get(pk) for pk in competencies)
    return TeamRow(
        person=member.person,
        terms=member.terms,
        profession=law_book.profession(member.terms.profession),
        cells=in_order,
        counts=count(cell.status for cell in cells.values()),
        key=_key(member, in_order),
    )


def _key(member: Member, cells: tuple[Cell | None, ...]) -> str:
    """Return a name for what the row shows: people, places and every cell."""
    terms = member.terms
    shown: list[Any] = [member.person.uuid, member.person.full_name, terms.profession, terms.unit_id]
    shown += [cell and (cell.held, cell.asked, cell.status, cell.until) for cell in cells]
    return sha256(repr(shown).encode()).hexdigest()[:24]


def _total(counts: Iterable[Counts]) -> Counts:
    each = list(counts)
    return Counts(
        met=sum(one.met for one in each),
        on_the_way=sum(one.on_the_way for one in each),
        missing=sum(one.missing for one in each),
        lapsing=sum(one.lapsing for one in each),
    )
