"""The difference between two versions of a framework in words, section by section."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from . import tables
from .difference import Cell, Change, Kind

TABLE_LABELS = {
    tables.ABOUT: _("The framework itself"),
    tables.LEVELS: _("Levels"),
    tables.AREAS: _("Areas"),
    tables.COMPETENCIES: _("Competencies"),
    tables.RULES: _("What shows a level"),
    tables.PROFESSIONS: _("Professions"),
    tables.PROFILES: _("What is asked of professions"),
    tables.SUCCESSIONS: _("What takes over from what"),
    "settings": _("Settings"),
    "focus_areas": _("Focus areas"),
    "need_areas": _("Areas of need"),
    "evidence_roles": _("Who may observe and confirm"),
}
KIND_LABELS = {
    Kind.ADDED: pgettext_lazy("difference", "Added"),
    Kind.CHANGED: pgettext_lazy("difference", "Changed"),
    Kind.SUPERSEDED: pgettext_lazy("difference", "Superseded"),
    Kind.RETIRED: pgettext_lazy("difference", "Retired"),
    Kind.GONE: pgettext_lazy("difference", "Taken away"),
}
COLUMN_LABELS = {
    "value": _("value"),
    "title_sv": _("title"),
    "title_en": _("title in English"),
    "name_sv": _("name"),
    "name_en": _("name in English"),
    "descriptor_sv": _("descriptor"),
    "description_sv": _("description"),
    "area": _("area"),
    "kind": _("kind"),
    "risk": _("risk"),
    "validity_months": _("valid for months"),
    "may_require_delegation": _("may need a delegation"),
    "delegation_note_sv": _("note on delegation"),
    "required_level": _("level asked"),
    "levels": _("levels that count as each other"),
    "from": _("from"),
    "reason": _("reason"),
    "rule": _("rule"),
}


@dataclass(frozen=True)
class WordedChange:
    """`name` tells which thing it is; `cells` are (what, before, after)."""

    kind: Kind
    label: str
    name: str
    successors: str
    cells: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Section:
    title: str
    changes: tuple[WordedChange, ...]


def in_sections(changes: Iterable[Change]) -> list[Section]:
    """Return the changes by the kind of thing that changed; the order is that of the framework."""
    found: dict[str, list[WordedChange]] = {}
    for change in changes:
        found.setdefault(change.table, []).append(_worded(change))
    return [Section(str(TABLE_LABELS[table]), tuple(rows)) for table, rows in found.items()]


def _worded(change: Change) -> WordedChange:
    name = " ".join(part for part in (", ".join(change.key), change.title) if part)
    is_new_text = change.kind == Kind.ADDED and change.title
    cells = () if is_new_text else tuple(_cell(cell) for cell in change.cells)
    return WordedChange(change.kind, str(KIND_LABELS[change.kind]), name, ", ".join(change.successors), cells)


def _cell(cell: Cell) -> tuple[str, str, str]:
    return str(COLUMN_LABELS.get(cell.column, cell.column)), cell.before, cell.after
