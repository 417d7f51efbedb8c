"""Hiring, changing, roles, identities and accounts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people import changes
from people.errors import Conflict, DomainError
from people.models import Employment, EmploymentTerms, IdentityLink, RoleGrant
from people.services import (
    InvalidTerms,
    change_employment,
    create_account,
    create_person,
    grant_role,
    hire,
    link_identity,
    mark_absent,
    unlink_identity,
)
from tests.people import factories as make
from tests.people.conftest import Land

ON, AT = make.ON, make.AT
LATER = AT + timedelta(hours=1)


def test_an_employment_belongs_to_the_employer_of_its_unit(land: Land) -> None:
    employment = hire(make.person(), "1", at=AT, unit=land.ward, starts_on=ON, share=Decimal(50), profession="bitrade")
    assert employment.organisation == land.granvik
    assert employment.terms == EmploymentTerms.objects.get()
    assert (employment.terms.valid_from, employment.terms.recorded_at, employment.terms.hr_title) == (ON, AT, "")


def test_a_number_that_is_in_use_is_a_conflict_and_nothing_is_written(land: Land) -> None:
    hire(make.person(), "1", at=AT, unit=land.ward, starts_on=ON)
    with pytest.raises(Conflict):
        hire(make.person(), "1", at=AT, unit=land.home_care, starts_on=ON)
    hire(make.person(), "1", at=AT, unit=land.ekbacken, starts_on=ON)
    assert Employment.objects.count() == 2


def test_a_change_keeps_what_it_does_not_mention(land: Land) -> None:
    employment = make.works_at(land.ward, share=Decimal(50), profession="bitrade")
    terms = change_employment(employment, valid_from=ON, at=AT, share=Decimal(75))
    assert (terms.unit, terms.profession, terms.share) == (land.ward, "bitrade", 75)
    assert employment.terms == terms


def test_a_change_that_changes_nothing_adds_nothing(land: Land) -> None:
    employment = make.works_at(land.ward, share=Decimal(50))
    assert change_employment(employment, valid_from=ON, at=LATER, share=Decimal("50.00")) == employment.terms
    assert EmploymentTerms.objects.count() == 1


@pytest.mark.parametrize(
    "terms", [{"ends_on": date(2019, 1, 1)}, {"share": Decimal(0)}, {"share": Decimal(101)}], ids=str
)
def test_terms_that_contradict_themselves_are_refused_with_a_sentence(land: Land, terms: dict[str, object]) -> None:
    with pytest.raises(InvalidTerms):
        make.works_at(land.ward, **terms)
    assert Employment.objects.count() == 0


def test_a_unit_of_another_employer_and_oneself_as_manager_are_refused(land: Land) -> None:
    employment = make.works_at(land.ward)
    for change in ({"unit": land.ekbacken}, {"manager": employment}):
        with pytest.raises(InvalidTerms):
            change_employment(employment, valid_from=ON, at=AT, **change)


changes_made = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=6)


@pytest.mark.django_db
@given(made=changes_made, as_of=st.integers(-1, 4), known_at=st.integers(0, 4))
def test_the_state_at_a_day_as_known_at_a_moment_never_changes(
    made: list[tuple[int, int]], as_of: int, known_at: int
) -> None:
    """Whatever is recorded later: the last row by (valid_from, recorded_at) among those valid and known by then."""
    land_unit = make.unit(f"u{Employment.objects.count()}", make.region(f"r{Employment.objects.count()}"))
    first = ON - timedelta(days=9)
    employment = make.works_at(land_unit, starts_on=first)
    rows = [(first, AT - timedelta(days=9), "")]
    for number, (valid, recorded) in enumerate(sorted(made, key=lambda pair: pair[1])):
        row = (ON + timedelta(days=valid), AT + timedelta(days=recorded), f"T{number}")
        change_employment(employment, valid_from=row[0], at=row[1], hr_title=row[2])
        rows.append(row)
    day, moment = ON + timedelta(days=as_of), AT + timedelta(days=known_at)
    expected = max((r for r in rows if r[0] <= day and r[1] <= moment), key=lambda r: (r[0], r[1], r[2]))
    found = EmploymentTerms.objects.in_force(day, moment).get(employment=employment)
    assert found.hr_title == expected[2]
    assert employment.terms is not None
    assert employment.terms.hr_title == max(rows, key=lambda r: (r[0], r[1], r[2]))[2]


def test_an_absence_may_be_open_but_not_end_before_it_starts(land: Land) -> None:
    employment = make.works_at(land.ward)
    assert mark_absent(employment, ON, None, at=AT).ends_on is None
    with pytest.raises(InvalidTerms):
        mark_absent(employment, ON, ON - timedelta(days=1), at=AT)


def test_a_role_granted_again_is_the_same_role(land: Land) -> None:
    someone = make.person()
    first = grant_role(someone, "hr", land.granvik, starts_on=ON, at=AT)
    assert grant_role(someone, "hr", land.granvik, starts_on=ON + timedelta(days=1), at=LATER) == first
    assert RoleGrant.objects.count() == 1
    with pytest.raises(DomainError):
        grant_role(someone, "king", land.granvik, starts_on=ON, at=AT)


def test_an_account_is_made_once_and_its_address_is_one_persons(db: None) -> None:
    someone = make.person()
    user = create_account(someone, "Usk@Demo.example.org", "a long enough password")
    assert (user.email, user.person, user.is_staff, user.is_superuser) == (
        "usk@demo.example.org",
        someone,
        False,
        False,
    )
    with pytest.raises(Conflict):
        create_account(someone, "other@demo.example.org", None)
    with pytest.raises(Conflict):
        create_account(make.person(), "USK@demo.example.org", None)
    assert create_account(make.person(), "admin@demo.example.org", None, is_superuser=True).is_superuser


def test_an_address_of_another_person_is_a_conflict(db: None) -> None:
    create_person("Åsa", "Ö", at=AT, email="Asa@example.org")
    with pytest.raises(Conflict):
        create_person("Bo", "Ö", at=AT, email="asa@example.org")


def test_an_identifier_belongs_to_one_person_until_it_is_unlinked(db: None) -> None:
    kind, first, second = IdentityLink.Kind.HSA_ID, make.person(), make.person()
    link_identity(first, kind, "SE1", valid_from=ON, at=AT)
    with pytest.raises(Conflict):
        link_identity(second, kind, "SE1", valid_from=ON, at=AT)
    unlink_identity(first, kind, "SE1", valid_from=ON, at=LATER)
    link_identity(second, kind, "SE1", valid_from=ON, at=LATER)
    assert [link.person for link in IdentityLink.objects.in_force(ON)] == [second]
    assert [link.person for link in IdentityLink.objects.in_force(ON, AT)] == [first]


def test_every_change_is_announced_with_who_changed(land: Land, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[frozenset[int], object]] = []
    monkeypatch.setattr(changes, "_receivers", [])
    for _ in range(2):
        changes.on_people_changed(lambda *change: heard.append(change))
    assert len(changes._receivers) == 2
    monkeypatch.setattr(changes, "_receivers", changes._receivers[:1])
    employment = make.works_at(land.ward)
    change_employment(employment, valid_from=ON, at=LATER, share=Decimal(10))
    change_employment(employment, valid_from=ON, at=LATER, share=Decimal(10))
    mark_absent(employment, ON, ON, at=LATER)
    link_identity(employment.person, "hsa_id", "SE1", valid_from=ON, at=LATER)
    who = frozenset({employment.person_id})
    assert heard == [(who, AT), (who, LATER), (who, LATER), (who, LATER)]


def test_a_receiver_registers_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "_receivers", [])
    for _ in range(2):
        changes.on_people_changed(print)  # type: ignore[arg-type]
    assert changes._receivers == [print]
