"""Imports a staff file: reads the register, plans, and writes the plan in one transaction, a few statements for all."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.db import transaction
from django.db.models import Count

from people import hr_file, rules
from people.changes import announce, permissions_of
from people.clock import start_of_day
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
from people.reviewing.consequences import Consequences, lost
from people.reviewing.waiting import put_aside, replace_those_of
from people.services import ended, point_at_newest
from people.visibility import responsible_providers


def import_people(
    data: bytes,
    *,
    apply: bool,
    on: date,
    at: datetime,
    actor: Person | None = None,
    is_complete: bool = False,
    approved: Mapping[int, str] | None = None,
    within: Organisation | None = None,
) -> ImportReport:
    """Import the staff file of an HR system and return what became of every line.

    `on` is the day that changes are valid from, `at` the moment they are recorded. Without `apply` nothing is
    written and the report says what would happen. An `actor` imports only for organisations whose HR she is; nobody
    (a command, or a system `within` its organisation) may import for all. The same file twice changes nothing.

    `is_complete`: whoever works for an employer of the file and is not in it has left. A file that ends many so, or
    suspends what somebody may do, waits (`reviewing`), unless just that was `approved`: employments and why.
    """
    file = hr_file.read(data)
    if file.is_refused:
        return _report(file, Plan((), file.findings), is_applied=False)
    with transaction.atomic():
        _one_at_a_time()
        register = _register(file, on)
        may_import = lru_cache(
            lambda node: (within is None or node.is_at_or_below(within)) and rules.may_import_for(actor, node, on)
        )
        plan = plan_import(file, register, on, may_import, is_complete=is_complete)
        report = _report(file, plan, is_applied=False)

        def is_allowed(found: Consequences) -> bool:
            return not found.must_wait if approved is None else found.by_employment == approved

        found, is_applied = _written(plan, register, on, at, lambda found: apply and is_allowed(found))
        employers = {item.organisation for item in plan.planned} | {
            known.employment.organisation for known in plan.left_out
        }
        if is_applied:
            replace_those_of(employers, at)
        elif apply and approved is None:
            _end_at_once(plan.planned, on, at)
            waiting = put_aside(data, found, employers, at, on=on, is_complete=is_complete, actor=actor)
            report = replace(report, waits_as=waiting.uuid)
        return replace(report, consequences=found, is_applied=is_applied)


class _PutBack(Exception):
    """What was written is not to stay."""


def _written(
    plan: Plan, register: Register, on: date, at: datetime, is_to_stay: Callable[[Consequences], bool]
) -> tuple[Consequences, bool]:
    """Write the plan, see what that does to those who work today, and put it back unless it is to stay.

    What somebody may do is reckoned above from the register itself: no second reckoning can differ from it.
    """
    changed = [item.known.terms for item in plan.planned if item.known and item.changes_terms]
    people = {terms.employment.person_id for terms in changed} | {known.person.pk for known in plan.left_out}
    moment = max(at, start_of_day(on))
    leaving = {item.known.person.pk for item in plan.planned if item.known and item.says_last_day}
    before = permissions_of(people, moment) if people else {}
    found = Consequences()
    try:
        with transaction.atomic():
            _write(plan, register, on, at)
            gone = lost(before, permissions_of(people, moment), leaving) if before else []
            # What is lost because somebody is left out concerns her: it is not her colleague's employment that does it.
            silent = {known.person.pk for known in plan.left_out}
            losers = {person for whose in gone if whose.isdisjoint(silent) for person in whose}
            found = Consequences(
                ended=tuple(known.terms for known in plan.left_out),
                suspended=tuple(terms for terms in changed if terms.employment.person_id in losers),
                suspends=bool(gone),
                staff=_staff(register, on),
            )
            if not is_to_stay(found):
                raise _PutBack
    except _PutBack:
        return found, False
    return found, True


def _staff(register: Register, on: date) -> Mapping[int, int]:
    known = register.employments.items()
    return Counter(organisation for (organisation, _number), each in known if each.terms.is_current(on))


def _end_at_once(planned: Iterable[Planned], on: date, at: datetime) -> None:
    """Write the last days that a file gives outright, though the rest of it waits."""
    items = [item for item in planned if item.known and item.says_last_day]
    rows = [ended(item.known.terms, item.row.ends_on, on, at) for item in items if item.known and item.row.ends_on]
    _append(rows, at)


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


def _write(plan: Plan, register: Register, on: date, at: datetime) -> None:
    """Write the plan: new people and employments, what people are called, terms, and the queue of titles."""
    planned = plan.planned
    _rename([item for item in planned if item.changes_person])
    employments = {key: known.employment for key, known in register.employments.items()}
    employments |= _create_employments([item for item in planned if item.known is None], at)
    changed = [item for item in planned if item.changes_terms]
    rows = [_terms(item, employments, on, at) for item in changed]
    yesterday = on - timedelta(days=1)
    rows += [ended(each.terms, max(yesterday, each.terms.starts_on), on, at) for each in plan.left_out]
    _queue_titles(planned, employments, at)
    _append(rows, at)


def _append(rows: list[EmploymentTerms], at: datetime) -> None:
    EmploymentTerms.objects.bulk_create(rows)
    point_at_newest([row.employment_id for row in rows])
    announce({row.employment.person_id for row in rows}, at)


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
