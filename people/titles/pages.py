"""What the pages about the title show; for those who may not read them they are not there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.utils.translation import gettext as _

from people.csv_file import write_table
from people.errors import NotFound
from people.models import EmploymentTerms, Person
from people.queries import person_of
from people.titles.queries import Line, Report, report_for
from people.titles.right import PROFESSIONS, State
from people.titles.rules import READERS, may_register, reads_titles
from people.titles.words import STATE_LABELS
from people.visibility import terms_visible_to

PER_PAGE = 50
SHOWN = (State.UNKNOWN, State.NONE, State.WAITING, State.TRANSITION, State.CERTIFICATE)


@dataclass(frozen=True)
class Group:
    """How many stand so, and whether only they are shown."""

    state: State
    number: int
    is_chosen: bool

    @property
    def label(self) -> str:
        return str(STATE_LABELS[self.state])


@dataclass(frozen=True)
class TitlesPage:
    report: Report
    page: Page[Line]
    groups: tuple[Group, ...]
    registered: frozenset[int]
    """Terms by primary key for whom the reader may register."""

    @property
    def chosen(self) -> str:
        return next((group.state.value for group in self.groups if group.is_chosen), "")

    @property
    def query(self) -> str:
        return f"show={self.chosen}&" if self.chosen else ""

    @property
    def sections(self) -> list[tuple[str, list[Line]]]:
        """Return the people of this page under the word for how they stand, the most pressing first."""
        found = [
            (group.label, [line for line in self.page if line.right.state is group.state]) for group in self.groups
        ]
        return [(label, lines) for label, lines in found if lines]


def reader_of(request: HttpRequest, on: date) -> Person:
    reader = person_of(request.user)
    if reader is None or not reads_titles(reader, on):
        raise NotFound
    return reader


def titles_page(reader: Person, on: date, query: Mapping[str, Any]) -> TitlesPage:
    report = report_for(reader, on)
    show = query.get("show", "")
    groups = tuple(Group(state, report.counts[state], state.value == show) for state in SHOWN)
    chosen = next((group.state for group in groups if group.is_chosen), None)
    lines = [line for line in report.lines if chosen is None or line.right.state is chosen]
    page = Paginator(lines, PER_PAGE).get_page(query.get("page"))
    registered = frozenset(line.terms.pk for line in page if may_register(reader, line.person, line.terms.unit, on))
    return TitlesPage(report, page, groups, registered)


def terms_to_register(reader: Person, uuid: UUID, on: date) -> EmploymentTerms:
    """Return the terms of the employment, if the reader may register for her. Raises NotFound."""
    seen = terms_visible_to(reader, on, READERS).current(on).filter(profession__in=PROFESSIONS, employment__uuid=uuid)
    terms = seen.select_related("employment__person", "employment__organisation", "unit").first()
    if terms is None or not may_register(reader, terms.employment.person, terms.unit, on):
        raise NotFound
    return terms


def csv_of(report: Report) -> bytes:
    """Return the report as a file that a spreadsheet opens."""
    headings = (_("Name"), _("Employee number"), _("Employer"), _("Unit"), _("Right"), _("Since"), _("Until"))
    return write_table((*headings, _("Rests on")), [_cells(line) for line in report.lines])


def _cells(line: Line) -> tuple[str, ...]:
    right, held = line.right, line.terms.employment
    row = right.ground if right.state is not State.WAITING else right.applied
    since, until = (day.isoformat() if day else "" for day in (row and row.valid_from, right.until))
    where = (line.person.full_name, held.employee_number, held.organisation.name, line.terms.unit.name)
    return (*where, str(STATE_LABELS[right.state]), since, until, row.reason if row else "")
