"""What an editor wrote of a framework, laid over the framework as it stands. Pure.

An editor writes levels, areas, competencies and what took over from what. Rules and profiles are changed elsewhere:
they stay as they are meanwhile, and follow the competencies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.utils.translation import gettext as _

from ..errors import FrameworkError
from ..law import BEGINNING, FOREVER, TakenOver

Json = dict[str, Any]
LIKE: Final = "rules_like"
"""In a new competency of a draft: the code of the one whose rules it begins with."""


def merged(base: Json, draft: Json) -> Json:
    """Return `base` with what `draft` says instead of it: version, level_scale, areas, competencies and successions.

    A new competency begins with the rules of the one it names, else of the one it takes over from; without any nothing
    could show it, and FrameworkError is raised. What is asked of professions follows to what takes over.
    """
    successions = draft["successions"]
    before = {row["code"]: row for row in base["competencies"]}
    older = {row["new"]: row["old"] for row in reversed(successions)}
    areas = {row["code"]: row["focus_areas"] for row in base["areas"]}
    competencies = [_competency(row, before, older.get(row["code"], "")) for row in draft["competencies"]]
    if bare := [row["code"] for row in competencies if not row["evidence"] and row["code"] not in before]:
        problem = _("nothing could show it: choose the competency whose rules it begins with")
        raise FrameworkError.of("", [(code, problem) for code in bare])
    living = {row["code"] for row in competencies}
    return base | {
        "version": draft["version"],
        "level_scale": draft["level_scale"],
        "areas": [row | {"focus_areas": areas.get(row["code"], [])} for row in draft["areas"]],
        "competencies": competencies,
        "professions": [
            row | {"profile": _followed(row["profile"], successions, living)} for row in base["professions"]
        ],
        "successions": successions,
    }


def _competency(row: Json, before: dict[str, Json], older: str) -> Json:
    like = before.get(row["code"]) or before.get(row[LIKE]) or before.get(older) or {}
    kept: Json = {"authorisation": {}, "focus_areas": [], "need_areas": [], "evidence": []}
    written = {key: value for key, value in row.items() if key != LIKE}
    return {key: like.get(key, nothing) for key, nothing in kept.items()} | written


def _followed(profile: Iterable[Json], successions: list[Json], living: set[str]) -> list[Json]:
    """Return what is asked, of what takes over where something did; the highest where several follow to the same."""
    found: dict[tuple[str, str], Json] = {}
    for row in profile:
        for asked in [row] if row["competency"] in living else _of_successors(row, successions, living):
            known = found.setdefault((asked["competency"], asked["setting"]), asked)
            known["required_level"] = max(known["required_level"], asked["required_level"])
    return list(found.values())


def _of_successors(row: Json, successions: list[Json], living: set[str]) -> Iterator[Json]:
    for each in successions:
        if each["old"] == row["competency"] and each["new"] in living:
            pairs = tuple(sorted((int(old), new) for old, new in each["levels"].items()))
            level = TakenOver(each["old"], pairs, BEGINNING, FOREVER, "").level(row["required_level"])
            if level:
                yield row | {"competency": each["new"], "required_level": level}
