"""What each page about competence shows, put together from the queries for the one who reads it.

Whose page it is, and by which employer's rules, is decided in `subject_of` alone: her own by the employment she acts
under; another's only by an employment that the reader's roles reach, so that a combined post at another employer stays
unseen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max
from django.http import HttpRequest
from django.urls import reverse

from people.api import (
    EmploymentTerms,
    NotFound,
    Organisation,
    Person,
    TitleRight,
    chosen_employment,
    employments_of,
    end_of_day,
    person_of,
    title_right_of,
    units_visible_to,
    visible_person,
)

from . import drawing
from .models import Area, Competency, Standing
from .observing.practising import Log, practice_of
from .plan.rules import side_of
from .queries import (
    Reply,
    assessable_levels,
    competency,
    explanation,
    levels,
    replies_of,
    standings_of,
)
from .services import refresh
from .shapes import Explanation, StandingLine


@dataclass(frozen=True)
class Subject:
    """Whose competence is shown, by which employer's rules, and whether she is the one who reads."""

    reader: Person
    person: Person
    terms: EmploymentTerms | None

    @property
    def is_self(self) -> bool:
        return self.reader.pk == self.person.pk

    @property
    def organisation(self) -> Organisation | None:
        return self.terms.employment.organisation if self.terms else None

    @property
    def plan_url(self) -> str:
        return reverse("plan") if self.is_self else reverse("plan", args=[self.person.uuid])

    @property
    def competence_url(self) -> str:
        return reverse("competence") if self.is_self else reverse("competence", args=[self.person.uuid])

    def reason_url(self, code: str) -> str:
        return f"{self.competence_url}{code}/"


def reader_of(request: HttpRequest) -> Person:
    """Return the person who reads. An account without a person has no competence to show."""
    person = person_of(request.user)
    if person is None:
        raise NotFound
    return person


def subject_of(request: HttpRequest, uuid: UUID | None, on: date) -> Subject:
    """Return whose page `uuid` asks for (None: the reader's own). Raises NotFound for whom the reader may not see."""
    reader = reader_of(request)
    if uuid is None or uuid == reader.uuid:
        employment = chosen_employment(request, on)
        return Subject(reader, reader, employment.terms if employment else None)
    person = visible_person(reader, uuid, on)
    return Subject(reader, person, seen_terms(reader, person, on))


def seen_terms(reader: Person, person: Person, on: date) -> EmploymentTerms:
    """Return the employment by which the reader sees a person: a current one first, the largest share first."""
    units = set(units_visible_to(reader, on).values_list("pk", flat=True))
    current = employments_of(person, on)
    seen = [terms for terms in current if terms.unit_id in units]
    if not seen:
        seen = [terms for terms in employments_of(person, on, ended=True) if terms.unit_id in units]
    if not seen:
        raise NotFound
    return seen[0]


@dataclass(frozen=True)
class AreaLines:
    area: Area
    number: int
    lines: tuple[StandingLine, ...]


@dataclass(frozen=True)
class CompetencePage:
    subject: Subject
    areas: tuple[AreaLines, ...]
    map: drawing.Drawing
    level_names: dict[int, str]
    computed_at: datetime | None
    is_as_of_today: bool
    title: TitleRight | None
    """Her own right to the title undersköterska, where she works as one."""

    @property
    def asked(self) -> int:
        return sum(1 for area in self.areas for line in area.lines if line.asked)

    @property
    def met(self) -> int:
        return sum(1 for area in self.areas for line in area.lines if line.status and line.status.is_met)


def competence_page(
    subject: Subject, on: date, moment: datetime, as_of: date | None, known_at: date | None
) -> CompetencePage:
    """Return what the subject holds and is asked for, by area; on another day, and as known then, if asked."""
    refresh(subject.person, moment)
    known = end_of_day(known_at) if known_at else None
    lines = standings_of(subject.person, subject.organisation, as_of or on, known)
    areas = by_area(lines)
    return CompetencePage(
        subject=subject,
        areas=areas,
        map=drawing.draw([[mark_of(line) for line in area.lines] for area in areas]),
        level_names=level_names(),
        computed_at=_computed_at(subject),
        is_as_of_today=(as_of or on) == on and known is None,
        title=title_right_of(subject.person, subject.terms, on) if subject.is_self and subject.terms else None,
    )


def by_area(lines: Iterable[StandingLine]) -> tuple[AreaLines, ...]:
    """Return the lines under their areas, in the order they come, areas numbered from 1."""
    grouped: dict[int, list[StandingLine]] = {}
    for line in lines:
        grouped.setdefault(line.competency.area_id, []).append(line)
    return tuple(
        AreaLines(found[0].area, number, tuple(found)) for number, found in enumerate(grouped.values(), start=1)
    )


def mark_of(line: StandingLine) -> drawing.Mark:
    name = line.status.name.lower() if line.status else "extra"
    return drawing.Mark(code=line.competency.code, held=line.level, asked=line.asked, state=name)


def _computed_at(subject: Subject) -> datetime | None:
    rows = Standing.objects.filter(person=subject.person)
    rows = rows.filter(organisation=subject.organisation) if subject.organisation else rows
    return rows.aggregate(newest=Max("computed_at"))["newest"]


@dataclass(frozen=True)
class ReasonPage:
    subject: Subject
    explanation: Explanation
    level_names: dict[int, str]
    scale: tuple[Step, ...]
    computed_at: datetime
    assess_url: str
    replies: dict[UUID, Reply]
    practice: Log

    @property
    def competency(self) -> Competency:
        return self.explanation.competency

    @property
    def asked(self) -> int:
        return self.explanation.requirement.asked if self.explanation.requirement else 0


@dataclass(frozen=True)
class Step:
    """One level of the scale beside where the subject stands."""

    level: int
    name: str
    descriptor: str
    is_held: bool
    is_asked: bool


def reason_page(
    subject: Subject, code: str, on: date, moment: datetime, as_of: date | None, known_at: date | None
) -> ReasonPage:
    """Return why the level is what it is. Raises NotFound for an unknown code."""
    refresh(subject.person, moment)
    found = competency(code)
    known = end_of_day(known_at) if known_at else None
    why = explanation(subject.person, found, as_of or on, known, organisation=subject.organisation)
    why = why if subject.is_self else why.for_others
    asked = why.requirement.asked if why.requirement else 0
    scale = tuple(
        Step(row.level, row.name, row.descriptor_sv, row.level <= why.level, row.level == asked)
        for row in levels()
        if row.level
    )
    replies = replies_of(subject.person, found, known)
    assess_url = _assess_url(subject, found, on)
    log = _log_of(subject, found, on, known, assesses=bool(assess_url))
    return ReasonPage(subject, why, level_names(), scale, moment, assess_url, replies, log)


def _log_of(subject: Subject, found: Competency, on: date, known_at: datetime | None, *, assesses: bool) -> Log:
    """Return what was practised, to herself, to whoever may assess her and to her manager; to anybody else nothing."""
    employer = subject.organisation
    if subject.is_self:
        return practice_of(subject.person, found, organisation=None, known_at=known_at)
    if employer and (assesses or side_of(subject.reader, subject.person, employer, on)):
        return practice_of(subject.person, found, organisation=employer, known_at=known_at)
    return Log()


def _assess_url(subject: Subject, found: Competency, on: date) -> str:
    if subject.is_self or subject.terms is None:
        return ""
    if not any(assessable_levels(subject.reader, subject.person, found, on).values()):
        return ""
    return reverse("assess", args=[subject.terms.unit.slug, subject.person.uuid, found.code])


def level_names() -> dict[int, str]:
    return {row.level: row.name for row in levels()}
