"""Starting up without a red wall: what people could do before becomes statements, marked “from the start”.

Each row is checked by itself; what is wrong is reported and the rest is recorded, in one transaction. The id of each
statement is made from what the row says, so the same file again changes nothing.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import IO
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from people.api import DomainError, Employment, Person, start_of_day, today, whole_number
from xapi.api import Entry, record_entries

from .. import start_up_file
from ..book import Book, book
from ..errors import NobodyAssessesHerself, StartUpFileError
from ..models import TOP_LEVEL, Competency
from ..shapes import RowOutcome, StartUpReport
from ..start_up_file import KINDS, LICENCE, Line
from ..trees import CERTIFICATE
from .judging import certificate_entry, check_registrar, qualification_entry, shown_before_entry

NAMESPACE = UUID("0d9f5c0e-6b7a-5d0f-8f43-6c6f9f2b1a77")
AT_ONCE = 500


class _Wrong(Exception):
    """A row that cannot be recorded, with the column."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column
        self.message = message


def start_up_import(
    source: str | Path | IO[str], at: datetime, *, registrar: Person | None = None, dry_run: bool = False
) -> StartUpReport:
    """Import existing competence: organisation, employee number, kind, competency or licence, level, date, until,
    ground and registrar. Returns a line for every row. Raises StartUpFileError for a file that cannot be read.

    `registrar` is who imports (None: the operator); a row may name another by employee number.
    """
    lines = start_up_file.read(source)
    for line in lines:
        if start_up_file.holds_personnummer(line):
            place = {"line": line.number}
            raise StartUpFileError(
                _("Line %(line)s holds a personal identity number. Nothing was imported; take them out.") % place
            )
    with transaction.atomic():
        desk = _Desk(at, registrar)
        entries = [entry for line in lines if (entry := desk.take(line)) is not None]
        if not dry_run:
            known = _record(entries)
            desk.note_known(known)
    return StartUpReport(tuple(sorted(desk.outcomes.values(), key=lambda outcome: outcome.line)))


def _record(entries: list[Entry]) -> set[str]:
    """Record the entries and return the ids of those that were there before."""
    rest, known = iter(entries), set()
    while some := list(islice(rest, AT_ONCE)):
        known |= {str(each.statement_id) for each in record_entries(some) if not each.is_new}
    return known


class _Desk:
    """Takes rows one by one; `outcomes` says what became of each."""

    def __init__(self, at: datetime, registrar: Person | None) -> None:
        self.at = at
        self.on = today(at)
        self.registrar = registrar
        self.book: Book = book()
        self.outcomes: dict[str, RowOutcome] = {}
        rows = Employment.objects.select_related("person", "organisation")
        self.employments = {(row.organisation.slug, row.employee_number): row for row in rows}
        self.allowed: set[tuple[int | None, int]] = set()

    def take(self, line: Line) -> Entry | None:
        try:
            entry = self._entry(line)
        except _Wrong as wrong:
            self._refuse(line, wrong.column, wrong.message)
        except DomainError as error:
            self._refuse(line, "", str(error.message))
        else:
            key = entry.body["id"]
            if key in self.outcomes:
                self.outcomes[f"{key}/{line.number}"] = RowOutcome(line.number, "", "known")
                return None
            self.outcomes[key] = RowOutcome(line.number, "", "recorded")
            return entry
        return None

    def note_known(self, known: set[str]) -> None:
        for key in known:
            self.outcomes[key] = RowOutcome(self.outcomes[key].line, "", "known")

    def _refuse(self, line: Line, column: str, message: str) -> None:
        self.outcomes[f"line {line.number}"] = RowOutcome(line.number, column, "rejected", message)

    def _entry(self, line: Line) -> Entry:
        employment = self._employment(line)
        kind = KINDS.get(line.cells["kind"].casefold())
        if kind is None:
            raise _Wrong("kind", _("The kind must be one of: %(kinds)s.") % {"kinds": ", ".join(KINDS)})
        day, until = self._day(line, "date"), self._last_day(line)
        registrar = self._registrar(line, employment)
        if until and until < day:
            raise _Wrong("until", _("It ends before it begins."))
        key = "/".join([*(line.cells[name] for name in ("organisation", "employee_number", "code", "level")), kind])
        statement_id = uuid5(NAMESPACE, f"{key}/{day}/{until}")
        happened_at = min(start_of_day(day) + timedelta(hours=12), self.at)
        person, organisation, ground = employment.person, employment.organisation, line.cells["ground"]
        if kind == LICENCE:
            return qualification_entry(
                registrar,
                person,
                line.cells["code"],
                self.at,
                organisation,
                happened_at=happened_at,
                ground=ground,
                from_start=True,
                statement_id=statement_id,
            )
        competency, level = self._competency(line), self._level(line)
        if kind == CERTIFICATE:
            return certificate_entry(
                registrar,
                person,
                competency,
                level,
                self.at,
                organisation,
                happened_at=happened_at,
                until=until,
                ground=ground,
                from_start=True,
                statement_id=statement_id,
            )
        return shown_before_entry(
            registrar,
            person,
            competency,
            level,
            self.at,
            organisation,
            kind=kind,
            happened_at=happened_at,
            until=until,
            ground=ground,
            statement_id=statement_id,
        )

    def _employment(self, line: Line) -> Employment:
        number = line.cells["employee_number"]
        found = self.employments.get((line.cells["organisation"], number))
        if found is None:
            raise _Wrong("employee_number", _("Nobody is employed there under that number."))
        return found

    def _registrar(self, line: Line, employment: Employment) -> Person | None:
        """Return who answers for the row: whom it names, else who imports. Nobody registers what is her own."""
        number = line.cells["registrar"]
        named = self.employments.get((line.cells["organisation"], number)) if number else None
        if number and named is None:
            raise _Wrong("registrar", _("The registrar must be an employee number of the same organisation."))
        if named and named.person_id == employment.person_id:
            raise NobodyAssessesHerself
        if self.registrar and (self.registrar.pk, employment.pk) not in self.allowed:
            check_registrar(self.registrar, employment.person, employment.organisation, self.on)
            self.allowed.add((self.registrar.pk, employment.pk))
        return named.person if named else self.registrar

    def _competency(self, line: Line) -> Competency:
        found = self.book.by_code.get(line.cells["code"])
        if found is None:
            raise _Wrong("code", _("There is no competency with that code."))
        return found

    def _level(self, line: Line) -> int:
        level = whole_number(line.cells["level"])
        if level is None or not 1 <= level <= TOP_LEVEL:
            raise _Wrong("level", _("The level must be a whole number from 1 to 4."))
        return level

    def _day(self, line: Line, column: str) -> date:
        try:
            found = date.fromisoformat(line.cells[column])
        except ValueError:
            raise _Wrong(column, _("Write the day as YYYY-MM-DD.")) from None
        if column == "date" and found > self.on:
            raise _Wrong(column, _("The day lies in the future."))
        return found

    def _last_day(self, line: Line) -> date | None:
        return self._day(line, "until") if line.cells["until"] else None
