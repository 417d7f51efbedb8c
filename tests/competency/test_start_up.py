"""Starting up without a red wall: one file, checked row by row, the same twice."""

from __future__ import annotations

import io

import pytest

from competency.api import (
    NotEntitled,
    StartUpFileError,
    explanation,
    levels_of,
    licences_of,
    rebuild_marked,
    start_up_import,
)
from xapi.api import full_statement, statements_about, vocabulary

from . import world
from .world import BEGAN, NOW, TODAY, days

pytestmark = pytest.mark.django_db

HEADINGS = "organisation;employee number;kind;competency or licence;level;date;until;ground;registrar"


def number(who):
    return who.employments.get().employee_number


def table(*rows, headings=HEADINGS):
    return io.StringIO("\r\n".join([headings, *rows]))


def row(who, kind="observation", code="HYG-01", level="3", on="2024-12-01", until="", ground="Journal", registrar=""):
    return ";".join(["granvik", number(who), kind, code, level, on, until, ground, registrar])


def outcomes(report):
    return [(each.line, each.field, each.outcome) for each in report.rows]


def test_each_kind_counts_as_what_it_says(town):
    report = start_up_import(
        table(
            row(town.usk),
            row(town.usk, "bekräftelse", "HYG-02", "2"),
            row(town.usk, "intyg", "MED-02", "4", until="2025-12-31"),
            row(town.ssk, "legitimation", "sjukskoterska", ""),
        ),
        BEGAN,
    )
    assert outcomes(report) == [(line, "", "recorded") for line in (2, 3, 4, 5)]
    rebuild_marked(NOW)
    assert levels_of(town.usk, town.granvik, TODAY) == {"HYG-01": 3, "HYG-02": 2, "MED-02": 4}
    assert levels_of(town.usk, town.granvik, days(360).date()) == {"MED-02": 4}
    assert levels_of(town.ssk, town.granvik, TODAY) == {"MED-01": 3}
    assert licences_of(town.ssk, TODAY) == {"sjukskoterska"}


def test_it_is_marked_with_ground_and_registrar(town, hygiene):
    start_up_import(table(row(town.usk, ground="Medarbetarsamtal", registrar=number(town.chef))), BEGAN)
    (stored,) = statements_about([town.usk.actor_key])
    own = vocabulary.own()
    extensions = full_statement(stored.statement_id)["context"]["extensions"]
    assert extensions == {own.ground: "Medarbetarsamtal", own.registrar: town.chef.actor_key}
    assert "Medarbetarsamtal" not in str(stored.payload)
    (reason,) = explanation(town.usk, hygiene, TODAY).reasons
    assert (reason.from_start, reason.level) == (True, 3)


def test_the_same_file_again_changes_nothing(town):
    rows = [row(town.usk), row(town.usk, code="MED-02")]
    start_up_import(table(*rows), BEGAN)
    again = start_up_import(table(*rows, row(town.usk)), days(1))
    assert outcomes(again) == [(2, "", "known"), (3, "", "known"), (4, "", "known")]
    assert len(statements_about([town.usk.actor_key])) == 2


def test_a_dry_run_writes_nothing(town):
    report = start_up_import(table(row(town.usk)), BEGAN, dry_run=True)
    assert outcomes(report) == [(2, "", "recorded")]
    assert statements_about([town.usk.actor_key]) == []


WRONG = [
    ("employee_number", {"who": "stranger"}),
    ("kind", {"kind": "gissning"}),
    ("code", {"code": "ZZZ-01"}),
    ("level", {"level": "5"}),
    ("level", {"level": "²"}),
    ("level", {"level": ""}),
    ("date", {"on": "1/12 2024"}),
    ("date", {"on": "2025-02-01"}),
    ("until", {"until": "2024-11-30"}),
    ("until", {"until": "snart"}),
    ("registrar", {"registrar": "0"}),
    ("", {"kind": "licence", "code": "vardbitrade"}),
]


@pytest.mark.parametrize(("field", "changes"), WRONG)
def test_a_wrong_row_is_reported_by_line_and_field_and_the_others_are_recorded(town, field, changes):
    changes = dict(changes)
    wrong = row(town.usk, **{key: value for key, value in changes.items() if key != "who"})
    if "who" in changes:
        wrong = wrong.replace(number(town.usk), "999")
    report = start_up_import(table(wrong, row(town.usk, code="MED-02")), BEGAN)
    assert outcomes(report) == [(2, field, "rejected"), (3, "", "recorded")]
    assert report.rows[0].message
    assert len(statements_about([town.usk.actor_key])) == 1


def test_nobody_registers_what_is_her_own(town):
    report = start_up_import(table(row(town.usk, registrar=number(town.usk))), BEGAN)
    assert report.count("rejected") == 1
    assert start_up_import(table(row(town.chef)), BEGAN, registrar=town.chef).count("rejected") == 1


def test_who_imports_must_answer_for_the_staff(town):
    assert start_up_import(table(row(town.usk)), BEGAN, registrar=town.chef).count("recorded") == 1
    report = start_up_import(table(row(town.ssk)), BEGAN, registrar=town.chef)
    assert [each.message for each in report.rows] == [str(NotEntitled().message)]


@pytest.mark.parametrize(
    "text",
    ["", "organisation;kind", HEADINGS + ";kind", HEADINGS + '\r\n"granvik;1'],
)
def test_a_file_that_cannot_be_read_is_refused_whole(town, text):
    with pytest.raises(StartUpFileError):
        start_up_import(io.StringIO(text), BEGAN)


def test_a_file_with_personal_identity_numbers_is_refused_whole(town):
    with pytest.raises(StartUpFileError, match="Line 3"):
        start_up_import(table(row(town.usk), row(town.usk, code="MED-02", ground="Samtal 890201-3286")), BEGAN)
    assert statements_about([town.usk.actor_key]) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_a_file_may_be_written_as_windows_does(town, tmp_path, encoding):
    headings = (
        "organisation;anställningsnummer;slag;kompetens eller legitimation;nivå;datum;till och med;grund;registrerad av"
    )
    file = tmp_path / "start.csv"
    file.write_bytes(table(row(town.usk, "bekräftelse"), headings=headings).getvalue().encode(encoding))
    assert start_up_import(file, BEGAN).count("recorded") == 1


def test_what_comes_from_the_start_lapses_and_is_renewed_like_the_rest(school, hygiene):
    start_up_import(table(row(school.usk, level="2", on="2024-06-01")), BEGAN)
    world.takes(school.usk, school.granvik, "hygien", days(120))
    rebuild_marked(NOW)
    assert levels_of(school.usk, school.granvik, days(10).date()) == {"HYG-01": 2}
    found = explanation(school.usk, hygiene, TODAY)
    assert [reason.kind for reason in found.reasons] == ["course", "quiz"]
    assert [each.why for each in found.not_counted if each.reason.from_start] == ["expired"]
