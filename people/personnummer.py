"""Recognises Swedish personal identity numbers, which have no place here. Pure: answers from the text alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date

from stdnum import luhn

NUMBER = re.compile(r"(?<!\d)(\d{2})?(\d{2})(\d{2})(\d{2})([-+ ]?)(\d{4})(?!\d)")
# "Personalnummer" is left out on purpose: many HR systems call the employee number so.
COLUMN = re.compile(
    r"\bperson[ _-]?(?:nummer|nr|id)\b|\bp(?:ers)?[ _-]?nr\b|\bsamordningsn"
    r"|\bpersonal[ _-]identity|\bsocial[ _-]security"
)
# A coordination number is a birth date with 60 added to its day.
COORDINATION = 60


def names_a_personnummer(heading: str) -> bool:
    """Whether a column heading says that personal identity numbers stand below it."""
    return COLUMN.search(heading.casefold()) is not None


def holds_personnummer(text: str) -> bool:
    """Whether a text holds a number that is one, or is written as one (a birth date, a dash and four figures)."""
    return any(_is_a_day(match) and (match[5] in ("-", "+") or _adds_up(match)) for match in NUMBER.finditer(text))


def is_personnummer(text: str) -> bool:
    """Whether the whole text is a number with a real birth date and the right check digit."""
    match = NUMBER.fullmatch(text.strip())
    return match is not None and _is_a_day(match) and _adds_up(match)


def personnummer_among_numbers(values: Sequence[str]) -> list[int]:
    """Return the positions of the personal identity numbers in a column of other numbers (employee numbers).

    One employee number of ten figures in ten has the right check digit by chance, so a valid number counts only
    where most numbers written like it are valid as well; a single odd one among shorter numbers is therefore found.
    """
    shapes = [re.sub(r"\d", "0", value.strip()) for value in values]
    valid = [is_personnummer(value) for value in values]
    written = Counter(shapes)
    right = Counter(shape for shape, is_valid in zip(shapes, valid, strict=True) if is_valid)
    return [i for i, is_valid in enumerate(valid) if is_valid and 2 * right[shapes[i]] > written[shapes[i]]]


def _is_a_day(match: re.Match[str]) -> bool:
    century, year, month, day = match[1] or "20", match[2], int(match[3]), int(match[4])
    if century not in ("18", "19", "20"):
        return False
    # Without a century 29 February is given the benefit of a leap year: 1900 was not one and 2000 was.
    try:
        date(int(century + year), month, day - COORDINATION if day > COORDINATION else day)
    except ValueError:
        return False
    return True


def _adds_up(match: re.Match[str]) -> bool:
    return luhn.is_valid(match[2] + match[3] + match[4] + match[6])
