"""Competence for other systems: who is told what, in pages, and why."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from competency.api import assess, rebuild_marked
from competency.coverage.services import say_need
from competency.models import Competency
from competency.plan.life import Goal, Side
from competency.plan.proposing import Today, Whose
from competency.plan.services import set_goal, sign
from people.api import Organisation, Person, now, today
from xapi.credentials import create_credential

from . import world
from .pages import ago, reads
from .world import Town

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
API = "/api/v1"


@pytest.fixture
def town_now(school: Town, hygiene: Competency) -> Town:
    assess(school.ssk, school.usk, hygiene, 3, ago(20))
    rebuild_marked(now())
    return school


def system(organisation: Organisation | None = None, scope: str = "competence/read") -> Client:
    credential, secret = create_credential("planning", scopes=(scope,), organisation=organisation, at=now())
    pair = base64.b64encode(f"{credential.key}:{secret}".encode()).decode()
    return Client(headers={"authorization": f"Basic {pair}"})


def of(person: Person, what: str) -> str:
    return f"{API}/people/{person.uuid}/{what}"


def items(client: Client, address: str, **query: Any) -> list[dict[str, Any]]:
    answer = client.get(address, query)
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def told(line: dict[str, Any]) -> tuple[str, int, int, str | None]:
    return line["competency"]["code"], line["level"], line["asked"], line["status"]


def test_who_i_am_and_where_i_work(town_now: Town) -> None:
    body = reads(town_now.usk).get(f"{API}/me").json()
    assert (body["uuid"], body["given_name"]) == (str(town_now.usk.uuid), "Ulla")
    (employment,) = body["employments"]
    assert (employment["unit"]["slug"], employment["organisation"]["slug"]) == ("norr", "granvik")
    assert (employment["profession"], employment["ends_on"]) == ("underskoterska", None)


def test_what_a_person_holds_and_is_asked_for(town_now: Town) -> None:
    lines = items(reads(town_now.usk), of(town_now.usk, "standings"))
    assert [told(line) for line in lines] == [
        ("HYG-01", 3, 2, "met"),
        ("HYG-02", 0, 2, "missing"),
        ("MED-02", 0, 2, "missing"),
    ]
    assert lines[0]["organisation"]["slug"] == "granvik"
    assert lines[0]["until"] > lines[0]["since"]


def test_as_of_an_earlier_day_and_as_known_then(town_now: Town) -> None:
    client, before = system(town_now.granvik), str(today() - timedelta(days=30))
    address = of(town_now.usk, "standings")
    assert told(items(client, address, as_of=before)[0]) == ("HYG-01", 0, 2, "missing")
    assert told(items(client, address, known_at=before)[0]) == ("HYG-01", 0, 2, "missing")
    assert told(items(client, address, known_at=str(today()))[0]) == ("HYG-01", 3, 2, "met")


def test_why_a_level_is_what_it_is(town_now: Town) -> None:
    why = system(town_now.granvik).get(of(town_now.usk, "standings/HYG-01/explanation")).json()
    assert (why["level"], why["asked"], why["status"]) == (3, 2, "met")
    (reason,) = why["reasons"]
    assert (reason["kind"], reason["level"], reason["by"]) == ("observation", 3, ["sjukskoterska"])
    assert why["rule"]["version"] == 1
    assert why["next_level"] == 4
    assert "comment" not in str(why)


def test_of_evidence_from_another_employer_only_level_and_date(town_now: Town) -> None:
    world.works_at(town_now.ekbacken, town_now.usk, "underskoterska")
    world.takes(town_now.usk, town_now.lyngfors, "hygien", ago(3))
    why = system(town_now.granvik).get(of(town_now.usk, "standings/HYG-01/explanation")).json()
    told_of = [*why["reasons"], *why["not_counted"]]
    elsewhere = [each for each in told_of if each.get("from_elsewhere")]
    assert all(set(each) <= {"kind", "level", "happened_at", "until", "from_elsewhere", "why"} for each in elsewhere)
    assert not any("lyngfors" in str(each) for each in told_of)


def test_the_plan_is_her_own_plan(town_now: Town) -> None:
    plan = system(town_now.granvik).get(of(town_now.usk, "plan")).json()
    assert [gap["competency"]["code"] for gap in plan["gaps"]] == ["MED-02", "HYG-02"]
    assert plan["counts"] == {"met": 1, "on_the_way": 0, "missing": 2, "lapsing": 0}
    assert plan["gaps"][0]["asked_by"][0]["profession"] == "underskoterska"


def test_the_plan_tells_goals_and_signatures_and_no_words(town_now: Town) -> None:
    whose = Whose(town_now.usk, town_now.granvik)
    own = Goal(str(uuid4()), "Lead the meeting", "", 0, "Three times", today(), Side.EMPLOYEE)
    set_goal(whose, town_now.usk, own, now())
    sign(whose, town_now.usk, Today(whose, today()).hash, now())
    answer = system(town_now.granvik).get(of(town_now.usk, "plan"))
    (told,) = answer.json()["agreements"]
    assert told["weekly_minutes"] == 15
    assert [(goal["competency"] and goal["competency"]["code"], goal["state"]) for goal in told["goals"]] == [
        (None, "open"),
        *((each.goal.competency, "open") for each in Today(whose, today()).goals if each.goal.competency),
    ]
    assert [each["side"] for each in told["pending"]["signatures"]] == ["employee"]
    assert (told["agreed"], told["follow_ups"]) == (None, [])
    assert b"Lead the meeting" not in answer.content
    assert b"Three times" not in answer.content


def test_what_was_agreed_is_told_to_those_who_take_part_alone(town_now: Town) -> None:
    for who, count in ((town_now.usk, 1), (town_now.chef, 1), (town_now.mas, 0)):
        told = reads(who).get(of(town_now.usk, "plan")).json()
        assert len(told["agreements"]) == count
        assert len(told["gaps"]) == 2, "the gap is there for each of them"


def test_what_a_unit_lacks(town_now: Town) -> None:
    rows = items(reads(town_now.chef), f"{API}/units/{town_now.norr.uuid}/gaps")
    assert [row["person"]["given_name"] for row in rows] == ["Clara", "Ulla"]
    assert [need["competency"]["code"] for need in rows[1]["needs"]] == ["HYG-02", "MED-02"]


def test_what_a_unit_can(town_now: Town, hygiene: Competency) -> None:
    say_need(town_now.chef, town_now.norr, hygiene, 2, "night", 2, now())
    lines = items(system(town_now.granvik), f"{API}/units/{town_now.norr.uuid}/coverage")
    line = next(line for line in lines if line["competency"]["code"] == "HYG-01")
    assert (line["state"], line["can"], line["asked_of"]) == ("short", 1, 1)
    assert line["needs"] == [{"part": "night", "level": 2, "at_least": 2}]


def test_the_framework_is_told_to_all_who_may_ask(town_now: Town) -> None:
    client = system(town_now.lyngfors)
    assert [row["code"] for row in items(client, f"{API}/competencies")] == ["HYG-01", "HYG-02", "MED-01", "MED-02"]
    assert items(client, f"{API}/professions")[0]["code"] == "underskoterska"


def test_a_list_is_told_in_pages_that_nothing_moves(town_now: Town) -> None:
    client = system(town_now.granvik)
    first = client.get(f"{API}/competencies", {"limit": 3}).json()
    assert len(first["items"]) == 3
    rest = client.get(first["next"]).json()
    assert [row["code"] for row in rest["items"]] == ["MED-02"]
    assert rest["next"] is None


# --- Who is told -----------------------------------------------------------------------------------------------------


def addresses(town: Town) -> list[str]:
    person = [of(town.usk, what) for what in ("standings", "standings/HYG-01/explanation", "plan")]
    return [*person, *(f"{API}/units/{town.norr.uuid}/{what}" for what in ("gaps", "coverage"))]


def test_another_organisations_system_is_told_of_nobody_here(town_now: Town) -> None:
    client = system(town_now.lyngfors)
    assert [client.get(address).status_code for address in addresses(town_now)] == [404] * 5
    assert {unit["slug"] for unit in items(client, f"{API}/units")} == {"ekbacken"}


def test_the_organisations_own_system_is_told_and_so_is_the_installations(town_now: Town) -> None:
    for client in (system(town_now.granvik), system()):
        assert [client.get(address).status_code for address in addresses(town_now)] == [200] * 5


def test_people_are_told_of_those_they_may_see(town_now: Town) -> None:
    assert [reads(town_now.chef).get(address).status_code for address in addresses(town_now)] == [200] * 5
    assert [reads(town_now.ssk).get(address).status_code for address in addresses(town_now)] == [404] * 5
    assert [reads(town_now.usk).get(address).status_code for address in addresses(town_now)] == [200] * 3 + [404] * 2


def test_nobody_is_told_without_a_credential_or_the_scope(town_now: Town) -> None:
    for address in [f"{API}/me", f"{API}/units", f"{API}/professions", *addresses(town_now)]:
        assert Client().get(address).status_code == 401
    for address in [f"{API}/units", f"{API}/professions", *addresses(town_now)]:
        assert system(town_now.granvik, "statements/read").get(address).status_code == 403


def test_a_system_is_nobody(town_now: Town) -> None:
    assert system(town_now.granvik).get(f"{API}/me").status_code == 401


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("competencies", {"limit": "0"}),
        ("competencies", {"limit": "201"}),
        ("competencies", {"limit": "många"}),
        ("competencies", {"cursor": "drake"}),
        ("competencies", {"cursor": "å"}),
        ("units", {"as_of": "snart"}),
        ("units", {"as_of": "2026-02-30"}),
        ("units", {"known_at": "0"}),
    ],
)
def test_a_wrong_query_is_told_what_to_say(town_now: Town, path: str, query: dict[str, str]) -> None:
    answer = system(town_now.granvik).get(f"{API}/{path}", query)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["title"]


def test_what_is_not_there_is_not_found(town_now: Town) -> None:
    client = system()
    for address in (
        f"{API}/people/{uuid4()}/standings",
        f"{API}/units/{uuid4()}/gaps",
        of(town_now.usk, "standings/HYG-99/explanation"),
    ):
        answer = client.get(address)
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_only_reads_are_answered_and_nothing_is_kept(town_now: Town) -> None:
    client = system()
    for address in addresses(town_now):
        assert client.post(address).status_code == 405
        assert client.get(address)["Cache-Control"] == "no-store"


@pytest.mark.parametrize("people", [1, 3])
def test_a_units_gaps_take_as_many_questions_whatever_the_number_of_people(
    town_now: Town, people: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(people - 1):
        world.works_at(town_now.norr, f"Usk {number}", "underskoterska")
    client = reads(town_now.chef)
    with django_assert_max_num_queries(16):
        assert len(items(client, f"{API}/units/{town_now.norr.uuid}/gaps")) == people + 1
