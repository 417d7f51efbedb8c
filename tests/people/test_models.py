"""What the database itself refuses, whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from people.models import (
    CareResponsibility,
    Employment,
    EmploymentTerms,
    IdentityLink,
    Installation,
    NotInService,
    Organisation,
    Person,
    RoleGrant,
    UnmappedTitle,
    User,
)
from people.services import link_identity
from tests.people import factories as make
from tests.people.conftest import Land

EARLIER, LATER = date(2026, 1, 1), date(2026, 1, 2)


def _terms(employment: Employment, land: Land, **fields: object) -> EmploymentTerms:
    said = {"unit": land.ward, "valid_from": EARLIER, "recorded_at": make.AT, "starts_on": EARLIER, **fields}
    return EmploymentTerms.objects.create(employment=employment, **said)


REFUSED: dict[str, Callable[[Land, Employment], object]] = {
    "there_is_one_installation": lambda land, e: Installation.objects.create(pk=2, iri_base="https://x.example.org"),
    "only_a_unit_has_a_setting": lambda land, e: Organisation.objects.filter(slug="granvik").update(setting="säbo"),
    "a_unit_has_an_employer_above_it": lambda land, e: Organisation.add_root(kind="unit", name="U", slug="u"),
    "care_responsibility_ends_after_it_starts": lambda land, e: make.answers_for(
        land.granvik, land.ward, LATER, EARLIER
    ),
    "one_care_provider_answers_for_a_unit": lambda land, e: make.answers_for(land.lyngfors, land.omsorg_granvik),
    "an_employee_number_is_one_employment": lambda land, e: Employment.objects.create(
        person=make.person(), organisation=e.organisation, employee_number=e.employee_number
    ),
    "an_employment_has_an_employee_number": lambda land, e: Employment.objects.create(
        person=make.person(), organisation=e.organisation, employee_number=""
    ),
    "an_employment_ends_after_it_starts": lambda land, e: _terms(e, land, starts_on=LATER, ends_on=EARLIER),
    "a_share_is_at_most_full_time": lambda land, e: _terms(e, land, share=Decimal("100.01")),
    "nobody_is_her_own_manager": lambda land, e: _terms(e, land, manager=e),
    "an_absence_ends_after_it_starts": lambda land, e: NotInService.objects.create(
        employment=e, starts_on=LATER, ends_on=EARLIER, recorded_at=make.AT
    ),
    "a_role_ends_after_it_starts": lambda land, e: make.holds("hr", land.granvik, starts_on=LATER, ends_on=EARLIER),
    "a_role_is_one_we_know": lambda land, e: RoleGrant.objects.create(
        person=e.person, role="king", node=land.ward, starts_on=EARLIER, recorded_at=make.AT
    ),
    "a_role_is_held_once_on_a_node": lambda land, e: [
        RoleGrant.objects.create(person=e.person, role="hr", node=land.ward, starts_on=day, recorded_at=make.AT)
        for day in (EARLIER, LATER)
    ],
    "an_employment_waits_once_for_its_title": lambda land, e: [
        UnmappedTitle.objects.create(employment=e, title=title, recorded_at=make.AT) for title in "ab"
    ],
}


@pytest.mark.parametrize("constraint", REFUSED)
def test_the_database_refuses_what_the_constraint_is_named_for(land: Land, constraint: str) -> None:
    employment = make.works_at(land.care_home)
    names = {c.name for model in connection_models() for c in model._meta.constraints}
    assert constraint in names
    with pytest.raises(IntegrityError), transaction.atomic():
        REFUSED[constraint](land, employment)


def connection_models() -> list[type]:
    return [
        CareResponsibility,
        Employment,
        EmploymentTerms,
        Installation,
        NotInService,
        Organisation,
        RoleGrant,
        UnmappedTitle,
    ]


def test_every_constraint_is_tried_above() -> None:
    assert {c.name for model in connection_models() for c in model._meta.constraints} == set(REFUSED)


@pytest.mark.parametrize("verb", ["UPDATE {table} SET recorded_at = recorded_at", "DELETE FROM {table}"])
@pytest.mark.parametrize("table", ["people_employmentterms", "people_identitylink"])
def test_dated_rows_can_be_neither_changed_nor_removed(land: Land, table: str, verb: str) -> None:
    employment = make.works_at(land.ward)
    link_identity(employment.person, IdentityLink.Kind.HSA_ID, "SE1", valid_from=EARLIER, at=make.AT)
    # On PostgreSQL the application's role may not even ask: the trigger stands behind a missing right.
    with (
        pytest.raises(DatabaseError, match=r"append-only|permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(verb.format(table=table))


def test_employer_is_the_nearest_node_above_that_is_not_a_unit(land: Land) -> None:
    assert (land.ward.employer, land.omsorg_granvik.employer) == (land.granvik, land.omsorg)
    assert (land.granvik.employer, land.region.employer) == (land.granvik, land.region)


def test_an_account_is_named_after_its_person_and_else_after_its_address(db: None) -> None:
    user = User.objects.create_user("Usk@Demo.Example.org", None)
    assert (str(user), user.get_full_name(), user.email) == ("usk@demo.example.org", "", "usk@demo.example.org")
    Person.objects.filter(pk=make.person("Åsa", "Öst").pk).update(user=user)
    user = User.objects.get()
    assert (str(user), user.get_short_name()) == ("Åsa Öst", "Åsa")
    assert not user.has_usable_password()


def test_two_people_never_share_an_actor_key_or_an_address(db: None) -> None:
    first, second = make.person(), make.person()
    assert first.actor_key != second.actor_key
    Person.objects.filter(pk=first.pk).update(email="a@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=second.pk).update(email="a@example.org")
