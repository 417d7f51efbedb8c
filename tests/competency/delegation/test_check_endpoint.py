"""The live answer over HTTP: who may ask, what is meant, yes and no, and that nothing is kept."""

from __future__ import annotations

import base64
from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.test import Client

from competency.delegation.services import give_back, revoke
from competency.models import Competency
from people.api import change_employment, link_identity, now, today
from tests.competency import world
from tests.competency.pages import reads
from xapi.credentials import create_credential

from .ward import TASKS, Ward

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
ADDRESS = "/api/v1/delegations/check"


@pytest.fixture
def made(ward: Ward):
    return ward.active(at=now() - timedelta(minutes=1), first_day=today(), last_day=today() + timedelta(days=100))


def system(organisation=None, scopes=("delegations/check",)):
    """Return a client of another system with a credential."""
    credential, secret = create_credential("signing", scopes=scopes, organisation=organisation, at=now())
    pair = base64.b64encode(f"{credential.key}:{secret}".encode()).decode()
    return Client(headers={"authorization": f"Basic {pair}"})


def ask(client, person, task="insulin", unit="norr", **more):
    return client.get(f"{ADDRESS}?{urlencode({'person': person, 'task': task, 'unit': unit} | more)}")


def reason(client, *args, **more):
    response = ask(client, *args, **more)
    assert response.status_code == 200, response.content
    body = response.json()
    assert body["allowed"] is (body["answer"] == "yes") is (body["reason"] == "active")
    assert body["sentence"].startswith("Yes" if body["allowed"] else "No")
    return body["reason"]


def test_yes_with_the_reason_and_until_when(ward, made):
    body = ask(system(), ward.usk.uuid).json()
    assert (body["allowed"], body["reason"]) == (True, "active")
    assert body["sentence"] == "Yes. The delegation holds."
    assert body["until"] == made.decision.ends.isoformat()
    assert body["delegation"] == str(made.uuid)


def test_until_is_her_last_day_at_work_when_that_is_known(ward, made):
    leaves = today() + timedelta(days=9)
    change_employment(ward.town.employment, valid_from=today(), at=now(), ends_on=leaves)
    assert ask(system(), ward.usk.uuid).json()["until"].startswith(leaves.isoformat())


def test_the_answer_changes_with_the_revocation_itself(ward, made):
    client = system()
    assert reason(client, ward.usk.uuid) == "active"
    revoke(made, ward.ssk, now())
    assert reason(client, ward.usk.uuid) == "revoked"


def test_it_is_asked_about_a_moment(ward, made):
    client, at = system(), now()
    give_back(made, ward.usk, at)
    ago, ahead = (at - timedelta(seconds=1)).isoformat(), (at + timedelta(days=1)).isoformat()
    assert reason(client, ward.usk.uuid, at=ago) == "active"
    assert reason(client, ward.usk.uuid, at=ahead) == "returned"
    assert reason(client, ward.usk.uuid, at=(at - timedelta(days=5)).isoformat()) == "no_delegation"


def test_a_person_is_named_in_three_ways(ward, made):
    client, number = system(), ward.town.employment.employee_number
    link_identity(ward.usk, "hsa_id", "SE2321000016-A1", valid_from=today(), at=now())
    for name in (ward.usk.uuid, f"employee:granvik/{number}", "SE2321000016-A1"):
        assert reason(client, name) == "active"


@pytest.mark.parametrize(
    "name", ["employee:granvik/0", "employee:nowhere/1", "employee:", "SE-nobody", "19121212-1212"]
)
def test_whoever_is_not_known_may_not(ward, made, name):
    assert reason(system(), name) == "unknown_person"
    assert reason(system(), uuid4()) == "unknown_person"


def test_an_identifier_of_two_people_is_no(ward, made):
    from people.models import IdentityLink

    for who in (ward.usk, ward.town.chef):
        IdentityLink.objects.create(person=who, kind="hsa_id", value="SE-2", valid_from=today(), recorded_at=now())
    assert reason(system(), "SE-2") == "ambiguous_person"


def test_a_task_is_named_by_its_code_its_uuid_or_its_competency(ward, made):
    from competency.delegation.tasks_file import load_tasks

    client = system()
    for name in ("insulin", ward.insulin.uuid, "MED-02"):
        assert reason(client, ward.usk.uuid, name) == "active"
    assert reason(client, ward.usk.uuid, "surgery") == "unknown_task"
    load_tasks([*TASKS, {**TASKS[0], "code": "insulin-pump"}], now())
    assert reason(client, ward.usk.uuid, "MED-02") == "ambiguous_task"
    assert reason(client, ward.usk.uuid, "insulin") == "active"
    assert Competency.objects.filter(code="MED-02").exists()


def test_a_unit_is_named_by_its_uuid_or_short_name_and_another_unit_is_no(ward, made):
    client = system()
    assert reason(client, ward.usk.uuid, unit=ward.norr.uuid) == "active"
    assert reason(client, ward.usk.uuid, unit="solrosen") == "outside_scope"
    assert reason(client, ward.usk.uuid, unit="granvik") == "outside_scope"
    assert reason(client, ward.usk.uuid, unit="nowhere") == "unknown_unit"


def test_one_that_holds_in_an_area_holds_in_its_units(ward):
    at = now()
    ward.active(at=at, first_day=today(), last_day=today(), scope=ward.town.granvik)
    assert reason(system(), ward.usk.uuid, unit="solrosen") == "active"


def test_a_unit_of_the_area_that_another_provider_answers_for_is_no(ward):
    ward.active(at=now(), first_day=today(), last_day=today(), scope=ward.town.granvik)
    world.make.answers_for(ward.town.lyngfors, ward.town.solrosen)
    assert reason(system(), ward.usk.uuid, unit="solrosen") == "suspended_giver"
    assert reason(system(), ward.usk.uuid) == "active"


def test_of_several_the_one_that_holds_is_told_and_else_the_nearest(ward, made):
    client = system()
    second = ward.active(at=now(), first_day=today(), last_day=today() + timedelta(days=200))
    assert ask(client, ward.usk.uuid).json()["delegation"] == str(second.uuid)
    revoke(second, ward.ssk, now())
    assert reason(client, ward.usk.uuid) == "active"
    give_back(made, ward.usk, now())
    assert reason(client, ward.usk.uuid) == "revoked"


def test_a_draft_is_told_of_to_nobody(ward):
    ward.draft(at=now(), first_day=today(), last_day=today())
    assert reason(system(), ward.usk.uuid) == "no_delegation"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            lambda w: change_employment(w.town.employment, valid_from=today(), at=now(), unit=w.town.solrosen),
            "receiver",
        ),
        (
            lambda w: change_employment(
                w.ssk.employments.get(), valid_from=today(), at=now(), ends_on=today() - timedelta(days=1)
            ),
            "giver",
        ),
        (
            lambda w: world.verify_qualification(
                None, w.ssk, "sjukskoterska", now(), organisation=w.town.granvik, withdrawn=True
            ),
            "licence",
        ),
    ],
)
def test_what_suspends_it_is_told(ward, made, change, expected):
    change(ward)
    assert reason(system(), ward.usk.uuid) == f"suspended_{expected}"


# Who may ask


def test_a_system_of_the_care_provider_or_the_employer_asks(ward, made):
    private = world.works_at(ward.town.omsorg_granvik, "Petra", "underskoterska")
    ward.active(at=now(), receiver=private, scope=ward.town.omsorg_granvik, first_day=today(), last_day=today())
    for organisation in (ward.town.granvik, ward.town.omsorg):
        assert reason(system(organisation), private.uuid, unit="omsorg-granvik") == "active"
    assert reason(system(ward.town.granvik), ward.usk.uuid) == "active"


def test_another_s_system_learns_nothing(ward, made):
    client = system(ward.town.lyngfors)
    assert reason(client, ward.usk.uuid) == "unknown_unit"
    assert reason(client, ward.usk.uuid, unit="ekbacken") == "unknown_person"
    assert reason(client, uuid4(), unit="ekbacken") == "unknown_person"
    assert reason(system(ward.town.omsorg), ward.usk.uuid, unit="omsorg-granvik") == "unknown_person"


def test_a_credential_needs_the_scope(ward, made):
    response = ask(system(scopes=("statements/read",)), ward.usk.uuid)
    assert (response.status_code, response.json()["code"]) == (403, "not_allowed")
    assert response["Content-Type"] == "application/problem+json"
    assert reason(system(scopes=("all",)), ward.usk.uuid) == "active"


def test_a_wrong_credential_is_not_helped_by_a_session(ward, made):
    client = reads(ward.usk)
    assert reason(client, ward.usk.uuid) == "active"
    client.defaults["HTTP_AUTHORIZATION"] = "Basic eDp5"
    assert ask(client, ward.usk.uuid).status_code == 401


def test_nobody_in_particular_is_asked_who_she_is(ward, made):
    response = ask(Client(), ward.usk.uuid)
    assert (response.status_code, response.json()["status"]) == (401, 401)
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("who", "expected"),
    [("usk", "active"), ("chef", "active"), ("mas", "active"), ("ssk", "active"), ("kim", "unknown_person")],
)
def test_people_ask_about_those_whom_it_concerns_them_to_know(ward, made, who, expected):
    person = world.works_at(ward.norr, "Kim", "vardbitrade") if who == "kim" else getattr(ward.town, who)
    assert reason(reads(person), ward.usk.uuid) == expected


def test_a_colleague_nurse_asks_also_about_who_has_none(ward):
    assert reason(reads(ward.other_nurse), ward.usk.uuid) == "no_delegation"


# Bad questions


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"person": ""}, "Say person in the query"),
        ({"task": " "}, "Say task in the query"),
        ({"unit": "x" * 201}, "Say unit in the query"),
        ({"unit": "a\x00"}, "Say unit in the query"),
        ({"at": "yesterday"}, "Say the moment"),
        ({"at": "2026-03-01T14:00:00"}, "Say the moment"),
        ({"at": "2026-13-01T14:00:00Z"}, "Say the moment"),
        ({"at": "2026-03-01"}, "Say the moment"),
    ],
)
def test_a_question_that_is_not_whole_is_a_problem(ward, made, changes, words):
    response = system().get(ADDRESS, {"person": str(ward.usk.uuid), "task": "insulin", "unit": "norr"} | changes)
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert words in response.json()["title"]


def test_another_method_is_refused(ward):
    response = system().delete(ADDRESS)
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")


def test_no_answer_is_kept(ward, made):
    assert ask(system(), ward.usk.uuid)["Cache-Control"] == "no-store"


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_questions_does_not_grow(ward, made, count, django_assert_num_queries):
    for _more in range(count - 1):
        ward.active(at=now(), giver=ward.other_nurse, first_day=today(), last_day=today() + timedelta(days=50))
    client = system(ward.town.granvik)
    ask(client, ward.usk.uuid)
    with django_assert_num_queries(13):
        assert reason(client, ward.usk.uuid) == "active"
