"""Every address of the API, held against its document; the courses, staff files, and what a forgery is told."""

from __future__ import annotations

import base64
import re
from typing import Any
from uuid import uuid4

import pytest
from django.http import QueryDict
from django.test import Client
from pydantic import TypeAdapter

from competency.services import rebuild_marked
from lms.openapi import document, operations
from lms.rest import Imported
from people.api import Organisation, Person, now
from people.models import Employment, Title
from tests.competency import world
from tests.competency.pages import ago, reads
from tests.competency.world import Town
from tests.courses import workshop
from tests.people import hr
from xapi.api import Operation
from xapi.credentials import create_credential

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
API = "/api/v1"
DESCRIBED = dict(operations())
READ = sorted(address for address, each in DESCRIBED.items() if each.method == "GET")


def system(organisation: Organisation | None = None, *scopes: str) -> Client:
    given = scopes or ("competence/read", "delegations/check")
    credential, secret = create_credential("planning", scopes=given, organisation=organisation, at=now())
    pair = base64.b64encode(f"{credential.key}:{secret}".encode()).decode()
    return Client(headers={"authorization": f"Basic {pair}"}, enforce_csrf_checks=True)


@pytest.fixture
def town_now(school: Town) -> Town:
    """People, a plan with a gap, what a unit needs and a course: something for every address to tell."""
    world.takes(school.usk, school.granvik, "hygien", ago(3))
    rebuild_marked(now())
    workshop.published("handhygien", "Händerna", "Vattnet")
    return school


def address_of(address: str, town: Town) -> tuple[str, dict[str, str]]:
    """Return an address with its places filled in, and what must be asked."""
    person = "units" if address.startswith("api/v1/units") else "people"
    uuid = town.norr.uuid if person == "units" else town.usk.uuid
    filled = re.sub(r"<uuid:uuid>", str(uuid), address)
    filled = filled.replace("<slug:code>", "HYG-01").replace("<str:slug>", "handhygien")
    asked = {"person": str(town.usk.uuid), "task": "insulin", "unit": "norr", "q": "hygien"}
    return f"/{filled}", {name: asked[name] for name in DESCRIBED[address].required if name in asked}


def test_the_document_holds_every_address_of_the_contract() -> None:
    assert {
        "/api/v1/me",
        "/api/v1/people/{uuid}/standings",
        "/api/v1/people/{uuid}/standings/{code}/explanation",
        "/api/v1/people/{uuid}/plan",
        "/api/v1/units",
        "/api/v1/units/{uuid}/gaps",
        "/api/v1/units/{uuid}/coverage",
        "/api/v1/delegations/check",
        "/api/v1/delegations/{uuid}/revoke",
        "/api/v1/courses",
        "/api/v1/courses/{slug}",
        "/api/v1/search",
        "/api/v1/professions",
        "/api/v1/competencies",
        "/api/v1/imports/people",
    } <= set(document()["paths"])


def test_every_reference_in_the_document_leads_somewhere() -> None:
    told = document()
    named = set(re.findall(r"#/components/schemas/([^']+)'", str(told)))
    assert named == set(told["components"]["schemas"])
    assert all(each["summary"] for methods in told["paths"].values() for each in methods.values())


@pytest.mark.parametrize("address", READ)
def test_an_answer_holds_what_the_document_says_and_nothing_besides(town_now: Town, address: str) -> None:
    path, asked = address_of(address, town_now)
    answer = reads(town_now.chef).get(path, asked)
    assert answer.status_code == 200, answer.content
    TypeAdapter(DESCRIBED[address].answers).validate_python(answer.json(), strict=True)
    if not address.endswith("search"):  # nothing is indexed here
        assert answer.json().get("items") != []


@pytest.mark.parametrize("address", READ)
def test_what_is_read_of_the_query_is_what_the_document_says(
    town_now: Town, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, asked = address_of(address, town_now)
    client, read = reads(town_now.chef), set[str]()
    get = QueryDict.get
    monkeypatch.setattr(QueryDict, "get", lambda self, name, default=None: read.add(name) or get(self, name, default))
    client.get(path, asked)
    # Two ask for what is the same for all their kin, and make nothing of it.
    common = {"as_of", "known_at"} if {"as_of", "known_at"} & read else set()
    assert read - common == set(DESCRIBED[address].query) - common
    assert set(DESCRIBED[address].query) <= read


@pytest.mark.parametrize("address", sorted(each for each in DESCRIBED if DESCRIBED[each].scope))
def test_the_scope_in_the_document_is_the_one_that_opens(town_now: Town, address: str) -> None:
    operation: Operation = DESCRIBED[address]
    path, asked = address_of(address, town_now)
    without = system(None, "state").generic(operation.method, path, QUERY_STRING="")
    assert (without.status_code, without.json()["code"]) == (403, "not_allowed")
    opened = system(None, operation.scope)
    answer = opened.get(path, asked) if operation.method == "GET" else opened.post(path, b"", content_type="text/csv")
    assert answer.status_code != 403


@pytest.mark.parametrize("address", sorted(DESCRIBED))
def test_nobody_is_told_anything(town_now: Town, address: str) -> None:
    path, asked = address_of(address, town_now)
    client = Client()
    answer = client.get(path, asked) if DESCRIBED[address].method == "GET" else client.post(path)
    assert answer.status_code in (401, 403)
    assert answer["Content-Type"] == "application/problem+json"


def test_the_document_is_a_page_for_people_and_json_for_machines(client: Client) -> None:
    page = client.get("/api/docs")
    assert "/api/v1/people/{uuid}/standings" in page.content.decode()
    assert client.get("/api/docs", headers={"accept": "application/json"}).json() == document()
    assert client.get("/api/docs?format=json").json()["openapi"] == "3.1.0"
    assert client.post("/api/docs").status_code == 405


# Courses


def test_courses_are_told_with_what_they_teach_and_their_modules(town_now: Town) -> None:
    (course,) = system(town_now.granvik).get(f"{API}/courses").json()["items"]
    assert (course["slug"], course["teaches"]) == ("handhygien", [{"competency": "HYG-01", "level": 2}])
    whole = system(town_now.granvik).get(f"{API}/courses/handhygien").json()
    assert [module["title"] for module in whole["modules"]] == ["Händerna", "Vattnet"]
    assert {name: whole[name] for name in course} == course
    assert reads(town_now.usk).get(whole["modules"][0]["url"]).status_code == 200


def test_a_course_that_is_not_there_is_not_found(town_now: Town) -> None:
    workshop.course("utkast")
    for slug in ("utkast", "nowhere", "x" * 300):
        answer = system(town_now.granvik).get(f"{API}/courses/{slug}")
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


# Staff files


def sent(client: Client, data: bytes, query: str = "") -> Any:
    return client.post(f"{API}/imports/people{query}", data, content_type="text/csv")


def rows(**cells: str) -> bytes:
    return hr.file(hr.line(enhet="Norr", e_post="", **cells))


@pytest.fixture
def hr_system(town_now: Town) -> Client:
    Title.objects.get_or_create(title_folded="undersköterska", defaults={"profession": "underskoterska"})
    return system(town_now.granvik, "people/import")


def number() -> int:
    return Employment.objects.filter(employee_number="100001").count()


@pytest.mark.parametrize("query", ["", "?dry_run=true"])
def test_a_staff_file_is_a_dry_run_unless_said_otherwise(hr_system: Client, query: str) -> None:
    answer = sent(hr_system, rows(), query)
    assert answer.status_code == 200, answer.content
    assert (answer.json()["applied"], answer.json()["created"]) == (False, 1)
    assert number() == 0
    TypeAdapter(Imported).validate_python(answer.json(), strict=True)


def test_a_staff_file_is_imported_once(hr_system: Client) -> None:
    first, second = (sent(hr_system, rows(), "?dry_run=false").json() for _twice in range(2))
    assert (first["applied"], first["created"], second["unchanged"]) == (True, 1, 1)
    assert number() == 1


def test_a_file_with_another_organisations_units_is_refused_whole(town_now: Town, hr_system: Client) -> None:
    data = hr.file(
        hr.line(enhet="Norr", e_post=""),
        hr.line(enhet=town_now.ekbacken.name, kommun=town_now.lyngfors.name, anställningsnummer="2", e_post=""),
    )
    answer = sent(hr_system, data, "?dry_run=false")
    assert (answer.status_code, answer.json()["code"]) == (400, "people_file")
    assert "not_your_organisation" in {line["code"] for line in answer.json()["findings"]}
    assert number() == 0


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"a;b\r\n1;2\r\n"])
def test_what_is_no_staff_file_is_refused_with_findings(hr_system: Client, data: bytes) -> None:
    answer = sent(hr_system, data, "?dry_run=false")
    assert (answer.status_code, answer.json()["code"]) == (400, "people_file")
    assert answer.json()["findings"]


def test_a_file_that_is_too_large_is_refused(hr_system: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = sent(hr_system, rows(), "?dry_run=false")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("query", ["?dry_run=no", "?dry_run=", "?complete=1"])
def test_a_flag_that_means_nothing_imports_nothing(hr_system: Client, query: str) -> None:
    answer = sent(hr_system, rows(), query)
    assert (answer.status_code, answer.json()["code"]) == (400, "query")


def test_a_person_sends_no_staff_file(town_now: Town) -> None:
    answer = sent(reads(town_now.chef), rows(), "?dry_run=false")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert number() == 0


# Forgeries


def test_a_forged_request_is_told_so_in_a_problem_document(town_now: Town) -> None:
    client = Client(enforce_csrf_checks=True)
    reads(town_now.ssk)  # makes her account
    client.force_login(Person.objects.get(pk=town_now.ssk.pk).user)
    answer = client.post(f"{API}/delegations/{uuid4()}/revoke", {}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")
    assert answer["Content-Type"] == "application/problem+json"
    page = client.post("/konto/login/", {})
    assert (page.status_code, page["Content-Type"]) == (403, "text/html; charset=utf-8")
