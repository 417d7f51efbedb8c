"""When two statements are the same (2.0: 4.2.4, 1.0.3: Data 2.3.1)."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from xapi.statement.same import same

from .bodies import Json, full, full_sub, plain
from .test_check import REMOVED, changed

IGNORED: list[tuple[str, Any]] = [
    ("id", "6a5c2c7e-1c2f-4b0a-9f0a-8b6a3a1a0b09"),
    ("authority", {"mbox": "mailto:other@example.org"}),
    ("stored", "2020-01-01T00:00:00Z"),
    ("version", "1.0.0"),
    ("timestamp", REMOVED),
    ("timestamp", "2026-11-22T07:59:00.123Z"),
    ("verb.display", {"en": "other"}),
    ("object.definition", REMOVED),
    ("object.objectType", REMOVED),
    ("actor.objectType", REMOVED),
    ("actor.mbox", "mailto:Anna.Ek@example.ORG"),
    ("result.duration", "PT1M0.5S"),
    ("context.team.member", list(reversed(full()["context"]["team"]["member"]))),
    ("context.team.member.1.mbox_sha1sum", "a" * 40),
    ("context.contextActivities.parent", [{"id": "http://example.com/activities/set"}]),
    ("context.registration", full()["context"]["registration"].upper()),
    ("result.score.raw", 5.0),
]
COUNTED: list[tuple[str, Any]] = [
    ("timestamp", "2026-11-22T07:59:00.124Z"),
    ("verb.id", "http://example.com/other"),
    ("object.id", "http://example.com/other"),
    ("actor.name", "Anna"),
    ("actor.mbox", "mailto:anna.ek@example.org"),
    ("result.response", "a"),
    ("result.success", False),
    ("result.duration", "PT60.5S"),
    ("result.extensions", REMOVED),
    ("context.team.member", []),
    ("context.contextActivities.grouping", []),
    ("context.registration", "6a5c2c7e-1c2f-4b0a-9f0a-8b6a3a1a0b0f"),
    ("context.revision", "1.3"),
    ("attachments", REMOVED),
]


@pytest.mark.parametrize(("path", "value"), IGNORED)
def test_what_the_store_may_set_and_what_has_no_meaning_is_ignored(path: str, value: Any) -> None:
    assert same(full(), changed(path, value))


@pytest.mark.parametrize(("path", "value"), COUNTED)
def test_every_other_difference_counts(path: str, value: Any) -> None:
    assert not same(full(), changed(path, value))


def test_a_duration_is_compared_to_hundredths() -> None:
    first, second = plain(result={"duration": "PT0.1287S"}), plain(result={"duration": "PT0.12S"})
    assert same(first, second)


def test_the_timestamp_of_a_substatement_is_part_of_what_is_said() -> None:
    later = changed("object.timestamp", "2027-01-01T00:00:00Z", full_sub())
    assert not same(full_sub(), later)
    assert not same(full_sub(), changed("object.timestamp", REMOVED, full_sub()))


def test_comparing_changes_neither() -> None:
    first, second = full(), full_sub()
    before: tuple[Json, Json] = copy.deepcopy((first, second))
    same(first, second)
    assert (first, second) == before
