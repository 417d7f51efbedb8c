from __future__ import annotations

import pytest

from people.api import whole_number


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("007", 7), ("123456789", 123456789), ("1234567890", None), ("9" * 5_000, None)]
    + [(text, None) for text in ("", "-1", "+1", " 1", "1.0", "x", "\0", "\u0663", "\u00b2")],
)
def test_only_a_short_text_of_figures_is_a_number(text: str, number: int | None) -> None:
    assert whole_number(text) == number


def test_how_many_figures_are_read_can_be_said() -> None:
    assert (whole_number("9999", 4), whole_number("10000", 4)) == (9999, None)
