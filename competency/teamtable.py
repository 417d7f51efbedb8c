"""A unit's table, kept whole until anything in it may have changed: opening it again costs a few queries and no fold.

The key of its freshness says who is in the table, by which law, how fresh each person is and on which day; so what is
kept is never out of date, and nothing needs to be thrown away. When one person changes, her row alone is written anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.core.cache import cache
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from people.api import Organisation, Person

from .heatmap import KEPT_SECONDS, MARKUP_VERSION, rows_html
from .queries.team import Freshness, freshness_of, team_from
from .shapes import Counts, Team


@dataclass(frozen=True)
class Heading:
    """What stands over a column."""

    code: str
    title: str
    lang: str


@dataclass(frozen=True)
class Table:
    """A table ready to be shown; `rows` are escaped HTML, one for each person."""

    headings: tuple[Heading, ...]
    rows: tuple[str, ...]
    counts: Counts
    computed_at: datetime | None
    pending: int


def table_of(unit: Organisation, as_of: date, freshness: Freshness) -> Table:
    """Return the whole table of a unit that the caller has made sure may be seen."""
    headings, rows, counts = _kept(unit, as_of, freshness)
    shown = tuple(mark_safe(row) for row in rows)
    return Table(headings, shown, counts, freshness.computed_at, freshness.pending)


def table_from(team: Team) -> Table:
    """Return the table of a team that was narrowed to some rows or columns."""
    headings = tuple(
        Heading(column.competency.code, column.competency.title, column.competency.title_lang)
        for column in team.columns
    )
    return Table(headings, rows_html(team), team.counts, team.computed_at, team.pending)


def team_counts(viewer: Person, unit: Organisation, as_of: date) -> Counts:
    """Return the four counts of a unit. The caller has made sure that `viewer` may see it (`units_visible_to`)."""
    return table_of(unit, as_of, freshness_of(unit, as_of)).counts


def _kept(unit: Organisation, as_of: date, freshness: Freshness) -> tuple[tuple[Heading, ...], tuple[str, ...], Counts]:
    key = f"team:{MARKUP_VERSION}:{get_language()}:{freshness.key}"
    kept = cache.get(key)
    if kept is None:
        table = table_from(team_from(unit, as_of, freshness))
        kept = table.headings, tuple(str(row) for row in table.rows), table.counts
        cache.set(key, kept, KEPT_SECONDS)
    return kept
