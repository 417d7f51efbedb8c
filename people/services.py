"""Writes: verbs, each in one transaction. Moments and days are arguments; nothing here asks the clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from people.changes import announce
from people.errors import Conflict, DomainError
from people.models import (
    Employment,
    EmploymentTerms,
    IdentityLink,
    NotInService,
    Organisation,
    Person,
    Role,
    RoleGrant,
    User,
)

TERMS = ("unit", "profession", "hr_title", "aid_code", "form", "share", "starts_on", "ends_on", "manager")


class Terms(TypedDict, total=False):
    """What the terms of an employment say; `share` is per cent of full time, `ends_on` the last day."""

    unit: Organisation
    profession: str
    hr_title: str
    aid_code: str
    form: str
    share: Decimal | None
    starts_on: date
    ends_on: date | None
    manager: Employment | None


class InvalidTerms(DomainError):
    """The terms contradict themselves."""

    code = "invalid_terms"


def create_person(given_name: str, family_name: str, *, at: datetime, email: str | None = None) -> Person:
    """Make a person, without account and employment."""
    email = email.strip().lower() if email else None
    if email and Person.objects.filter(email=email).exists():
        raise Conflict(_("Another person already has this e-mail address."))
    return Person.objects.create(
        given_name=given_name.strip(), family_name=family_name.strip(), email=email, recorded_at=at
    )


@transaction.atomic
def create_account(person: Person, email: str, password: str | None, *, is_superuser: bool = False) -> User:
    """Give a person an account to sign in with; the address is an alias and may differ from her employer's."""
    if person.user_id is not None:
        raise Conflict(_("This person already has an account."))
    if User.objects.filter(email=email.strip().lower()).exists():
        raise Conflict(_("Another account already uses this e-mail address."))
    person.user = User.objects.create_user(email, password, is_staff=is_superuser, is_superuser=is_superuser)
    person.save(update_fields=["user"])
    return person.user


@transaction.atomic
def hire(
    person: Person, employee_number: str, *, at: datetime, on: date | None = None, **terms: Unpack[Terms]
) -> Employment:
    """Give a person an employment at the employer of `unit`, and return it with its first terms.

    `unit` and `starts_on` are required. The terms are valid from the first day, or from `on` (default: the first
    day) if that is earlier, so that one who has not begun yet is already known.
    """
    organisation = terms["unit"].employer
    if Employment.objects.filter(organisation=organisation, employee_number=employee_number).exists():
        raise Conflict(_("The employee number %(number)s is already in use.") % {"number": employee_number})
    employment = Employment.objects.create(person=person, organisation=organisation, employee_number=employee_number)
    _append(employment, min(terms["starts_on"], on or terms["starts_on"]), at, dict(terms))
    return employment


@transaction.atomic
def change_employment(
    employment: Employment, *, valid_from: date, at: datetime, **changes: Unpack[Terms]
) -> EmploymentTerms:
    """Append terms that say what changed from a day on; what is not mentioned stays. Nothing changed adds nothing."""
    before = state_of(employment, valid_from)
    terms = {name: getattr(before, name) for name in TERMS} | dict(changes)
    if all(getattr(before, name) == value for name, value in terms.items()):
        return before
    return _append(employment, valid_from, at, terms)


def ended(terms: EmploymentTerms, last_day: date, on: date, at: datetime) -> EmploymentTerms:
    """Return terms that say the same, not saved, and that the employment ends after `last_day`: known from `on`."""
    said = {name: getattr(terms, name) for name in TERMS} | {"ends_on": max(last_day, terms.starts_on)}
    return EmploymentTerms(employment=terms.employment, valid_from=max(terms.valid_from, on), recorded_at=at, **said)


def state_of(employment: Employment, on: date) -> EmploymentTerms:
    """Return the terms in force on a day, or the first ones if none were yet."""
    rows = employment.all_terms.order_by("-valid_from", "-recorded_at", "-pk")
    found = rows.filter(valid_from__lte=on).first() or rows.last()
    assert found is not None, "an employment is made together with its first terms"
    return found


@transaction.atomic
def mark_absent(employment: Employment, starts_on: date, ends_on: date | None, *, at: datetime) -> NotInService:
    """Leave an employee out of counts on some days. There is no reason, on purpose."""
    if ends_on is not None and ends_on < starts_on:
        raise InvalidTerms(_("The last day must not come before the first day."))
    absence = NotInService.objects.create(employment=employment, starts_on=starts_on, ends_on=ends_on, recorded_at=at)
    announce([employment.person_id], at)
    return absence


def grant_role(
    person: Person, role: str, node: Organisation, *, starts_on: date, at: datetime, ends_on: date | None = None
) -> RoleGrant:
    """Trust a person with a role on a node and everything below it; one she already holds there is returned."""
    if role not in Role.values:
        raise DomainError(_("There is no role called %(role)s.") % {"role": role})
    with transaction.atomic():
        held = RoleGrant.objects.dated(starts_on).filter(person=person, role=role, node=node).first()
        return held or RoleGrant.objects.create(
            person=person, role=role, node=node, starts_on=starts_on, ends_on=ends_on, recorded_at=at
        )


def end_role(grant: RoleGrant, last_day: date) -> None:
    """Let a role end after a day."""
    grant.ends_on = last_day
    grant.save(update_fields=["ends_on"])


def link_identity(person: Person, kind: str, value: str, *, valid_from: date, at: datetime) -> IdentityLink:
    """Say that an identifier elsewhere is this person's, from a day on."""
    return _add_link(person, kind, value, True, valid_from, at)


def unlink_identity(person: Person, kind: str, value: str, *, valid_from: date, at: datetime) -> IdentityLink:
    """Say that an identifier is not hers from a day on: the reverse row, since rows are never removed."""
    return _add_link(person, kind, value, False, valid_from, at)


@transaction.atomic
def _add_link(person: Person, kind: str, value: str, linked: bool, valid_from: date, at: datetime) -> IdentityLink:
    taken = IdentityLink.objects.in_force().filter(kind=kind, value=value).exclude(person=person)
    if linked and taken.exists():
        raise Conflict(_("This identifier already belongs to another person."))
    link = IdentityLink.objects.create(
        person=person, kind=kind, value=value, linked=linked, valid_from=valid_from, recorded_at=at
    )
    announce([person.pk], at)
    return link


def _append(employment: Employment, valid_from: date, at: datetime, terms: dict[str, Any]) -> EmploymentTerms:
    """Write one row of terms, point the employment at its newest and tell the rooms above."""
    _check(employment, terms)
    row = EmploymentTerms.objects.create(employment=employment, valid_from=valid_from, recorded_at=at, **terms)
    point_at_newest([employment.pk])
    employment.refresh_from_db(fields=["terms"])
    announce([employment.person_id], at)
    return row


def point_at_newest(employment_pks: Sequence[int]) -> None:
    """Let employments point at their newest terms, in statements of a size that every database takes."""
    newest = EmploymentTerms.objects.filter(employment=OuterRef("pk")).order_by("-valid_from", "-recorded_at", "-pk")
    for start in range(0, len(employment_pks), 500):
        some = Employment.objects.filter(pk__in=employment_pks[start : start + 500])
        some.update(terms=Subquery(newest.values("pk")[:1]))


def _check(employment: Employment, terms: dict[str, Any]) -> None:
    """Raise the sentence for what the database would refuse."""
    share, ends_on = terms.get("share"), terms.get("ends_on")
    if ends_on is not None and ends_on < terms["starts_on"]:
        raise InvalidTerms(_("The last day must not come before the first day."))
    if share is not None and not 0 < share <= 100:
        raise InvalidTerms(_("The share must be more than 0 and at most 100 per cent of full time."))
    if terms.get("manager") == employment:
        raise InvalidTerms(_("Nobody can be her own manager."))
    if terms["unit"].employer != employment.organisation:
        raise InvalidTerms(_("The unit belongs to another employer."))
