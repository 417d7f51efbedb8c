"""Asking for more than the framework does: what stands, a change tried on everybody, and published."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from competency.dry_run.models import DryRun
from competency.dry_run.services import advance_dry_runs
from competency.models import ProfileRequirement
from competency.queries import competency
from competency.services import require
from people.api import now, today

from . import world
from .pages import links_of, reads, rows_of, text_of
from .world import BEGAN, Town

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def mas(school: Town) -> Client:
    return reads(school.mas)


def filled(school: Town, **changes: Any) -> dict[str, Any]:
    return {
        "node": school.granvik.pk,
        "profession": "underskoterska",
        "competency": "MED-01",
        "level": 1,
        "setting": "",
        "valid_from": str(today() + timedelta(days=30)),
    } | changes


def tried(client: Client, form: dict[str, Any]) -> str:
    """Send the form, let the worker do its part, and return where the answer is."""
    address: str = client.post("/krav/nytt/", form)["Location"]
    while advance_dry_runs(now()):
        pass
    advance_dry_runs(now())
    return address


def test_a_requirement_is_tried_and_then_published(school: Town, mas: Client) -> None:
    assert "You ask for nothing beyond the framework" in text_of(mas.get("/krav/"))
    address = tried(mas, filled(school))
    words = text_of(mas.get(address))
    assert "Of 4 people Would be asked for it, and lack it 1" in words
    assert rows_of(mas.get(address))[1:2] == ["Norr 1 0 0"]
    assert "Ulla Ek Norr · Would be asked for it, and lack it · level 0, asked 1" in words
    done = mas.post(f"{address}beslut/", {"step": "publish"}, follow=True)
    assert "Published." in done.content.decode()
    assert "Competency MED-01 , level 1" in text_of(done)
    assert ProfileRequirement.objects.filter(node=school.granvik).count() == 1
    assert "Publish" not in {row for row in rows_of(mas.get(address), "button")}


def test_a_trial_that_runs_says_how_far_it_has_come_and_can_be_stopped(school: Town, mas: Client) -> None:
    address = mas.post("/krav/nytt/", filled(school))["Location"]
    advance_dry_runs(now(), 2)
    assert "2 of 4 people looked at" in text_of(mas.get(address))
    partial = mas.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "2 of 4 people looked at" in partial
    assert "<html" not in partial
    stopped = mas.post(f"{address}beslut/", {"step": "cancel"}, follow=True)
    assert "The trial was stopped. Nothing has been changed." in stopped.content.decode()
    assert not ProfileRequirement.objects.filter(node=school.granvik).exists()


def test_one_that_lowers_or_repeats_is_refused_with_what_stands(school: Town, mas: Client) -> None:
    for level in (1, 2):
        answer = mas.post("/krav/nytt/", filled(school, competency="HYG-01", level=level))
        assert "Level 2 is asked already. Choose a higher level" in text_of(answer)
    assert not DryRun.objects.exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"valid_from": "2020-01-01"}, "The day has passed. Choose today or a later day."),
        ({"valid_from": "snart"}, "Enter a valid date."),
        ({"level": 9}, "Select a valid choice"),
        ({"competency": "HYG-99"}, "Select a valid choice"),
        ({"node": 10**6}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(
    school: Town, mas: Client, changes: dict[str, Any], message: str
) -> None:
    answer = mas.post("/krav/nytt/", filled(school, **changes))
    assert message in text_of(answer)
    assert not DryRun.objects.exists()


def test_what_was_added_can_be_ended_after_a_trial(school: Town, mas: Client) -> None:
    require("underskoterska", competency("MED-01"), 1, BEGAN, node=school.norr)
    line = f"{school.norr.pk}:underskoterska:MED-01:all"
    address = mas.post("/krav/avsluta/", {"line": line})["Location"]
    while advance_dry_runs(now()):
        pass
    advance_dry_runs(now())
    assert "Would no longer be asked for it 1" in text_of(mas.get(address))
    mas.post(f"{address}beslut/", {"step": "publish"})
    assert "You ask for nothing beyond the framework" in text_of(mas.get("/krav/"))


def test_what_another_asked_for_cannot_be_ended(school: Town, mas: Client) -> None:
    require("underskoterska", competency("MED-01"), 1, BEGAN, node=school.lyngfors)
    line = f"{school.lyngfors.pk}:underskoterska:MED-01:all"
    assert mas.post("/krav/avsluta/", {"line": line}).status_code == 404


def test_a_manager_decides_for_her_own_unit_alone(school: Town) -> None:
    chef = reads(school.chef)
    html = chef.get("/krav/nytt/").content.decode()
    assert f'<option value="{school.norr.pk}">' in html
    assert f'<option value="{school.granvik.pk}">' not in html


def test_for_those_who_decide_nothing_the_pages_are_not_there(school: Town, mas: Client) -> None:
    address = tried(mas, filled(school))
    nobody, neighbour = reads(school.usk), reads(school.ssk)
    world.make.holds("manager", school.ekbacken, school.ssk)
    for path in ("/krav/", "/krav/nytt/"):
        assert nobody.get(path).status_code == 404
        assert neighbour.get(path).status_code == 200
    for client in (nobody, neighbour):
        assert client.get(address).status_code == 404
        assert client.post(f"{address}beslut/", {"step": "publish"}).status_code == 404
    assert mas.get(f"/krav/prov/{uuid4()}/").status_code == 404
    assert Client().get("/krav/").status_code == 302


def test_only_the_stated_methods(mas: Client) -> None:
    assert mas.post("/krav/").status_code == 405
    assert mas.get("/krav/avsluta/").status_code == 405
    assert mas.get(f"/krav/prov/{uuid4()}/beslut/").status_code == 405


def test_names_are_shown_of_those_alone_whom_the_reader_may_see(school: Town) -> None:
    """Who may decide at a node need not see everybody there: the numbers are the whole's, the names are hers."""
    colleague = world.works_at(school.omsorg_granvik, "Olle", "underskoterska")
    admin = world.works_at(school.omsorg_granvik, "Ada", "enhetschef")
    world.make.holds("chief_nurse", school.omsorg, admin)
    client = reads(admin)
    address = tried(client, filled(school, node=school.omsorg.pk))
    page = client.get(address)
    assert "Omsorg-Granvik 1 0 0" in text_of(page)
    assert colleague.full_name not in text_of(page)
    assert f"/plan/{colleague.uuid}/kompetens/MED-01/" not in links_of(page)


@pytest.mark.parametrize("people", [1, 3])
def test_the_answer_asks_as_many_questions_whatever_it_found(
    school: Town, mas: Client, people: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(people - 1):
        world.works_at(school.norr, f"Usk {number}", "underskoterska")
    address = tried(mas, filled(school))
    mas.get(address)
    with django_assert_max_num_queries(24):
        assert len([row for row in rows_of(mas.get(address), "li") if "asked 1" in row]) == people
