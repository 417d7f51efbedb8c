"""Who may see whom. Every test has people who could leak, and asserts the exact set."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from people.errors import NotFound
from people.models import Organisation, Person
from people.rules import may_import_for
from people.services import change_employment, end_role
from people.visibility import (
    has_role,
    people_visible_to,
    responsible_provider,
    roles_of,
    units_visible_to,
    visible_person,
)
from tests.people import factories as make
from tests.people.conftest import Land

ON = make.ON
YESTERDAY, TOMORROW = ON - timedelta(days=1), ON + timedelta(days=1)


@pytest.fixture
def everybody(land: Land) -> dict[str, Person]:
    """One person at each unit, named after it, and one at Granvik itself."""
    places = {
        "Norr": land.home_care,
        "Solrosen": land.care_home,
        "Avdelning": land.ward,
        "Ekbacken": land.ekbacken,
        "OmsorgG": land.omsorg_granvik,
        "OmsorgL": land.omsorg_lyngfors,
        "Kansli": land.granvik,
    }
    return {name: make.works_at(node, name).person for name, node in places.items()}


def seen(viewer: Person | None, on: date = ON) -> set[str]:
    return make.first_names(people_visible_to(viewer, on)) - {"Robin"}


def test_nobody_sees_nobody(everybody: dict[str, Person]) -> None:
    assert seen(None) == set()


def test_a_colleague_sees_only_herself(everybody: dict[str, Person]) -> None:
    assert seen(everybody["Norr"]) == {"Norr"}


@pytest.mark.parametrize("role", ["manager", "assessor", "hr", "auditor", "admin"])
def test_a_role_in_the_tree_sees_its_node_and_all_below_it(land: Land, everybody: dict[str, Person], role: str) -> None:
    assert seen(make.holds(role, land.care_home)) == {"Solrosen", "Avdelning"}
    assert seen(make.holds(role, land.granvik)) == {"Norr", "Solrosen", "Avdelning", "Kansli"}
    assert seen(make.holds(role, land.omsorg)) == {"OmsorgG", "OmsorgL"}
    assert seen(make.holds(role, land.region)) == set(everybody)


def test_an_educator_sees_nobody_by_that_role(land: Land, everybody: dict[str, Person]) -> None:
    assert seen(make.holds("educator", land.region)) == set()


@pytest.mark.parametrize("role", ["chief_nurse", "chief_rehab"])
def test_a_chief_nurse_sees_those_her_municipality_answers_for_whoever_employs_them(
    land: Land, everybody: dict[str, Person], role: str
) -> None:
    assert seen(make.holds(role, land.granvik)) == {"Norr", "Solrosen", "Avdelning", "Kansli", "OmsorgG"}
    assert seen(make.holds(role, land.lyngfors)) == {"Ekbacken", "OmsorgL"}
    assert seen(make.holds(role, land.omsorg)) == set()


def test_a_chief_nurse_loses_sight_of_a_unit_that_another_municipality_answers_for(
    land: Land, everybody: dict[str, Person]
) -> None:
    make.answers_for(land.lyngfors, land.ward)
    assert seen(make.holds("chief_nurse", land.granvik)) == {"Norr", "Solrosen", "Kansli", "OmsorgG"}
    assert seen(make.holds("chief_nurse", land.lyngfors)) == {"Ekbacken", "OmsorgL", "Avdelning"}


def test_care_responsibility_is_dated_and_its_last_day_counts(land: Land) -> None:
    make.answers_for(land.lyngfors, land.ward, valid_to=ON)
    assert responsible_provider(land.ward, ON) == land.lyngfors
    assert responsible_provider(land.ward, TOMORROW) == land.granvik
    assert responsible_provider(land.omsorg_granvik, make.LONG_AGO - timedelta(days=1)) is None


def test_a_unit_below_another_follows_it_in_who_answers(land: Land) -> None:
    team = make.unit("team", land.omsorg_granvik, "hemtjänst")
    assert responsible_provider(team, ON) == land.granvik


def test_sight_follows_the_unit_of_the_day(land: Land, everybody: dict[str, Person]) -> None:
    employment = everybody["Norr"].employments.get()
    change_employment(employment, valid_from=ON, at=make.AT, unit=land.ward)
    manager = make.holds("manager", land.home_care)
    assert (seen(manager, YESTERDAY), seen(manager, ON)) == ({"Norr"}, set())


@pytest.mark.parametrize(
    ("role", "expected"), [("manager", set()), ("assessor", set()), ("hr", {"Gone"}), ("auditor", {"Gone"})]
)
def test_only_hr_auditor_and_admin_see_those_whose_employment_ended(land: Land, role: str, expected: set[str]) -> None:
    make.works_at(land.ward, "Gone", ends_on=YESTERDAY)
    assert seen(make.holds(role, land.granvik)) == expected


def test_the_last_day_of_an_employment_is_still_seen_and_one_to_come_is_seen_already(land: Land) -> None:
    make.works_at(land.ward, "Last", ends_on=ON)
    gone = make.works_at(land.ward, "Next", starts_on=TOMORROW, on=ON)
    assert gone.terms.valid_from == ON
    assert seen(make.holds("manager", land.ward)) == {"Last", "Next"}


def test_a_role_holds_from_its_first_to_its_last_day(land: Land, everybody: dict[str, Person]) -> None:
    viewer = make.holds("manager", land.ward, starts_on=ON, ends_on=ON)
    assert [seen(viewer, day) for day in (YESTERDAY, ON, TOMORROW)] == [set(), {"Avdelning"}, set()]


def test_an_ended_role_sees_nobody(land: Land, everybody: dict[str, Person]) -> None:
    viewer = make.holds("manager", land.ward)
    end_role(viewer.role_grants.get(), YESTERDAY)
    assert seen(viewer) == set()


def test_a_manager_who_left_sees_nobody_though_nobody_ended_her_role(land: Land, everybody: dict[str, Person]) -> None:
    left = make.works_at(land.care_home, "Left", ends_on=YESTERDAY).person
    make.works_at(land.ekbacken, left)
    make.holds("manager", land.care_home, left)
    assert seen(left) == {"Left"}
    assert roles_of(left, ON) == []
    assert seen(left, YESTERDAY) == {"Left", "Solrosen", "Avdelning"}


def test_visible_person_answers_alike_for_the_absent_the_invisible_and_the_misspelt(
    land: Land, everybody: dict[str, Person]
) -> None:
    viewer = make.holds("manager", land.ward)
    assert visible_person(viewer, everybody["Avdelning"].uuid, ON) == everybody["Avdelning"]
    for uuid in (everybody["Norr"].uuid, uuid4(), "not-a-uuid", ""):
        with pytest.raises(NotFound) as caught:
            visible_person(viewer, uuid, ON)
        assert str(caught.value) == str(NotFound())


def slugs(nodes: object) -> set[str]:
    return {node.slug for node in nodes}  # type: ignore[attr-defined]


def test_units_visible_are_those_whose_whole_staff_is(land: Land) -> None:
    assert slugs(units_visible_to(None, ON)) == set()
    assert slugs(units_visible_to(make.person(), ON)) == set()
    assert slugs(units_visible_to(make.holds("manager", land.care_home), ON)) == {"solrosen", "solrosen-avdelning"}
    nurse = make.holds("chief_nurse", land.granvik)
    granvik = {"granvik", "norr", "solrosen", "solrosen-avdelning", "omsorg-granvik"}
    assert slugs(units_visible_to(nurse, ON)) == granvik
    make.answers_for(land.lyngfors, land.ward)
    assert slugs(units_visible_to(nurse, ON)) == {"norr", "omsorg-granvik"}


@pytest.mark.parametrize(
    ("role", "where", "reaches"),
    [
        ("manager", "care_home", {"solrosen", "solrosen-avdelning"}),
        ("chief_nurse", "granvik", {"granvik", "norr", "solrosen", "solrosen-avdelning", "omsorg-granvik"}),
        ("chief_rehab", "region", {"granvik", "norr", "solrosen", "solrosen-avdelning", "omsorg-granvik"}
         | {"lyngfors", "ekbacken", "omsorg-lyngfors"}),
        ("educator", "omsorg", {"omsorg", "omsorg-granvik", "omsorg-lyngfors"}),
    ],
)  # fmt: skip
def test_has_role_reaches_exactly_these_nodes(land: Land, role: str, where: str, reaches: set[str]) -> None:
    holder = make.holds(role, getattr(land, where))
    assert {node.slug for node in Organisation.objects.all() if has_role(holder, role, node, ON)} == reaches
    assert not has_role(holder, "hr", land.ward, ON)
    assert not has_role(None, role, land.ward, ON)


def test_staff_are_imported_by_the_hr_of_their_organisation_or_by_a_command(land: Land) -> None:
    hr, admin = make.holds("hr", land.granvik), make.holds("admin", land.region)
    manager = make.holds("manager", land.granvik)
    allowed = [may_import_for(actor, land.granvik, ON) for actor in (hr, admin, manager, None)]
    assert allowed == [True, True, False, True]
    assert not may_import_for(hr, land.lyngfors, ON)


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(land: Land, count: int, django_assert_num_queries: object) -> None:
    for number in range(count):
        make.works_at(land.ward, f"P{number}")
        make.unit(f"more-{number}", land.granvik)
    viewer = make.holds("chief_nurse", land.granvik, make.holds("manager", land.ward))
    with django_assert_num_queries(6):  # type: ignore[operator]
        assert len(people_visible_to(viewer, ON)) == count + 1
