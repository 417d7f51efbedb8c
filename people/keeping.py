"""Answers about the one who reads, kept for the length of her request: menu, page and rules ask the same of her.

Only `person_of` switches it on, on the very person that came with the request; services, jobs and tests ask each time.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from people.models import Person

Answer = TypeVar("Answer")


def kept(person: Person, question: Hashable, answer: Callable[[], list[Answer]]) -> list[Answer]:
    """Return the answer, asked for once in the request of `person`."""
    if person.kept is None:
        return answer()
    if question not in person.kept:
        person.kept[question] = answer()
    return list(person.kept[question])
