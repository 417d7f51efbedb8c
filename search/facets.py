"""Ways to narrow what was found, each choice with how many it would leave.

A choice is counted among what the other choices leave, so that none of those that can be chosen leads to nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from competency.api import professions, settings
from courses.api import FOCUS_AREAS
from search.results import Facet, Option, Wish
from search.shapes import Kind

MINUTES = (3, 5, 10)
KINDS = {
    "kurs": (_("Courses"), frozenset({Kind.COURSE, Kind.MODULE, Kind.SECTION, Kind.CASE, Kind.TRANSCRIPT})),
    "ord": (_("Words"), frozenset({Kind.TERM})),
    "roll": (_("Roles"), frozenset({Kind.ROLE})),
    "ova": (_("Practice"), frozenset({Kind.EVENT})),
}


@dataclass(frozen=True)
class Traits:
    """What a hit can be narrowed by. `professions` is empty for what is meant for all, `settings` likewise."""

    kind: Kind
    focus_area: str
    professions: tuple[str, ...]
    settings: frozenset[str]
    minutes: int | None


def fits(traits: Traits, wish: Wish) -> bool:
    return all(_belongs(traits, name, value) for name, value in _chosen(wish).items())


def facets(all_traits: Sequence[Traits], wish: Wish) -> tuple[Facet, ...]:
    chosen = _chosen(wish)
    return tuple(_facet(name, labels(), all_traits, chosen) for name, labels in _LABELS.items())


def _facet(name: str, labels: Mapping[str, str], all_traits: Iterable[Traits], chosen: Mapping[str, str]) -> Facet:
    others = {other: value for other, value in chosen.items() if other != name}
    left = [each for each in all_traits if all(_belongs(each, other, value) for other, value in others.items())]
    counts = {value: sum(_belongs(each, name, value) for each in left) for value in labels}
    options = (
        Option(value, label, counts[value], is_chosen=chosen.get(name) == value) for value, label in labels.items()
    )
    return Facet(name, tuple(option for option in options if option.count or option.is_chosen))


def _belongs(traits: Traits, name: str, value: str) -> bool:
    match name:
        case "kind":
            return value in KINDS and traits.kind in KINDS[value][1]
        case "focus_area":
            return traits.focus_area == value
        case "profession":
            return not traits.professions or value in traits.professions
        case "setting":
            return value in traits.settings
        case _:
            return traits.minutes is not None and traits.minutes <= int(value)


def _chosen(wish: Wish) -> dict[str, str]:
    values = {
        "kind": wish.kind,
        "focus_area": wish.focus_area,
        "profession": wish.profession,
        "setting": wish.setting,
        "minutes": str(wish.minutes or ""),
    }
    return {name: value for name, value in values.items() if value}


_LABELS: dict[str, Callable[[], Mapping[str, str]]] = {
    "kind": lambda: {value: str(label) for value, (label, _kinds) in KINDS.items()},
    "focus_area": lambda: {value: str(label) for value, label in FOCUS_AREAS.items()},
    "profession": lambda: {row.code: row.title for row in professions()},
    "setting": lambda: {row.code: row.title for row in settings()},
    "minutes": lambda: {str(most): str(_("At most %(count)s minutes")) % {"count": most} for most in MINUTES},
}
