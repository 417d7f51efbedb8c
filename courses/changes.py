"""Tells the rooms above what has been published, changed or withdrawn. They register a receiver when they start.

Receivers are called inside the transaction that changed it, so what they write is there exactly when the change is.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

EditionReceiver = Callable[[UUID], None]
TermReceiver = Callable[[int], None]

_of_editions: list[EditionReceiver] = []
_of_terms: list[TermReceiver] = []


def on_edition_changed(receiver: EditionReceiver) -> EditionReceiver:
    """Register `receiver(course_key)`: the course may have another edition now, another owner, or none."""
    if receiver not in _of_editions:
        _of_editions.append(receiver)
    return receiver


def on_term_changed(receiver: TermReceiver) -> TermReceiver:
    """Register `receiver(number)`: the glossary entry says something else now, or is gone."""
    if receiver not in _of_terms:
        _of_terms.append(receiver)
    return receiver


def announce_edition(course_key: UUID) -> None:
    for receiver in _of_editions:
        receiver(course_key)


def announce_term(number: int) -> None:
    for receiver in _of_terms:
        receiver(number)
