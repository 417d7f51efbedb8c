"""An area (a region, a municipality, a provider, a unit with others below it) workplace by workplace, in numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from people.api import NotFound, Organisation, Person, units_visible_to

from .forms import AheadForm
from .queries import UnitCounts, Waiting, counts_by_unit, total, waiting_at

MOST_LINES, LARGEST = 24, 20
"""With more lines than so many, only the largest are shown at once."""


@dataclass(frozen=True)
class AreaLine:
    """One workplace, or everything below one employer."""

    node: Organisation
    url: str
    """Where it can be seen more closely; empty for those who work at no unit."""
    sums: UnitCounts
    within: str
    """The unit that it is a part of, if it is part of one."""

    @property
    def share_met(self) -> int:
        """Return how many percent of all that is asked is met, rounded down: 100 only when nothing is missing."""
        counts = self.sums.counts
        return 100 * counts.met // counts.asked if counts.asked else 0


@dataclass(frozen=True)
class AreaPage:
    node: Organisation
    on: date
    is_today: bool
    form: AheadForm
    lines: tuple[AreaLine, ...]
    sums: UnitCounts
    waiting: Waiting
    computed_at: datetime
    """Everything said until then is in the numbers."""

    @property
    def shown(self) -> tuple[tuple[AreaLine, ...], tuple[AreaLine, ...]]:
        """Return the lines to show at once, and those to fold away: the smallest, when there are very many."""
        if len(self.lines) <= MOST_LINES:
            return self.lines, ()
        by_size = sorted(self.lines, key=lambda line: -line.sums.people)
        largest = {line.node.pk for line in by_size[:LARGEST]}
        at_once = tuple(line for line in self.lines if line.node.pk in largest)
        return at_once, tuple(line for line in self.lines if line.node.pk not in largest)


def area_page(reader: Person, slug: str, today: date, at: datetime, query: Mapping[str, Any]) -> AreaPage:
    """Return the numbers of an area that the reader may see the whole of. Raises NotFound."""
    node = units_visible_to(reader, today).filter(slug=slug).first()
    if node is None:
        raise NotFound
    form = AheadForm(query or None, today=today)
    below = Organisation.objects.at_or_below(node.path)
    counted = counts_by_unit(below, form.day)
    waiting = waiting_at([node.path])
    return AreaPage(
        node=node,
        on=form.day,
        is_today=form.day == today,
        form=form,
        lines=tuple(_lines(node, list(below), counted)),
        sums=total(counted.values()),
        waiting=waiting,
        computed_at=waiting.since or at,
    )


def areas_of(reader: Person, on: date) -> list[Organisation]:
    """Return the topmost nodes with workplaces below them that the reader may see the whole of."""
    visible = list(units_visible_to(reader, on).order_by("path"))
    paths = [node.path for node in visible]
    topmost = [node for node in visible if not any(_is_below(node.path, path) for path in paths)]
    return [node for node in topmost if any(_is_below(path, node.path) for path in paths)]


def _lines(node: Organisation, below: list[Organisation], counted: Mapping[int, UnitCounts]) -> Iterable[AreaLine]:
    """Yield one line for each employer below (with all that lies below it), for each unit under none of them, and first
    for those who work directly under the node."""
    employers = [each for each in below if not each.is_unit and each.pk != node.pk]
    topmost = [each for each in employers if not any(_is_below(each.path, other.path) for other in employers)]
    names = {each.path: each.name for each in below if each.is_unit}
    for each in below:
        if each.pk == node.pk and not node.is_unit:
            if node.pk in counted:
                yield AreaLine(node, "", counted[node.pk], "")
        elif each in topmost:
            inside = [counted[unit.pk] for unit in below if unit.pk in counted and unit.path.startswith(each.path)]
            yield AreaLine(each, reverse("area", args=[each.slug]), total(inside), "")
        elif each.is_unit and not any(_is_below(each.path, employer.path) for employer in topmost):
            parent = each.path[: -Organisation.steplen]
            sums = counted.get(each.pk, UnitCounts())
            yield AreaLine(each, reverse("team", args=[each.slug]), sums, names.get(parent, ""))


def _is_below(path: str, other: str) -> bool:
    return path != other and path.startswith(other)
