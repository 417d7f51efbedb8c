"""Imports a staff file: reads the register, plans, and writes the plan in one transaction, a few statements for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

from django.db import transaction
from django.db.models import Count

from people import hr_file, rules
from people.changes import announce
from people.csv_file import fold
from people.hr_file import HrFile, Outcome
from people.hr_plan import Key, Known, Plan, Planned, Register, plan_import
from people.hr_report import ImportReport, report_lines
from people.iri import ensure_installation
from people.models import (
    Employment,
    EmploymentTerms,
    Installation,
    Organisation,
    Person,
    Title,
    UnmappedTitle,
)
from people.services import point_at_newest
from people.visibility import responsible_providers


def import_people(data: bytes, *, apply: bool, on: date, at: datetime, actor: Person | None = None) -> ImportReport:
    """Import the staff file of an HR system and return what became of every line.

    `on` is the day that changes are valid from, `at` the moment they are recorded. Without `apply` nothing is
    written and the report says what would happen. An `actor` imports only for organisations whose HR she is; nobody
    (a command) may import for all. The same file twice changes nothing.
    """
    file = hr_file.read(data)
    if file.is_refused:
        return _report(file, Plan((), file.findings), is_applied=False)
    with transaction.atomic():
        _one_at_a_time()
        register = _register(file, on)
        plan = plan_import(file, register, on, lru_cache(lambda node: rules.may_import_for(actor, node, on)))
        report = _report(file, plan, is_applied=apply)
        if apply:
            _write(plan.planned, register, on, at)
    return report


def _one_at_a_time() -> None:
    """Let a second import wait for the first, so that both see what the other wrote."""
    ensure_installation()
    Installation.objects.select_for_update().get()


def _register(file: HrFile, on: date) -> Register:
    nodes = list(Organisation.objects.all())
    by_path = {node.path: node for node in nodes}
    units = [node for node in nodes if node.is_unit]
    named: dict[str, list[Organisation]] = defaultdict(list)
    for unit in units:
        named[fold(unit.name)].append(unit)
    employers = {unit.pk: _employer(unit, by_path) for unit in units}
    asked = {employers[unit.pk] for row in file.rows for unit in named.get(fold(row.unit), ())}
    return Register(
        units={name: tuple(found) for name, found in named.items()},
        employers=employers,
        care_providers=responsible_providers(units, on),
        professions=dict(Title.objects.values_list("title_folded", "profession")),
        employments=_employments(asked, on),
        address_owners=_address_owners(row.email for row in file.rows),
    )


def _employer(unit: Organisation, by_path: dict[str, Organisation]) -> Organisation:
    """As `Organisation.employer`, from nodes already read."""
    above = (by_path[unit.path[:length]] for length in range(len(unit.path), 0, -Organisation.steplen))
    return next(node for node in above if not node.is_unit)


def _employments(organisations: Iterable[Organisation], on: date) -> dict[Key, Known]:
    """Return every employment of the organisations with its state on the day, or its first if it lies ahead."""
    there = EmploymentTerms.objects.filter(employment__organisation__in=organisations)
    related = ("employment__person", "manager")
    rows = list(there.in_force(on).select_related(*related))
    ahead = there.exclude(employment__all_terms__valid_from__lte=on).select_related(*related)
    rows += {row.employment_id: row for row in ahead.order_by("-valid_from", "recorded_at", "pk")}.values()
    joint = _with_several_employers(on)
    return {
        (row.employment.organisation_id, row.employment.employee_number): Known(
            row.employment, row, row.employment.person_id in joint
        )
        for row in rows
    }


def _with_several_employers(on: date) -> set[int]:
    rows = EmploymentTerms.objects.in_force(on).not_ended(on).values("employment__person")
    several = rows.annotate(employers=Count("employment__organisation", distinct=True)).filter(employers__gt=1)
    return set(several.values_list("employment__person", flat=True))


def _address_owners(addresses: Iterable[str]) -> dict[str, Person]:
    """Return whose the addresses are: as the place to invite her to, or as the alias she already signs in with."""
    wanted = set(addresses) - {""}
    people = Person.objects.select_related("user")
    held = {person.email: person for person in people.filter(email__isnull=False)}
    held |= {person.user.email: person for person in people.filter(user__email__isnull=False) if person.user}
    return {address: person for address, person in held.items() if address in wanted}


def _write(planned: tuple[Planned, ...], register: Register, on: date, at: datetime) -> None:
    """Write the plan: new people and employments, what people are called, terms, and the queue of titles."""
    _rename([item for item in planned if item.changes_person])
    employments = {key: known.employment for key, known in register.employments.items()}
    employments |= _create_employments([item for item in planned if item.known is None], at)
    changed = [item for item in planned if item.changes_terms]
    EmploymentTerms.objects.bulk_create(_terms(item, employments, on, at) for item in changed)
    point_at_newest([employments[item.key].pk for item in changed])
    _queue_titles(planned, employments, at)
    touched = {employments[item.key].person_id for item in changed}
    announce(touched, at)


def _rename(items: list[Planned]) -> None:
    """Write names and addresses. Addresses that change are given up first, so that they can change hands."""
    people = []
    for item in items:
        assert item.known is not None
        person = item.known.person
        person.given_name, person.family_name = item.row.given_name, item.row.family_name
        person.email = item.email or person.email
        people.append(person)
    Person.objects.filter(pk__in=[person.pk for person in people]).update(email=None)
    Person.objects.bulk_update(people, ["given_name", "family_name", "email"], batch_size=200)


def _create_employments(items: list[Planned], at: datetime) -> dict[Key, Employment]:
    people = Person.objects.bulk_create(
        Person(
            given_name=item.row.given_name, family_name=item.row.family_name, email=item.email or None, recorded_at=at
        )
        for item in items
    )
    made = Employment.objects.bulk_create(
        Employment(person=person, organisation=item.organisation, employee_number=item.row.employee_number)
        for item, person in zip(items, people, strict=True)
    )
    return {item.key: employment for item, employment in zip(items, made, strict=True)}


def _terms(item: Planned, employments: dict[Key, Employment], on: date, at: datetime) -> EmploymentTerms:
    row = item.row
    return EmploymentTerms(
        employment=employments[item.key],
        valid_from=_valid_from(item, on),
        recorded_at=at,
        unit=item.unit,
        profession=item.profession,
        hr_title=row.title,
        aid_code=item.aid_code,
        form=row.form,
        share=row.share,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        manager=employments[item.manager] if item.manager else None,
    )


def _valid_from(item: Planned, on: date) -> date:
    """A first state is taken to hold since the first day; a change holds from the day of the import.

    Someone who has not begun is known from the import on. If her first terms lie ahead all the same (made by hand),
    a change to them holds from when they do.
    """
    if item.known is None:
        return min(item.row.starts_on, on)
    return max(item.known.terms.valid_from, on)


def _queue_titles(planned: tuple[Planned, ...], employments: dict[Key, Employment], at: datetime) -> None:
    """Let unknown titles wait, once each, and close those that became known or changed."""
    waiting = {employments[item.key].pk: item.row.title for item in planned if item.waits_for_title}
    imported = {employments[item.key].pk for item in planned}
    still = set()
    for entry in UnmappedTitle.objects.filter(resolved_at__isnull=True):
        if waiting.get(entry.employment_id) == entry.title:
            still.add(entry.employment_id)
        elif entry.employment_id in imported:
            entry.resolved_at = at
            entry.save(update_fields=["resolved_at"])
    UnmappedTitle.objects.bulk_create(
        UnmappedTitle(employment_id=pk, title=title, recorded_at=at) for pk, title in waiting.items() if pk not in still
    )


def _report(file: HrFile, plan: Plan, *, is_applied: bool) -> ImportReport:
    created = sum(item.known is None for item in plan.planned)
    changed = sum(item.known is not None and (item.changes_terms or item.changes_person) for item in plan.planned)
    rejected = {finding.line for finding in plan.findings if finding.outcome is Outcome.REJECTED}
    return ImportReport(
        is_refused=file.is_refused,
        is_applied=is_applied,
        line_count=file.line_count,
        created=created,
        changed=changed,
        unchanged=len(plan.planned) - created - changed,
        rejected=len(rejected),
        lines=report_lines(list(plan.findings)),
    )
