"""The register of units and the table of titles, from files. All or nothing: one wrong line and nothing is changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType

from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify

from people.changes import announce
from people.csv_file import Record, Unreadable, fold, read_table
from people.errors import DomainError
from people.hr_file import Finding, Outcome
from people.hr_report import ReportLine, report_lines
from people.models import CareResponsibility, Employment, Organisation, Title, UnmappedTitle
from people.services import change_employment

CODE, UNIT, EMPLOYER, PROVIDER, SETTING = "kod", "enhet", "arbetsgivare", "ansvarig vårdgivare", "verksamhet"
UNIT_COLUMNS = (CODE, UNIT, EMPLOYER, PROVIDER, SETTING)
TITLE_COLUMNS = ("yrkestitel", "yrke")
PRIVATE = re.compile(r"\s*\(privat utförare\)$", re.IGNORECASE)
KNOWN_TITLES = Path(__file__).parent / "data" / "titles.csv"


class InvalidFile(DomainError):
    """The file cannot be used. `lines` tells where and why; nothing was changed."""

    code = "invalid_file"

    def __init__(self, findings: list[Finding]) -> None:
        self.lines: tuple[ReportLine, ...] = report_lines(findings)
        super().__init__("\n".join(f"{line.line}: {line.field}: {line.sentence}" for line in self.lines))


@dataclass(frozen=True)
class UnitRow:
    """One unit as the register tells it."""

    line: int
    code: str
    name: str
    employer: str
    provider: str
    setting: str

    @property
    def is_private(self) -> bool:
        return PRIVATE.search(self.employer) is not None

    @property
    def employer_name(self) -> str:
        return PRIVATE.sub("", self.employer)


@transaction.atomic
def import_units(data: bytes, *, region: str, on: date, at: datetime) -> int:
    """Make or update the units of a register below their employers, and return how many changed.

    The employers stand directly below the region, which is made with the given name if there is none. A changed
    responsible care provider answers from `on`. Units that the file does not name stay as they are.
    """
    rows = _unit_rows(data)
    root = _root(region)
    employers = {row.employer: _employer(root, row) for row in rows}
    problems = list(_unit_problems(rows, employers))
    if problems:
        raise InvalidFile(problems)
    changed = [row for row in rows if _save_unit(row, employers, on, at)]
    return len(changed)


def load_titles(data: bytes) -> int:
    """Make or correct the titles of a table, and return how many there are in it."""
    professions: dict[str, tuple[str, int]] = {}
    problems = []
    for record in _records(data, TITLE_COLUMNS):
        title, profession = fold(record.cells[0]), record.cells[1]
        before, line = professions.setdefault(title, (profession, record.line))
        if before != profession:
            problems.append(_problem(record.line, "yrkestitel", "title_has_two_professions", title, other_line=line))
    if problems:
        raise InvalidFile(problems)
    Title.objects.bulk_create(
        (Title(title_folded=title, profession=profession) for title, (profession, _) in professions.items()),
        update_conflicts=True,
        unique_fields=["title_folded"],
        update_fields=["profession"],
    )
    return len(professions)


@transaction.atomic
def map_title(title: str, profession: str, *, on: date, at: datetime) -> int:
    """Say which profession a title stands for, and give it to those who wait; return how many they were."""
    Title.objects.update_or_create(title_folded=fold(title), defaults={"profession": profession})
    waiting = UnmappedTitle.objects.filter(resolved_at__isnull=True).select_related("employment")
    mapped = [entry for entry in waiting if fold(entry.title) == fold(title)]
    for entry in mapped:
        change_employment(entry.employment, valid_from=on, at=at, profession=profession)
        entry.resolved_at = at
        entry.save(update_fields=["resolved_at"])
    return len(mapped)


def ensure_titles() -> None:
    """Give an installation that knows no titles the ones that come with it."""
    if not Title.objects.exists():
        load_titles(KNOWN_TITLES.read_bytes())


def _records(data: bytes, columns: tuple[str, ...]) -> list[Record]:
    """Return the records with their cells in the order of `columns`."""
    try:
        table = read_table(data, columns)
    except Unreadable as error:
        raise InvalidFile([Finding(error.line, error.column, Outcome.REFUSED, error.code)]) from None
    ragged = [_problem(r.line, "", "wrong_cell_count") for r in table.records if len(r.cells) != len(table.headings)]
    order = [table.headings.index(column) for column in columns]
    whole = [Record(r.line, tuple(r.cells[i] for i in order)) for r in table.records if not ragged]
    empty = [_problem(r.line, columns[r.cells.index("")], "missing_value") for r in whole if "" in r.cells]
    if ragged or empty:
        raise InvalidFile(ragged + empty)
    return whole


def _unit_rows(data: bytes) -> list[UnitRow]:
    return [UnitRow(record.line, *record.cells) for record in _records(data, UNIT_COLUMNS)]


def _unit_problems(rows: list[UnitRow], employers: dict[str, Organisation]) -> Iterator[Finding]:
    first: dict[str, int] = {}
    known = {unit.slug: unit.employer for unit in Organisation.objects.filter(slug__in=[row.code for row in rows])}
    for row in rows:
        line = first.setdefault(row.code, row.line)
        if line != row.line:
            yield _problem(row.line, CODE, "repeated_code", row.code, other_line=line)
        if slugify(row.code) != row.code or len(row.code) > 100:
            yield _problem(row.line, CODE, "not_a_code", row.code)
        if row.setting not in Organisation.Setting.values:
            settings = ", ".join(Organisation.Setting.values)
            yield _problem(row.line, SETTING, "unknown_setting", row.setting, known=settings)
        provider = employers.get(row.provider)
        if provider is None or provider.kind != Organisation.Kind.MUNICIPALITY:
            yield _problem(row.line, PROVIDER, "unknown_provider", row.provider)
        if row.code in known and known[row.code] != employers[row.employer]:
            yield _problem(row.line, EMPLOYER, "other_employer", row.employer, employer=known[row.code].name)


def _problem(line: int, column: str, code: str, value: str = "", **values: object) -> Finding:
    return Finding(line, column, Outcome.REFUSED, code, MappingProxyType({"value": value, **values}))


def _root(region: str) -> Organisation:
    root = Organisation.objects.filter(kind=Organisation.Kind.REGION).first()
    return root or Organisation.add_root(kind=Organisation.Kind.REGION, name=region, slug=slugify(region))


def _employer(root: Organisation, row: UnitRow) -> Organisation:
    """Return the employer of a unit, made below the region if it is new."""
    found = Organisation.objects.filter(slug=slugify(row.employer_name)).first()
    if found is not None:
        return found
    kind = Organisation.Kind.PRIVATE_PROVIDER if row.is_private else Organisation.Kind.MUNICIPALITY
    root.refresh_from_db()
    return root.add_child(kind=kind, name=row.employer_name, slug=slugify(row.employer_name))


def _save_unit(row: UnitRow, employers: dict[str, Organisation], on: date, at: datetime) -> bool:
    """Make the unit or correct its name and setting, and say who answers for it; return whether that changed it."""
    unit = Organisation.objects.filter(slug=row.code).first()
    is_new = unit is None
    if unit is None:
        above = Organisation.objects.get(pk=employers[row.employer].pk)
        unit = above.add_child(kind=Organisation.Kind.UNIT, name=row.name, slug=row.code, setting=row.setting)
    is_changed = (unit.name, unit.setting) != (row.name, row.setting)
    unit.name, unit.setting = row.name, row.setting
    unit.save(update_fields=["name", "setting"])
    is_handed_over = _set_provider(unit, employers[row.provider], on, at)
    if is_changed or is_handed_over:
        announce(Employment.objects.filter(terms__unit=unit).values_list("person", flat=True), at)
    return is_new or is_changed or is_handed_over


def _set_provider(unit: Organisation, provider: Organisation, on: date, at: datetime) -> bool:
    """Let a provider answer for a unit from a day on; the one before answers until the day before."""
    running = CareResponsibility.objects.filter(unit=unit, valid_to__isnull=True)
    before = running.first()
    if before is not None and before.provider_id == provider.pk:
        return False
    CareResponsibility.objects.filter(unit=unit, valid_from__gte=on).delete()
    running.filter(Q(valid_from__lt=on)).update(valid_to=date.fromordinal(on.toordinal() - 1))
    CareResponsibility.objects.create(unit=unit, provider=provider, valid_from=on, recorded_at=at)
    return True
