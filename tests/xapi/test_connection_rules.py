"""Whose connections somebody administers, at the lowest layer: the queries themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from people.api import NotFound, Organisation, Person, Role, User, create_account
from tests.people import factories as make
from xapi.api import administers_connections
from xapi.credentials import create_credential
from xapi.forwarding import add_forward, forward_in, forwards_in, pause_forward, remove_forward, resend_forward
from xapi.importing import IMPORTER
from xapi.models import ConnectionEvent, Credential, Forward
from xapi.rules import Reach, may_add_forwards, reach_of

from .bodies import AT

pytestmark = pytest.mark.django_db
ON = make.ON


@pytest.fixture
def norr(granvik: Organisation) -> Organisation:
    return make.unit("norr", granvik)


@pytest.fixture
def world(granvik: Organisation, lyngfors: Organisation, norr: Organisation) -> dict[str, Organisation | None]:
    """A credential and a forward for every owner, named after it."""
    owners = {
        "installation": None,
        "region": granvik.get_parent(),
        "granvik": granvik,
        "lyngfors": lyngfors,
        "norr": norr,
    }
    for name, organisation in owners.items():
        create_credential(name, scopes=["all"], organisation=organisation, at=AT)
        add_forward(name, "https://lrs.example.org", key="k", secret="s", organisation=organisation, at=AT)
    return owners


def account(who: Person, **flags: bool) -> User:
    return create_account(who, f"a{who.pk}@demo.example.org", None, **flags)


def seen(reach: Reach) -> set[str]:
    credentials = {row.name for row in Credential.objects.administered_in(reach)}
    assert {state.forward.name for state in forwards_in(reach)} == credentials
    return credentials


def test_an_administrator_has_her_employers_and_those_below(world: dict, granvik: Organisation) -> None:
    assert seen(reach_of(account(make.holds(Role.ADMIN, granvik)), ON)) == {"granvik", "norr"}
    regions = reach_of(account(make.holds(Role.ADMIN, granvik.get_parent())), ON)
    assert seen(regions) == {"region", "granvik", "lyngfors", "norr"}


def test_the_administrator_of_the_installation_has_all(world: dict) -> None:
    assert seen(reach_of(account(make.person(), is_superuser=True), ON)) == set(world)
    assert seen(reach_of(User.objects.create_superuser("root@demo.example.org"), ON)) == set(world)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_no_other_role_has_any(world: dict, granvik: Organisation, role: Role) -> None:
    user = account(make.holds(role, granvik))
    assert seen(reach_of(user, ON)) == set()
    assert not administers_connections(user, ON)


def test_an_administrator_of_a_unit_has_none_since_a_connection_reads_the_whole_employer(
    world: dict, norr: Organisation
) -> None:
    assert reach_of(account(make.holds(Role.ADMIN, norr)), ON).is_empty


def test_a_role_that_has_ended_or_not_begun_gives_nothing(world: dict, granvik: Organisation) -> None:
    ended = make.holds(Role.ADMIN, granvik, ends_on=ON - timedelta(days=1))
    coming = make.holds(Role.ADMIN, granvik, starts_on=ON + timedelta(days=1))
    assert [reach_of(account(who), ON).is_empty for who in (ended, coming)] == [True, True]


def test_an_account_without_a_person_and_one_without_a_role_have_none(world: dict, granvik: Organisation) -> None:
    assert reach_of(User.objects.create_user("x@demo.example.org"), ON).is_empty
    assert reach_of(account(make.works_at(granvik).person), ON).is_empty
    assert seen(Reach()) == set()
    assert list(Reach().organisations) == []


def test_a_forward_of_another_answers_as_one_that_is_not_there(world: dict, granvik: Organisation) -> None:
    reach = reach_of(account(make.holds(Role.ADMIN, granvik)), ON)
    assert forward_in(reach, Forward.objects.get(name="granvik").uuid).forward.name == "granvik"
    for name in ("installation", "region", "lyngfors"):
        with pytest.raises(NotFound):
            forward_in(reach, Forward.objects.get(name=name).uuid)


def test_connections_are_made_for_employers_and_forwards_by_the_installation(
    world: dict, granvik: Organisation
) -> None:
    hers = reach_of(account(make.holds(Role.ADMIN, granvik)), ON)
    assert [each.slug for each in hers.organisations] == ["granvik"]
    assert {each.slug for each in Reach(everything=True).organisations} == {"region", "granvik", "lyngfors"}
    assert (may_add_forwards(hers), may_add_forwards(Reach(everything=True))) == (False, True)


def test_what_stands_for_imports_is_no_connection(world: dict) -> None:
    Credential.objects.create(name=IMPORTER, key="import-0", created_at=AT, revoked_at=AT)
    assert IMPORTER not in seen(Reach(everything=True))


def test_what_was_done_is_never_changed_and_outlives_the_forward(world: dict) -> None:
    forward = Forward.objects.get(name="granvik")
    pause_forward(forward, "Bytt leverantör", AT)
    pause_forward(forward, "Igen", AT)
    resend_forward(forward, AT, AT)
    uuid = forward.uuid
    remove_forward(forward, AT)
    rows = ConnectionEvent.objects.filter(connection=uuid)
    kinds = ["made", "paused", "resent", "removed"]
    assert list(rows.order_by("pk").values_list("kind", "reason")) == list(
        zip(kinds, ["", "Bytt leverantör", "2026-11-22", "granvik"], strict=True)
    )
    for attempt in (rows.delete, lambda: rows.update(reason="")):
        with pytest.raises(DatabaseError, match=r"append-only|permission denied"), transaction.atomic():
            attempt()
