"""A framework file, checked as a whole. The first thing wrong is named by file and path; nothing here writes.

What comes back has every key that the importer reads, so a file may leave out what is optional.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from .errors import FrameworkError
from .frameworks.keeping import unkept
from .frameworks.places import Places, place_of
from .frameworks.succession import circle_in, problem_with
from .models import TOP_LEVEL, Kind
from .trees import Node, TreeError, leaves, parse

Json = dict[str, Any]
EVERYWHERE = "all"
DEFAULT_CODE = "kommunal-vard-och-omsorg"
DEFAULT_TITLES = ("Kompetensramverk för kommunal vård och omsorg", "Competency framework for municipal care")
MOST_BYTES = 20_000_000
_LEVEL = re.compile("[0-9]|[1-9][0-9]{1,3}")


def read(source: str | Path | Json) -> Json:
    """Return the checked content of a file, or of what was read from one. Raises FrameworkError."""
    if isinstance(source, dict):
        return checked(source)
    path = Path(source)
    return checked(content_in(path.name, bytes_of(path)), path.name)


def checked(content: Any, name: str = "", places: Places | None = None) -> Json:
    """Return a content with every key that the importer reads. Raises FrameworkError with everything wrong.

    `places` says where in a spreadsheet each thing stands; without, the path in the content is named.
    """
    return _Reader(name or _("the framework"), places).read(content)


def tree_of(rule: Json) -> Json:
    """Return the tree of an entry in `evidence`, without its level and its own months."""
    return {key: value for key, value in rule.items() if key not in ("level", "validity_months")}


def bytes_of(path: Path) -> bytes:
    """Return what a file holds. Raises FrameworkError when it cannot be opened, or is too large."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise FrameworkError.of(path.name, [("", _("the file is too large to be a framework"))])
        return path.read_bytes()
    except OSError as error:
        raise FrameworkError.of(path.name, [("", _("the file cannot be opened"))]) from error


def content_in(name: str, data: bytes) -> Any:
    """Return what the JSON of a file says, unchecked. Raises FrameworkError for what is no JSON."""
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        problem = _("the file is not UTF-8 (byte %(place)s)") % {"place": error.start}
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno, "problem": error.msg}
        problem = _("line %(line)s, column %(column)s: not JSON (%(problem)s)") % place
    except RecursionError:
        problem = _("the file is nested too deeply")
    except ValueError:
        problem = _("the file holds a number that is too long")
    raise FrameworkError.of(name, [("", problem)])


class _Wrong(Exception):
    """Something in a file that cannot be used."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(path, problem)
        self.path = path
        self.problem = problem


class _Reader:
    """Checks one file from the top; every row is looked at, and each refusal names the place."""

    def __init__(self, name: str, places: Places | None = None) -> None:
        self.name = name
        self.places = places or Places()
        self.faults: list[tuple[str, str]] = []

    def refuse(self, path: str, problem: str) -> NoReturn:
        raise _Wrong(path, problem)

    def trying(self, check: Callable[..., Any], *values: Any) -> Any:
        """Check something and go on with the next, so that everything wrong is told at once."""
        try:
            return check(*values)
        except _Wrong as wrong:
            at = self.places.of(wrong.path)
            self.faults.append((place_of(*at) if at else wrong.path, wrong.problem))
            return None

    def told(self) -> None:
        if self.faults:
            raise FrameworkError.of(self.name, self.faults)

    def read(self, content: Any) -> Json:
        found: Json = self.trying(self._whole, content)
        for path in unkept(found):
            self.trying(self.refuse, path, _("holds a character or a number that cannot be kept"))
        self.told()
        self._refer(found)
        self._succeed(found)
        self.told()
        self._order(found)
        return found

    def _order(self, found: Json) -> None:
        """Leave what has no order of its own in one, and out what goes without saying: the same is then the same."""
        found["settings"] = [row for row in found["settings"] if row["code"] != EVERYWHERE]
        places = {row["code"]: place for place, row in enumerate(found["competencies"])}
        for row in found["competencies"]:
            row["evidence"].sort(key=lambda rule: rule["level"])
        for row in found["professions"]:
            row["profile"].sort(key=lambda asked: (places[asked["competency"]], asked["setting"]))
        if "successions" in found:
            found["successions"].sort(key=lambda row: (row["old"], row["new"]))

    def _whole(self, content: Any) -> Json:
        if not isinstance(content, dict):
            self.refuse("", _("the file must hold an object"))
        found: Json = {key: value for key, value in content.items() if isinstance(value, str)}
        found["version"] = self.text(content, "version", "", longest=40)
        found["code"] = self.text(content, "code", "", default=DEFAULT_CODE, longest=50)
        found["title_sv"] = self.text(content, "title_sv", "", default=DEFAULT_TITLES[0], longest=200)
        found["title_en"] = self.text(content, "title_en", "", default=DEFAULT_TITLES[1], longest=200)
        for key, check in self._lists():
            if key in content or key != "successions":
                rows = enumerate(self.rows(content, key, ""))
                found[key] = [self.trying(check, row, f"{key}[{place}]") for place, row in rows]
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
            ("successions", self._succession),
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
        if not isinstance(levels, dict) or not all(_LEVEL.fullmatch(key) for key in levels):
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
        living, older = {row["code"] for row in found["competencies"]}, {row["old"] for row in rows}
        for place, row in enumerate(rows):
            self.trying(self._not_living, row["old"], living, f"successions[{place}].old")
            self.trying(self.known, row["new"], living | older, f"successions[{place}].new")
        self.trying(self.once, (f"{row['old']}, {row['new']}" for row in rows), "successions", "old, new")
        self.trying(self._in_no_circle, rows)

    def _not_living(self, code: str, living: set[str], path: str) -> None:
        if code in living:
            problem = _("%(code)s is still among the competencies: take it away there, or this line here")
            self.refuse(path, problem % {"code": code})

    def _in_no_circle(self, rows: list[Json]) -> None:
        circle = circle_in((row["old"], row["new"]) for row in rows)
        if circle:
            first = next(place for place, row in enumerate(rows) if row["old"] in circle)
            problem = _("circular: %(codes)s take over from each other") % {"codes": ", ".join(circle)}
            self.refuse(f"successions[{first}]", problem)

    def _refer(self, found: Json) -> None:
        codes = {key: self._codes_of(found, key) for key in ("settings", "areas", "competencies", "professions")}
        self.trying(self.once, (row["level"] for row in found["level_scale"]), "level_scale", "level")
        roles = {row["code"] for row in found["evidence_roles"]}
        licences = {row["code"] for row in found["professions"] if row["licensed"]}
        for place, row in enumerate(found["competencies"]):
            path = f"competencies[{place}]"
            self.trying(self.known, row["area"], codes["areas"], f"{path}.area")
            for index, rule in enumerate(row["evidence"]):
                self.trying(self._check_leaves, rule, f"{path}.evidence[{index}]", roles, licences)
        for place, row in enumerate(found["professions"]):
            path = f"professions[{place}].profile"
            for index, asked in enumerate(row["profile"]):
                self.trying(self.known, asked["competency"], codes["competencies"], f"{path}[{index}].competency")
                self.trying(self.known, asked["setting"], codes["settings"] | {EVERYWHERE}, f"{path}[{index}].setting")
            pairs = (f"{asked['competency']}, {asked['setting']}" for asked in row["profile"])
            self.trying(self.once, pairs, path, "competency, setting")
        for path, code in self.places.strays:
            self.trying(self.known, code, set[str](), path)

    def _check_leaves(self, rule: Json, path: str, roles: set[str], licences: set[str]) -> None:
        for leaf in leaves(self.tree(rule, path)):
            for code in sorted(leaf.by):
                self.known(code, roles, f"{path} by")
            for code in sorted(leaf.licences):
                self.known(code, licences, f"{path} licence")

    def _codes_of(self, found: Json, key: str) -> set[str]:
        self.trying(self.once, (row["code"] for row in found[key]), key, "code")
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
