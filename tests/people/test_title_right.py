"""Who may carry the title undersköterska: worked out from rows, registered by those who answer for her."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from people.clock import start_of_day, today
from people.errors import DomainError, NotAllowed
from people.models import Employment, Person
from people.titles.models import TitleRight
from people.titles.queries import report_for, title_right_of
from people.titles.right import PROTECTED_SINCE, TRANSITION_ENDS, Fact, Ground, Job, State, right_on
from people.titles.services import InvalidTitleRight, register_title_right
from tests.people import factories as make
from tests.people.conftest import Land

DAY = timedelta(days=1)
BEGAN = date(2024, 3, 1)
ON = date(2026, 11, 22)


def fact(ground: Ground, valid_from: date = BEGAN, recorded: int = 0) -> Fact:
    return Fact(ground, valid_from, make.AT + timedelta(minutes=recorded))


# --- Pure ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "state", "until", "may_carry"),
    [
        ([], State.UNKNOWN, None, False),
        ([fact(Ground.NONE)], State.NONE, None, False),
        ([fact(Ground.APPLIED)], State.WAITING, None, False),
        ([fact(Ground.TRANSITION)], State.TRANSITION, TRANSITION_ENDS, True),
        ([fact(Ground.CERTIFICATE)], State.CERTIFICATE, None, True),
    ],
)
def test_each_ground_says_what_she_may(facts: list[Fact], state: State, until: date | None, may_carry: bool) -> None:
    right = right_on(facts, [], ON)
    assert (right.state, right.until, right.may_carry) == (state, until, may_carry)


def test_the_transition_rule_ends_and_a_certificate_does_not() -> None:
    for ground, after in ((Ground.TRANSITION, State.NONE), (Ground.CERTIFICATE, State.CERTIFICATE)):
        assert right_on([fact(ground)], [], TRANSITION_ENDS).may_carry
        assert right_on([fact(ground)], [], TRANSITION_ENDS + DAY).state is after
    assert right_on([fact(Ground.TRANSITION)], [], TRANSITION_ENDS + DAY).transition_is_over


def test_who_applies_keeps_the_transition_rule_until_it_ends_and_waits_then() -> None:
    for facts in ([Ground.TRANSITION, Ground.APPLIED], [Ground.APPLIED, Ground.TRANSITION]):
        rows = [fact(ground, recorded=number) for number, ground in enumerate(facts)]
        right = right_on(rows, [], ON)
        assert (right.state, right.applied is not None) == (State.TRANSITION, True)
        assert right_on(rows, [], TRANSITION_ENDS + DAY).state is State.WAITING


def test_a_refused_application_leaves_none_and_a_granted_one_the_certificate() -> None:
    for answer, state in ((Ground.NONE, State.NONE), (Ground.CERTIFICATE, State.CERTIFICATE)):
        right = right_on([fact(Ground.APPLIED), fact(answer, recorded=1)], [], ON)
        assert (right.state, right.applied) == (state, None)


def test_a_certificate_that_turns_up_late_is_not_outdone_by_what_was_believed() -> None:
    believed = fact(Ground.NONE, date(2026, 1, 1))
    found = fact(Ground.CERTIFICATE, date(2024, 1, 1), recorded=1)
    assert right_on([found, believed], [], ON).state is State.CERTIFICATE
    assert right_on([found, believed], [], ON, known_at=believed.recorded_at).state is State.NONE


def test_before_the_title_was_protected_anybody_might_carry_it() -> None:
    assert right_on([], [], PROTECTED_SINCE - DAY).may_carry
    assert not right_on([], [], PROTECTED_SINCE).may_carry


@pytest.mark.parametrize(
    ("job", "counts"),
    [
        (Job("underskoterska", "Tillsvidare", date(2020, 1, 1)), True),
        (Job("specialistunderskoterska", "tillsvidareanställning", PROTECTED_SINCE, PROTECTED_SINCE), True),
        (Job("underskoterska", "Provanställning", date(2023, 5, 1)), False),
        (Job("underskoterska", "Vikariat", date(2020, 1, 1)), False),
        (Job("underskoterska", "", date(2020, 1, 1)), False),
        (Job("vardbitrade", "Tillsvidare", date(2020, 1, 1)), False),
        (Job("underskoterska", "Tillsvidare", PROTECTED_SINCE + DAY), False),
        (Job("underskoterska", "Tillsvidare", date(2020, 1, 1), PROTECTED_SINCE - DAY), False),
    ],
)
def test_which_employment_the_transition_rule_asks_about(job: Job, counts: bool) -> None:
    right = right_on([], [job], ON)
    assert right.employed_here is counts
    assert right.state is State.UNKNOWN  # an employment alone proves nothing


days = st.dates(date(2023, 7, 1), date(2034, 12, 31))
moments = st.integers(-30_000, 70_000).map(lambda hours: make.AT + timedelta(hours=hours))
rows = st.lists(
    st.builds(Fact, st.sampled_from(Ground), days, moments), max_size=6, unique_by=lambda row: row.recorded_at
)


@given(facts=rows, on=days, data=st.data())
def test_the_order_of_rows_and_their_repeats_change_nothing(facts: list[Fact], on: date, data: Any) -> None:
    shuffled = data.draw(st.permutations(facts))
    assert right_on(shuffled, [], on) == right_on(facts, [], on) == right_on([*facts, *facts], [], on)


@given(facts=rows, on=days, known_at=moments)
def test_what_is_recorded_later_changes_no_earlier_answer(facts: list[Fact], on: date, known_at: datetime) -> None:
    known = [row for row in facts if row.recorded_at <= known_at]
    assert right_on(facts, [], on, known_at) == right_on(known, [], on)


@given(facts=rows, on=days)
def test_nobody_may_carry_the_title_without_a_row_that_says_so(facts: list[Fact], on: date) -> None:
    right = right_on(facts, [], on)
    begun = {row.ground for row in facts if row.valid_from <= on}
    if right.may_carry:
        assert begun & {Ground.CERTIFICATE, Ground.TRANSITION}
    if Ground.CERTIFICATE not in begun and on > TRANSITION_ENDS:
        assert not right.may_carry
    assert (right.until is not None) == (right.state is State.TRANSITION)


@given(facts=rows, on=days)
def test_an_application_takes_no_right_away(facts: list[Fact], on: date) -> None:
    last = max((row.recorded_at for row in facts), default=make.AT) + DAY
    with_application = [*facts, Fact(Ground.APPLIED, PROTECTED_SINCE, last)]
    assert right_on(with_application, [], on).may_carry == right_on(facts, [], on).may_carry


# --- Registering -----------------------------------------------------------------------------------------------------


@pytest.fixture
def held(land: Land) -> Employment:
    """Kim, of the home care since 2020, undersköterska with a permanent employment."""
    return make.works_at(land.home_care, "Kim", profession="underskoterska", form="Tillsvidare")


@pytest.fixture
def chief(land: Land) -> Person:
    return make.holds("manager", land.home_care)


def says(who: Person, held: Employment, ground: str, valid_from: date = BEGAN, **more: Any) -> TitleRight:
    return register_title_right(who, held, ground, valid_from, **{"at": make.AT, **more})


def right_of(held: Employment) -> Any:
    assert held.terms is not None
    return title_right_of(held.person, held.terms, ON)


def test_what_is_registered_counts_and_says_by_whom(land: Land, held: Employment, chief: Person) -> None:
    row = says(chief, held, "certificate", reason=" Seen in original ")
    assert (row.organisation, row.registrar, row.reason) == (land.granvik, chief, "Seen in original")
    assert right_of(held).state is State.CERTIFICATE


@pytest.mark.parametrize("role", ["manager", "hr", "admin"])
def test_those_who_answer_for_her_register(land: Land, held: Employment, role: str) -> None:
    assert says(make.holds(role, land.granvik), held, "none").ground == "none"


@pytest.mark.parametrize("role", ["assessor", "chief_nurse", "auditor", "educator"])
def test_others_do_not(land: Land, held: Employment, role: str) -> None:
    with pytest.raises(NotAllowed):
        says(make.holds(role, land.granvik), held, "none")
    assert not TitleRight.objects.exists()


def test_nobody_registers_her_own_or_for_another_employer(land: Land, held: Employment) -> None:
    make.holds("hr", land.granvik, held.person)
    for who in (held.person, make.holds("hr", land.lyngfors)):
        with pytest.raises(NotAllowed):
            says(who, held, "certificate")


def test_nobody_is_registered_after_she_has_left(land: Land, chief: Person) -> None:
    gone = make.works_at(land.home_care, "Gia", profession="underskoterska", ends_on=date(2025, 1, 1))
    with pytest.raises(NotAllowed):
        says(chief, gone, "certificate")


@pytest.mark.parametrize(
    ("ground", "valid_from", "reason"),
    [
        ("licence", BEGAN, ""),
        ("certificate", PROTECTED_SINCE - DAY, ""),
        ("certificate", today(make.AT) + DAY, ""),
        ("certificate", BEGAN, "x" * 301),
        ("certificate", BEGAN, "19811218-9876"),
    ],
)
def test_what_cannot_be_so_is_refused(
    held: Employment, chief: Person, ground: str, valid_from: date, reason: str
) -> None:
    with pytest.raises(InvalidTitleRight):
        says(chief, held, ground, valid_from, reason=reason)
    assert not TitleRight.objects.exists()


def test_the_transition_rule_rests_on_an_employment_that_we_know_or_on_a_reason(
    land: Land, held: Employment, chief: Person
) -> None:
    assert says(chief, held, "transition").reason == ""
    newer = make.works_at(
        land.home_care, "Noa", profession="underskoterska", form="Tillsvidare", starts_on=date(2025, 1, 1)
    )
    with pytest.raises(InvalidTitleRight, match="which employment it was"):
        says(chief, newer, "transition", reason="  ")
    assert says(chief, newer, "transition", reason="Certificate of employment, Lyngfors").valid_from == BEGAN


def test_nobody_gets_the_transition_rule_from_a_day_after_it(held: Employment, chief: Person) -> None:
    after = TRANSITION_ENDS + DAY
    with pytest.raises(DomainError, match="ended on 30 June 2033"):
        says(chief, held, "transition", after, at=start_of_day(after))


def test_twice_is_the_same_as_once(held: Employment, chief: Person) -> None:
    first = says(chief, held, "applied")
    assert says(chief, held, "applied", at=make.AT + DAY) == first
    assert says(chief, held, "none", at=make.AT + 2 * DAY) != first
    assert TitleRight.objects.count() == 2


def test_the_database_refuses_to_change_what_was_registered(held: Employment, chief: Person) -> None:
    row = says(chief, held, "applied")
    for statement in ("UPDATE people_titleright SET ground = 'certificate'", "DELETE FROM people_titleright"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert TitleRight.objects.get() == row


# --- The report ------------------------------------------------------------------------------------------------------


def names(reader: Person) -> list[str]:
    return [line.person.given_name for line in report_for(reader, ON).lines]


def test_only_those_who_work_as_underskoterska_and_the_unknown_first(land: Land, held: Employment) -> None:
    chief = make.holds("manager", land.granvik)
    for name, ground in (("Cia", "certificate"), ("Nia", "none"), ("Via", "applied")):
        says(chief, make.works_at(land.care_home, name, profession="underskoterska"), ground)
    make.works_at(land.home_care, "Vera", profession="vardbitrade")
    make.works_at(land.home_care, "Gia", profession="underskoterska", ends_on=date(2025, 1, 1))
    report = report_for(chief, ON)
    assert names(chief) == ["Kim", "Nia", "Via", "Cia"]
    assert report.lines[0].right.employed_here
    assert report.need_a_certificate == 3
    assert report.counts[State.WAITING] == 1


def test_each_reader_sees_those_whom_such_a_role_reaches(land: Land, held: Employment) -> None:
    make.works_at(land.ekbacken, "Lea", profession="underskoterska")
    make.works_at(land.omsorg_granvik, "Omar", profession="underskoterska")
    seen = {
        role: names(make.holds(role, node, f"Robin {role}"))
        for role, node in (("hr", land.granvik), ("chief_nurse", land.granvik), ("manager", land.ekbacken))
    }
    assert seen == {"hr": ["Kim"], "chief_nurse": ["Kim", "Omar"], "manager": ["Lea"]}
    both = make.holds("manager", land.ekbacken, make.holds("assessor", land.granvik, "Bo"))
    assert names(both) == ["Lea"]


def test_what_one_employer_registered_is_not_told_to_another(land: Land, held: Employment, chief: Person) -> None:
    elsewhere = make.works_at(land.ekbacken, held.person, profession="underskoterska")
    says(chief, held, "certificate")
    line = report_for(make.holds("hr", land.lyngfors, "Lo"), ON).lines[0]
    assert (line.right.state, line.right.employed_here) == (State.UNKNOWN, False)
    assert (right_of(held).state, right_of(elsewhere).state) == (State.CERTIFICATE, State.UNKNOWN)


def test_two_employments_at_one_employer_are_one_line(land: Land, held: Employment) -> None:
    make.works_at(land.care_home, held.person, profession="underskoterska")
    assert names(make.holds("hr", land.granvik)) == ["Kim"]
