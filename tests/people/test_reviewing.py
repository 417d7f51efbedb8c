"""A staff file that would end many employments waits; silence ends nobody unless the file is declared complete."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.errors import NotAllowed
from people.hr_import import import_people
from people.hr_report import ImportReport
from people.models import Employment, EmploymentTerms, Person
from people.reviewing.consequences import Consequences, lost
from people.reviewing.deciding import AlreadyDecided, ChangedMeanwhile, approve, look_again, reject
from people.reviewing.models import ReviewNotice, WaitingImport
from people.reviewing.rules import waiting_for
from people.services import change_employment
from tests.people import factories as make
from tests.people import hr
from tests.people.conftest import Land

AT, ON = make.AT, make.ON
YESTERDAY = ON - timedelta(days=1)


# Pure


@given(
    before=st.dictionaries(st.integers(1, 5), st.frozensets(st.integers(1, 4), min_size=1, max_size=2)),
    kept=st.sets(st.integers(1, 5)),
    leaving=st.sets(st.integers(1, 4)),
)
def test_only_what_is_gone_is_lost_and_not_by_those_with_a_last_day(before, kept, leaving):
    after = {key: people for key, people in before.items() if key in kept}
    found = lost(before, after, leaving)
    assert found == [people for key, people in before.items() if key not in kept and not people & leaving]
    assert lost(before, before, leaving) == []


@pytest.mark.parametrize(("gone", "staff", "waits"), [(0, 10, False), (2, 100, False), (3, 100, True), (1, 1, True)])
def test_more_than_two_per_cent_waits(gone, staff, waits):
    terms = tuple(EmploymentTerms(employment=Employment(pk=number, organisation_id=7)) for number in range(gone))
    assert Consequences(ended=terms, staff={7: staff}).must_wait is waits
    assert Consequences(ended=terms, staff={7: staff}, suspends=True).must_wait


# Files


def lines(count: int, **cells: Any) -> list[str]:
    return [hr.line(anställningsnummer=str(200 + n), förnamn=f"P{n:03}", e_post="", **cells) for n in range(count)]


def bring(*rows: str, apply: bool = True, complete: bool = False, on: date = ON, actor: Any = None) -> ImportReport:
    return import_people(hr.file(*rows), apply=apply, on=on, at=AT, actor=actor, is_complete=complete)


def ended() -> set[str]:
    rows = EmploymentTerms.objects.in_force(ON).filter(ends_on__lt=ON)
    return set(rows.values_list("employment__employee_number", flat=True))


def waiting() -> WaitingImport:
    return WaitingImport.objects.get(fate="waiting")


@pytest.fixture
def staffed(land: Land) -> Land:
    bring(*lines(60))
    return land


def test_silence_ends_nobody_unless_the_file_is_complete(staffed: Land) -> None:
    report = bring(*lines(10))
    assert (ended(), report.is_applied, report.consequences.by_employment) == (set(), True, {})
    report = bring(*lines(59), complete=True)
    assert (ended(), report.is_applied) == ({"259"}, True)
    assert Employment.objects.get(employee_number="259").terms.ends_on == YESTERDAY
    assert bring(*lines(59), complete=True).consequences.by_employment == {}


def test_a_file_that_ends_more_than_two_per_cent_waits_and_changes_nothing(staffed: Land) -> None:
    held = make.holds("hr", staffed.granvik)
    before = list(EmploymentTerms.objects.order_by("pk").values())
    report = bring(*lines(58), complete=True)
    assert (report.is_applied, report.waits_as) == (False, waiting().uuid)
    assert list(EmploymentTerms.objects.order_by("pk").values()) == before
    numbers = waiting().concerned.values_list("employment__employee_number", "why")
    assert set(numbers) == {("258", "ends"), ("259", "ends")}
    assert [(row.recipient, row.waiting) for row in ReviewNotice.objects.all()] == [(held, waiting())]


def test_a_dry_run_says_that_it_would_wait_and_keeps_nothing(staffed: Land) -> None:
    report = bring(*lines(58), complete=True, apply=False)
    assert (report.is_applied, report.waits_as, report.consequences.must_wait) == (False, None, True)
    assert (ended(), WaitingImport.objects.count()) == (set(), 0)


def test_a_last_day_that_the_file_gives_holds_at_once_though_the_rest_waits(staffed: Land) -> None:
    leaves = hr.line(anställningsnummer="200", förnamn="P000", e_post="", slutdatum="2026-11-01", enhet="Solrosen")
    report = bring(leaves, *lines(50)[1:], complete=True)
    assert (report.waits_as is not None, ended()) == (True, {"200"})


def test_last_days_alone_never_wait(staffed: Land) -> None:
    report = bring(*lines(30, slutdatum="2026-11-01"))
    assert (report.is_applied, len(ended())) == (True, 30)


def test_where_a_line_was_rejected_silence_ends_nobody(staffed: Land) -> None:
    report = bring(*lines(59), hr.line(anställningsnummer="900", enhet="Rymden"), complete=True)
    assert [line.code for line in report.lines] == ["not_complete", "unknown_unit"]
    assert (report.is_applied, ended()) == (True, set())


def test_those_of_other_employers_and_those_to_come_are_not_left_out(staffed: Land) -> None:
    bring(hr.line(anställningsnummer="1", e_post="", enhet="Ekbacken", kommun="Lyngfors"))
    bring(hr.line(anställningsnummer="700", förnamn="Ny", e_post="", startdatum="2027-02-01"))
    report = bring(*lines(60), complete=True)
    assert (report.is_applied, report.consequences.by_employment) == (True, {})


# Deciding


def hr_of(land: Land) -> Person:
    return make.holds("hr", land.granvik)


def test_hr_approves_and_the_file_comes_true(staffed: Land) -> None:
    bring(*lines(50), complete=True)
    found, by = waiting(), hr_of(staffed)
    approve(found, by, AT)
    assert len(ended()) == 10
    found.refresh_from_db()
    assert (found.fate, found.decided_by, bytes(found.data), found.concerned.count()) == ("approved", by, b"", 0)
    assert not ReviewNotice.objects.filter(read_at=None).exists()
    with pytest.raises(AlreadyDecided):
        approve(found, by, AT)


def test_rejected_it_changes_nothing_and_cannot_be_approved(staffed: Land) -> None:
    bring(*lines(50), complete=True)
    found, by = waiting(), hr_of(staffed)
    reject(found, by, AT)
    with pytest.raises(AlreadyDecided):
        approve(found, by, AT)
    found.refresh_from_db()
    assert (ended(), found.fate, bytes(found.data)) == (set(), "rejected", b"")


def test_only_hr_of_every_employer_in_it_decides(staffed: Land) -> None:
    bring(*lines(50), complete=True)
    for role, node in (("manager", staffed.granvik), ("hr", staffed.lyngfors), ("chief_nurse", staffed.granvik)):
        nobody = make.holds(role, node)
        with pytest.raises(NotAllowed):
            approve(waiting(), nobody, AT)
        with pytest.raises(NotAllowed):
            reject(waiting(), nobody, AT)
    assert ended() == set()


def test_what_is_approved_is_what_was_shown(staffed: Land) -> None:
    bring(*lines(50), complete=True)
    by = hr_of(staffed)
    someone = Employment.objects.get(employee_number="255")
    change_employment(someone, valid_from=ON, at=AT, ends_on=YESTERDAY)
    with pytest.raises(ChangedMeanwhile):
        approve(waiting(), by, AT)
    assert (ended(), waiting().is_waiting) == ({"255"}, True)
    look_again(waiting(), AT)
    approve(waiting(), by, AT)
    assert len(ended()) == 10


def test_a_later_file_takes_the_place_of_one_that_waits(staffed: Land) -> None:
    bring(*lines(50), complete=True)
    first = waiting()
    bring(*lines(40), complete=True)
    second = waiting()
    bring(*lines(60))
    fates = {row.pk: (row.fate, row.decided_by, bytes(row.data)) for row in WaitingImport.objects.all()}
    assert fates == {first.pk: ("replaced", None, b""), second.pk: ("replaced", None, b"")}
    assert ended() == set()


def test_who_may_look_is_hr_and_the_chief_of_the_care(staffed: Land) -> None:
    bring(*lines(50), complete=True)
    able = [hr_of(staffed), make.holds("chief_nurse", staffed.granvik)]
    unable = [make.holds("hr", staffed.lyngfors), make.holds("chief_nurse", staffed.lyngfors)]
    unable += [make.holds("manager", staffed.granvik), make.person()]
    assert [waiting_for(each, ON) for each in able] == [[waiting()]] * 2
    assert [waiting_for(each, ON) for each in unable] == [[]] * 4
