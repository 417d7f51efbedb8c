"""Reads the staff file of an HR system: bytes in, rows and findings out. Pure: it knows no register and no day.

A file that is damaged or holds personal identity numbers is refused whole. Otherwise each line becomes a row, with
values left out where a finding says so, or is rejected. What asks for the register is found in `hr_import`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from people.csv_file import Record, Table, Unreadable, fold, read_table
from people.personnummer import holds_personnummer, names_a_personnummer, personnummer_among_numbers

NUMBER, GIVEN, FAMILY, EMAIL = "anställningsnummer", "förnamn", "efternamn", "e-post"
TITLE, AID, UNIT, MUNICIPALITY = "yrkestitel", "AID-kod", "enhet", "kommun"
MANAGER, FORM, SHARE, START, END = "chef", "anställningsform", "sysselsättningsgrad", "startdatum", "slutdatum"
COLUMNS = (NUMBER, GIVEN, FAMILY, EMAIL, TITLE, AID, UNIT, MUNICIPALITY, MANAGER, FORM, SHARE, START, END)
REQUIRED = (NUMBER, GIVEN, FAMILY, UNIT, MUNICIPALITY, START)
LENGTHS = MappingProxyType({NUMBER: 40, GIVEN: 100, FAMILY: 100, TITLE: 120, FORM: 60})
# These hold employee numbers, which may look like a personal identity number by chance.
NUMBER_COLUMNS = (NUMBER, MANAGER)

# SKR's AID codes whose group is confirmed (domain guide 3.13), and the professions that fit each.
CARE_ASSISTANT = frozenset({"vardbitrade", "bitrade"})
ASSISTANT_NURSE = frozenset({"underskoterska", "specialistunderskoterska"})
AID_PROFESSIONS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        **dict.fromkeys(("207023", "207024", "207029"), CARE_ASSISTANT),
        **dict.fromkeys((str(code) for code in range(207008, 207015)), ASSISTANT_NURSE),
        "351033": CARE_ASSISTANT | {"stodassistent"},
        "351034": frozenset({"boendestodjare"}),
    }
)

# Words in a title that name where its holder works, and the settings of a unit that agree with them.
SETTING_WORDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "hemtjänst": frozenset({"hemtjänst"}),
        "hemsjukvård": frozenset({"hemsjukvård"}),
        "bmss": frozenset({"bmss"}),
        "lss": frozenset({"bmss"}),
        "omsorgsboende": frozenset({"säbo"}),
        "äldreboende": frozenset({"säbo"}),
        "säbo": frozenset({"säbo"}),
        "äldreomsorg": frozenset({"hemtjänst", "säbo", "korttid"}),
    }
)

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
PERCENT = re.compile(r"\d+([,.]\d+)?")
ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[a-z0-9åäö-]+(\.[a-z0-9åäö-]+)+")


class Outcome(StrEnum):
    """What became of a line because of a finding. Lines without one are imported as they are."""

    REFUSED = "refused"
    REJECTED = "rejected"
    QUEUED = "queued"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """Something to tell HR about one field of one line. `code` names the sentence, `values` fill it in."""

    line: int
    field: str
    outcome: Outcome
    code: str
    values: Mapping[str, object] = dataclass_field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Row:
    """One employee as the file tells it. Empty text and None mean that there is no value, or that it was left out."""

    line: int
    employee_number: str
    given_name: str
    family_name: str
    email: str
    title: str
    aid_code: str
    unit: str
    municipality: str
    manager: str
    form: str
    share: Decimal | None
    starts_on: date
    ends_on: date | None

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.family_name}"


@dataclass(frozen=True)
class HrFile:
    """What a file holds: the rows that can be used, everything to tell about them, and how many lines there were."""

    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]
    line_count: int
    is_refused: bool = False


def read(data: bytes) -> HrFile:
    """Return the rows of a staff file and what is wrong with it."""
    try:
        table = read_table(data, COLUMNS)
    except Unreadable as error:
        finding = Finding(error.line, error.column, Outcome.REFUSED, error.code)
        return HrFile((), (finding,), 0, is_refused=True)
    refusals = tuple(_personal_identity_numbers(table))
    if refusals:
        return HrFile((), refusals, len(table.records), is_refused=True)
    return _read_rows(table)


def settings_named(title: str) -> frozenset[str] | None:
    """Return the settings that a title names, or None if it names none."""
    return next((settings for word, settings in SETTING_WORDS.items() if word in fold(title).split()), None)


def contradicts(aid_code: str, profession: str) -> bool:
    """Whether a known AID code belongs to other professions than this one."""
    return bool(profession) and profession not in AID_PROFESSIONS.get(aid_code, {profession})


def _personal_identity_numbers(table: Table) -> list[Finding]:
    named = [
        Finding(1, heading, Outcome.REFUSED, "personnummer_column")
        for heading in table.headings
        if names_a_personnummer(heading)
    ]
    held = [
        Finding(record.line, heading, Outcome.REFUSED, "personnummer_value")
        for index, heading in enumerate(table.headings)
        for record in _holders(table, index, heading)
    ]
    beyond = [
        Finding(record.line, "", Outcome.REFUSED, "personnummer_value")
        for record in table.records
        if any(holds_personnummer(cell) for cell in record.cells[len(table.headings) :])
    ]
    return named + sorted(held + beyond, key=lambda finding: finding.line)


def _holders(table: Table, index: int, heading: str) -> list[Record]:
    """Return the records that hold a personal identity number in one column."""
    records = [record for record in table.records if len(record.cells) > index]
    cells = [record.cells[index] for record in records]
    if heading in NUMBER_COLUMNS:
        return [records[position] for position in personnummer_among_numbers(cells)]
    return [record for record, cell in zip(records, cells, strict=True) if holds_personnummer(cell)]


def _read_rows(table: Table) -> HrFile:
    findings = [
        Finding(1, heading, Outcome.NOTE, "unknown_column") for heading in table.headings if heading not in COLUMNS
    ]
    rows = []
    for record in table.records:
        if len(record.cells) != len(table.headings):
            findings.append(Finding(record.line, "", Outcome.REJECTED, "wrong_cell_count"))
            continue
        reader = _RowReader(record.line, dict(zip(table.headings, record.cells, strict=True)))
        row = reader.row()
        findings += reader.findings
        if row is not None:
            rows.append(row)
    return HrFile(tuple(rows), tuple(findings), len(table.records))


class _RowReader:
    """Turns the cells of one line into a row, noting what is wrong as it goes."""

    def __init__(self, line: int, cells: dict[str, str]) -> None:
        self.line = line
        self.cells = cells
        self.findings: list[Finding] = []

    def row(self) -> Row | None:
        """Return the row, or None if a finding rejected the line."""
        self._require()
        starts_on, ends_on = self._day(START), self._day(END)
        if starts_on and ends_on and ends_on < starts_on:
            self._reject(END, "ends_before_start", starts_on=starts_on, ends_on=ends_on)
        if starts_on is None or any(finding.outcome is Outcome.REJECTED for finding in self.findings):
            return None
        self._note_odd_names()
        return Row(
            line=self.line,
            employee_number=self.cells[NUMBER],
            given_name=self.cells[GIVEN],
            family_name=self.cells[FAMILY],
            email=self._email(),
            title=self.cells[TITLE],
            aid_code=self._aid_code(),
            unit=self.cells[UNIT],
            municipality=self.cells[MUNICIPALITY],
            manager=self._manager(),
            form=self.cells[FORM],
            share=self._share(),
            starts_on=starts_on,
            ends_on=ends_on,
        )

    def _reject(self, column: str, code: str, **values: object) -> None:
        self._tell(column, Outcome.REJECTED, code, values)

    def _warn(self, column: str, code: str, **values: object) -> None:
        self._tell(column, Outcome.WARNING, code, values)

    def _tell(self, column: str, outcome: Outcome, code: str, values: Mapping[str, object]) -> None:
        self.findings.append(Finding(self.line, column, outcome, code, MappingProxyType(dict(values))))

    def _require(self) -> None:
        for column in REQUIRED:
            if not self.cells[column]:
                self._reject(column, "missing_value")
        for column, longest in LENGTHS.items():
            if len(self.cells[column]) > longest:
                self._reject(column, "too_long", longest=longest)

    def _day(self, column: str) -> date | None:
        """Return the day in a cell. What is not a day rejects the line: nothing is guessed about dates."""
        text = self.cells[column]
        try:
            day = date.fromisoformat(text) if DAY.fullmatch(text) else None
        except ValueError:
            day = None
        if text and (day is None or not 1900 <= day.year < 2200):
            self._reject(column, "not_a_day", value=text)
        return day

    def _note_odd_names(self) -> None:
        for column in (GIVEN, FAMILY):
            if ";" in self.cells[column]:
                self._tell(column, Outcome.NOTE, "separator_in_name", {"value": self.cells[column]})

    def _email(self) -> str:
        address = self.cells[EMAIL].casefold()
        if address and (len(address) > 254 or not ADDRESS.fullmatch(address)):
            self._warn(EMAIL, "not_an_address", value=self.cells[EMAIL])
            return ""
        return address

    def _aid_code(self) -> str:
        code = self.cells[AID]
        if code and not re.fullmatch(r"[0-9]{6}", code):
            self._warn(AID, "not_an_aid_code", value=code)
            return ""
        return code

    def _manager(self) -> str:
        manager = self.cells[MANAGER]
        if manager and manager == self.cells[NUMBER]:
            self._warn(MANAGER, "own_manager")
            return ""
        return manager

    def _share(self) -> Decimal | None:
        text = self.cells[SHARE]
        if not text:
            return None
        share = Decimal(text.replace(",", ".")) if PERCENT.fullmatch(text) and text.isascii() else None
        if share is None or not 0 < share <= 100:
            self._warn(SHARE, "not_a_share", value=text)
            return None
        return share.quantize(Decimal("0.01"))
