"""A framework goes out in every format and comes back the same; what is wrong in a file is named where it stands."""

from __future__ import annotations

import io
import json
from io import StringIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from competency import models
from competency.api import FrameworkError, change_rule, competency, load_framework, profile_of
from competency.framework_file import read
from competency.frameworks.files import content_of_file, file_of_content
from competency.frameworks.queries import content_of
from competency.frameworks.spreadsheets import guarded, unguarded
from competency.frameworks.tables import COLUMNS, tables_of

from .. import world
from ..world import BEGAN, days

FILE = Path(__file__).parents[3] / "competency" / "data" / "competency_framework.json"
db = pytest.mark.django_db


def as_it_stands():
    return content_of(models.Framework.objects.get())


def said(content):
    """The content, whether it says that nothing took over or says nothing of it."""
    return {"successions": []} | content


def run(*args):
    out = StringIO()
    call_command("framework", *map(str, args), stdout=out)
    return out.getvalue().splitlines()


@pytest.fixture
def product(db):
    load_framework(FILE, BEGAN)
    return as_it_stands()


@pytest.mark.parametrize("name", ["ramverk.json", "ramverk.xlsx", "ramverk.zip"])
def test_the_framework_of_the_product_comes_back_from_a_file_as_it_was(product, name):
    data = file_of_content(name, product)
    assert said(content_of_file(name, data, {})) == said(product)
    assert said(content_of_file(name, data, product)) == said(product) == said(read(FILE))
    assert load_framework(content_of_file(name, data, product), days(1)).is_unchanged
    report = load_framework(content_of_file(name, data, product) | {"version": "next"}, days(1))
    assert (report.added, report.changed) == ({}, {"framework": 1})


@db
@pytest.mark.parametrize("name", ["ramverk.json", "ramverk.xlsx", "ramverk.zip"])
def test_what_took_over_and_rules_of_their_own_length_come_back_too(town, name):
    load_framework(world.superseded("HYG-10", "HYG-11"), days(10))
    rule = {"any_of": [{"type": "observation", "by": ["mas"]}]}
    change_rule(competency("HYG-10"), 3, rule, days(20), validity_months=None)
    content = as_it_stands()
    assert content_of_file(name, file_of_content(name, content), {}) == content
    (own,) = [row for row in content["competencies"] if row["code"] == "HYG-10"]
    assert own["evidence"][2] == rule | {"level": 3, "validity_months": None}
    assert [row["old"] for row in content["successions"]] == ["HYG-01", "HYG-01"]


@pytest.mark.parametrize("table", sorted(COLUMNS))
def test_one_table_alone_changes_only_itself(product, table):
    name = f"{table}.csv"
    assert said(content_of_file(name, file_of_content(name, product), product)) == said(product)


def test_a_changed_cell_of_one_table_is_what_changes(product):
    text = file_of_content("competencies.csv", product).decode("utf-8-sig")
    assert text.count("Egenvård: begrepp och ansvar") == 1
    data = text.replace("Egenvård: begrepp och ansvar", "Egenvård: vad det är").encode()
    content = content_of_file("competencies.csv", data, product)
    assert content["competencies"][0]["title_sv"] == "Egenvård: vad det är"
    assert content["competencies"][0]["evidence"] == product["competencies"][0]["evidence"]
    assert content["professions"] == product["professions"]


def test_a_workbook_reads_as_one_would_expect(product):
    book = load_workbook(io.BytesIO(file_of_content("ramverk.xlsx", product)))
    assert book.sheetnames == list(COLUMNS)
    sheet = book["competencies"]
    assert [cell.value for cell in sheet[1]] == list(COLUMNS["competencies"])
    assert sheet.max_row == 1 + len(product["competencies"])
    assert sheet.freeze_panes == "A2"


def test_the_same_content_gives_the_same_bytes(product):
    assert file_of_content("a.zip", product) == file_of_content("b.zip", product)


@given(st.text(alphabet="'=+-@ \t\rabc", max_size=6))
def test_no_cell_begins_as_a_formula_and_each_is_read_as_it_was(cell):
    assert not guarded(cell).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unguarded(guarded(cell)) == cell


@pytest.mark.parametrize("name", ["ramverk.xlsx", "ramverk.zip"])
def test_what_looks_like_a_formula_goes_out_as_text_and_comes_back(product, name):
    dangerous = '=HYPERLINK("http://example.org";"x")'
    product["competencies"][0]["description_sv"] = dangerous
    data = file_of_content(name, product)
    with ZipFile(io.BytesIO(data)) as folder:
        assert not any(b"<f>" in folder.read(each) or b";=HYPER" in folder.read(each) for each in folder.namelist())
    assert content_of_file(name, data, {})["competencies"][0]["description_sv"] == dangerous


def _cell(sheet, heading, row):
    column = [cell.value for cell in sheet[1]].index(heading) + 1
    return sheet.cell(row, column)


WRONG = [
    ("competencies", "area", 3, "XXX", "sheet competencies, row 3, column area: XXX is not in this file"),
    ("competencies", "risk", 4, 99, "sheet competencies, row 4, column risk: must be a whole number from 1 to 10"),
    ("competencies", "kind", 5, "magic", "sheet competencies, row 5, column kind: must be one of"),
    ("competencies", "code", 3, "EGN-01", "sheet competencies, row 3: EGN-01 is there twice, first on row 2"),
    ("rules", "level", 2, 7, "sheet rules, row 2, column level: must be a whole number from 1 to 4"),
    ("rules", "rule", 2, "{", "sheet rules, row 2, column type: "),
    ("rules", "competency", 2, "ZZZ-01", "column competency: ZZZ-01 is not in this file"),
    ("profiles", "required_level", 2, 0, "sheet profiles, row 2, column required_level: must be a whole number"),
    ("profiles", "profession", 2, "kock", "column profession: kock is not in this file"),
    ("level_scale", "level", 2, "noll", "sheet level_scale, row 2, column level: must be a whole number"),
    ("areas", "title_sv", 2, "=1+1", "sheet areas, row 2, column title_sv: this is a formula"),
    ("areas", "title_sv", 1, "rubrik", "sheet areas, row 1: the column title_sv is missing"),
]


@pytest.mark.parametrize(("sheet", "heading", "row", "value", "says"), WRONG)
def test_a_fault_in_a_workbook_is_named_by_sheet_row_and_column(product, english, sheet, heading, row, value, says):
    book = load_workbook(io.BytesIO(file_of_content("ramverk.xlsx", product)))
    _cell(book[sheet], heading, row).value = value
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(FrameworkError) as error:
        content_of_file("ramverk.xlsx", out.getvalue(), product)
    assert says in str(error.value)
    assert str(error.value).endswith("Nothing was changed.")


def test_everything_that_is_wrong_is_told_at_once(product, english):
    text = file_of_content("competencies.csv", product).decode("utf-8-sig").replace("knowledge", "magic")
    with pytest.raises(FrameworkError) as error:
        content_of_file("competencies.csv", text.encode(), product)
    assert len(str(error.value).splitlines()) == text.count(";magic;") + 1 > 5


def test_a_circle_is_named_by_its_row(product, english):
    rows = "old;new;levels;from;reason\r\nEGN-98;EGN-99;1=1;;Samma\r\nEGN-99;EGN-98;1=1;;Samma\r\n"
    with pytest.raises(FrameworkError, match=r"sheet successions, row 2: circular: EGN-98, EGN-99"):
        content_of_file("successions.csv", rows.encode(), product)


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.xlsx", b"not a workbook", "damaged or of another kind"),
        ("a.zip", b"PK", "damaged or of another kind"),
        ("a.pdf", b"", "must end with one of"),
        ("annat.csv", b"a;b\r\n1;2\r\n", "none of the tables"),
        ("areas.csv", b'code;"title', "not a table"),
        ("areas.csv", b"", "not a table"),
        ("a.json", b"[]", "an object"),
    ],
)
def test_a_file_that_is_no_framework_is_refused(english, name, data, says):
    with pytest.raises(FrameworkError, match=says):
        content_of_file(name, data, {})


def test_a_workbook_that_declares_entities_or_unpacks_too_large_is_refused(english):
    for content in (b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"0" * 60_000_000):
        out = io.BytesIO()
        with ZipFile(out, "w", compression=8) as folder:
            folder.writestr("xl/workbook.xml", content)
        with pytest.raises(FrameworkError):
            content_of_file("bomb.xlsx", out.getvalue(), {})


def test_a_personal_identity_number_is_refused(product, english):
    product["competencies"][0]["description_sv"] = "Fråga 19811218-9876."
    with pytest.raises(FrameworkError, match="personal identity number"):
        content_of_file("ramverk.xlsx", file_of_content("ramverk.xlsx", product), product)


def test_an_odd_name_to_export_to_is_refused(product, english):
    for name in ("ramverk.docx", "annat.csv", "ramverk"):
        with pytest.raises(FrameworkError):
            file_of_content(name, product)


@db
def test_the_command_takes_a_file_out_and_in(town, tmp_path):
    file = tmp_path / "ramverk.xlsx"
    assert run("export", file) == [f"Version 2025-01-01 is in {file}."]
    assert run("import", file)[-1] == "Version 2025-01-01: nothing has changed."
    (tmp_path / "next.json").write_text(json.dumps(world.superseded("HYG-10", "HYG-11")))
    before = tables_of(as_it_stands())
    said = run("import", "--dry-run", tmp_path / "next.json")
    assert "competencies HYG-01: superseded by HYG-10, HYG-11" in said
    assert "competencies HYG-11: added" in said
    assert said[-1] == "Nothing was written."
    assert tables_of(as_it_stands()) == before
    assert run("import", tmp_path / "next.json")[-1] == "Version 2025-04-11 imported."
    compared = run("compare", "1", "2")
    assert [line for line in said[:-1] if not line.startswith("speaks")] == compared
    assert run("compare", "2", "2") == ["Nothing differs."]
    assert run("export", tmp_path / "old.json", "--number", "1") == [
        f"Version 2025-01-01 is in {tmp_path / 'old.json'}."
    ]
    assert json.loads((tmp_path / "old.json").read_text())["version"] == "2025-01-01"
    with pytest.raises(CommandError, match="no version 9"):
        run("compare", "1", "9")


@db
def test_a_profile_that_is_sent_in_alone_is_what_is_asked_from_then_on(town, tmp_path):
    file = tmp_path / "profiles.csv"
    run("export", file)
    file.write_text(
        file.read_text(encoding="utf-8-sig").replace("underskoterska;HYG-01;all;2", "underskoterska;HYG-01;all;3")
    )
    run("import", file)
    asked = {line.competency.code: line.level for line in profile_of("underskoterska", days(3000).date()).lines}
    assert asked == {"HYG-01": 3, "HYG-02": 2, "MED-02": 2}
