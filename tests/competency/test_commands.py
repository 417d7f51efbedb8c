"""The commands of the contract."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from competency.models import DirtyMark, Framework, Standing
from competency.tasks import rebuild_those_marked

from . import world
from .world import course_iri, days

pytestmark = pytest.mark.django_db


def run(*args):
    out = StringIO()
    call_command(*args, stdout=out)
    return out.getvalue()


def test_verify_says_yes_or_fails_with_every_difference(school):
    world.takes(school.usk, school.granvik, "hygien", days(10))
    assert "Every standing equals a full refold." in run("standings", "verify")
    Standing.objects.filter(person=school.usk).update(under_way=[])
    with pytest.raises(CommandError, match="1 standings differ"):
        run("standings", "verify")


def test_rebuild_mends_everyone_or_one(school):
    world.takes(school.usk, school.granvik, "hygien", days(10))
    world.takes(school.chef, school.granvik, "hygien", days(10))
    run("standings", "rebuild")
    before = sorted(Standing.objects.values_list("person", "segments"), key=repr)
    Standing.objects.all().delete()
    assert run("standings", "rebuild", "--person", str(school.usk.uuid)) == "1 rows written or removed.\n"
    assert set(Standing.objects.values_list("person", flat=True)) == {school.usk.pk}
    run("standings", "rebuild")
    assert sorted(Standing.objects.values_list("person", "segments"), key=repr) == before


def test_explain_says_the_level_the_rule_and_each_statement(school):
    world.takes(school.usk, school.granvik, "hygien", days(10))
    text = run("standings", "explain", str(school.usk.uuid), "HYG-01", "--as-of", "2025-02-01")
    assert "Level 2, until 2026-01-11" in text
    assert "Rule: level 2, version 1" in text
    assert text.count("  counts: ") == 2
    then = run(
        "standings", "explain", str(school.usk.uuid), "HYG-01", "--as-of", "2025-02-01", "--known-at", "2025-01-05"
    )
    assert "Level 0" in then


@pytest.mark.parametrize(
    "args",
    [
        ("00000000-0000-4000-8000-000000000000", "HYG-01"),
        ("USK", "ZZZ-01"),
        ("USK", "HYG-01", "--organisation", "ingen"),
    ],
)
def test_explain_of_what_is_not_there_is_a_sentence(school, args):
    args = [str(school.usk.uuid) if arg == "USK" else arg for arg in args]
    with pytest.raises(CommandError):
        run("standings", "explain", *args)


def test_a_framework_is_imported_and_a_wrong_one_is_refused_by_place(town, tmp_path):
    file = tmp_path / "ramverk.json"
    file.write_text(json.dumps(world.framework()), encoding="utf-8")
    assert "nothing has changed" in run("framework", "import", str(file))
    file.write_text(json.dumps(world.framework(version="2")), encoding="utf-8")
    assert "Version 2 imported." in run("framework", "import", str(file), "--owner", "granvik")
    assert Framework.objects.get().owner == town.granvik
    file.write_text('{"version": 1}', encoding="utf-8")
    with pytest.raises(CommandError, match=r"ramverk.json: version: "):
        run("framework", "import", str(file))
    with pytest.raises(CommandError, match="no organisation"):
        run("framework", "import", str(file), "--owner", "ingen")


def test_a_start_up_file_is_imported_and_counted(town, tmp_path):
    number = town.usk.employments.get().employee_number
    file = tmp_path / "start.csv"
    file.write_text(
        "organisation;employee number;kind;competency or licence;level;date;until;ground;registrar\n"
        f"granvik;{number};observation;HYG-01;3;2025-01-02;;Journal;\n"
        f"granvik;{number};observation;HYG-01;9;2025-01-02;;Journal;\n",
        encoding="utf-8",
    )
    assert "1 recorded, 0 known, 1 rejected (dry run" in run("startup", "import", str(file), "--dry-run")
    text = run("startup", "import", str(file))
    assert f"{file}:3\tlevel\trejected" in text
    assert "1 recorded, 0 known, 1 rejected." in text
    assert Standing.objects.filter(person=town.usk).exists()
    with pytest.raises(CommandError):
        run("startup", "import", str(tmp_path / "saknas.csv"))


def test_celery_wakes_the_same_code(school):
    world.takes(school.usk, school.granvik, "hygien", days(10))
    assert rebuild_those_marked() == 1
    assert not DirtyMark.objects.exists()


def test_the_framework_that_ships_is_the_one_in_the_room():
    file = Path(__file__).parents[2] / "competency" / "data" / "competency_framework.json"
    assert len(json.loads(file.read_text(encoding="utf-8"))["competencies"]) == 63
    assert course_iri("hygien").startswith("http")
