"""Tells the rooms above which people changed. They register a receiver when they start; nothing is imported upwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

Receiver = Callable[[frozenset[int], datetime], None]

_receivers: list[Receiver] = []


def on_people_changed(receiver: Receiver) -> Receiver:
    """Register `receiver(person_pks, at)`: called inside the transaction that changed employments or identities."""
    if receiver not in _receivers:
        _receivers.append(receiver)
    return receiver


def announce(person_pks: Iterable[int], at: datetime) -> None:
    """Call every receiver once for those who changed; nobody changed means no call."""
    changed = frozenset(person_pks)
    if changed:
        for receiver in _receivers:
            receiver(changed, at)
