"""The staff file against the register: the sample with its wrong lines, and what small files do."""

from __future__ import annotations

import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core import serializers
from django.db import connection
from django.test.utils import CaptureQueriesContext

from people import changes, register
from people.hr_file import Outcome
from people.hr_import import import_people
from people.hr_report import ImportReport, ReportLine
from people.models import (
    Employment,
    EmploymentTerms,
    IdentityLink,
    Organisation,
    Person,
    Title,
    UnmappedTitle,
    User,
)
from people.services import create_account, create_person, hire
from tests.people import factories as make
from tests.people import hr
from tests.people.conftest import Land

DATA = Path(register.__file__).parent / "data"
SAMPLE = (DATA / "hr_import_sample.csv").read_bytes()
ON, AT = make.ON, make.AT
TABLES = (Person, Employment, EmploymentTerms, UnmappedTitle, User, Title, Organisation, IdentityLink)


def bring(data: bytes, *, apply: bool = True, on: date = ON, actor: Person | None = None) -> ImportReport:
    return import_people(data, apply=apply, on=on, at=AT, actor=actor)


def everything() -> str:
    return "".join(serializers.serialize("json", table.objects.order_by("pk")) for table in TABLES)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    assert report.created + report.changed + report.unchanged + report.rejected == report.line_count
    return (report.created, report.changed, report.unchanged, report.rejected)


def told(report: ImportReport) -> list[tuple[int, str, str, str]]:
    return [(line.line, line.field, line.outcome.value, line.code) for line in report.lines]


def hired(number: str) -> tuple[Person, EmploymentTerms]:
    employment = Employment.objects.select_related("person", "terms__unit", "terms__manager").get(
        employee_number=number
    )
    assert employment.terms is not None
    return employment.person, employment.terms


class TestTheSample:
    """Every wrong line of the sample, exactly as its description says."""

    @pytest.fixture
    def units(self, db: None) -> None:
        register.import_units((DATA / "units.csv").read_bytes(), region="Regionen", on=make.LONG_AGO, at=AT)

    @pytest.fixture
    def report(self, units: None) -> ImportReport:
        return bring(SAMPLE)

    def line(self, report: ImportReport, number: int, column: str) -> ReportLine:
        (found,) = [line for line in report.lines if (line.line, line.field) == (number, column)]
        return found

    def test_the_counts(self, report: ImportReport) -> None:
        assert counts(report) == (293, 0, 0, 7)
        assert (report.line_count, Person.objects.count(), Employment.objects.count()) == (300, 293, 293)

    def test_nobody_can_sign_in_by_it(self, report: ImportReport) -> None:
        assert User.objects.count() == 0

    def test_exactly_these_lines_are_rejected(self, report: ImportReport) -> None:
        rejected = {(line.line, line.field): line.code for line in report.with_outcome(Outcome.REJECTED)}
        assert rejected == {
            (40, "anställningsnummer"): "missing_value",
            (81, "anställningsnummer"): "number_used_in_file",
            (100, "e-post"): "address_used_in_file",
            (112, "enhet"): "unknown_unit",
            (113, "kommun"): "other_municipality",
            (159, "startdatum"): "not_a_day",
            (169, "slutdatum"): "ends_before_start",
        }

    def test_exactly_these_titles_wait(self, report: ImportReport) -> None:
        assert {(line.line, line.field) for line in report.with_outcome(Outcome.QUEUED)} == {
            (102, "yrkestitel"),
            (177, "yrkestitel"),
        }
        waiting = UnmappedTitle.objects.values_list("employment__employee_number", "title", "resolved_at")
        assert set(waiting) == {("100619", "Flygbefälhavare", None), ("100922", "Timvikarie vård", None)}

    def test_exactly_these_values_are_left_out(self, report: ImportReport) -> None:
        warned = {(line.line, line.field): line.code for line in report.with_outcome(Outcome.WARNING)}
        assert warned == {
            (89, "e-post"): "not_an_address",
            (107, "AID-kod"): "aid_contradicts_title",
            (118, "chef"): "unknown_manager",
            (130, "sysselsättningsgrad"): "not_a_share",
            (301, "chef"): "own_manager",
        }

    def test_exactly_these_are_noted_beside_titles_that_name_another_setting(self, report: ImportReport) -> None:
        noted = {(line.line, line.field): line.code for line in report.with_outcome(Outcome.NOTE)}
        others = {where: code for where, code in noted.items() if code != "other_setting"}
        assert others == {(215, "efternamn"): "separator_in_name", (225, "slutdatum"): "has_ended"}
        assert {column for (_, column), code in noted.items() if code == "other_setting"} == {"yrkestitel"}
        assert (19, "yrkestitel") in noted

    def test_line_40_has_no_number_and_is_nobody(self, report: ImportReport) -> None:
        assert not Person.objects.filter(email="ebba.eriksson@example.org").exists()

    def test_line_81_shows_both_lines_and_the_first_is_kept(self, report: ImportReport) -> None:
        sentence = self.line(report, 81, "anställningsnummer").sentence
        assert all(part in sentence for part in ("80", "Alex Yilmaz", "81", "Fatima Wikström", "100515"))
        assert hired("100515")[0].full_name == "Alex Yilmaz"
        assert not Person.objects.filter(given_name="Fatima", family_name="Wikström").exists()

    def test_line_89_is_imported_without_an_address(self, report: ImportReport) -> None:
        assert hired("100557")[0].email is None

    def test_line_100_leaves_the_address_with_its_owner(self, report: ImportReport) -> None:
        assert Person.objects.get(email="peter.yilmaz@example.org").full_name == "Peter Yilmaz"
        assert not Employment.objects.filter(employee_number="100608").exists()

    @pytest.mark.parametrize("number", ["100619", "100922"])
    def test_unknown_titles_are_kept_and_give_no_profession(self, report: ImportReport, number: str) -> None:
        terms = hired(number)[1]
        assert (terms.profession, bool(terms.hr_title)) == ("", True)

    def test_line_107_keeps_its_title_and_leaves_the_code_out(self, report: ImportReport) -> None:
        terms = hired("100633")[1]
        assert (terms.profession, terms.hr_title, terms.aid_code) == ("underskoterska", "Undersköterska", "")

    def test_line_112_makes_no_unit(self, report: ImportReport) -> None:
        assert Organisation.objects.units().count() == 14
        assert not Employment.objects.filter(employee_number="100651").exists()

    def test_line_113_gets_a_suggestion_and_nothing_else(self, report: ImportReport) -> None:
        assert "Did you mean Granvik?" in self.line(report, 113, "kommun").sentence
        assert not Employment.objects.filter(employee_number="100657").exists()

    @pytest.mark.parametrize("number", ["100676", "101434"])
    def test_lines_118_and_301_are_imported_without_a_manager(self, report: ImportReport, number: str) -> None:
        assert hired(number)[1].manager is None

    def test_line_130_is_imported_without_a_share(self, report: ImportReport) -> None:
        assert hired("100725")[1].share is None

    @pytest.mark.parametrize("number", ["100845", "100887"])
    def test_lines_159_and_169_are_nobody(self, report: ImportReport, number: str) -> None:
        assert not Employment.objects.filter(employee_number=number).exists()

    def test_line_215_is_read_by_its_quotation_marks(self, report: ImportReport) -> None:
        someone, terms = hired("101076")
        assert (someone.family_name, someone.email) == ("Karlsson;extra", "samir.karlsson@example.org")
        assert "Karlsson;extra" in self.line(report, 215, "efternamn").sentence
        assert terms.unit.name == "Hemtjänst Centrum"

    def test_line_225_is_imported_with_its_history(self, report: ImportReport) -> None:
        someone, terms = hired("101122")
        assert (terms.starts_on, terms.ends_on, someone.user) == (date(2024, 1, 15), date(2025, 3, 31), None)

    def test_titles_managers_and_shares_are_understood(self, report: ImportReport) -> None:
        assert hired("100205")[1].profession == "enhetschef"
        terms = hired("100263")[1]
        assert (terms.profession, terms.share, terms.form) == ("underskoterska", Decimal(80), "Tillsvidare")
        assert terms.manager is not None
        assert (terms.manager.employee_number, terms.unit.slug) == ("100206", "granvik-hemtjanst-norr")
        assert terms.unit.employer.slug == "granvik"
        professions = EmploymentTerms.objects.exclude(profession="").values_list("profession", flat=True)
        assert set(professions) <= set(Title.objects.values_list("profession", flat=True))

    def test_the_same_file_in_latin_1_says_the_same(self, units: None) -> None:
        one = bring(SAMPLE, apply=False)
        other = bring(SAMPLE.decode().encode("latin-1"), apply=False)
        assert (one, Person.objects.count()) == (other, 0)

    def test_the_same_file_twice_changes_nothing(self, report: ImportReport) -> None:
        before = everything()
        again = bring(SAMPLE, on=ON + timedelta(days=1))
        assert counts(again) == (0, 0, 293, 7)
        assert everything() == before
        assert again.lines == report.lines

    def test_a_dry_run_says_what_an_import_then_does(self, units: None) -> None:
        before = everything()
        dry = bring(SAMPLE, apply=False)
        assert (everything(), dry.is_applied) == (before, False)
        assert bring(SAMPLE).lines == dry.lines

    def test_it_takes_less_than_two_seconds_and_few_statements(self, units: None) -> None:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            started = time.process_time()
            bring(SAMPLE)
        assert time.process_time() - started < 2
        assert len(queries) < 40

    def test_a_personal_identity_number_refuses_the_whole_file(self, units: None) -> None:
        report = bring(SAMPLE.replace(b"Flygbef", b"19880320-0016", 1))
        assert (report.is_refused, report.is_applied, Person.objects.count()) == (True, False, 0)
        assert told(report) == [(102, "yrkestitel", "refused", "personnummer_value")]


def test_new_terms_hold_from_the_day_of_the_import_and_old_ones_before_it(land: Land) -> None:
    bring(hr.file(hr.line()))
    report = bring(hr.file(hr.line(sysselsättningsgrad="50", enhet="Norr")), on=ON + timedelta(days=1))
    assert counts(report) == (0, 1, 0, 0)
    employment = Employment.objects.get()
    states = [EmploymentTerms.objects.in_force(day).get() for day in (ON, ON + timedelta(days=1))]
    assert [(terms.share, terms.unit.slug) for terms in states] == [(Decimal("75.50"), "solrosen"), (50, "norr")]
    assert (employment.terms, states[0].valid_from) == (states[1], date(2020, 1, 1))


def test_one_who_has_not_begun_is_known_from_the_import_on_and_may_begin_earlier(land: Land) -> None:
    bring(hr.file(hr.line(startdatum="2026-12-01")))
    bring(hr.file(hr.line(startdatum="2026-11-25")), on=ON + timedelta(days=1))
    begins = [EmploymentTerms.objects.in_force(ON + timedelta(days=n)).get().starts_on for n in (0, 1, 30)]
    assert begins == [date(2026, 12, 1), date(2026, 11, 25), date(2026, 11, 25)]


def test_a_file_never_ends_an_employment_by_silence(land: Land) -> None:
    bring(hr.file(hr.line(), hr.line(anställningsnummer="2", e_post="")))
    bring(hr.file(hr.line()))
    assert EmploymentTerms.objects.in_force(ON).current(ON).count() == 2


def test_the_same_number_at_two_employers_is_two_employments(land: Land) -> None:
    there = hr.line(förnamn="Bo", e_post="bo@example.org", enhet="Ekbacken", kommun="Lyngfors")
    assert counts(bring(hr.file(hr.line(), there))) == (2, 0, 0, 0)
    assert Person.objects.count() == 2


def test_a_unit_of_a_private_provider_goes_by_its_employer_or_by_who_answers_for_it(land: Land) -> None:
    lines = [
        hr.line(enhet="Omsorg-Granvik", kommun="Omsorg"),
        hr.line(enhet="Omsorg-Granvik", kommun="GRANVIK", anställningsnummer="2", e_post=""),
        hr.line(enhet="Omsorg-Granvik", kommun="Lyngfors", anställningsnummer="3", e_post=""),
    ]
    report = bring(hr.file(*lines))
    assert told(report) == [(4, "kommun", "rejected", "other_municipality")]
    assert {employment.organisation for employment in Employment.objects.all()} == {land.omsorg}


def test_units_of_the_same_name_are_told_apart_by_the_municipality(land: Land) -> None:
    twin = make.below(land.lyngfors, "unit", "solrosen-lyngfors", name="Solrosen", setting="säbo")
    bring(hr.file(hr.line(kommun="Lyngfors")))
    assert EmploymentTerms.objects.get().unit == twin


def test_a_new_last_name_is_taken_over_and_noted(land: Land) -> None:
    bring(hr.file(hr.line()))
    report = bring(hr.file(hr.line(efternamn="Östlund")))
    assert (counts(report), told(report)) == ((0, 1, 0, 0), [(2, "efternamn", "note", "name_changed")])
    assert (Person.objects.get().full_name, EmploymentTerms.objects.count()) == ("Åsa Östlund", 1)


def test_a_number_that_is_used_again_for_somebody_else_is_rejected(land: Land) -> None:
    bring(hr.file(hr.line()))
    report = bring(hr.file(hr.line(förnamn="Bo", e_post="bo@example.org")))
    assert told(report) == [(2, "anställningsnummer", "rejected", "number_is_another_persons")]
    assert Person.objects.get().full_name == "Åsa Öberg"


def test_an_address_that_somebody_signs_in_with_is_taken(land: Land) -> None:
    create_account(create_person("Bo", "Ek", at=AT), "Asa.Oberg@example.org", None)
    report = bring(hr.file(hr.line()))
    assert told(report) == [(2, "e-post", "rejected", "address_is_another_persons")]
    assert "Bo" not in report.lines[0].sentence


def test_an_address_can_change_hands_in_one_file(land: Land) -> None:
    def people(first: str, second: str) -> bytes:
        return hr.file(hr.line(e_post=first), hr.line(anställningsnummer="2", förnamn="Bo", e_post=second))

    bring(people("a@example.org", "b@example.org"))
    assert counts(bring(people("b@example.org", "a@example.org"))) == (0, 2, 0, 0)
    assert counts(bring(people("b@example.org", "a@example.org"))) == (0, 0, 2, 0)
    assert {p.given_name: p.email for p in Person.objects.all()} == {"Åsa": "b@example.org", "Bo": "a@example.org"}


def test_an_address_does_not_change_hands_if_its_owner_cannot_get_another(land: Land) -> None:
    create_person("Siv", "Berg", at=AT, email="siv@example.org")
    bring(
        hr.file(hr.line(e_post="a@example.org"), hr.line(anställningsnummer="2", förnamn="Bo", e_post="b@example.org"))
    )
    data = hr.file(
        hr.line(e_post="siv@example.org"), hr.line(anställningsnummer="2", förnamn="Bo", e_post="a@example.org")
    )
    report = bring(data)
    assert told(report) == [
        (2, "e-post", "rejected", "address_is_another_persons"),
        (3, "e-post", "rejected", "address_is_another_persons"),
    ]
    assert bring(data).lines == report.lines


def test_a_missing_or_wrong_address_does_not_take_away_the_one_we_have(land: Land) -> None:
    bring(hr.file(hr.line()))
    for address in ("", "x(at)example.org"):
        assert counts(bring(hr.file(hr.line(e_post=address)))) == (0, 0, 1, 0)
    assert Person.objects.get().email == "asa.oberg@example.org"


def test_two_employments_are_never_joined_by_a_file(land: Land) -> None:
    data = hr.file(hr.line(), hr.line(enhet="Ekbacken", kommun="Lyngfors", anställningsnummer="9"))
    report = bring(data)
    assert told(report) == [(3, "e-post", "warning", "namesake_has_address")]
    assert sorted(Person.objects.values_list("email", flat=True), key=str) == [None, "asa.oberg@example.org"]
    assert counts(bring(data)) == (0, 0, 2, 0)


def test_two_employers_do_not_overwrite_what_the_other_calls_her(land: Land) -> None:
    bring(hr.file(hr.line()))
    hire(Person.objects.get(), "9", at=AT, unit=land.ekbacken, starts_on=make.LONG_AGO, hr_title="Undersköterska",
         profession="underskoterska", form="Tillsvidare", share=Decimal(20))  # fmt: skip
    other = {"enhet": "Ekbacken", "kommun": "Lyngfors", "anställningsnummer": "9", "sysselsättningsgrad": "20"}
    report = bring(hr.file(hr.line(**other, startdatum="2020-01-01", efternamn="Ö", e_post="other@example.org")))
    assert (counts(report), told(report)) == (
        (0, 0, 1, 0), [(2, "efternamn", "note", "kept_for_joint_person")],
    )  # fmt: skip
    assert (Person.objects.get().full_name, Person.objects.get().email) == ("Åsa Öberg", "asa.oberg@example.org")


def test_a_manager_already_there_is_found_and_one_of_another_employer_is_not(land: Land) -> None:
    bring(hr.file(hr.line(anställningsnummer="1", e_post="")))
    report = bring(
        hr.file(
            hr.line(anställningsnummer="2", e_post="", chef="1"),
            hr.line(anställningsnummer="3", e_post="", chef="1", enhet="Ekbacken", kommun="Lyngfors"),
        )
    )
    assert told(report) == [(3, "chef", "warning", "unknown_manager")]
    assert {e.employee_number: bool(e.terms and e.terms.manager) for e in Employment.objects.all()} == {
        "1": False, "2": True, "3": False,
    }  # fmt: skip


def test_a_title_that_becomes_known_leaves_the_queue(land: Land) -> None:
    data = hr.file(hr.line(yrkestitel="Lyftcoach"))
    bring(data)
    assert register.map_title("LYFTCOACH", "underskoterska", on=ON, at=AT) == 1
    assert hired("100001")[1].profession == "underskoterska"
    assert not UnmappedTitle.objects.filter(resolved_at__isnull=True).exists()
    assert counts(bring(data)) == (0, 0, 1, 0)


def test_a_waiting_title_that_changes_waits_anew(land: Land) -> None:
    for title in ("Lyftcoach", "Lyftguide", "Lyftguide"):
        bring(hr.file(hr.line(yrkestitel=title)))
    assert list(UnmappedTitle.objects.order_by("pk").values_list("title", "resolved_at")) == [
        ("Lyftcoach", AT), ("Lyftguide", None),
    ]  # fmt: skip


def test_hr_imports_only_for_her_own_organisation(land: Land) -> None:
    there = hr.line(förnamn="Bo", e_post="", enhet="Ekbacken", kommun="Lyngfors")
    report = bring(hr.file(hr.line(), there), actor=make.holds("hr", land.granvik))
    assert told(report) == [(3, "enhet", "rejected", "not_your_organisation")]
    assert [employment.organisation for employment in Employment.objects.all()] == [land.granvik]


def test_the_rooms_above_hear_of_exactly_those_who_changed(land: Land, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[frozenset[int]] = []
    monkeypatch.setattr(changes, "_receivers", [lambda people, at: heard.append(people)])
    lines = [hr.line(), hr.line(anställningsnummer="2", förnamn="Bo", e_post="")]
    bring(hr.file(*lines))
    bring(hr.file(*lines))
    bring(hr.file(lines[0], hr.line(anställningsnummer="2", förnamn="Bo", e_post="", yrkestitel="Ssk")))
    bo = Person.objects.get(given_name="Bo").pk
    assert heard == [frozenset(Person.objects.values_list("pk", flat=True)), frozenset({bo})]


@pytest.mark.long
def test_five_thousand_lines_take_less_than_a_minute(land: Land) -> None:
    lines = [
        hr.line(anställningsnummer=str(200000 + n), förnamn=f"P{n:05}", e_post=f"p{n}@example.org", chef="200000")
        for n in range(5000)
    ]
    started = time.process_time()
    assert counts(bring(hr.file(*lines))) == (5000, 0, 0, 0)
    assert counts(bring(hr.file(*lines))) == (0, 0, 5000, 0)
    assert time.process_time() - started < 60
