"""The rows of the team's table as HTML, each kept until something in it changes.

Written here and not in a template because a unit has thousands of cells: rendering them one by one would cost more than
all the rest of the page. Every cell says its meaning in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

from django.core.cache import cache
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from .shapes import Cell, Team, TeamRow
from .words import STATUS_LABELS

MARKUP_VERSION = 3
KEPT_SECONDS = 36 * 3600


@dataclass(frozen=True)
class Words:
    """The words of the cells in the language of the page, looked up once for all of them."""

    statuses: dict[str, str]
    day: str
    of: str
    level: str
    not_asked: str

    @classmethod
    def now(cls) -> Words:
        return cls(
            statuses={status.name.lower(): str(label) for status, label in STATUS_LABELS.items()},
            day=pgettext("format of a short date", "j M Y"),
            of=_("%(held)d of %(asked)d"),
            level=_("Level %(held)d"),
            not_asked=_("Not asked"),
        )


def rows_html(team: Team) -> tuple[SafeString, ...]:
    """Return a table row for each person of the team, from the cache where nothing in it has changed."""
    columns = blake2b(",".join(column.competency.code for column in team.columns).encode(), digest_size=8).hexdigest()
    stem = f"heat:{MARKUP_VERSION}:{get_language()}:{columns}"
    keys = {f"{stem}:{row.key}": row for row in team.rows}
    kept = cache.get_many(keys)
    words = Words.now()
    made = {key: row_html(row, words) for key, row in keys.items() if key not in kept}
    if made:
        cache.set_many(made, KEPT_SECONDS)
    return tuple(mark_safe(kept.get(key) or made[key]) for key in keys)


def row_html(row: TeamRow, words: Words) -> str:
    note = row.profession.title if row.profession else row.terms.hr_title
    head = format_html(
        '<tr><th scope="row"><a href="{}">{}<small>{}</small></a></th>',
        reverse("plan", args=[row.person.uuid]),
        row.person.full_name,
        note,
    )
    return f"{head}{''.join(cell_html(cell, words) for cell in row.cells)}</tr>"


def cell_html(cell: Cell | None, words: Words) -> str:
    """Return one cell. It holds numbers, dates and our own words only, so there is nothing to escape."""
    if cell is None:
        return f'<td><span class="visually-hidden">{words.not_asked}</span></td>'
    if cell.status is None:
        return f"<td><b>{words.level % {'held': cell.held}}</b><small>{words.not_asked}</small></td>"
    status = cell.status.name.lower()
    level = words.of % {"held": cell.held, "asked": cell.asked}
    until = ""
    if cell.through:
        until = f'<time datetime="{cell.through.isoformat()}">{date_format(cell.through, words.day)}</time>'
    return f'<td data-status="{status}"><b>{level}</b><span>{words.statuses[status]}</span>{until}</td>'
