"""A framework file, checked as a whole. The first thing wrong is named by file and path; nothing here writes.

What comes back has every key that the importer reads, so a file may leave out what is optional.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from .errors import FrameworkError
from .frameworks.succession import circle_in, problem_with
from .models import TOP_LEVEL, Kind
from .trees import Node, TreeError, leaves, parse

Json = dict[str, Any]
EVERYWHERE = "all"
DEFAULT_CODE = "kommunal-vard-och-omsorg"
DEFAULT_TITLES = ("Kompetensramverk för kommunal vård och omsorg", "Competency framework for municipal care")
MOST_BYTES = 20_000_000


def read(source: str | Path | Json) -> Json:
    """Return the checked content of a file, or of what was read from one. Raises FrameworkError."""
    if isinstance(source, dict):
        return _Reader(_("the framework")).read(source)
    path = Path(source)
    return _Reader(path.name).read(_content(path))


def tree_of(rule: Json) -> Json:
    """Return the tree of an entry in `evidence`, without its level and its own months."""
    return {key: value for key, value in rule.items() if key not in ("level", "validity_months")}


def _content(path: Path) -> Any:
    reader = _Reader(path.name)
    try:
        if path.stat().st_size > MOST_BYTES:
            reader.refuse("", _("the file is too large to be a framework"))
        text = path.read_text(encoding="utf-8-sig")
    except OSError:
        reader.refuse("", _("the file cannot be opened"))
    except UnicodeDecodeError as error:
        reader.refuse("", _("the file is not UTF-8 (byte %(place)s)") % {"place": error.start})
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno, "problem": error.msg}
        reader.refuse("", _("line %(line)s, column %(column)s: not JSON (%(problem)s)") % place)
    except RecursionError:
        reader.refuse("", _("the file is nested too deeply"))


class _Reader:
    """Checks one file from the top; every refusal names the path."""

    def __init__(self, name: str) -> None:
        self.name = name

    def refuse(self, path: str, problem: str) -> NoReturn:
        place = f"{self.name}: {path}" if path else self.name
        raise FrameworkError(_("%(place)s: %(problem)s. Nothing was changed.") % {"place": place, "problem": problem})

    def read(self, content: Any) -> Json:
        if not isinstance(content, dict):
            self.refuse("", _("the file must hold an object"))
        found: Json = {key: value for key, value in content.items() if isinstance(value, str)}
        found["version"] = self.text(content, "version", "")
        found["code"] = self.text(content, "code", "", default=DEFAULT_CODE)
        found["title_sv"] = self.text(content, "title_sv", "", default=DEFAULT_TITLES[0])
        found["title_en"] = self.text(content, "title_en", "", default=DEFAULT_TITLES[1])
        for key, check in self._lists():
            found[key] = [check(row, f"{key}[{place}]") for place, row in enumerate(self.rows(content, key, ""))]
        if "successions" in content:
            rows = enumerate(self.rows(content, "successions", ""))
            found["successions"] = [self._succession(row, f"successions[{place}]") for place, row in rows]
        self._refer(found)
        self._succeed(found)
        return found

    def _lists(self) -> tuple[tuple[str, Callable[[Json, str], Json]], ...]:
        return (
            ("level_scale", self._level),
            ("focus_areas", self._titled),
            ("need_areas", self._titled),
            ("settings", self._titled),
            ("evidence_roles", self._role),
            ("areas", self._area),
            ("competencies", self._competency),
            ("professions", self._profession),
        )

    # Rows

    def _level(self, row: Json, path: str) -> Json:
        return {
            "level": self.number(row, "level", path, lowest=0, highest=TOP_LEVEL),
            "name_sv": self.text(row, "name_sv", path),
            "name_en": self.text(row, "name_en", path, default=""),
            "descriptor_sv": self.text(row, "descriptor_sv", path, default=""),
        }

    def _titled(self, row: Json, path: str) -> Json:
        return {
            "code": self.text(row, "code", path, longest=40),
            "title_sv": self.text(row, "title_sv", path, longest=200),
            "title_en": self.text(row, "title_en", path, default="", longest=200),
        }

    def _role(self, row: Json, path: str) -> Json:
        return {"code": self.text(row, "code", path, longest=40), "means": self.text(row, "means", path, default="")}

    def _area(self, row: Json, path: str) -> Json:
        return self._titled(row, path) | {
            "code": self.text(row, "code", path, longest=20),
            "description_sv": self.text(row, "description_sv", path, default=""),
            "focus_areas": self.codes(row, "focus_areas", path),
        }

    def _competency(self, row: Json, path: str) -> Json:
        kind = self.text(row, "kind", path)
        if kind not in Kind.values:
            self.refuse(f"{path}.kind", _("must be one of %(kinds)s") % {"kinds": ", ".join(Kind.values)})
        authorisation = row.get("authorisation") or {}
        if not isinstance(authorisation, dict):
            self.refuse(f"{path}.authorisation", _("must be an object"))
        return self._titled(row, path) | {
            "code": self.text(row, "code", path, longest=20),
            "area": self.text(row, "area", path),
            "description_sv": self.text(row, "description_sv", path, default=""),
            "kind": kind,
            "validity_months": self.months(row, path),
            "may_require_delegation": self.flag(row, "may_require_delegation", path),
            "delegation_note_sv": self.text(row, "delegation_note_sv", path, default=""),
            "authorisation": authorisation,
            "focus_areas": self.codes(row, "focus_areas", path),
            "need_areas": self.codes(row, "need_areas", path),
            "risk": self.number(row, "risk", path, lowest=1, highest=10),
            "evidence": self._evidence(row, path),
        }

    def _evidence(self, row: Json, path: str) -> list[Json]:
        found = []
        for place, rule in enumerate(self.rows(row, "evidence", path)):
            here = f"{path}.evidence[{place}]"
            level = self.number(rule, "level", here, lowest=1, highest=TOP_LEVEL)
            self.tree(rule, here)
            months = {}
            if "validity_months" in rule:
                months["validity_months"] = self.months(rule, here)
            found.append({**tree_of(rule), "level": level, **months})
        self.once((rule["level"] for rule in found), f"{path}.evidence", "level")
        return found

    def _profession(self, row: Json, path: str) -> Json:
        esco = row.get("esco") or {}
        if not isinstance(esco, dict):
            self.refuse(f"{path}.esco", _("must be an object"))
        return self._titled(row, path) | {
            "licensed": self.flag(row, "licensed", path),
            "regulation_note": self.text(row, "regulation_note", path, default="", longest=200),
            "isco08_group": self.text(row, "isco08_group", path, default="", longest=10),
            "esco": esco,
            "profile": [
                self._asked(asked, f"{path}.profile[{place}]")
                for place, asked in enumerate(self.rows(row, "profile", path))
            ],
        }

    def _asked(self, row: Json, path: str) -> Json:
        return {
            "competency": self.text(row, "competency", path),
            "required_level": self.number(row, "required_level", path, lowest=1, highest=TOP_LEVEL),
            "setting": self.text(row, "setting", path, default=EVERYWHERE),
        }

    def _succession(self, row: Json, path: str) -> Json:
        levels = row.get("levels")
        if not isinstance(levels, dict) or not all(key.isdecimal() for key in levels):
            self.refuse(f"{path}.levels", _("must give a new level by the number of an old one"))
        for key in levels:
            self.number(levels, key, f"{path}.levels", lowest=1, highest=TOP_LEVEL)
        counted: dict[str, int] = dict(sorted(levels.items()))
        if problem := problem_with({int(old): new for old, new in counted.items()}, TOP_LEVEL):
            self.refuse(f"{path}.levels", problem.rstrip("."))
        since = self.text(row, "from", path, default="")
        if since:
            self.day(since, f"{path}.from")
        return {
            "old": self.text(row, "old", path, longest=20),
            "new": self.text(row, "new", path, longest=20),
            "levels": counted,
            "from": since,
            "reason": self.text(row, "reason", path),
        }

    # What refers to something else in the file

    def _succeed(self, found: Json) -> None:
        """What took over is in the file; what it took over from is not, since it is retired. None in a circle."""
        rows = found.get("successions", [])
        if circle := circle_in((row["old"], row["new"]) for row in rows):
            self.refuse(
                "successions", _("circular: %(codes)s take over from each other") % {"codes": ", ".join(circle)}
            )
        living, older = {row["code"] for row in found["competencies"]}, {row["old"] for row in rows}
        for place, row in enumerate(rows):
            if row["old"] in living:
                problem = _("%(code)s is still among the competencies: take it away there, or this line here")
                self.refuse(f"successions[{place}].old", problem % {"code": row["old"]})
            self.known(row["new"], living | older, f"successions[{place}].new")
        self.once((f"{row['old']}, {row['new']}" for row in rows), "successions", "old, new")

    def _refer(self, found: Json) -> None:
        codes = {key: self._codes_of(found, key) for key in ("settings", "areas", "competencies", "professions")}
        self.once((row["level"] for row in found["level_scale"]), "level_scale", "level")
        roles = {row["code"] for row in found["evidence_roles"]}
        licences = {row["code"] for row in found["professions"] if row["licensed"]}
        for place, row in enumerate(found["competencies"]):
            path = f"competencies[{place}]"
            self.known(row["area"], codes["areas"], f"{path}.area")
            for index, rule in enumerate(row["evidence"]):
                self._check_leaves(rule, f"{path}.evidence[{index}]", roles, licences)
        for place, row in enumerate(found["professions"]):
            path = f"professions[{place}].profile"
            for index, asked in enumerate(row["profile"]):
                self.known(asked["competency"], codes["competencies"], f"{path}[{index}].competency")
                self.known(asked["setting"], codes["settings"] | {EVERYWHERE}, f"{path}[{index}].setting")
            pairs = (f"{asked['competency']}, {asked['setting']}" for asked in row["profile"])
            self.once(pairs, path, "competency, setting")

    def _check_leaves(self, rule: Json, path: str, roles: set[str], licences: set[str]) -> None:
        for leaf in leaves(self.tree(rule, path)):
            for code in sorted(leaf.by):
                self.known(code, roles, f"{path} by")
            for code in sorted(leaf.licences):
                self.known(code, licences, f"{path} licence")

    def _codes_of(self, found: Json, key: str) -> set[str]:
        self.once((row["code"] for row in found[key]), key, "code")
        return {row["code"] for row in found[key]}

    # Values

    def tree(self, rule: Json, path: str) -> Node:
        if not tree_of(rule):
            self.refuse(path, _("a level needs a rule"))
        try:
            return parse(tree_of(rule), path)
        except TreeError as error:
            self.refuse(error.path, error.problem)

    def rows(self, holder: Json, key: str, path: str) -> list[Json]:
        value = holder.get(key)
        here = f"{path}.{key}" if path else key
        if not isinstance(value, list):
            self.refuse(here, _("must be a list"))
        for place, row in enumerate(value):
            if not isinstance(row, dict):
                self.refuse(f"{here}[{place}]", _("must be an object"))
        return value

    def text(self, holder: Json, key: str, path: str, *, default: str | None = None, longest: int = 5000) -> str:
        value = holder.get(key)
        here = f"{path}.{key}" if path else key
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or (default is None and not value.strip()):
            self.refuse(here, _("must be text"))
        if len(value) > longest:
            self.refuse(here, _("must be at most %(longest)s characters") % {"longest": longest})
        return value

    def number(
        self, holder: Json, key: str, path: str, *, lowest: int, highest: int, optional: bool = False
    ) -> int | None:
        value = holder.get(key)
        if value is None and optional and key in holder:
            return None
        if type(value) is not int or not lowest <= value <= highest:
            limits = {"lowest": lowest, "highest": highest}
            self.refuse(f"{path}.{key}", _("must be a whole number from %(lowest)s to %(highest)s") % limits)
        return value

    def months(self, holder: Json, path: str) -> int | None:
        return self.number(holder, "validity_months", path, lowest=1, highest=1200, optional=True)

    def flag(self, holder: Json, key: str, path: str) -> bool:
        value = holder.get(key, False)
        if not isinstance(value, bool):
            self.refuse(f"{path}.{key}", _("must be true or false"))
        return value

    def day(self, text: str, path: str) -> date:
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.refuse(path, _("must be a day, as in 2026-12-31"))

    def codes(self, holder: Json, key: str, path: str) -> list[str]:
        value = holder.get(key, [])
        if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
            self.refuse(f"{path}.{key}", _("must be a list of codes"))
        return value

    def known(self, code: str, codes: set[str], path: str) -> None:
        if code not in codes:
            self.refuse(path, _("%(code)s is not in this file") % {"code": code})

    def once(self, values: Iterator[object], path: str, name: str) -> None:
        seen: set[object] = set()
        for value in values:
            if value in seen:
                self.refuse(path, _("%(name)s %(value)s is there twice") % {"name": name, "value": value})
            seen.add(value)
