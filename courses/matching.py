"""Which module of a file is which module that is already there. Pure.

A module is known by its title, then by its first title (its key comes from that). What is left over was renamed, added
or taken away: where as many are left on both sides between the same two known neighbours, they are the same modules
under new names, in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

# Fixed for good: the keys of courses and modules that come from files are made from it.
NAMESPACE = UUID("5f0f9a3e-2f5c-5d0e-9a53-7c2b1d6f4e11")


def course_key(slug: str) -> UUID:
    return uuid5(NAMESPACE, f"course:{slug}")


def module_key(slug: str, first_title: str) -> UUID:
    return uuid5(NAMESPACE, f"module:{slug}:{first_title.strip()}")


@dataclass(frozen=True)
class Known:
    """A module that is there: its key for good, and its title of today."""

    key: UUID
    title: str


def match(slug: str, known: Sequence[Known], titles: Sequence[str]) -> list[UUID]:
    """Return the key of each title of the file, in the file's order; an unknown module gets a new key."""
    found: list[UUID | None] = [None] * len(titles)
    _take_equal(found, [_folded(title) for title in titles], [(_folded(item.title), item.key) for item in known])
    _take_equal(found, [module_key(slug, title) for title in titles], [(item.key, item.key) for item in known])
    _take_renamed(found, [item.key for item in known])
    taken = {item.key for item in known}
    return [key or _fresh(slug, title, taken) for key, title in zip(found, titles, strict=True)]


def _take_equal(found: list[UUID | None], wanted: Sequence[object], known: Sequence[tuple[object, UUID]]) -> None:
    for place, value in enumerate(wanted):
        if found[place] is None:
            found[place] = next((key for name, key in known if name == value and key not in found), None)


def _take_renamed(found: list[UUID | None], keys: Sequence[UUID]) -> None:
    """Pair what is left between the same neighbours, where the counts agree."""
    there = _gaps([key if key in found else None for key in keys])
    here = _gaps(found)
    for neighbours, places in here.items():
        left = there.get(neighbours, [])
        if len(left) == len(places):
            for place, other in zip(places, left, strict=True):
                found[place] = keys[other]


def _gaps(keys: Iterable[UUID | None]) -> dict[tuple[UUID | None, UUID | None], list[int]]:
    """Return the places without a key, by the known neighbours before and after them."""
    gaps: dict[tuple[UUID | None, UUID | None], list[int]] = {}
    before: UUID | None = None
    waiting: list[int] = []
    for place, key in enumerate([*keys, None]):
        if key is None:
            waiting.append(place)
            continue
        gaps[before, key] = waiting
        before, waiting = key, []
    gaps[before, None] = waiting[:-1]
    return gaps


def _fresh(slug: str, title: str, taken: set[UUID]) -> UUID:
    """Return a new module's key; the same title twice in one course gets a number."""
    key, number = module_key(slug, title), 1
    while key in taken:
        number += 1
        key = module_key(slug, f"{title} ({number})")
    taken.add(key)
    return key


def _folded(title: str) -> str:
    return " ".join(title.split()).casefold()
