"""Reads of the right to the title, each employer by its own record and its own employments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from people.models import EmploymentTerms, Organisation, Person
from people.queries import AT_ONCE
from people.titles.models import TitleRight
from people.titles.right import PROFESSIONS, PROTECTED_SINCE, Fact, Job, Right, State, right_on
from people.titles.rules import READERS
from people.visibility import terms_visible_to

Key = tuple[int, int]
"""(person, employer) by primary key."""


@dataclass(frozen=True)
class Line:
    """Somebody who works as undersköterska at an employer, with the terms by which she is seen."""

    terms: EmploymentTerms
    right: Right

    @property
    def person(self) -> Person:
        return self.terms.employment.person


@dataclass(frozen=True)
class Report:
    """Everybody of whom the reader may ask, those first whose right asks for something; then by name."""

    lines: tuple[Line, ...]

    @cached_property
    def counts(self) -> dict[State, int]:
        return {state: sum(line.right.state is state for line in self.lines) for state in State}

    @property
    def need_a_certificate(self) -> int:
        """How many cannot carry the title from 2033-07-01 by what is known."""
        return len(self.lines) - self.counts[State.CERTIFICATE]


def report_for(reader: Person, on: date) -> Report:
    """Return who works as undersköterska where the reader's roles reach on a day, and what right each has."""
    seen = terms_visible_to(reader, on, READERS).current(on).filter(profession__in=PROFESSIONS)
    rows = seen.select_related("employment__person", "employment__organisation", "unit").order_by(
        "employment__person__family_name", "employment__person__given_name", "pk"
    )
    first: dict[Key, EmploymentTerms] = {}
    for terms in rows:
        first.setdefault(_key(terms), terms)
    facts, jobs = _facts(first), _jobs(first)
    lines = [Line(terms, right_on(facts[key], jobs[key], on)) for key, terms in first.items()]
    order = list(State)
    return Report(tuple(sorted(lines, key=lambda line: order.index(line.right.state))))


def title_right_of(person: Person, terms: EmploymentTerms, on: date) -> Right | None:
    """Return what her employer knows of her right; None for one who does not work as undersköterska."""
    if terms.profession not in PROFESSIONS:
        return None
    return right_on(facts_of(person, terms.employment.organisation), (), on)


def facts_of(person: Person, organisation: Organisation) -> list[Fact]:
    rows = TitleRight.objects.filter(person=person, organisation=organisation)
    return [row.fact for row in rows.order_by("recorded_at", "pk")]


def jobs_of(person: Person, organisation: Organisation) -> list[Job]:
    """Return her employments at an employer on the day from which the title is protected."""
    rows = EmploymentTerms.objects.in_force(PROTECTED_SINCE).filter(
        employment__person=person, employment__organisation=organisation
    )
    return [_job(terms) for terms in rows]


def _facts(keys: Iterable[Key]) -> dict[Key, list[Fact]]:
    found: dict[Key, list[Fact]] = defaultdict(list)
    for people in _parts(keys):
        for row in TitleRight.objects.filter(person__in=people).order_by("recorded_at", "pk"):
            found[row.person_id, row.organisation_id].append(row.fact)
    return found


def _jobs(keys: Iterable[Key]) -> dict[Key, list[Job]]:
    found: dict[Key, list[Job]] = defaultdict(list)
    for people in _parts(keys):
        rows = EmploymentTerms.objects.in_force(PROTECTED_SINCE).filter(employment__person__in=people)
        for terms in rows.select_related("employment"):
            found[_key(terms)].append(_job(terms))
    return found


def _parts(keys: Iterable[Key]) -> list[list[int]]:
    people = sorted({person for person, _employer in keys})
    return [people[start : start + AT_ONCE] for start in range(0, len(people), AT_ONCE)]


def _key(terms: EmploymentTerms) -> Key:
    return terms.employment.person_id, terms.employment.organisation_id


def _job(terms: EmploymentTerms) -> Job:
    return Job(terms.profession, terms.form, terms.starts_on, terms.ends_on)
