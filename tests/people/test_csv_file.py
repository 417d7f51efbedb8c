"""Bytes in, records out, or a reason why not."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.csv_file import Unreadable, fold, read_table, write_table

cells = st.text(st.characters(blacklist_categories=["Cc", "Cs"]), max_size=8).map(
    lambda text: " ".join(text.split()) + "!"
)


@given(st.lists(st.tuples(cells, cells), max_size=5), st.sampled_from(["\r\n", "\n"]))
def test_what_a_csv_writer_writes_is_read_back(rows: list[tuple[str, str]], newline: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator=newline).writerows([("a", "b"), *rows])
    table = read_table(out.getvalue().encode(), ("a", "b"))
    assert [fold(x) + fold(y) for x, y in (r.cells for r in table.records)] == [fold(x) + fold(y) for x, y in rows]
    assert [record.line for record in table.records] == list(range(2, len(rows) + 2))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252"])
def test_swedish_letters_survive_every_encoding(encoding: str) -> None:
    table = read_table("Förnamn;b\r\nÅsa é;ö\r\n".encode(encoding), ("förnamn", "b"))
    assert table.headings == ("förnamn", "b")
    assert table.records[0].cells == ("Åsa é", "ö")


def test_bytes_that_only_latin_1_has_are_read() -> None:
    assert read_table(b"a\n\x81\xe5\n", ("a",)).records[0].cells == ("\x81å",)


def test_letters_in_two_parts_are_put_together_and_blank_lines_passed_over() -> None:
    table = read_table("a;b\n\n;\nA\u030asa ; x\n".encode(), ("a", "b"))
    assert [(record.line, record.cells) for record in table.records] == [(4, ("Åsa", "x"))]


def test_a_quoted_line_break_does_not_upset_the_count_of_lines() -> None:
    table = read_table(b'a;b\n"1\n2";x\n3;y\n', ("a", "b"))
    assert [record.line for record in table.records] == [2, 4]


@pytest.mark.parametrize(
    ("data", "code", "line", "column"),
    [
        (b"", "empty_file", 1, ""),
        (b"\n\n", "empty_file", 1, ""),
        (b"PK\x03\x04\0\0", "not_text", 1, ""),
        ("a;b".encode("utf-16"), "not_text", 1, ""),
        (b"a;c\n1;2\n", "missing_column", 1, "b"),
        (b"a,b\n1,2\n", "missing_column", 1, "a"),
        (b"a;b;B\n1;2;3\n", "repeated_column", 1, "b"),
        (b'a;b\n1;2\n"3;4\n5;6\n', "broken_quotes", 3, ""),
        (b'a;b\n"1"x;2\n', "broken_quotes", 2, ""),
    ],
)
def test_a_damaged_file_says_where(data: bytes, code: str, line: int, column: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_table(data, ("a", "b"))
    assert (caught.value.code, caught.value.line, caught.value.column) == (code, line, column)


def test_fold_compares_titles_whatever_their_letters_and_spaces() -> None:
    assert fold("  USK  Natt ") == fold("usk natt")
    assert fold("A\u030aS") == "ås"


@given(st.lists(st.tuples(st.text(), st.text()), min_size=1))
def test_no_cell_that_is_written_is_computed_by_a_spreadsheet(rows: list[tuple[str, str]]) -> None:
    written = csv.reader(io.StringIO(write_table(("a", "b"), rows).decode("utf-8-sig"), newline=""), delimiter=";")
    for cells, expected in zip(list(written)[1:], rows, strict=True):
        assert not any(cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in cells)
        assert [cell.removeprefix("'") for cell in cells] == [cell.removeprefix("'") for cell in expected]
