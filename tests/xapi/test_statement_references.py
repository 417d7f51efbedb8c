"""Filters and statements that refer to others (2.0: 4.1.6.1, 1.0.3: Communication 2.1.3, filter conditions for
StatementRefs, and 2.1.4)."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from people.models import Organisation
from xapi import targets
from xapi.api import record
from xapi.models import Statement, StatementTarget
from xapi.targets import MAX_STEPS, relink

from .bodies import ANNA, AT, BEATA, COURSE, Json, agent, named, voiding
from .conftest import MakeCredential

pytestmark = pytest.mark.django_db
URL = "/xapi/statements"
CONFIRMED = "http://example.com/verbs/confirmed"
BY_ANNA = {"agent": json.dumps(agent(ANNA))}
BY_BEATA = {"agent": json.dumps(agent(BEATA))}


def about(body: Json, **changes: Any) -> Json:
    """Beata confirms another statement."""
    reference = {"objectType": "StatementRef", "id": body["id"]}
    return named(actor=agent(BEATA), verb={"id": CONFIRMED}, object=reference, **changes)


def chain(length: int) -> list[Json]:
    """A statement of Anna's, one that refers to it, one that refers to that, and so on."""
    bodies = [named()]
    for _step in range(length - 1):
        bodies.append(about(bodies[-1]))
    return bodies


def found(client: Client, query: Json) -> list[str]:
    response = client.get(URL, query)
    assert response.status_code == 200, response.content
    return [one["id"] for one in response.json()["statements"]]


def ids(*bodies: Json) -> list[str]:
    return [body["id"] for body in bodies]


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
@pytest.mark.parametrize("is_batch", [False, True])
def test_a_chain_is_followed_whatever_arrived_first(order: tuple[int, ...], is_batch: bool, machine: Client) -> None:
    bodies = chain(3)
    sent = [bodies[place] for place in order]
    for batch in [sent] if is_batch else [[one] for one in sent]:
        record(batch, organisation=None, at=AT)
    assert sorted(found(machine, BY_ANNA)) == sorted(ids(*bodies))
    assert sorted(found(machine, {"activity": COURSE} | BY_ANNA)) == sorted(ids(*bodies))
    assert sorted(found(machine, BY_BEATA)) == sorted(ids(*bodies[1:]))


@pytest.mark.parametrize(
    "query",
    [
        {"verb": "http://adlnet.gov/expapi/verbs/completed"},
        {"activity": COURSE},
        {"registration": "6a5c2c7e-1c2f-4b0a-9f0a-8b6a3a1a0b01"},
        {"agent": json.dumps(agent("c" * 32)), "related_agents": "true"},
        {"activity": "http://example.com/set", "related_activities": "true"},
    ],
    ids=str,
)
def test_every_filter_follows(query: Json, machine: Client) -> None:
    context = {
        "registration": "6a5c2c7e-1c2f-4b0a-9f0a-8b6a3a1a0b01",
        "instructor": agent("c" * 32),
        "contextActivities": {"parent": [{"id": "http://example.com/set"}]},
    }
    target = named(context=context)
    record([target, about(target), named(verb={"id": CONFIRMED}, object={"id": "t:x"})], organisation=None, at=AT)
    assert len(found(machine, query)) == 2


def test_all_conditions_are_met_by_one_statement(machine: Client) -> None:
    """Not one by what refers and another by what it refers to."""
    target = named()
    record([target, about(target)], organisation=None, at=AT)
    assert found(machine, BY_BEATA | {"activity": COURSE}) == []
    assert found(machine, BY_ANNA | {"verb": CONFIRMED}) == []


def test_time_and_number_concern_what_refers(machine: Client) -> None:
    first, second, third = bodies = chain(3)
    for day, body in enumerate(bodies):
        record([body], organisation=None, at=AT + timedelta(days=day))
    since = (AT + timedelta(hours=1)).isoformat()
    until = (AT + timedelta(days=1, hours=1)).isoformat()
    assert found(machine, BY_ANNA | {"since": since}) == ids(third, second)
    assert found(machine, BY_ANNA | {"until": until}) == ids(second, first)
    assert found(machine, BY_ANNA | {"since": since, "until": until}) == ids(second)
    assert found(machine, BY_ANNA | {"limit": 2}) == ids(third, second)
    assert found(machine, BY_ANNA | {"limit": 2, "ascending": "true"}) == ids(first, second)


@pytest.mark.parametrize("ascending", ["true", "false"])
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_hold_each_once_and_in_order(ascending: str, limit: int, machine: Client) -> None:
    target = named()
    bodies = [target]
    for number in range(6):
        bodies.append(about(bodies[-1]) if number % 2 else named())
    record(bodies, organisation=None, at=AT)
    page = machine.get(URL, BY_ANNA | {"limit": limit, "ascending": ascending}).json()
    got = [one["id"] for one in page["statements"]]
    while page["more"]:
        page = machine.get(page["more"]).json()
        assert 0 < len(page["statements"]) <= limit
        got += [one["id"] for one in page["statements"]]
    assert got == (ids(*bodies) if ascending == "true" else ids(*bodies)[::-1])


def test_what_refers_to_a_voided_statement_is_still_found(machine: Client) -> None:
    """And the voiding statement too; the voided one is not. (1.0.3: Communication 2.1.4)"""
    target = named()
    confirming, void = about(target), voiding(target["id"], id=str(uuid4()))
    record([target, confirming, void], organisation=None, at=AT)
    assert found(machine, {"activity": COURSE}) == ids(void, confirming)
    record([voiding(confirming["id"])], organisation=None, at=AT)
    assert confirming["id"] not in found(machine, {"activity": COURSE})


def test_a_reference_in_the_context_does_not_count(machine: Client) -> None:
    """(1.0.3: Communication 2.1.3, note)"""
    target = named()
    context = {"statement": {"objectType": "StatementRef", "id": target["id"]}}
    record([target, named(actor=agent(BEATA), context=context)], organisation=None, at=AT)
    assert found(machine, BY_ANNA) == ids(target)


def test_one_statement_is_asked_for_by_its_id_alone(machine: Client) -> None:
    first, second = chain(2)
    record([first, second], organisation=None, at=AT)
    assert machine.get(URL, {"statementId": first["id"]}).json()["id"] == first["id"]


def test_statements_that_refer_in_a_circle_do_no_harm(machine: Client) -> None:
    first = named(actor=agent(BEATA))
    second = about(first)
    first["object"] = {"objectType": "StatementRef", "id": second["id"]}
    own = str(uuid4())
    alone = about({"id": own}) | {"id": own}
    record([first, second, alone], organisation=None, at=AT)
    assert found(machine, {"verb": CONFIRMED}) == ids(alone, second, first)
    assert StatementTarget.objects.count() == 2


def test_a_chain_is_followed_far_and_not_without_end(machine: Client) -> None:
    bodies = chain(MAX_STEPS + 10)
    record(bodies[::-1], organisation=None, at=AT)
    assert sorted(found(machine, BY_ANNA)) == sorted(ids(*bodies[: MAX_STEPS + 1]))


def test_a_reference_tells_nothing_of_another_organisation(
    credential: MakeCredential, granvik: Organisation, lyngfors: Organisation
) -> None:
    """Who guesses an id may not learn by filters whom it is about."""
    target = named()
    record([target], organisation=lyngfors, at=AT)
    guess = about(target)
    record([guess], organisation=granvik, at=AT)
    ours = Client(headers=credential(granvik)[1])
    assert found(ours, BY_ANNA) == []
    assert found(ours, BY_BEATA) == ids(guess)
    everything = Client(headers=credential()[1])
    assert found(everything, BY_ANNA) == ids(target)
    over = about(target)
    record([over], organisation=None, at=AT)
    assert found(everything, BY_ANNA) == ids(over, target)


def test_who_reads_her_own_learns_nothing_of_what_others_sent(
    credential: MakeCredential, granvik: Organisation
) -> None:
    target = named()
    record([target], organisation=granvik, at=AT)
    source, headers = credential(granvik, "statements/write,statements/read/mine")
    guess = about(target)
    record([guess], organisation=granvik, source=source, at=AT)
    mine = Client(headers=headers)
    assert found(mine, BY_ANNA) == []
    assert found(mine, BY_BEATA) == ids(guess)


def test_the_way_is_written_down_for_each_statement_on_it() -> None:
    bodies = chain(3)
    record(bodies, organisation=None, at=AT)
    pk = {str(row.statement_id): row.pk for row in Statement.objects.all()}
    a, b, c = (pk[str(UUID(body["id"]))] for body in bodies)
    assert set(StatementTarget.objects.values_list("statement", "target")) == {(b, a), (c, b), (c, a)}


# --- Many that were there first, and what was not linked --------------------------------------------------------------


def ways() -> set[tuple[str, str]]:
    """Who leads where, by the ids."""
    rows = StatementTarget.objects.values_list("statement__statement_id", "target__statement_id")
    return {(str(one), str(other)) for one, other in rows}


def test_of_many_that_were_there_first_so_many_are_linked_and_relink_finds_the_rest(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(targets, "MAX_REFERRERS", 3)
    target = named()
    early = [about(target) for _number in range(5)]
    for body in [*early, target]:
        record([body], organisation=None, at=AT)
    linked = ways()
    assert len(linked) == 3
    assert linked < {(one, target["id"]) for one in ids(*early)}
    assert "relink" in caplog.text
    late = about(target)
    record([late], organisation=None, at=AT)
    assert (late["id"], target["id"]) in ways()
    assert relink() == 2
    assert ways() == {(one, target["id"]) for one in ids(*early, late)}
    assert relink() == 0


def test_so_many_are_counted_over_all_steps_and_the_nearest_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "MAX_REFERRERS", 3)
    bodies = chain(6)
    for body in bodies[::-1]:
        record([body], organisation=None, at=AT)
    first = bodies[0]["id"]
    assert {one for one, other in ways() if other == first} == set(ids(*bodies[1:4]))
    relink()
    assert {one for one, other in ways() if other == first} == set(ids(*bodies[1:]))


def test_what_another_organisation_refers_to_first_takes_nobodys_place(
    monkeypatch: pytest.MonkeyPatch, granvik: Organisation, lyngfors: Organisation, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(targets, "MAX_REFERRERS", 2)
    target = named()
    record([about(target) for _guess in range(5)], organisation=lyngfors, at=AT)
    ours, everybodys = about(target), about(target)
    record([ours], organisation=granvik, at=AT)
    record([everybodys], organisation=None, at=AT)
    record([target], organisation=granvik, at=AT)
    assert ways() == {(ours["id"], target["id"]), (everybodys["id"], target["id"])}
    assert not caplog.records
    assert relink() == 0


def test_storing_costs_the_same_number_of_questions_with_many_that_were_there_first(granvik: Organisation) -> None:
    def questions(early: int) -> int:
        target = named()
        record([about(target) for _number in range(early)] or [named()], organisation=granvik, at=AT)
        with CaptureQueriesContext(connection) as asked:
            record([target], organisation=granvik, at=AT)
        return len(asked)

    questions(0)
    assert questions(30) == questions(3)


@pytest.mark.parametrize("batch", [1, 3, 500])
def test_relink_writes_down_what_was_stored_before_ways_were(
    batch: int, machine: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the tables had been filled before: what was there first was not linked then."""
    with monkeypatch.context() as patch:
        patch.setattr(targets, "MAX_REFERRERS", 0)
        bodies = chain(4)
        for body in bodies[::-1]:
            record([body], organisation=None, at=AT)
    assert found(machine, BY_ANNA) == ids(bodies[0])
    assert relink(batch=batch) == 6
    assert sorted(found(machine, BY_ANNA)) == sorted(ids(*bodies))
    assert relink(batch=batch) == 0


def test_the_command_says_how_many_it_found(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(targets, "MAX_REFERRERS", 0)
        target = named()
        record([about(target)], organisation=None, at=AT)
        record([target], organisation=None, at=AT)
    said = StringIO()
    call_command("statements", "relink", stdout=said)
    call_command("statements", "relink", stdout=said)
    assert said.getvalue().splitlines() == [
        "1 missing ways from a statement to one that it leads to written down.",
        "0 missing ways from a statement to one that it leads to written down.",
    ]
