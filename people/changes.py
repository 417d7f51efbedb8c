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


PermissionReader = Callable[[frozenset[int], datetime], dict[int, frozenset[int]]]

_permission_readers: list[PermissionReader] = []


def on_permissions_asked(reader: PermissionReader) -> PermissionReader:
    """Register `reader(person_pks, moment)`: what these people take part in that is permitted at the moment, each with
    everybody whose employment it rests on."""
    if reader not in _permission_readers:
        _permission_readers.append(reader)
    return reader


def permissions_of(person_pks: Iterable[int], moment: datetime) -> dict[int, frozenset[int]]:
    """Ask the rooms above what is permitted to these people, or by them."""
    people = frozenset(person_pks)
    return {key: whose for reader in _permission_readers for key, whose in reader(people, moment).items()}


def announce(person_pks: Iterable[int], at: datetime) -> None:
    """Call every receiver once for those who changed; nobody changed means no call."""
    changed = frozenset(person_pks)
    if changed:
        for receiver in _receivers:
            receiver(changed, at)
