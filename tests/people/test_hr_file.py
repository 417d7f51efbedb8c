"""What can be told from the staff file alone."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.hr_file import AID_PROFESSIONS, COLUMNS, HrFile, Outcome, Row, contradicts, read, settings_named
from people.hr_report import SENTENCES, sentence
from tests.people import hr


def told(file: HrFile) -> list[tuple[int, str, str, str]]:
    return [(finding.line, finding.field, finding.outcome.value, finding.code) for finding in file.findings]


def test_an_ordinary_line_becomes_a_row_of_values() -> None:
    file = read(hr.file(hr.line(chef="100002", slutdatum="2027-06-30", AID_kod="207008")))
    assert told(file) == []
    row = Row(
        line=2,
        employee_number="100001",
        given_name="Åsa",
        family_name="Öberg",
        email="asa.oberg@example.org",
        title="Undersköterska",
        aid_code="207008",
        unit="Solrosen",
        municipality="Granvik",
        manager="100002",
        form="Tillsvidare",
        share=Decimal("75.50"),
        starts_on=date(2020, 1, 1),
        ends_on=date(2027, 6, 30),
    )
    assert file.rows == (row,)
    assert len(fields(row)) == len(COLUMNS) + 1


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"anställningsnummer": ""}, "anställningsnummer", "missing_value"),
        ({"förnamn": " "}, "förnamn", "missing_value"),
        ({"efternamn": ""}, "efternamn", "missing_value"),
        ({"enhet": ""}, "enhet", "missing_value"),
        ({"kommun": ""}, "kommun", "missing_value"),
        ({"startdatum": ""}, "startdatum", "missing_value"),
        ({"anställningsnummer": "1" * 41}, "anställningsnummer", "too_long"),
        ({"efternamn": "x" * 101}, "efternamn", "too_long"),
        ({"startdatum": "2026-02-30"}, "startdatum", "not_a_day"),
        ({"startdatum": "31/2 2024"}, "startdatum", "not_a_day"),
        ({"startdatum": "20240131"}, "startdatum", "not_a_day"),
        ({"startdatum": "0202-01-01"}, "startdatum", "not_a_day"),
        ({"slutdatum": "tills vidare"}, "slutdatum", "not_a_day"),
        ({"slutdatum": "2019-12-31"}, "slutdatum", "ends_before_start"),
    ],
)
def test_a_line_is_rejected(cells: dict[str, str], column: str, code: str) -> None:
    file = read(hr.file(hr.line(**cells), hr.line(anställningsnummer="2")))
    assert told(file) == [(2, column, "rejected", code)]
    assert [row.line for row in file.rows] == [3]
    assert file.line_count == 2


def test_a_last_day_on_the_first_day_is_one_day_of_work() -> None:
    assert len(read(hr.file(hr.line(slutdatum="2020-01-01"))).rows) == 1


@pytest.mark.parametrize(
    ("cells", "column", "code", "name", "left"),
    [
        ({"e_post": "samir(at)example.org"}, "e-post", "not_an_address", "email", ""),
        ({"e_post": "a b@example.org"}, "e-post", "not_an_address", "email", ""),
        ({"AID_kod": "20702"}, "AID-kod", "not_an_aid_code", "aid_code", ""),
        ({"chef": "100001"}, "chef", "own_manager", "manager", ""),
        ({"sysselsättningsgrad": "130"}, "sysselsättningsgrad", "not_a_share", "share", None),
        ({"sysselsättningsgrad": "0"}, "sysselsättningsgrad", "not_a_share", "share", None),
        ({"sysselsättningsgrad": "-50"}, "sysselsättningsgrad", "not_a_share", "share", None),
        ({"sysselsättningsgrad": "halvtid"}, "sysselsättningsgrad", "not_a_share", "share", None),
        ({"sysselsättningsgrad": "٥٠"}, "sysselsättningsgrad", "not_a_share", "share", None),
    ],
)
def test_a_value_is_left_out_with_a_warning(
    cells: dict[str, str], column: str, code: str, name: str, left: object
) -> None:
    file = read(hr.file(hr.line(**cells)))
    assert told(file) == [(2, column, "warning", code)]
    assert getattr(file.rows[0], name) == left


@pytest.mark.parametrize(
    ("text", "share"), [("100", "100"), ("75,5", "75.5"), ("75.5", "75.5"), ("33,333", "33.33"), ("", None)]
)
def test_share_has_a_decimal_comma_and_may_be_empty(text: str, share: str | None) -> None:
    file = read(hr.file(hr.line(sysselsättningsgrad=text)))
    assert (file.rows[0].share, file.findings) == (Decimal(share) if share else None, ())


def test_a_line_with_too_many_or_too_few_cells_is_rejected() -> None:
    file = read(hr.file(hr.line() + ";more", "100002;Kim", hr.line(anställningsnummer="3")))
    assert told(file) == [(2, "", "rejected", "wrong_cell_count"), (3, "", "rejected", "wrong_cell_count")]
    assert [row.employee_number for row in file.rows] == ["3"]


def test_a_column_we_do_not_know_is_not_read() -> None:
    data = hr.text(hr.line() + ";x", headings=";".join([*COLUMNS, "Skostorlek"])).encode()
    assert told(read(data)) == [(1, "Skostorlek", "note", "unknown_column")]


def test_columns_may_stand_in_any_order_and_in_capitals() -> None:
    order = sorted(COLUMNS)
    data = hr.text(";".join(hr.ORDINARY[column] for column in order), headings=";".join(order).upper()).encode()
    assert read(data).rows == read(hr.file(hr.line())).rows


PERSONNUMMER = "880320-0016"


def test_a_column_for_personal_identity_numbers_refuses_the_file_even_when_empty() -> None:
    file = read(hr.text(hr.line() + ";", headings=";".join([*COLUMNS, "Personnummer"])).encode())
    assert (file.is_refused, file.rows, told(file)) == (
        True, (), [(1, "Personnummer", "refused", "personnummer_column")],
    )  # fmt: skip


@pytest.mark.parametrize(
    "column", [c for c in COLUMNS if c not in ("anställningsnummer", "chef")], ids=lambda column: column
)
def test_a_personal_identity_number_in_any_column_refuses_the_file(column: str) -> None:
    cells = {column.replace("e-post", "e_post").replace("AID-", "AID_"): f"x {PERSONNUMMER}"}
    file = read(hr.file(hr.line(), hr.line(**cells)))
    assert (file.is_refused, file.rows) == (True, ())
    assert told(file) == [(3, column, "refused", "personnummer_value")]
    assert "0016" not in sentence(file.findings[0])


@pytest.mark.parametrize("column", ["anställningsnummer", "chef"])
def test_a_personal_identity_number_for_an_employee_number_refuses_the_file(column: str) -> None:
    file = read(hr.file(hr.line(), hr.line(**{column: "8803200016"}), hr.line()))
    assert told(file) == [(3, column, "refused", "personnummer_value")]


def test_employee_numbers_of_ten_figures_are_plainly_something_else() -> None:
    file = read(hr.file(*(hr.line(anställningsnummer=f"880320{n:04}") for n in range(10, 30))))
    assert (file.is_refused, len(file.rows)) == (False, 20)


def test_a_personal_identity_number_beyond_the_last_column_refuses_the_file() -> None:
    assert told(read(hr.file(hr.line() + ";" + PERSONNUMMER))) == [(2, "", "refused", "personnummer_value")]


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: hr.file(text, hr.line())))
def test_any_bytes_are_read_or_refused_and_every_finding_has_its_sentence(data: bytes) -> None:
    file = read(data)
    assert all(sentence(finding) for finding in file.findings)
    assert file.is_refused == any(finding.outcome is Outcome.REFUSED for finding in file.findings)


def test_aid_codes_fit_their_professions() -> None:
    assert contradicts("207024", "underskoterska")
    assert not contradicts("207024", "vardbitrade")
    assert not contradicts("207008", "underskoterska")
    assert contradicts("207014", "vardbitrade")
    assert not contradicts("207024", "")
    assert not contradicts("999999", "underskoterska")
    assert len(AID_PROFESSIONS) == 12


@pytest.mark.parametrize(
    ("title", "settings"),
    [
        ("Undersköterska hemtjänst", {"hemtjänst"}),
        ("Stödassistent BmSS", {"bmss"}),
        ("Undersköterska vård- o omsorgsboende", {"säbo"}),
        ("vårdbiträde äldreomsorg", {"hemtjänst", "säbo", "korttid"}),
        ("Undersköterska natt", None),
        ("LSS-handläggare", None),
    ],
)
def test_titles_may_name_a_setting(title: str, settings: set[str] | None) -> None:
    assert settings_named(title) == settings


def test_sentences_have_no_empty_words() -> None:
    assert all(str(text).endswith(".") for text in SENTENCES.values())
