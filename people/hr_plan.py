"""Decides what a staff file means against the register, without writing anything: a dry run is this and no more.

The key is (organisation, employee number). An import never joins two employments into one person, never makes a unit
and never guesses a profession; and it never ends an employment because the file is silent about it.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from people import hr_file
from people.csv_file import fold
from people.hr_file import Finding, HrFile, Outcome, Row
from people.models import Employment, EmploymentTerms, Organisation, Person

Key = tuple[int, str]


@dataclass(frozen=True)
class Known:
    """An employment that is already there, with its state on the day of the import."""

    employment: Employment
    terms: EmploymentTerms
    has_other_employers: bool = False

    @property
    def person(self) -> Person:
        return self.employment.person


@dataclass(frozen=True)
class Register:
    """All that a file is compared with, read once."""

    units: Mapping[str, tuple[Organisation, ...]]
    employers: Mapping[int, Organisation]
    care_providers: Mapping[int, Organisation]
    professions: Mapping[str, str]
    employments: Mapping[Key, Known]
    address_owners: Mapping[str, Person]


@dataclass(frozen=True)
class Planned:
    """One line that will be imported: where it belongs and what it will say."""

    row: Row
    unit: Organisation
    organisation: Organisation
    known: Known | None
    email: str = ""
    profession: str = ""
    aid_code: str = ""
    manager: Key | None = None
    waits_for_title: bool = False

    @property
    def key(self) -> Key:
        return (self.organisation.pk, self.row.employee_number)

    @property
    def owner(self) -> tuple[str, int]:
        """Whose address it is: a person already there, or the new one of this line."""
        return ("person", self.known.person.pk) if self.known else ("line", self.row.line)

    @property
    def is_joint(self) -> bool:
        """Whether another employer also tells what she is called; then neither overwrites the other."""
        return self.known is not None and self.known.has_other_employers

    @property
    def changes_terms(self) -> bool:
        return self.known is None or self.said() != _said(self.known.terms)

    @property
    def says_last_day(self) -> bool:
        """Whether the line gives somebody who is known a last day, or an earlier one."""
        if self.known is None or self.row.ends_on is None:
            return False
        before = self.known.terms.ends_on
        return before is None or self.row.ends_on < before

    @property
    def changes_person(self) -> bool:
        if self.known is None or self.is_joint:
            return False
        person, row = self.known.person, self.row
        names = (person.given_name, person.family_name) != (row.given_name, row.family_name)
        return names or bool(self.email and self.email != person.email)

    def said(self) -> tuple[object, ...]:
        row = self.row
        words = (self.profession, row.title, self.aid_code, row.form)
        return (self.unit.pk, *words, row.share, row.starts_on, row.ends_on, self.manager)


def _said(terms: EmploymentTerms) -> tuple[object, ...]:
    words = (terms.profession, terms.hr_title, terms.aid_code, terms.form)
    manager = (terms.manager.organisation_id, terms.manager.employee_number) if terms.manager else None
    share = Decimal(terms.share) if terms.share is not None else None
    return (terms.unit_id, *words, share, terms.starts_on, terms.ends_on, manager)


@dataclass(frozen=True)
class Plan:
    """The lines to import and everything to tell."""

    planned: tuple[Planned, ...]
    findings: tuple[Finding, ...]
    left_out: tuple[Known, ...] = ()
    """Who work today and are not in a file that was declared complete: their silence ends them."""


def plan_import(
    file: HrFile,
    register: Register,
    on: date,
    may_import: Callable[[Organisation], bool] = lambda _: True,
    *,
    is_complete: bool = False,
) -> Plan:
    """Return what importing the file on a day would do. `is_complete`: whoever it leaves out has left."""
    planner = _Planner(register, on, may_import)
    placed = [placed for row in file.rows if (placed := planner.place(row)) is not None]
    addressed = planner.give_addresses(placed)
    described = [planner.describe(item) for item in addressed]
    planned = planner.give_managers(described)
    left_out = planner.left_out(file) if is_complete else ()
    return Plan(tuple(planned), (*file.findings, *planner.findings), left_out)


@dataclass
class _Planner:
    register: Register
    on: date
    may_import: Callable[[Organisation], bool]
    findings: list[Finding] = field(default_factory=list)
    numbers: dict[Key, Row] = field(default_factory=dict)

    def tell(self, row: Row, column: str, outcome: Outcome, code: str, **values: object) -> None:
        self.findings.append(Finding(row.line, column, outcome, code, MappingProxyType(values)))

    def left_out(self, file: HrFile) -> tuple[Known, ...]:
        """Return who works today for an employer of the file and is on none of its lines.

        Where a line was rejected, it is not known who it spoke of, so nobody is ended by silence.
        """
        found = [
            known
            for key, known in self.register.employments.items()
            if key not in self.numbers
            and known.terms.is_current(self.on)
            and self.may_import(known.employment.organisation)
        ]
        if found and any(each.outcome is Outcome.REJECTED for each in (*file.findings, *self.findings)):
            self.findings.append(Finding(1, hr_file.NUMBER, Outcome.WARNING, "not_complete", MappingProxyType({})))
            return ()
        return tuple(found)

    def place(self, row: Row) -> Planned | None:
        """Find the unit and the employment of a line; None if it was rejected."""
        unit = self._unit(row)
        if unit is None:
            return None
        organisation = self.register.employers[unit.pk]
        key = (organisation.pk, row.employee_number)
        first = self.numbers.setdefault(key, row)
        known = self.register.employments.get(key)
        names = {"number": row.employee_number, "name": row.full_name}
        if not self.may_import(organisation):
            self._reject(row, hr_file.UNIT, "not_your_organisation", organisation=organisation.name)
        elif first is not row:
            other = {"other_line": first.line, "other_name": first.full_name}
            self._reject(row, hr_file.NUMBER, "number_used_in_file", **names, **other)
        elif known is not None and not _is_same_person(row, known.person):
            self._reject(row, hr_file.NUMBER, "number_is_another_persons", **names, other_name=known.person.full_name)
        else:
            return Planned(row, unit, organisation, known)
        return None

    def _reject(self, row: Row, column: str, code: str, **values: object) -> None:
        self.tell(row, column, Outcome.REJECTED, code, **values)

    def _unit(self, row: Row) -> Organisation | None:
        candidates = self.register.units.get(fold(row.unit), ())
        if not candidates:
            self._reject(row, hr_file.UNIT, "unknown_unit", unit=row.unit)
            return None
        there = [unit for unit in candidates if fold(row.municipality) in self._municipalities(unit)]
        if len(there) == 1:
            return there[0]
        names = [self.register.employers[unit.pk].name for unit in candidates]
        suggestion = difflib.get_close_matches(row.municipality, names, n=1, cutoff=0.0)[0]
        values = {"municipality": row.municipality, "unit": row.unit, "suggestion": suggestion}
        self._reject(row, hr_file.MUNICIPALITY, "other_municipality", **values)
        return None

    def _municipalities(self, unit: Organisation) -> set[str]:
        """What a file may call the municipality of a unit: who employs, or who answers for its health care."""
        provider = self.register.care_providers.get(unit.pk)
        return {fold(node.name) for node in (self.register.employers[unit.pk], provider) if node}

    def give_addresses(self, placed: list[Planned]) -> list[Planned]:
        """Give each line its address, or reject it where the address is another person's.

        An address is free if its owner gets another one by the same file. Whether she does is known only when her
        own line has been judged, so the judging is done again without those who turned out to keep theirs.
        """
        moving = {p.known.person.pk for p in placed if p.known and _gives_up_address(p)}
        while True:
            judged = _Addresses(self.register.address_owners, moving).judge(placed)
            staying = moving & {p.known.person.pk for p in judged.rejected if p.known}
            if not staying:
                self.findings += judged.findings
                return judged.accepted
            moving -= staying

    def describe(self, item: Planned) -> Planned:
        """Give a line its profession and AID code, and tell what HR should look at."""
        row, title = item.row, item.row.title
        profession = self.register.professions.get(fold(title), "")
        if not title:
            self.tell(row, hr_file.TITLE, Outcome.WARNING, "missing_title")
        elif not profession:
            self.tell(row, hr_file.TITLE, Outcome.QUEUED, "unknown_title", title=title)
        misfit = hr_file.contradicts(row.aid_code, profession)
        if misfit:
            self.tell(row, hr_file.AID, Outcome.WARNING, "aid_contradicts_title", aid_code=row.aid_code, title=title)
        self._note(item)
        return replace(
            item,
            profession=profession,
            aid_code="" if misfit else row.aid_code,
            waits_for_title=bool(title) and not profession,
        )

    def _note(self, item: Planned) -> None:
        row = item.row
        if row.ends_on is not None and row.ends_on < self.on:
            self.tell(row, hr_file.END, Outcome.NOTE, "has_ended", ends_on=row.ends_on)
        named = hr_file.settings_named(row.title)
        if named is not None and item.unit.setting not in named:
            self.tell(row, hr_file.TITLE, Outcome.NOTE, "other_setting", title=row.title, unit=item.unit.name)
        if item.known is None:
            return
        before, is_renamed = item.known.person, item.known.person.full_name != row.full_name
        if item.is_joint and (is_renamed or (item.email and item.email != before.email)):
            self.tell(row, hr_file.FAMILY, Outcome.NOTE, "kept_for_joint_person")
        elif is_renamed:
            values = {"before": before.full_name, "name": row.full_name}
            self.tell(row, hr_file.FAMILY, Outcome.NOTE, "name_changed", **values)

    def give_managers(self, planned: list[Planned]) -> list[Planned]:
        """Give each line its manager, who is an employee of the same organisation, in the file or already there."""
        keys = {item.key for item in planned} | set(self.register.employments)
        return [self._with_manager(item, keys) for item in planned]

    def _with_manager(self, item: Planned, keys: set[Key]) -> Planned:
        number = item.row.manager
        if not number:
            return item
        manager = (item.organisation.pk, number)
        if manager in keys:
            return replace(item, manager=manager)
        values = {"number": number, "organisation": item.organisation.name}
        self.tell(item.row, hr_file.MANAGER, Outcome.WARNING, "unknown_manager", **values)
        return item


class _Addresses:
    """Judges who may have which address: one person each, first come, and those who have one already before all."""

    def __init__(self, owners: Mapping[str, Person], moving: Iterable[int]) -> None:
        gone = set(moving)
        self.owners = {address: person for address, person in owners.items() if person.pk not in gone}
        self.claims: dict[str, Planned] = {}
        self.accepted: list[Planned] = []
        self.rejected: list[Planned] = []
        self.findings: list[Finding] = []

    def judge(self, placed: Iterable[Planned]) -> _Addresses:
        for item in placed:
            self._judge(item, item.row.email)
        return self

    def _judge(self, item: Planned, address: str) -> None:
        claim, owner = self.claims.get(address), self.owners.get(address)
        values: dict[str, object] = {"name": item.row.full_name}
        if claim is not None and claim.owner != item.owner:
            values |= {"other_line": claim.row.line, "other_name": claim.row.full_name}
            self._refuse(item, claim.row.full_name, "address_used_in_file", values)
        elif owner is not None and item.owner != ("person", owner.pk):
            self._refuse(item, owner.full_name, "address_is_another_persons", values)
        else:
            if address:
                self.claims[address] = item
            self.accepted.append(replace(item, email=address))

    def _refuse(self, item: Planned, other_name: str, code: str, values: Mapping[str, object]) -> None:
        """Reject the line; but a namesake with the same address is most likely herself, so she only goes without."""
        if fold(other_name) == fold(item.row.full_name):
            self._tell(item, Outcome.WARNING, "namesake_has_address", values)
            self.accepted.append(item)
        else:
            self._tell(item, Outcome.REJECTED, code, values)
            self.rejected.append(item)

    def _tell(self, item: Planned, outcome: Outcome, code: str, values: Mapping[str, object]) -> None:
        self.findings.append(Finding(item.row.line, hr_file.EMAIL, outcome, code, MappingProxyType(dict(values))))


def _gives_up_address(item: Planned) -> bool:
    """Whether a line gives its person another address than the one she has."""
    assert item.known is not None
    before = item.known.person.email
    return bool(before and item.row.email and item.row.email != before) and not item.is_joint


def _is_same_person(row: Row, person: Person) -> bool:
    """People change their last name; a new first name and a new address together mean that a number was used again."""
    same_address = bool(row.email) and row.email == person.email
    return same_address or fold(row.given_name) == fold(person.given_name)
