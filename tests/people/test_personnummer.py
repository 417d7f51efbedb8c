"""Personal identity numbers are recognised however they are written. The numbers here are made up by rule."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from people.personnummer import (
    holds_personnummer,
    is_personnummer,
    names_a_personnummer,
    personnummer_among_numbers,
)


def made_up(day: date, serial: int, coordination: bool = False) -> str:
    """Twelve figures: a birth date, a serial number and the check digit."""
    shown = f"{day:%Y%m}{day.day + (60 if coordination else 0):02}{serial:03}"
    return shown + luhn.calc_check_digit(shown[2:])


days = st.dates(date(1920, 1, 1), date(2015, 12, 31))
numbers = st.builds(made_up, days, st.integers(0, 999), st.booleans())


@given(numbers, st.sampled_from(["", "-", "+", " "]), st.booleans())
def test_every_number_is_recognised_in_every_way_of_writing(number: str, dash: str, is_long: bool) -> None:
    written = (number if is_long else number[2:])[:-4] + dash + number[-4:]
    assert is_personnummer(written)
    assert holds_personnummer(written)
    assert holds_personnummer(f"Se {written}, tack")


@given(numbers, st.integers(1, 9))
def test_a_wrong_check_digit_is_no_number_but_with_a_dash_it_still_looks_like_one(number: str, error: int) -> None:
    wrong = number[:-1] + str((int(number[-1]) + error) % 10)
    assert not is_personnummer(wrong)
    assert not holds_personnummer(wrong)
    assert holds_personnummer(f"{wrong[2:8]}-{wrong[8:]}")


@pytest.mark.parametrize(
    "text", ["", "2026-11-22", "2026-01-01 10:30", "100205", "207024", "850230-1234", "851301-1234", "031-123456",
             "1234567890", "19850101123456", "17850101-1234", "a@example.org"]
)  # fmt: skip
def test_other_numbers_are_left_alone(text: str) -> None:
    assert not holds_personnummer(text)


@pytest.mark.parametrize(
    "heading",
    ["Personnummer", "personnr", "Person-nr", "PNR", "pers nr", "Samordningsnr", "Personal identity", "Barns personnr"],
)
def test_headings_that_name_it(heading: str) -> None:
    assert names_a_personnummer(heading)


@pytest.mark.parametrize("heading", ["anställningsnummer", "Personalnummer", "Personal-id", "telefonnummer", "person"])
def test_headings_that_name_something_else(heading: str) -> None:
    assert not names_a_personnummer(heading)


def test_one_among_shorter_employee_numbers_is_found() -> None:
    assert personnummer_among_numbers(["100205", "8803200016", "100206"]) == [1]
    assert personnummer_among_numbers(["8803200016", "8901023286"]) == [0, 1]


def test_long_employee_numbers_of_which_one_is_right_by_chance_are_left_alone() -> None:
    assert personnummer_among_numbers(["8803200016", "8803200017", "8803200018"]) == []
