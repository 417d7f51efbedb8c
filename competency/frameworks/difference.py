"""What differs between two versions of a framework, thing by thing, in the order of its tables. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .tables import (
    COLUMNS,
    COMPETENCIES,
    KEYS,
    PROFESSIONS,
    PROFILES,
    RULES,
    SUCCESSIONS,
    Row,
    key_of,
    tables_of,
)

Json = dict[str, Any]


class Kind(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    SUPERSEDED = "superseded"
    RETIRED = "retired"
    GONE = "gone"


@dataclass(frozen=True)
class Cell:
    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """One thing that differs. `cells` are those that differ; of what is added, those that say something.

    `successors` are the codes of what takes over from a competency that is superseded: several when it is split.
    """

    table: str
    kind: Kind
    key: tuple[str, ...]
    title: str
    cells: tuple[Cell, ...] = ()
    successors: tuple[str, ...] = ()


def difference(before: Json, after: Json) -> list[Change]:
    """Return what differs between two contents. Of no framework at all (an empty `before`), everything is added."""
    old = tables_of(before) if before else {table: [] for table in COLUMNS}
    new = tables_of(after)
    successors: dict[str, tuple[str, ...]] = {}
    for row in new[SUCCESSIONS]:
        successors[row["old"]] = (*successors.get(row["old"], ()), row["new"])
    return [change for table in COLUMNS for change in _changes(table, old[table], new[table], successors)]


def decided_anew(changes: Iterable[Change]) -> list[Change]:
    """Return those that change how a competency that stays is shown, or of whom it is asked.

    What a new competency begins with, and what goes with one that is retired, is not among them.
    """
    changes = list(changes)
    moved = {change.key[0] for change in changes if change.table == COMPETENCIES and change.kind is not Kind.CHANGED}
    law = [change for change in changes if change.table in (RULES, PROFILES)]
    return [change for change in law if change.key[KEYS[change.table].index("competency")] not in moved]


def _changes(
    table: str, before: list[Row], after: list[Row], successors: dict[str, tuple[str, ...]]
) -> Iterator[Change]:
    old, new = ({key_of(table, row): row for row in rows} for rows in (before, after))
    for key, row in new.items():
        cells = tuple(_cells(table, old.get(key, {}), row))
        if key not in old:
            yield Change(table, Kind.ADDED, key, title_of(row), cells)
        elif cells:
            yield Change(table, Kind.CHANGED, key, title_of(row), cells)
    for key, row in old.items():
        if key not in new:
            took_over = successors.get(key[0], ()) if table == COMPETENCIES else ()
            kind = Kind.RETIRED if table in (COMPETENCIES, PROFESSIONS) else Kind.GONE
            yield Change(table, Kind.SUPERSEDED if took_over else kind, key, title_of(row), (), took_over)


def _cells(table: str, before: Row, after: Row) -> Iterator[Cell]:
    for column in COLUMNS[table]:
        if column not in KEYS.get(table, ("code",)) and before.get(column, "") != after[column]:
            yield Cell(column, before.get(column, ""), after[column])


def title_of(row: Row) -> str:
    return row.get("title_sv") or row.get("name_sv") or ""
