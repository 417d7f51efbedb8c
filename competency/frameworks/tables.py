"""A framework as tables with text in every cell, for spreadsheets and to compare. Pure.

The tables and their columns have the names of the file format (`framework_file`). What is wrong in a cell is not found
here: it stays as it was written, and `framework_file` refuses it by sheet, row and column (`Places`).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from people.api import whole_number

from .places import Places

Json = dict[str, Any]
Row = dict[str, str]
Tables = dict[str, list[Row]]

ABOUT, LEVELS, AREAS, COMPETENCIES, RULES = "about", "level_scale", "areas", "competencies", "rules"
PROFESSIONS, PROFILES, SUCCESSIONS = "professions", "profiles", "successions"
NEVER: Final = "never"
"""How a rule of its own says that the level does not end."""
TITLES: Final = ("title_sv", "title_en")


@dataclass(frozen=True)
class Column:
    """How a value is written in a cell, and read back; what cannot be read is left as it is."""

    write: Callable[[Any], str]
    read: Callable[[str], Any]


def _number(cell: str) -> Any:
    number = whole_number(cell)
    return (cell or None) if number is None else number


def _flag(cell: str) -> Any:
    return {"yes": True, "ja": True, "true": True, "no": False, "nej": False, "false": False, "": False}.get(
        cell.casefold(), cell
    )


def _json(cell: str) -> Any:
    try:
        return json.loads(cell) if cell else {}
    except (ValueError, RecursionError):
        return cell


def _levels(cell: str) -> Any:
    """Read “1=1, 2=2”."""
    pairs = [part.partition("=") for part in _listed(cell)]
    return {old.strip(): _number(new.strip()) for old, _equals, new in pairs}


def _listed(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(",") if part.strip()]


TEXT = Column(lambda value: (value or "").strip(), str)
NUMBER = Column(lambda value: "" if value is None else str(value), _number)
FLAG = Column(lambda value: "yes" if value else "no", _flag)
CODES = Column(", ".join, _listed)
OBJECT = Column(lambda value: json.dumps(value, ensure_ascii=False, sort_keys=True) if value else "", _json)
MONTHS = Column(
    lambda value: NEVER if value is None else str(value), lambda cell: None if cell == NEVER else _number(cell)
)
EQUALS = Column(lambda value: ", ".join(f"{old}={new}" for old, new in sorted(value.items())), _levels)

_TITLED = {"code": TEXT, "title_sv": TEXT, "title_en": TEXT}
COLUMNS: Final[dict[str, dict[str, Column]]] = {
    ABOUT: {"name": TEXT, "value": TEXT},
    LEVELS: {"level": NUMBER, "name_sv": TEXT, "name_en": TEXT, "descriptor_sv": TEXT},
    AREAS: {**_TITLED, "description_sv": TEXT, "focus_areas": CODES},
    COMPETENCIES: {
        **_TITLED,
        "area": TEXT,
        "description_sv": TEXT,
        "kind": TEXT,
        "validity_months": NUMBER,
        "risk": NUMBER,
        "may_require_delegation": FLAG,
        "delegation_note_sv": TEXT,
        "focus_areas": CODES,
        "need_areas": CODES,
        "authorisation": OBJECT,
    },
    RULES: {"competency": TEXT, "level": NUMBER, "validity_months": MONTHS, "rule": OBJECT},
    PROFESSIONS: {**_TITLED, "licensed": FLAG, "regulation_note": TEXT, "isco08_group": TEXT, "esco": OBJECT},
    PROFILES: {"profession": TEXT, "competency": TEXT, "setting": TEXT, "required_level": NUMBER},
    SUCCESSIONS: {"old": TEXT, "new": TEXT, "levels": EQUALS, "from": TEXT, "reason": TEXT},
    "settings": _TITLED,
    "focus_areas": _TITLED,
    "need_areas": _TITLED,
    "evidence_roles": {"code": TEXT, "means": TEXT},
}
KEYS: Final[dict[str, tuple[str, ...]]] = {
    ABOUT: ("name",),
    LEVELS: ("level",),
    RULES: ("competency", "level"),
    PROFILES: ("profession", "competency", "setting"),
    SUCCESSIONS: ("old", "new"),
}
"""What tells the rows of a table apart; of the others, the code."""


def key_of(table: str, row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in KEYS.get(table, ("code",)))


def tables_of(content: Json) -> Tables:
    """Return every table of a framework's content, in the order of the sheets; an empty one too."""
    competencies, professions = content["competencies"], content["professions"]
    rows: dict[str, Iterable[Json]] = {
        ABOUT: ({"name": key, "value": value} for key, value in content.items() if isinstance(value, str)),
        RULES: (
            {"competency": each["code"], "rule": _tree_of(rule), **rule}
            for each in competencies
            for rule in each["evidence"]
        ),
        PROFILES: ({"profession": each["code"], **asked} for each in professions for asked in each["profile"]),
    }
    rows = {table: content.get(table, ()) for table in COLUMNS} | rows
    return {table: [_written(table, row) for row in rows[table]] for table in COLUMNS}


def _written(table: str, row: Json) -> Row:
    absent = table == RULES and "validity_months" not in row
    columns = {name: column for name, column in COLUMNS[table].items() if not (absent and name == "validity_months")}
    return {name: "" for name in COLUMNS[table]} | {
        name: column.write(row.get(name) if name in row else column.read("")) for name, column in columns.items()
    }


def _tree_of(rule: Json) -> Json:
    return {key: value for key, value in rule.items() if key not in ("level", "validity_months")}


@dataclass(frozen=True)
class Numbered:
    """A row as it was written, and on which line of its sheet."""

    number: int
    cells: Row


def content_from(read: Mapping[str, list[Numbered]], base: Json) -> tuple[Json, Places]:
    """Return what `base` is with the tables that were read in place of its own, and where each thing stands.

    What is not there at all stays as it is in `base`, so that one sheet alone can be sent in.
    """
    places = Places()
    content = {key: value for key, value in base.items() if ABOUT not in read or not isinstance(value, str)}
    content |= {row.cells["name"]: row.cells["value"] for row in read.get(ABOUT, ())}
    for table in COLUMNS.keys() - {ABOUT, RULES, PROFILES}:
        if table in read:
            content[table] = [_value(table, row) for row in read[table]]
            places.by_path |= {f"{table}[{place}]": (table, row.number) for place, row in enumerate(read[table])}
    _inside(content, base, read, places, (COMPETENCIES, "evidence", RULES, "competency"), _rule)
    _inside(content, base, read, places, (PROFESSIONS, "profile", PROFILES, "profession"), _asked)
    return content, places


def _inside(
    content: Json,
    base: Json,
    read: Mapping[str, list[Numbered]],
    places: Places,
    names: tuple[str, str, str, str],
    value: Callable[[Numbered], Json],
) -> None:
    """Lay the rows of a table inside the things that they belong to: rules in competencies, profiles in professions."""
    outer, inner, table, owner = names
    kept = {row["code"]: row[inner] for row in base.get(outer, ())}
    rows: dict[str, list[Numbered]] = defaultdict(list)
    for row in read.get(table, ()):
        rows[row.cells[owner]].append(row)
    holders = [dict(each) for each in content.get(outer, ())]
    for place, holder in enumerate(holders):
        code = holder.get("code")
        here = rows.pop(str(code), [])
        holder[inner] = [value(row) for row in here] if table in read else kept.get(str(code), [])
        path = f"{outer}[{place}].{inner}"
        places.by_path |= {f"{path}[{index}]": (table, row.number) for index, row in enumerate(here)}
    # Rows that belong to nothing are refused where they stand.
    for index, row in enumerate(each for left in rows.values() for each in left):
        places.by_path[f"{table}[{index}]"] = (table, row.number)
        places.strays.append((f"{table}[{index}].{owner}", row.cells[owner]))
    content[outer] = holders


def _value(table: str, row: Numbered) -> Json:
    return {name: COLUMNS[table][name].read(cell) for name, cell in row.cells.items()}


def _rule(row: Numbered) -> Json:
    value = _value(RULES, row)
    tree = value["rule"]
    months = {} if row.cells["validity_months"] == "" else {"validity_months": value["validity_months"]}
    return {**(tree if isinstance(tree, dict) else {"type": tree}), "level": value["level"], **months}


def _asked(row: Numbered) -> Json:
    value = _value(PROFILES, row)
    return {
        "competency": value["competency"],
        "setting": value["setting"] or "all",
        "required_level": value["required_level"],
    }
