"""Tells the rooms above that an occasion was arranged or called off, inside the transaction that did it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

Receiver = Callable[[UUID], None]

_receivers: list[Receiver] = []


def on_occasion_changed(receiver: Receiver) -> Receiver:
    """Register `receiver(uuid)`."""
    if receiver not in _receivers:
        _receivers.append(receiver)
    return receiver


def announce(uuid: UUID) -> None:
    for receiver in _receivers:
        receiver(uuid)
