"""Reads whole numbers from text that anybody may have sent. Pure."""

from __future__ import annotations


def whole_number(text: str, digits: int = 9) -> int | None:
    """Return the number that a text says in 0 to 9, or None; more than `digits` of them say none.

    Python raises ValueError for thousands of digits, so what is sent from outside is never given to `int` as it is.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None
