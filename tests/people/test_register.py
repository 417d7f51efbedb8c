"""Units and titles from files: all or nothing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from people import register
from people.models import CareResponsibility, Organisation, Title
from people.register import InvalidFile, ensure_titles, import_units, load_titles
from people.visibility import responsible_provider
from tests.people import factories as make

UNITS = (Path(register.__file__).parent / "data" / "units.csv").read_bytes()
HEADINGS = "kod;enhet;arbetsgivare;ansvarig vårdgivare;verksamhet\n"
ONE = "norr;Norr;Granvik;Granvik;hemtjänst\n"
ON, AT = make.ON, make.AT


def bring(text: str | bytes, **options: object) -> int:
    data = text if isinstance(text, bytes) else (HEADINGS + text).encode()
    return import_units(data, **{"region": "Regionen", "on": ON, "at": AT, **options})  # type: ignore[arg-type]


def tree() -> list[tuple[int, str, str]]:
    return [(node.depth, node.kind, node.name) for node in Organisation.objects.all()]


def test_the_sample_register_becomes_a_tree(db: None) -> None:
    assert bring(UNITS) == 14
    employers = [row for row in tree() if row[0] == 2]
    assert sorted(employers) == [
        (2, "municipality", "Granvik"),
        (2, "municipality", "Lyngfors"),
        (2, "municipality", "Östra Sundåker"),
        (2, "private_provider", "Omsorgshanden AB"),
    ]
    assert [row for row in tree() if row[0] == 1] == [(1, "region", "Regionen")]
    unit = Organisation.objects.get(slug="omsorgshanden-lyngfors")
    provider = responsible_provider(unit, ON)
    assert (unit.employer.slug, provider and provider.slug) == ("omsorgshanden-ab", "lyngfors")
    assert Organisation.objects.get(slug="sundaker-kvarnen").setting == "bmss"
    assert Organisation.find_problems() == ([], [], [], [], [])


def test_the_same_register_twice_changes_nothing(db: None) -> None:
    bring(UNITS)
    before = tree()
    assert bring(UNITS, on=ON + timedelta(days=1), region="Annan") == 0
    assert (tree(), CareResponsibility.objects.count()) == (before, 14)


def test_name_setting_and_responsibility_can_change(db: None) -> None:
    bring(ONE + "ek;Ek;Lyngfors;Lyngfors;säbo\n")
    later = ON + timedelta(days=10)
    assert bring(ONE.replace("Norr;", "Nord;") + "ek;Ek;Lyngfors;Granvik;korttid\n", on=later) == 2
    ek = Organisation.objects.get(slug="ek")
    assert (Organisation.objects.get(slug="norr").name, ek.setting) == ("Nord", "korttid")
    days = (later - timedelta(days=1), later)
    assert [str(responsible_provider(ek, day)) for day in days] == ["Lyngfors", "Granvik"]


def test_a_responsibility_corrected_on_its_first_day_leaves_no_trace(db: None) -> None:
    bring(ONE + "ek;Ek;Lyngfors;Lyngfors;säbo\n")
    bring(ONE + "ek;Ek;Lyngfors;Granvik;säbo\n")
    rows = CareResponsibility.objects.filter(unit__slug="ek").values_list("provider__name", "valid_from", "valid_to")
    assert list(rows) == [("Granvik", ON, None)]


@pytest.mark.parametrize(
    ("lines", "line", "column", "code"),
    [
        (ONE + ONE, 3, "kod", "repeated_code"),
        ("Norr!;Norr;Granvik;Granvik;hemtjänst\n", 2, "kod", "not_a_code"),
        (";Norr;Granvik;Granvik;hemtjänst\n", 2, "kod", "missing_value"),
        ("norr;Norr;Granvik;Granvik;kiosk\n", 2, "verksamhet", "unknown_setting"),
        ("norr;Norr;Granvik;Nowhere;hemtjänst\n", 2, "ansvarig vårdgivare", "unknown_provider"),
        ("norr;Norr;Granvik;Granvik\n", 2, "", "wrong_cell_count"),
        ('norr;"Norr;Granvik;Granvik;hemtjänst\n', 2, "", "broken_quotes"),
        ("p;P;Vård AB (privat utförare);Vård AB (privat utförare);hemtjänst\n",
         2, "ansvarig vårdgivare", "unknown_provider"),
        ("ek;Ek;Granvik;Granvik;säbo\n", 2, "arbetsgivare", "other_employer"),
    ],
)  # fmt: skip
def test_one_wrong_line_refuses_the_file(db: None, lines: str, line: int, column: str, code: str) -> None:
    bring("ek;Ek;Lyngfors;Lyngfors;säbo\n")
    before = tree()
    with pytest.raises(InvalidFile) as caught:
        bring("syd;Syd;Granvik;Granvik;säbo\n".replace("syd", "a-first-unit") + lines)
    assert [(e.line, e.field, e.code) for e in caught.value.lines] == [(line + 1, column, code)]
    assert tree() == before
    assert str(line + 1) in str(caught.value)


def test_every_installation_knows_the_titles_that_come_with_it(db: None) -> None:
    assert Title.objects.get(title_folded="sjukgymnast").profession == "fysioterapeut"
    assert Title.objects.get(title_folded="usk").profession == "underskoterska"
    assert Title.objects.count() == 39


def test_titles_that_were_removed_by_hand_do_not_come_back(db: None) -> None:
    Title.objects.filter(title_folded="usk").delete()
    ensure_titles()
    assert not Title.objects.filter(title_folded="usk").exists()


def test_titles_can_be_added_and_corrected(db: None) -> None:
    assert load_titles(b"yrkestitel;yrke\nUSK;bitrade\nLyftcoach;bitrade\n") == 2
    assert set(Title.objects.filter(profession="bitrade", title_folded__in=["usk", "lyftcoach"])) == set(
        Title.objects.filter(title_folded__in=["usk", "lyftcoach"])
    )


def test_a_title_with_two_professions_refuses_the_table(db: None) -> None:
    before = set(Title.objects.values_list("title_folded", "profession"))
    with pytest.raises(InvalidFile) as caught:
        load_titles(b"yrkestitel;yrke\nny;bitrade\nUSK;bitrade\nUsk;vardbitrade\n")
    assert [(e.line, e.code) for e in caught.value.lines] == [(4, "title_has_two_professions")]
    assert set(Title.objects.values_list("title_folded", "profession")) == before
