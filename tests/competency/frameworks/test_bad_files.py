"""Files that are damaged, enormous or made with bad intent are refused in a sentence, and nothing is changed."""

from __future__ import annotations

import io
import json
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from competency.api import FrameworkError
from competency.framework_file import checked
from competency.frameworks.files import content_of_file, file_of_content
from competency.frameworks.spreadsheets import MOST_ROWS

from .. import world

pytestmark = pytest.mark.usefixtures("english")
SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)
HEADINGS = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c><c r="B1" t="inlineStr"><is><t>value</t></is></c></row>'
)


@pytest.fixture(scope="module")
def base() -> dict[str, Any]:
    return checked(world.framework())


def workbook(base: dict[str, Any], **changed: bytes) -> bytes:
    """Return the framework as a workbook with some of its parts exchanged, by the end of their name."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(file_of_content("a.xlsx", base))) as whole, ZipFile(out, "w", ZIP_DEFLATED) as made:
        for name in whole.namelist():
            part = name.rpartition("/")[2].partition(".")[0]
            made.writestr(name, changed.get(part, whole.read(name)))
    return out.getvalue()


def refused(name: str, data: bytes, base: dict[str, Any], words: str) -> None:
    with pytest.raises(FrameworkError, match=words):
        content_of_file(name, data, base)


@pytest.mark.parametrize(
    "parts",
    [
        {"core": b""},
        {"workbook": b"<a>"},
        {"sheet1": SHEET.format('<row r="1"><c r="A1" t="s"><v>99999</v></c></row>').encode()},
        {"sheet1": SHEET.format('<row r="x"><c r="A1"><v>1</v></c></row>').encode()},
        {"sheet1": b'<!DOCTYPE a [<!ENTITY b "c">]>' + SHEET.format("").encode()},
    ],
)
def test_a_workbook_with_a_broken_part(base: dict[str, Any], parts: dict[str, bytes]) -> None:
    refused("a.xlsx", workbook(base, **parts), base, "damaged or of another kind")


@pytest.mark.parametrize(("offset", "value"), [(8, 1), (10, 99)])
def test_a_folder_that_is_locked_or_packed_in_an_unknown_way(base: dict[str, Any], offset: int, value: int) -> None:
    data = bytearray(file_of_content("a.zip", base))
    data[data.find(b"PK\x01\x02") + offset] = data[data.find(b"PK\x03\x04") + offset - 2] = value
    refused("a.zip", bytes(data), base, "damaged or of another kind")


@pytest.mark.parametrize("at", [60, 400])
def test_bytes_that_were_lost_on_the_way(base: dict[str, Any], at: int) -> None:
    data = bytearray(file_of_content("a.xlsx", base))
    data[at : at + 20] = b"\xff" * 20
    refused("a.xlsx", bytes(data), base, "damaged or of another kind")


def test_what_is_longer_than_any_framework_is_refused_and_never_cut_off(base: dict[str, Any]) -> None:
    """Cut off, everything after the last row would be retired."""
    rows = "".join(f"<row r='{n}'><c r='A{n}'><v>{n}</v></c></row>" for n in range(2, MOST_ROWS + 3))
    refused("a.xlsx", workbook(base, sheet1=SHEET.format(HEADINGS + rows).encode()), base, "too large")
    lines = "\n".join(f"note{n};x" for n in range(MOST_ROWS + 1))
    refused("about.csv", f"name;value\n{lines}".encode(), base, "too large")


def test_rows_that_reach_the_last_column_of_a_sheet_cost_nothing(base: dict[str, Any]) -> None:
    rows = "".join(f"<row r='{n}'><c r='XFD{n}'><v>1</v></c></row>" for n in range(2, 2_000))
    refused("a.xlsx", workbook(base, sheet2=SHEET.format(rows).encode()), base, "the column level is missing")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"title_sv": "a\0b"}, r"competencies\[0\].title_sv"),
        ({"title_sv": "a\ud800"}, r"competencies\[0\].title_sv"),
        ({"authorisation": {"note": ["\0"]}}, r"competencies\[0\].authorisation.note\[0\]"),
        ({"authorisation": {"months": float("nan")}}, r"competencies\[0\].authorisation.months"),
        ({"authorisation": {"a\0": 1}}, r"competencies\[0\].authorisation"),
    ],
)
def test_what_no_database_keeps_is_named_by_its_place(base: dict[str, Any], change: dict[str, Any], place: str) -> None:
    content = world.framework()
    content["competencies"][0] |= change
    refused("a.json", json.dumps(content).encode(), base, f"{place}: holds a character or a number")


@pytest.mark.parametrize("data", [b"1" * 5_000, b'{"version": ' + b"1" * 5_000 + b"}"])
def test_a_number_without_end(base: dict[str, Any], data: bytes) -> None:
    refused("a.json", data, base, "too long")


@pytest.mark.parametrize("levels", [{"1" * 5_000: 1}, {"\u0663": 1}, {"01": 1, "1": 1}])
def test_levels_that_are_written_in_another_way(base: dict[str, Any], levels: dict[str, int]) -> None:
    content = world.superseded(levels=levels)
    refused("a.json", json.dumps(content).encode(), base, "must give a new level by the number of an old one")
