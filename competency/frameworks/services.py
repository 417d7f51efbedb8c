"""Stating that one competency took over from another, and what follows: evidence counts on, requirements move along."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from people.api import start_of_day, today

from ..errors import RuleError
from ..law import FOREVER, TakenOver
from ..models import TOP_LEVEL, Competency, Framework, ProfileRequirement
from ..services.rebuilding import mark_holders, mark_working_as
from .models import FrameworkVersion, Succession
from .succession import circle_in, problem_with

Json = dict[str, Any]
Levels = Mapping[int, int]
"""The level of the newer competency that a level of the older one counts as."""


@transaction.atomic
def state_equivalence(
    old: Competency,
    new: Competency,
    levels: Levels,
    at: datetime,
    *,
    reason: str,
    valid_from: datetime | None = None,
    withdrawn: bool = False,
) -> Succession:
    """State that what people showed of `old` counts for `new` from `valid_from` (default: now) until said otherwise.

    A split is stated once for each of those that take over. `withdrawn` ends it; what counted before still did. Whoever
    has a standing in `old` is marked. Raises RuleError: levels off the scale or falling, a circle, no reason, a day
    gone by.
    """
    valid_from = valid_from or at
    if problem := problem_with(levels, TOP_LEVEL):
        raise RuleError(problem)
    if not reason.strip():
        raise RuleError(_("Give the reason why one counts as the other."))
    if valid_from < at:
        raise RuleError(_("What counts as something else does so from today at the earliest."))
    if not withdrawn and (circle := circle_in([*_pairs_in_force(), (old.code, new.code)])):
        raise RuleError(_("Circular: %(codes)s take over from each other.") % {"codes": ", ".join(circle)})
    row = Succession.objects.create(
        old=old,
        new=new,
        levels={str(level): levels[level] for level in sorted(levels)},
        valid_from=valid_from,
        recorded_at=at,
        withdrawn=withdrawn,
        reason=reason,
    )
    mark_holders([old.pk], at)
    return row


def write_successions(rows: Iterable[Json], competencies: Mapping[str, Competency], at: datetime) -> Counter[str]:
    """State the equivalences of a file, withdraw what it no longer has. Return how many were added and changed.

    A day gone by means now; one that is stated already, and has begun or is to begin that day, stays as it is.
    """
    before = {(row.old.code, row.new.code): row for row in newest_successions()}
    wanted = {(row["old"], row["new"]): row for row in rows}
    count: Counter[str] = Counter()
    for pair in sorted(before.keys() - wanted.keys()):
        known = before[pair]
        _state(known.old, known.new, known.levels, known.reason, at, known, withdrawn=True)
        count["changed"] += 1
    for pair, row in sorted(wanted.items()):
        earlier = before.get(pair)
        since = max(at, start_of_day(date.fromisoformat(row["from"]))) if row["from"] else at
        if earlier and _says(earlier, row, since, at):
            continue
        _state(competencies[pair[0]], competencies[pair[1]], row["levels"], row["reason"], at, earlier, since=since)
        count["changed" if earlier else "added"] += 1
    return count


def _says(known: Succession, row: Json, since: datetime, at: datetime) -> bool:
    is_same_time = known.valid_from <= at if since == at else known.valid_from == since
    return is_same_time and (known.levels, known.reason) == (row["levels"], row["reason"])


def _state(
    old: Competency,
    new: Competency,
    levels: Mapping[str, int],
    reason: str,
    at: datetime,
    earlier: Succession | None,
    *,
    since: datetime | None = None,
    withdrawn: bool = False,
) -> None:
    """State what a file says, never from before what was said of the pair last: then that would still be in force."""
    valid_from = max(since or at, earlier.valid_from) if earlier else since
    numbers = {int(level): levels[level] for level in levels}
    state_equivalence(old, new, numbers, at, reason=reason, valid_from=valid_from, withdrawn=withdrawn)


def keep_version(framework: Framework, content: Json, at: datetime) -> FrameworkVersion:
    """Append what the framework says from now on."""
    last = FrameworkVersion.objects.filter(framework=framework).order_by("number").last()
    number = last.number + 1 if last else 1
    return FrameworkVersion.objects.create(
        framework=framework, number=number, label=content["version"], content=content, recorded_at=at
    )


def newest_successions() -> list[Succession]:
    """Return the last word on each pair that is not withdrawn."""
    newest = {(row.old_id, row.new_id): row for row in Succession.objects.select_related("old", "new")}
    return [row for row in newest.values() if not row.withdrawn]


def move_requirements(old: Competency, at: datetime) -> list[ProfileRequirement]:
    """Let what municipalities, providers and units ask of a retired competency follow to those that took over.

    Each is asked at the level that counts as what was asked, from the day of the equivalence. Return what could not
    follow, because no level counts as what was asked.
    """
    successors = [row for row in newest_successions() if row.old_id == old.pk]
    left = []
    for asked in _asked_by_nodes(old):
        rows = [row for successor in successors for row in _followed(asked, successor, at)]
        if rows:
            ProfileRequirement.objects.bulk_create([*rows, _withdrawal(asked, rows, at)])
            mark_working_as([asked.profession.code], at, below=asked.node.path if asked.node else "")
        else:
            left.append(asked)
    return left


def _asked_by_nodes(competency: Competency) -> list[ProfileRequirement]:
    rows = ProfileRequirement.objects.filter(competency=competency, node__isnull=False)
    newest = {(row.profession_id, row.setting, row.node_id): row for row in rows.select_related("profession", "node")}
    return [row for row in newest.values() if not row.withdrawn]


def _followed(asked: ProfileRequirement, successor: Succession, at: datetime) -> Iterator[ProfileRequirement]:
    """Yield the requirement as it is asked of the successor, unless that much is asked of it already."""
    level = taken_over(successor).level(asked.level)
    if not level:
        return
    row = ProfileRequirement(
        profession=asked.profession,
        competency=successor.new,
        setting=asked.setting,
        level=level,
        node=asked.node,
        valid_from=max(asked.valid_from, today(successor.valid_from)),
        recorded_at=at,
    )
    known = [each for each in _asked_by_nodes(successor.new) if _place(each) == _place(row)]
    if known:
        row.level = max(level, known[0].level)
        row.valid_from = max(row.valid_from, known[0].valid_from)
    yield row


def _place(row: ProfileRequirement) -> tuple[int, str, int | None]:
    return row.profession_id, row.setting, row.node_id


def _withdrawal(asked: ProfileRequirement, rows: Iterable[ProfileRequirement], at: datetime) -> ProfileRequirement:
    return ProfileRequirement(
        profession=asked.profession,
        competency=asked.competency,
        setting=asked.setting,
        level=asked.level,
        node=asked.node,
        valid_from=max(row.valid_from for row in rows),
        recorded_at=at,
        withdrawn=True,
    )


def taken_over(row: Succession) -> TakenOver:
    levels = tuple(sorted((int(old), new) for old, new in row.levels.items()))
    return TakenOver(row.old.code, levels, row.valid_from, FOREVER, row.reason)


def _pairs_in_force() -> list[tuple[str, str]]:
    return [(row.old.code, row.new.code) for row in newest_successions()]
