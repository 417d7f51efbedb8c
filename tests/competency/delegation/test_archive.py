"""The archive and the commands."""

from __future__ import annotations

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from competency.delegation.archive import archive_of, due_for_disposal, months_after
from competency.delegation.models import DelegableTask, DelegationPolicy
from competency.delegation.services import revoke
from people.api import end_of_day

from .ward import REASON, day, later

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    out = StringIO()
    call_command("delegations", *words, stdout=out)
    return out.getvalue()


def test_each_decision_is_told_whole_with_its_events_and_until_when_it_is_kept(ward):
    ended, running = ward.active(), ward.active(task=ward.kateter)
    ward.draft()
    revoke(ended, ward.ssk, later(3), reason="Safety.")
    first, second = archive_of(ward.town.granvik, later(4))
    assert [first["delegation"], second["delegation"]] == [str(ended.uuid), str(running.uuid)]
    assert (first["state"], first["keep_until"]) == ("revoked", months_after(day(3), 120).isoformat())
    assert (second["state"], second["keep_until"]) == ("active", None)
    assert [event["kind"] for event in first["events"]] == ["drafted", "signed", "offered", "accepted", "revoked"]
    assert first["events"][1]["reason"] == REASON
    assert first["events"][1]["details"]["licences"] == ["sjukskoterska"]
    assert first["giver"] == {"uuid": str(ward.ssk.uuid), "name": "Sara Ek"}


def test_another_care_provider_s_are_not_told(ward):
    ward.active()
    assert list(archive_of(ward.town.lyngfors, later(1))) == []


def test_a_municipality_decides_for_how_long(ward):
    made = ward.active()
    revoke(made, ward.ssk, later(1))
    DelegationPolicy.objects.create(
        node=ward.town.granvik, valid_from=day(0), recorded_at=later(0), keep_months=36, ground="Plan 7"
    )
    (row,) = archive_of(ward.town.granvik, later(2))
    assert row["keep_until"] == months_after(day(1), 36).isoformat()


def test_a_decision_is_due_when_its_time_is_over_and_not_before(ward):
    ended, _running = ward.active(), ward.active(task=ward.kateter)
    revoke(ended, ward.ssk, later(3))
    first_day = months_after(day(3), 120)
    before = end_of_day(first_day - timedelta(days=1)) - timedelta(seconds=1)
    assert [row.uuid for row, _record in due_for_disposal(ward.town.granvik, before)] == []
    found = list(due_for_disposal(ward.town.granvik, before + timedelta(seconds=1)))
    assert [(row, record["keep_until"]) for row, record in found] == [(ended, first_day.isoformat())]


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [("2026-01-31", 1, "2026-02-28"), ("2026-12-05", 1, "2027-01-05"), ("2024-02-29", 120, "2034-02-28")],
)
def test_months_end_where_the_month_does(start, months, end):
    assert months_after(date.fromisoformat(start), months) == date.fromisoformat(end)


def test_the_commands(ward, tmp_path):
    ward.active()
    file = tmp_path / "archive.jsonl"
    assert run("export", "granvik", str(file)) == "1 decisions.\n"
    assert json.loads(file.read_text(encoding="utf-8"))["task"]["code"] == "insulin"
    run("policy", "granvik", "--queue-days", "90", "--chief-only", "--ground", "Nämnden 2026-11-27")
    policy = DelegationPolicy.objects.get()
    assert (policy.queue_days, policy.queue_colleagues, policy.keep_months) == (90, False, 120)
    tasks = tmp_path / "tasks.json"
    row = {"code": "insulin", "title_sv": "Ge insulin", "competency": "MED-02"}
    tasks.write_text(json.dumps({"tasks": [row]}), encoding="utf-8")
    assert run("tasks", str(tasks)) == "1 tasks.\n"
    assert DelegableTask.objects.filter(retired_at=None).count() == 1


@pytest.mark.parametrize(
    "words",
    [
        ("export", "nowhere", "x"),
        ("policy", "nowhere", "--ground", "x"),
        ("policy", "granvik", "--ground", "x", "--keep-months", "0"),
    ],
)
def test_what_is_not_there_is_said_and_no_file_is_made(ward, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CommandError):
        run(*words)
    assert list(tmp_path.iterdir()) == []
