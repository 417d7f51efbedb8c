"""The parameter format (2.0: 4.1.6.1, 1.0.3: Communication 2.1.3)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from people.api import iri_base
from people.models import Organisation
from xapi.api import record
from xapi.shapes import ids_only

from .bodies import ANSWERED, AT, Json, full, full_sub, plain
from .conftest import MakeCredential

pytestmark = pytest.mark.django_db
URL = "/xapi/statements"


def post(client: Client, *bodies: Json) -> list[str]:
    response = client.post(URL, json.dumps(bodies), content_type="application/json")
    assert response.status_code == 200, response.content
    ids: list[str] = response.json()
    return ids


def listed(client: Client, **options: Any) -> list[Json]:
    response = client.get(URL, {"ascending": "true", "format": "canonical"}, **options)
    assert response.status_code == 200
    statements: list[Json] = response.json()["statements"]
    return statements


def test_exact_is_what_is_returned_when_nothing_is_asked(machine: Client) -> None:
    """(XAPI-00168, XAPI-00170)"""
    (statement_id,) = post(machine, full())
    exact = machine.get(URL, {"statementId": statement_id, "format": "exact"})
    assert exact.content == machine.get(URL, {"statementId": statement_id}).content
    assert exact.json()["verb"] == full()["verb"]


def test_ids_leaves_what_identifies(machine: Client) -> None:
    """(XAPI-00171)"""
    (statement_id,) = post(machine, full())
    statement = machine.get(URL, {"statementId": statement_id, "format": "ids"}).json()
    assert statement["actor"] == {"mbox": "mailto:Anna.Ek@Example.org"}
    assert statement["verb"] == {"id": ANSWERED}
    assert statement["object"] == {"id": "http://example.com/activities/question"}
    context = statement["context"]
    assert context["instructor"] == {"account": {"homePage": "http://hr.example.com", "name": "1234"}}
    assert context["team"] == {
        "objectType": "Group",
        "member": [{"openid": "http://example.com/anna"}, {"mbox_sha1sum": "A" * 40}],
    }
    assert context["contextActivities"]["parent"] == [{"id": "http://example.com/activities/set"}]
    assert context["contextActivities"]["grouping"] == [{"id": "http://example.com/activities/course"}]
    assert context["contextAgents"][0]["agent"] == {"mbox": "mailto:handledare@example.org"}
    assert context["contextGroups"][0]["group"] == {"objectType": "Group", "mbox": "mailto:natten@example.org"}
    assert statement["result"] == full()["result"]
    assert statement["attachments"] == full()["attachments"]
    assert set(statement["authority"]) == {"account"}


def test_ids_reaches_into_substatements_and_keeps_no_members_of_a_named_group() -> None:
    body = full_sub()
    body["object"]["actor"] = {
        "objectType": "Group",
        "name": "Natten",
        "mbox": "mailto:natten@example.org",
        "member": [{"mbox": "mailto:anna@example.org"}],
    }
    sub = ids_only(body)["object"]
    assert sub["actor"] == {"objectType": "Group", "mbox": "mailto:natten@example.org"}
    assert (sub["objectType"], sub["verb"], sub["object"].keys()) == ("SubStatement", {"id": ANSWERED}, {"id"})


def test_canonical_answers_with_what_the_store_knows(machine: Client) -> None:
    """Also for what another statement said of the activity, and for a statement that said nothing. (XAPI-00169)"""
    about = {"id": "http://example.com/a", "definition": {"name": {"sv": "Lyft", "en": "Lifting"}}}
    verb = {"id": ANSWERED, "display": {"sv": "svarade", "en": "answered"}}
    actor = {"mbox": "mailto:anna@example.org", "name": "Anna"}
    post(machine, plain(object=about, verb=verb), plain(object={"id": about["id"]}, verb={"id": ANSWERED}, actor=actor))
    for statement in listed(machine, headers={"Accept-Language": "en-GB"}):
        assert statement["object"]["definition"] == {"name": {"en": "Lifting"}}
        assert statement["verb"] == {"id": ANSWERED, "display": {"en": "answered"}}
    assert statement["actor"] == actor


def test_each_map_has_one_language_of_its_own(machine: Client) -> None:
    """(XAPI-00172)"""
    definition = {
        "name": {"en": "Lifting", "sv": "Lyft"},
        "description": {"en": "How to lift"},
        "interactionType": "likert",
        "scale": [{"id": "a", "description": {"de": "Ja", "sv": "Ja!"}}, {"id": "b"}],
        "type": "http://example.com/type",
    }
    post(machine, plain(object={"id": "http://example.com/a", "definition": definition}))
    (statement,) = listed(machine, headers={"Accept-Language": "sv, en;q=0.5"})
    assert statement["object"]["definition"] == {
        "name": {"sv": "Lyft"},
        "description": {"en": "How to lift"},
        "interactionType": "likert",
        "scale": [{"id": "a", "description": {"sv": "Ja!"}}, {"id": "b"}],
        "type": "http://example.com/type",
    }


def test_canonical_reaches_everywhere(machine: Client) -> None:
    body = full_sub()
    body["object"]["verb"]["display"] = {"sv": "svarade", "en": "answered"}
    post(machine, body)
    (statement,) = listed(machine, headers={"Accept-Language": "sv"})
    sub = statement["object"]
    assert sub["verb"]["display"] == {"sv": "svarade"}
    assert sub["context"]["contextActivities"]["grouping"][0]["definition"] == {"name": {"sv": "Kursen"}}
    assert sub["actor"] == body["object"]["actor"]


def test_the_next_page_keeps_the_format(machine: Client) -> None:
    post(machine, full(), plain(actor={"mbox": "mailto:a@example.org", "name": "A"}))
    page = machine.get(URL, {"limit": 1, "format": "ids"}).json()
    (last,) = machine.get(page["more"]).json()["statements"]
    assert last["verb"] == {"id": ANSWERED}


@pytest.mark.parametrize("count", [1, 3])
def test_a_canonical_page_costs_the_same_queries_whatever_its_size(
    machine: Client, count: int, django_assert_max_num_queries: Any
) -> None:
    post(machine, *(plain(object={"id": f"http://example.com/{n}"}) for n in range(count)))
    with django_assert_max_num_queries(8):
        assert len(listed(machine)) == count


def test_what_another_organisation_says_is_not_in_the_canonical_form(
    credential: MakeCredential, granvik: Organisation, lyngfors: Organisation
) -> None:
    """Neither read by one nor written for the other, of a verb or of an activity."""
    verb, about = {"id": "http://example.com/verbs/met"}, {"id": "http://example.com/meeting"}
    said = plain(
        verb=verb | {"display": {"sv": "utredde"}}, object=about | {"definition": {"name": {"sv": "Utredning"}}}
    )
    record([said], organisation=granvik, at=AT)
    record([plain(verb=verb, object=about)], organisation=lyngfors, at=AT)
    clients = {name: Client(headers=credential(name)[1]) for name in (granvik, lyngfors, None)}
    (own,), (others,) = listed(clients[granvik]), listed(clients[lyngfors])
    assert (own["verb"]["display"], own["object"]["definition"]) == (
        {"sv": "utredde"},
        {"name": {"sv": "Utredning"}},
    )
    assert (others["verb"], "definition" in others["object"]) == (verb, False)
    assert all(one["verb"]["display"] == {"sv": "utredde"} for one in listed(clients[None]))


def test_what_the_platform_tells_an_organisation_of_its_own_is_canonical_there(
    credential: MakeCredential, granvik: Organisation
) -> None:
    about = {"id": f"{iri_base()}/course/1"}
    record([plain(object=about | {"definition": {"name": {"sv": "Hygien"}}})], organisation=granvik, at=AT)
    client = Client(headers=credential(granvik)[1])
    post(client, plain(object=about), plain(object=about | {"definition": {"name": {"sv": "Skräp"}}}))
    assert [one["object"]["definition"] for one in listed(client)] == [{"name": {"sv": "Hygien"}}] * 3


def test_whoever_guesses_the_id_of_anothers_course_is_not_told_its_name(
    credential: MakeCredential, granvik: Organisation, lyngfors: Organisation
) -> None:
    about = {"id": f"{iri_base()}/activities/course/1"}
    record([plain(object=about | {"definition": {"name": {"sv": "Hemlig"}}})], organisation=granvik, at=AT)
    client = Client(headers=credential(lyngfors)[1])
    post(client, plain(object=about))
    assert [one["object"] for one in listed(client)] == [about]
    assert "definition" not in client.get("/xapi/activities", {"activityId": about["id"]}).json()
