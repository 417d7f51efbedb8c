"""Frameworks from files: the real one, one that changed, and every kind of damage."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from uuid import uuid5

import pytest
from django.db import DatabaseError, connection, transaction

from competency import models
from competency.api import (
    FrameworkError,
    accept_equivalent,
    accept_source,
    load_framework,
    profile_of,
    requirements_of,
    set_policy,
)
from competency.queries import competencies
from competency.services.frameworks import NAMESPACE

from . import world
from .world import BEGAN, TODAY, days

pytestmark = pytest.mark.django_db

FILE = Path(__file__).parents[2] / "competency" / "data" / "competency_framework.json"
TABLES = (
    models.Framework,
    models.Area,
    models.Level,
    models.Setting,
    models.Competency,
    models.CompetencyRisk,
    models.Profession,
    models.ProfileRequirement,
    models.EvidenceRule,
    models.LawStamp,
)

TABLES_OF_THE_LAW = sorted(models.AppendOnly.__subclasses__(), key=lambda table: table.__name__)


def everything():
    return [list(table.objects.order_by("pk").values_list()) for table in TABLES]


def test_the_framework_of_the_product_is_imported_whole():
    report = load_framework(FILE, BEGAN)
    assert report.added == {
        "framework": 1,
        "levels": 5,
        "settings": 6,
        "areas": 10,
        "competencies": 63,
        "professions": 15,
        "rules": 252,
        "risks": 63,
        "requirements": 505,
    }
    assert [row.code for row in competencies()][:3] == ["EGN-01", "EGN-02", "EGN-03"]
    assert {each.is_meetable for each in report.unreached} == {True}
    assert len(report.unreached) == 505


def test_the_same_file_again_changes_nothing():
    load_framework(FILE, BEGAN)
    before = everything()
    assert load_framework(FILE, days(10)).is_unchanged
    assert everything() == before


def test_what_changed_is_appended_and_what_was_known_stays(town):
    changed = world.framework(version="2025-06-01")
    changed["competencies"][0]["risk"] = 3
    changed["competencies"][0]["evidence"][2]["any_of"][0]["in_person"] = False
    changed["professions"][0]["profile"] = [
        {"competency": "HYG-01", "required_level": 3, "setting": "all"},
        {"competency": "MED-01", "required_level": 1, "setting": "all"},
        {"competency": "MED-02", "required_level": 2, "setting": "all"},
    ]
    report = load_framework(changed, days(100))
    assert report.changed == {"framework": 1, "rules": 1, "risks": 1, "requirements": 3}
    assert report.added == {"requirements": 1}
    before, after = (days(99).date(), days(101).date())
    assert {line.competency.code: line.level for line in profile_of("underskoterska", before).lines} == {
        "HYG-01": 2,
        "HYG-02": 2,
        "MED-02": 2,
    }
    assert {line.competency.code: line.level for line in profile_of("underskoterska", after).lines} == {
        "HYG-01": 3,
        "MED-01": 1,
        "MED-02": 2,
    }
    as_known_then = requirements_of(town.usk, after, days(99))
    assert {each.competency.code: each.asked for each in as_known_then} == {"HYG-01": 2, "HYG-02": 2, "MED-02": 2}
    versions = models.EvidenceRule.objects.filter(competency__code="HYG-01", level=3).order_by("version")
    assert [(row.version, row.valid_from) for row in versions] == [(1, BEGAN), (2, days(100))]


def test_what_the_file_no_longer_names_is_retired_and_never_deleted(town):
    smaller = world.framework()
    smaller["competencies"] = smaller["competencies"][:3]
    smaller["professions"][0]["profile"] = smaller["professions"][0]["profile"][:2]
    load_framework(smaller, days(100))
    assert [row.code for row in competencies()] == ["HYG-01", "HYG-02", "MED-01"]
    assert models.Competency.objects.get(code="MED-02").retired_at == days(100)
    load_framework(world.framework(), days(200))
    assert [row.code for row in competencies()] == ["HYG-01", "HYG-02", "MED-01", "MED-02"]
    assert {each.competency.code for each in requirements_of(town.usk, days(201).date())} == {
        "HYG-01",
        "HYG-02",
        "MED-02",
    }


def test_what_statements_refer_to_has_the_same_uuid_everywhere(town):
    uuid = models.Competency.objects.get(code="HYG-01").uuid
    assert uuid == uuid5(NAMESPACE, "kommunal-vard-och-omsorg/competency/HYG-01")


DAMAGE = [
    ("version", lambda f: f.pop("version")),
    ("competencies", lambda f: f.update(competencies={})),
    ("competencies[0]", lambda f: f["competencies"].insert(0, "HYG-00")),
    ("competencies[1].title_sv", lambda f: f["competencies"][1].update(title_sv=7)),
    ("competencies[1].kind", lambda f: f["competencies"][1].update(kind="magic")),
    ("competencies[1].risk", lambda f: f["competencies"][1].update(risk=True)),
    ("competencies[0].validity_months", lambda f: f["competencies"][0].update(validity_months=0)),
    ("competencies[2].area", lambda f: f["competencies"][2].update(area="XXX")),
    ("competencies[0].evidence[1].level", lambda f: f["competencies"][0]["evidence"][1].update(level=5)),
    ("competencies[0].evidence", lambda f: f["competencies"][0]["evidence"][1].update(level=1)),
    (
        "competencies[0].evidence[0].all_of[0].type",
        lambda f: f["competencies"][0]["evidence"][0].update(all_of=[{"type": "webinar"}]),
    ),
    (
        "competencies[0].evidence[2] by",
        lambda f: f["competencies"][0]["evidence"][2].update(any_of=[{"type": "observation", "by": ["granne"]}]),
    ),
    (
        "competencies[0].evidence[2] licence",
        lambda f: f["competencies"][0]["evidence"][2].update(
            any_of=[{"type": "formal_qualification", "licence": ["vardbitrade"]}]
        ),
    ),
    ("competencies", lambda f: f["competencies"].append(deepcopy(f["competencies"][0]))),
    ("professions[1].profile[0].competency", lambda f: f["professions"][1]["profile"][0].update(competency="ZZZ-01")),
    ("professions[1].profile[0].setting", lambda f: f["professions"][1]["profile"][0].update(setting="månen")),
    ("professions[1].profile[0].required_level", lambda f: f["professions"][1]["profile"][0].update(required_level=0)),
    ("professions[0].profile", lambda f: f["professions"][0]["profile"].append(f["professions"][0]["profile"][0])),
    ("professions[0].licensed", lambda f: f["professions"][0].update(licensed="ja")),
    ("level_scale[0].level", lambda f: f["level_scale"][0].update(level=-1)),
]


@pytest.mark.parametrize(("path", "damage"), DAMAGE)
def test_a_damaged_file_is_refused_by_file_and_place_and_changes_nothing(town, tmp_path, path, damage):
    content = world.framework()
    damage(content)
    file = tmp_path / "ramverk.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    before = everything()
    with pytest.raises(FrameworkError) as error:
        load_framework(file, days(10))
    assert f"ramverk.json: {path}: " in str(error.value)
    assert everything() == before


@pytest.mark.parametrize(
    ("content", "place"),
    [(b'{"version": ', "line 1, column 13"), (b"\xff\xfe{", "UTF-8"), (b"[]", "an object"), (b"[" * 100_000, "nested")],
)
def test_a_file_that_is_no_framework_is_refused(tmp_path, content, place):
    file = tmp_path / "ramverk.json"
    file.write_bytes(content)
    with pytest.raises(FrameworkError) as error:
        load_framework(file, BEGAN)
    assert place in str(error.value)
    assert not models.Framework.objects.exists()


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(FrameworkError, match="cannot be opened"):
        load_framework(tmp_path / "missing.json", BEGAN)


def test_levels_asked_that_no_offer_reaches_are_listed(school):
    report = load_framework(world.framework(), days(1))
    assert ("underskoterska", "HYG-01") not in {(each.profession, each.competency) for each in report.unreached}
    found = next(
        each for each in report.unreached if each.profession == "sjukskoterska" and each.competency == "HYG-01"
    )
    assert (found.asked, found.offered, found.is_meetable) == (3, 2, True)


def test_a_role_page_shows_the_framework_and_what_some_settings_add(town):
    profile = profile_of("underskoterska", TODAY)
    assert [(line.competency.code, line.level, line.in_settings) for line in profile.lines] == [
        ("HYG-01", 2, ()),
        ("HYG-02", 2, ()),
        ("MED-02", 2, (("säbo", 3),)),
    ]


def test_rows_of_the_law_are_never_changed(town):
    row = models.EvidenceRule.objects.first()
    with pytest.raises(TypeError):
        row.save()
    with pytest.raises(TypeError):
        row.delete()
    with pytest.raises(TypeError):
        models.EvidenceRule.objects.update(level=1)
    with pytest.raises(TypeError):
        models.EvidenceRule.objects.filter(level=1).delete()


@pytest.mark.parametrize("table", TABLES_OF_THE_LAW)
def test_the_database_itself_refuses_to_change_the_law(school, table):
    accept_source(school.granvik, "vendor", "https://example.org/", BEGAN)
    set_policy(school.granvik, BEGAN, counts_unreviewed=True)
    accept_equivalent(school.granvik, school.lyngfors, 3, BEGAN)
    models.AssessorRule.objects.create(role="mas", own_level=2, valid_from=BEGAN, recorded_at=BEGAN)
    load_framework(world.superseded(), days(1))
    name = connection.ops.quote_name(table._meta.db_table)
    assert table.objects.exists()
    for change in (f"UPDATE {name} SET recorded_at = recorded_at", f"DELETE FROM {name}"):
        with (
            pytest.raises(DatabaseError, match=r"append-only|permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change)


def test_an_import_that_began_later_is_valid_from_its_own_day(town):
    assert requirements_of(town.usk, (BEGAN - timedelta(days=2)).date()) == []
