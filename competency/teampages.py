"""A unit's competence as a table and as a list, for those whose roles reach it; for anyone else it is not there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from people.api import NotFound, Organisation, Person, units_visible_to

from .forms import TeamFilterForm
from .heatmap import KEPT_SECONDS, MARKUP_VERSION
from .pages import level_names
from .queries import competency
from .queries.team import Freshness, freshness_of, team_from
from .shapes import Cell, Column, Counts, Team, TeamRow
from .status import Status
from .teamtable import Table, table_from, table_of

PEOPLE_PER_PAGE = 20
NEEDS_SHOWN = 5
NEEDS = {
    "": (Status.EXPIRED, Status.MISSING, Status.EXPIRES_SOON, Status.ON_THE_WAY),
    "missing": (Status.EXPIRED, Status.MISSING),
    "lapsing": (Status.EXPIRES_SOON,),
}


@dataclass(frozen=True)
class TeamPage:
    """The heat map of a unit, narrowed as asked; the counts are always those of the whole unit.

    Nothing of it is put together before it is asked for, since the page itself is kept (`key`).
    """

    unit: Organisation
    on: date
    freshness: Freshness
    query: Mapping[str, Any]

    @property
    def key(self) -> str:
        """Changes whenever anything below the page's heading may, whoever reads it."""
        fresh = self.freshness
        shown = (self.unit.name, self.unit.slug, fresh.key, fresh.pending, self.is_narrowed)
        return repr((MARKUP_VERSION, get_language(), *shown))

    @property
    def kept_seconds(self) -> int:
        """Only the whole is kept: what it may be narrowed to has no end."""
        return 0 if self.is_narrowed else KEPT_SECONDS

    @property
    def is_narrowed(self) -> bool:
        return bool(self.query.get("show") or self.query.get("area"))

    @property
    def people(self) -> int:
        return self.freshness.people

    @cached_property
    def form(self) -> TeamFilterForm:
        return TeamFilterForm(self.query, areas=list(self.freshness.law_book.areas))

    @cached_property
    def team(self) -> Team:
        return team_from(self.unit, self.on, self.freshness)

    @cached_property
    def table(self) -> Table:
        if not self.is_narrowed:
            return table_of(self.unit, self.on, self.freshness)
        show, area = self.form.chosen("show"), self.form.chosen("area")
        return table_from(narrowed(self.team, NEEDS[show] if show else None, area))

    @property
    def counts(self) -> Counts:
        return self.team.counts if self.is_narrowed else self.table.counts

    @property
    def views(self) -> list[dict[str, Any]]:
        return views_of(self.unit, "team")


@dataclass(frozen=True)
class Need:
    """One competency of one person that asks for something."""

    column: Column
    cell: Cell


@dataclass(frozen=True)
class PersonNeeds:
    row: TeamRow
    needs: tuple[Need, ...]

    @property
    def first(self) -> tuple[Need, ...]:
        return self.needs[:NEEDS_SHOWN]

    @property
    def more(self) -> int:
        return len(self.needs) - len(self.first)


@dataclass(frozen=True)
class ListPage:
    """People with what each needs; or, for one competency, everyone with her level of it."""

    team: Team
    form: TeamFilterForm
    page: Page[PersonNeeds]
    column: Column | None
    level_names: dict[int, str]
    query: str

    @property
    def unit(self) -> Organisation:
        return self.team.unit

    @property
    def counts(self) -> Counts:
        return self.team.counts

    @property
    def people(self) -> int:
        return len(self.team.rows)

    @property
    def views(self) -> list[dict[str, Any]]:
        return views_of(self.unit, "team_list")


def views_of(unit: Organisation, current: str) -> list[dict[str, Any]]:
    """Return the ways of seeing a unit, for `components/view_switch.html`."""
    ways = (
        ("team", _("Table"), "table"),
        ("team_list", _("List"), "list"),
        ("coverage", pgettext("noun", "Coverage"), "users"),
    )
    return [
        {"url": reverse(name, args=[unit.slug]), "title": title, "icon": icon, "current": name == current}
        for name, title, icon in ways
    ]


def units_of(reader: Person, on: date) -> list[Organisation]:
    """Return the units whose staff the reader may see. Raises NotFound when there is none."""
    units = list(units_visible_to(reader, on).filter(kind=Organisation.Kind.UNIT))
    if not units:
        raise NotFound
    return units


def unit_of(reader: Person, slug: str, on: date) -> Organisation:
    unit = units_visible_to(reader, on).filter(kind=Organisation.Kind.UNIT, slug=slug).first()
    if unit is None:
        raise NotFound
    return unit


def by_employer(units: Iterable[Organisation]) -> list[tuple[Organisation, list[Organisation]]]:
    """Return the units under their employers, in the order of the tree."""
    nodes = {node.path: node for node in Organisation.objects.exclude(kind=Organisation.Kind.UNIT)}
    found: dict[str, list[Organisation]] = {}
    for unit in units:
        steps = range(len(unit.path) - Organisation.steplen, 0, -Organisation.steplen)
        found.setdefault(next(unit.path[:length] for length in steps if unit.path[:length] in nodes), []).append(unit)
    return [(nodes[path], group) for path, group in sorted(found.items())]


def team_page(reader: Person, slug: str, on: date, query: Mapping[str, Any]) -> TeamPage:
    unit = unit_of(reader, slug, on)
    return TeamPage(unit, on, freshness_of(unit, on), query)


def narrowed(team: Team, wanted: tuple[Status, ...] | None, area: str) -> Team:
    """Return the team with only the columns of an area, and only the rows and columns that hold a wanted status."""
    places = [place for place, column in enumerate(team.columns) if not area or column.area.code == area]
    rows = team.rows
    if wanted is not None:
        rows = tuple(row for row in rows if any(_is(row.cells[place], wanted) for place in places))
        places = [place for place in places if any(_is(row.cells[place], wanted) for row in rows)]
    if len(places) == len(team.columns):
        return replace(team, rows=rows)
    key = f"{area}:{','.join(map(str, places))}"
    rows = tuple(
        replace(row, cells=tuple(row.cells[place] for place in places), key=f"{row.key}:{key}") for row in rows
    )
    return replace(team, columns=tuple(team.columns[place] for place in places), rows=rows)


def _is(cell: Cell | None, wanted: tuple[Status, ...]) -> bool:
    return cell is not None and cell.status in wanted


def list_page(reader: Person, slug: str, on: date, query: Mapping[str, Any]) -> ListPage:
    """Return the people of a unit with what each needs, or everyone's level of one competency."""
    unit = unit_of(reader, slug, on)
    freshness = freshness_of(unit, on)
    team = team_from(unit, on, freshness)
    form = TeamFilterForm(query, areas=list(freshness.law_book.areas))
    code = str(query.get("competency", ""))
    column = _column(team, code) if code else None
    people = in_one(team, column) if column else needs_of(team, NEEDS[form.chosen("show")], form.chosen("area"))
    page = Paginator(people, PEOPLE_PER_PAGE).get_page(query.get("page"))
    return ListPage(team, form, page, column, level_names(), _query(query))


def _column(team: Team, code: str) -> Column:
    """Return the column of a competency. Raises NotFound when nobody in the team is asked for it."""
    found = competency(code)
    column = next((column for column in team.columns if column.competency.pk == found.pk), None)
    if column is None:
        raise NotFound
    return column


def in_one(team: Team, column: Column) -> list[PersonNeeds]:
    """Return everyone who is asked for or holds one competency, the most pressing status first, then by name."""
    place = team.columns.index(column)
    found = [PersonNeeds(row, (Need(column, cell),)) for row in team.rows if (cell := row.cells[place]) is not None]
    return sorted(found, key=lambda person: _urgency(person.needs[0]))


def needs_of(team: Team, wanted: tuple[Status, ...], area: str) -> list[PersonNeeds]:
    """Return those who need something, by name; what each needs, the most pressing first."""
    people = [PersonNeeds(row, _needs(team, row, wanted, area)) for row in team.rows]
    return [person for person in people if person.needs]


def _needs(team: Team, row: TeamRow, wanted: tuple[Status, ...], area: str) -> tuple[Need, ...]:
    found = [
        Need(column, cell)
        for column, cell in zip(team.columns, row.cells, strict=True)
        if cell is not None and cell.status in wanted and (not area or column.area.code == area)
    ]
    return tuple(sorted(found, key=_urgency))


def _urgency(need: Need) -> tuple[int, int]:
    """By status, in the order of `NEEDS`; then what lacks most levels."""
    order = NEEDS[""]
    status = need.cell.status
    return (order.index(status) if status in order else len(order), need.cell.held - need.cell.asked)


def _query(query: Mapping[str, Any]) -> str:
    """Return the filters as they are in the address, without the page."""
    kept = urlencode([(name, query[name]) for name in ("show", "area", "competency") if query.get(name)])
    return f"{kept}&" if kept else ""
