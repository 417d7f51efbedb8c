"""Every requirement has a test: the numbers of `requirements.csv` are those that the tests name.

XAPI-00001 and on are the numbers of ADL's requirements for conformance, which its suites for 1.0.3 and 2.0 test.
2.0:4.1.4-1 is something that its suite for 2.0 tests without a number, in that section; S-4.2.7-1 is something that
the specification asks in that section and the suites let pass.
"""

from __future__ import annotations

import ast
import csv
import re
from pathlib import Path

HERE = Path(__file__).parent
NUMBER = re.compile(r"(?:XAPI-\d{5}(?:-\d)?|2\.0:[\d.]+-\d+|S-[\d.]+-\d+)(?![\d-])")


def requirements() -> list[dict[str, str]]:
    with (HERE / "requirements.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def strings_in(node: ast.AST) -> str:
    return "\n".join(
        one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)
    )


def numbers_in(file: Path) -> set[str]:
    """The numbers that a file's tests name in docstrings and tables; the file's own docstring does not count."""
    tree = ast.parse(file.read_text())
    return {number for node in tree.body[1:] for number in NUMBER.findall(strings_in(node))}


def test_every_requirement_is_tested_where_the_table_says() -> None:
    named = {file.name: numbers_in(file) for file in HERE.glob("test_*.py")}
    for row in requirements():
        where = row["tested"]
        if where.startswith("not: "):
            assert len(where) > 15, f"{row['number']} needs a reason"
        elif "::" in where:
            name, _colons, function = where.partition("::")
            assert f"def {function}(" in (HERE.parent / name).read_text(), row
        else:
            assert row["number"] in named[where], row


def test_no_test_names_a_requirement_that_the_table_has_not() -> None:
    listed = {row["number"] for row in requirements()}
    for file in HERE.glob("test_*.py"):
        if file.name != Path(__file__).name:
            assert numbers_in(file) <= listed, file


def test_the_table_holds_every_number_once_and_says_what_it_asks() -> None:
    rows = requirements()
    numbers = [row["number"] for row in rows]
    assert len(set(numbers)) == len(numbers)
    assert all(NUMBER.fullmatch(number) for number in numbers)
    # There is no XAPI-00136, and 00087 is two.
    suite = {int(number[5:10]) for number in numbers if number.startswith("XAPI")}
    assert suite == set(range(1, 337)) - {136}
    assert all(len(row["asks"]) > 10 for row in rows)
