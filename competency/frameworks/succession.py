"""What makes an equivalence between competencies mean something. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _


def problem_with(levels: Mapping[int, int], top: int) -> str:
    """Return what is wrong with an equivalence of levels, or nothing: on the scale, and never falling."""
    if not levels:
        return _("Say for at least one level what it counts as.")
    if any(not 1 <= level <= top for pair in levels.items() for level in pair):
        return _("A level is out of range: levels go from 1 to %(top)s.") % {"top": top}
    counted = [levels[level] for level in sorted(levels)]
    if counted != sorted(counted):
        return _("A higher level cannot count as less than a lower one.")
    return ""


def circle_in(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Return the codes of competencies that take over from each other in a circle, in order; none if there is none."""
    newer: dict[str, set[str]] = defaultdict(set)
    for old, new in pairs:
        newer[old].add(new)
    return sorted(code for code in list(newer) if code in _reached_from(code, newer))


def _reached_from(code: str, newer: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(newer.get(code, ()))
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting.extend(newer.get(each, ()))
    return found
