"""record(): all or none, safe to send again, and what it tells the rooms above."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from people.api import NotAllowed, NotFound
from people.models import Organisation
from xapi import api, services
from xapi.api import (
    PLATFORM_AUTHORITY,
    Entry,
    InvalidStatements,
    StatementConflict,
    StatementRow,
    VoidedRow,
    full_statement,
    record,
    record_entries,
    statements_about,
    statements_in,
)
from xapi.models import (
    Activity,
    Agent,
    RedactablePart,
    Statement,
    StatementActivity,
    StatementAgent,
    Verb,
    Voiding,
)
from xapi.statement import ActivityRole, AgentRole

from .bodies import ANNA, AT, BASE, BEATA, COMPLETED, COURSE, Json, agent, full, full_sub, named, plain, voiding
from .conftest import MakeCredential

DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


def recorded_id(body: Json, **options: object) -> UUID:
    (one,) = record([body], **{"organisation": None, "at": AT, **options})
    return one.statement_id


# --- What is stored --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [named(), full(), full_sub(id=str(uuid4()))], ids=["plain", "full", "sub"])
def test_a_statement_is_given_back_exactly_with_what_the_store_adds(body: Json) -> None:
    """(2.0: 4.2.4.2, 1.0.3: Data 2.4)"""
    before = json.loads(json.dumps(body))
    returned = full_statement(recorded_id(body))
    added = {
        "stored": "2026-11-22T09:00:00Z",
        "authority": agent(PLATFORM_AUTHORITY),
        "version": "2.0.0",
        "timestamp": body.get("timestamp", "2026-11-22T09:00:00Z"),
    }
    expected = json.loads(json.dumps(before | added))
    for place in (expected, expected["object"]):
        if parent := place.get("context", {}).get("contextActivities", {}).get("parent"):
            place["context"]["contextActivities"]["parent"] = [parent]
    assert returned == expected
    assert body == before


def test_an_id_is_made_when_none_is_sent() -> None:
    """(2.0: 4.2.4.2, 1.0.3: Data 2.4.1)"""
    statement_id = recorded_id(plain())
    assert full_statement(statement_id)["id"] == str(statement_id)


@pytest.mark.parametrize(("rules", "said", "kept"), [("2.0.0", None, "2.0.0"), ("1.0.3", None, "1.0.0")])
def test_a_version_is_set_only_when_none_is_sent(rules: str, said: str | None, kept: str) -> None:
    """(2.0: 4.2.4.3, 1.0.3: Data 2.4.10)"""
    assert full_statement(recorded_id(plain(), version=rules))["version"] == kept
    assert full_statement(recorded_id(plain(version="1.0.2"), version=rules))["version"] == "1.0.2"


def test_every_agent_and_activity_is_linked_with_its_place() -> None:
    recorded_id(full())
    recorded_id(full_sub())
    first, second = Statement.objects.order_by("id")
    agents = StatementAgent.objects.values_list("statement", "role", "agent__ifi_value")
    assert set(agents) == {
        (first.pk, AgentRole.ACTOR, "mailto:Anna.Ek@example.org"),
        (first.pk, AgentRole.INSTRUCTOR, "1234"),
        (first.pk, AgentRole.TEAM, "http://example.com/anna"),
        (first.pk, AgentRole.TEAM, "a" * 40),
        (first.pk, AgentRole.CONTEXT_AGENT, "mailto:handledare@example.org"),
        (first.pk, AgentRole.CONTEXT_GROUP, "mailto:natten@example.org"),
        (second.pk, AgentRole.ACTOR, ANNA),
        (second.pk, AgentRole.SUB_ACTOR, "mailto:Anna.Ek@example.org"),
        (second.pk, AgentRole.SUB_INSTRUCTOR, "1234"),
        (second.pk, AgentRole.SUB_TEAM, "http://example.com/anna"),
        (second.pk, AgentRole.SUB_TEAM, "a" * 40),
        (second.pk, AgentRole.SUB_CONTEXT_AGENT, "mailto:handledare@example.org"),
        (second.pk, AgentRole.SUB_CONTEXT_GROUP, "mailto:natten@example.org"),
    }
    activities = StatementActivity.objects.values_list("statement", "role", "activity__iri")
    places = {
        "OBJECT": "http://example.com/activities/question",
        "PARENT": "http://example.com/activities/set",
        "GROUPING": "http://example.com/activities/course",
        "CATEGORY": "http://example.com/profile",
    }
    assert set(activities) == {(first.pk, ActivityRole[place], iri) for place, iri in places.items()} | {
        (second.pk, ActivityRole[f"SUB_{place}"], iri) for place, iri in places.items()
    }


def test_an_anonymous_group_has_members_and_no_actor() -> None:
    """(2.0: 4.2.2.1, 1.0.3: Data 2.4.2.2)"""
    body = named(actor={"objectType": "Group", "member": [agent(ANNA), agent(BEATA), agent(ANNA)]})
    recorded_id(body)
    assert Statement.objects.get().actor is None
    assert set(StatementAgent.objects.values_list("role", "agent__ifi_value")) == {
        (AgentRole.ACTOR_MEMBER, ANNA),
        (AgentRole.ACTOR_MEMBER, BEATA),
    }
    assert full_statement(UUID(body["id"]))["actor"] == body["actor"]


def test_one_of_ours_who_said_nothing_has_no_redactable_part() -> None:
    recorded_id(plain())
    recorded_id(full())
    assert RedactablePart.objects.count() == 1
    assert "Anna" not in "".join(Statement.objects.values_list("payload", flat=True))


def test_an_iri_of_any_length_is_stored() -> None:
    body = named(object={"id": "http://example.com/" + "å" * 9000})
    assert full_statement(recorded_id(body))["object"] == body["object"]
    recorded_id(plain(object=body["object"]))
    assert Activity.objects.count() == 1


# --- When it happened (semantics 8) ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claimed", "not_before", "believed"),
    [
        (None, None, AT),
        (AT - DAY, None, AT - DAY),
        (AT, None, AT),
        (AT + timedelta(microseconds=1), None, AT),
        (AT - DAY, AT - DAY, AT - DAY),
        (AT - DAY, AT - DAY + timedelta(microseconds=1), AT),
    ],
)
def test_the_claimed_time_is_believed_unless_it_is_impossible(claimed, not_before, believed) -> None:  # type: ignore[no-untyped-def]
    body = plain(timestamp=claimed.isoformat()) if claimed else plain()
    statement_id = recorded_id(body, not_before=not_before)
    stored = api.statement(statement_id)
    assert (stored.happened_at, stored.stored) == (believed, AT)
    assert stored.payload["timestamp"] == (claimed.isoformat() if claimed else "2026-11-22T09:00:00Z")


# --- All or none, and again ------------------------------------------------------------------------------------------


def test_all_errors_of_a_batch_are_reported_and_nothing_is_stored(told: list[StatementRow]) -> None:
    with pytest.raises(InvalidStatements) as raised:
        record([plain(), plain(id="x"), {}], organisation=None, at=AT)
    assert [error.path for error in raised.value.errors] == ["$[1].id", "$[2]", "$[2]", "$[2]"]
    assert "$[1].id" in str(raised.value)
    assert (Statement.objects.count(), Agent.objects.count(), told) == (0, 0, [])


def test_an_id_used_twice_in_a_batch_is_refused() -> None:
    """(2.0: 4.1.6.1, 1.0.3: Communication 2.1.2)"""
    body = named()
    with pytest.raises(InvalidStatements) as raised:
        record([body, plain(), body], organisation=None, at=AT)
    assert [error.path for error in raised.value.errors] == ["$[2].id"]


def test_sending_again_is_safe(told: list[StatementRow]) -> None:
    """The client that lost the reply, or was offline, sends the same batch with one more."""
    bodies = [named(), full(), full_sub(id=str(uuid4()))]
    first = record(bodies, organisation=None, at=AT)
    again = record([*bodies, late := named()], organisation=None, at=AT + DAY)
    assert [one.is_new for one in first] == [True] * 3
    assert [(str(one.statement_id), one.is_new) for one in again] == [
        *((body["id"], False) for body in bodies),
        (late["id"], True),
    ]
    assert Statement.objects.count() == 4
    assert [str(row.statement_id) for row in told] == [body["id"] for body in [*bodies, late]]


def test_what_was_read_can_be_sent_back() -> None:
    """The export of a store can be imported into the same store."""
    statement_id = recorded_id(full())
    (again,) = record([full_statement(statement_id)], organisation=None, at=AT + DAY)
    assert not again.is_new


@pytest.mark.parametrize("change", [{"result": {"success": True}}, {"timestamp": "2020-01-01T00:00:00Z"}])
def test_another_statement_under_a_known_id_is_a_conflict(change: Json, told: list[StatementRow]) -> None:
    """(2.0: 4.1.6.1, 1.0.3: Communication 2.1.1) and nothing of the batch is stored."""
    body = named()
    recorded_id(body)
    with pytest.raises(StatementConflict):
        record([named(), body | change], organisation=None, at=AT)
    assert Statement.objects.count() == 1
    assert len(told) == 1


def test_an_id_that_another_request_took_meanwhile_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database refuses the second row; then the statement is there to be compared with."""
    body, other = named(), named()
    recorded_id(body)
    looked = services._stored_rows
    looks: list[int] = []

    def blind_at_first(ids):  # type: ignore[no-untyped-def]
        looks.append(1)
        return {} if len(looks) == 1 else looked(ids)

    monkeypatch.setattr(services, "_stored_rows", blind_at_first)
    outcome = record([body, other], organisation=None, at=AT)
    assert [one.is_new for one in outcome] == [False, True]
    looks.clear()
    with pytest.raises(StatementConflict):
        record([body | {"result": {"success": True}}], organisation=None, at=AT)
    assert Statement.objects.count() == 2


def test_a_receiver_that_fails_takes_the_statements_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(rows: list[StatementRow]) -> None:
        raise IntegrityError("the room above")

    monkeypatch.setattr(services, "_receivers", [fails])
    with pytest.raises(IntegrityError, match="the room above"), transaction.atomic():
        record([plain()], organisation=None, at=AT)
    assert Statement.objects.count() == 0


def test_receivers_are_told_of_new_statements_in_their_order(told: list[StatementRow], granvik: Organisation) -> None:
    registration = str(uuid4())
    bodies = [named(context={"registration": registration}), named(actor=agent(BEATA))]
    record(bodies, organisation=granvik, at=AT)
    pks = list(Statement.objects.order_by("id").values_list("pk", flat=True))
    assert told == [
        StatementRow(
            pk=pk,
            statement_id=UUID(body["id"]),
            actor_key=key,
            verb=COMPLETED,
            activity=COURSE,
            registration=UUID(registration) if key == ANNA else None,
            organisation_id=granvik.pk,
            authority_key=PLATFORM_AUTHORITY,
            happened_at=AT,
            stored=AT,
            voids=None,
        )
        for pk, body, key in zip(pks, bodies, [ANNA, BEATA], strict=True)
    ]


def test_a_receiver_is_registered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "_receivers", [])
    calls: list[int] = []

    def receiver(rows: list[StatementRow]) -> None:
        calls.append(len(rows))

    services.on_recorded(services.on_recorded(receiver))
    recorded_id(plain())
    assert calls == [1]


def test_entries_have_their_own_organisation_and_moment(granvik: Organisation, lyngfors: Organisation) -> None:
    entries = [Entry(named(), granvik, AT - DAY), Entry(named(), lyngfors, AT), Entry(named(), None, AT)]
    record_entries(entries)
    rows = Statement.objects.order_by("id").values_list("organisation", "stored")
    assert list(rows) == [(granvik.pk, AT - DAY), (lyngfors.pk, AT), (None, AT)]


def test_a_batch_costs_the_same_queries_whatever_its_size(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    record([full(id=str(uuid4()))], organisation=None, at=AT)
    with django_assert_num_queries(few(inserts=4)):
        record([full(id=str(uuid4()))], organisation=None, at=AT)
    with django_assert_num_queries(few(inserts=4)):
        record([full(id=str(uuid4())) for _number in range(50)], organisation=None, at=AT)


def few(inserts: int) -> int:
    """A savepoint and its release, the look and the inserts: on PostgreSQL each of these is one question.

    On SQLite, where none has to travel, the look is seven: for known ids, for what refers to them, for forwards, for
    agents, verbs and activities, and for the next id.
    """
    return 4 if connection.vendor == "postgresql" else 9 + inserts


# --- Agents, verbs and activities ------------------------------------------------------------------------------------


def test_agents_verbs_and_activities_are_stored_once() -> None:
    record([full(id=str(uuid4())) for _number in range(3)], organisation=None, at=AT)
    record([full(id=str(uuid4()))], organisation=None, at=AT)
    assert Agent.objects.count() == 7
    assert Verb.objects.count() == 1
    assert Activity.objects.count() == 4


def test_the_canonical_definition_grows_and_unchanged_rows_are_not_written(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """(2.0: 4.2.2.3, 1.0.3: Data 2.4.4.1)"""

    def about(definition: Json) -> Json:
        return plain(object={"id": "http://example.com/a", "definition": definition})

    record([about({"name": {"sv": "Ett"}}), about({"name": {"en": "One"}, "type": "t:x"})], organisation=None, at=AT)
    record([about({"name": {"de": "Eins"}}), about({})], organisation=None, at=AT)
    assert Activity.objects.get().definition == {"name": {"sv": "Ett", "en": "One", "de": "Eins"}, "type": "t:x"}
    with django_assert_num_queries(few(inserts=3)):
        record([about({"name": {"de": "Eins"}})], organisation=None, at=AT)


def test_only_the_platform_says_what_its_own_activities_are(credential: MakeCredential) -> None:
    source, _headers = credential()
    body = plain(object={"id": COURSE, "definition": {"name": {"sv": "Bluff"}}})
    record([body], organisation=None, source=source, at=AT)
    assert Activity.objects.get().definition == {}
    record([plain(object={"id": COURSE, "definition": {"name": {"sv": "Lyft"}}})], organisation=None, at=AT)
    record([plain(object={"id": COURSE, "definition": {"name": {"sv": "Lyfta"}}})], organisation=None, at=AT)
    record([body], organisation=None, source=source, at=AT)
    assert Activity.objects.get().definition == {"name": {"sv": "Lyfta"}}


def test_the_display_of_a_verb_gains_languages_and_keeps_its_words() -> None:
    """(2.0: 4.2.2.2, 1.0.3: Data 2.4.3)"""
    record(
        [
            plain(verb={"id": COMPLETED, "display": {"sv": "genomförde"}}),
            plain(verb={"id": COMPLETED, "display": {"sv": "bluff", "en": "completed"}}),
        ],
        organisation=None,
        at=AT,
    )
    record([plain(verb={"id": COMPLETED, "display": {"en": "bluff", "de": "beendet"}})], organisation=None, at=AT)
    assert Verb.objects.get().display == {"sv": "genomförde", "en": "completed", "de": "beendet"}


# --- Organisations and authorities -----------------------------------------------------------------------------------


def test_the_authority_is_who_sent_it_whatever_the_statement_says(credential: MakeCredential) -> None:
    """(2.0: 4.2.4.2, 1.0.3: Data 2.4.9)"""
    source, _headers = credential()
    body = named(authority={"mbox": "mailto:someone@example.org"})
    record([body], organisation=None, source=source, at=AT)
    assert full_statement(UUID(body["id"]))["authority"] == agent(f"credential/{source.uuid}")
    (stored,) = statements_about([ANNA])
    assert stored.authority_key == f"credential/{source.uuid}"
    assert "someone" not in "".join(RedactablePart.objects.values_list("content", flat=True))


def test_a_credential_records_for_its_own_organisation_only(
    credential: MakeCredential, granvik: Organisation, lyngfors: Organisation
) -> None:
    source, _headers = credential(granvik)
    for organisation in (lyngfors, None):
        with pytest.raises(NotAllowed):
            record([plain()], organisation=organisation, source=source, at=AT)
    assert Statement.objects.count() == 0
    record([plain()], organisation=granvik, source=source, at=AT)
    assert Statement.objects.get().organisation == granvik


def test_a_credential_without_the_scope_records_nothing(credential: MakeCredential) -> None:
    source, _headers = credential(None, "statements/read,profile")
    with pytest.raises(NotAllowed):
        record([plain()], organisation=None, source=source, at=AT)


def test_the_same_statement_of_another_organisation_is_a_conflict(
    credential: MakeCredential, granvik: Organisation, lyngfors: Organisation
) -> None:
    """To answer "known" would claim that the sender's organisation has it."""
    body = named()
    record([body], organisation=granvik, at=AT)
    source, _headers = credential(lyngfors)
    with pytest.raises(StatementConflict):
        record([body], organisation=lyngfors, source=source, at=AT)


# --- Voiding ---------------------------------------------------------------------------------------------------------


def test_a_voiding_concerns_the_actor_of_what_was_voided(told: list[StatementRow], granvik: Organisation) -> None:
    """(semantics 6; 2.0: 4.2.5, 1.0.3: Data 2.3.2)"""
    body = named(actor=agent(BEATA))
    record([body], organisation=granvik, at=AT)
    record([voiding(body["id"])], organisation=granvik, at=AT + DAY)
    (stored,) = statements_about([BEATA])
    assert stored.voided_at == AT + DAY
    assert told[-1].actor_key == ANNA
    assert told[-1].voids == VoidedRow(UUID(body["id"]), BEATA, granvik.pk)


def test_what_is_known_of_a_voiding_depends_on_when(granvik: Organisation) -> None:
    body = named()
    record([body], organisation=granvik, at=AT)
    record([voiding(body["id"], actor=agent(BEATA))], organisation=granvik, at=AT + DAY)
    assert statements_about([ANNA], known_at=AT - DAY) == []
    (before,) = statements_about([ANNA], known_at=AT)
    (after,) = statements_about([ANNA], known_at=AT + DAY)
    assert (before.voided_at, after.voided_at) == (None, AT + DAY)


def test_a_voiding_may_come_first_and_in_the_same_batch(told: list[StatementRow]) -> None:
    """(1.0.3: Data 2.3.2) SHOULD NOT be rejected because its target is not there."""
    early, together = named(), named(actor=agent(BEATA))
    record([voiding(early["id"])], organisation=None, at=AT)
    assert told[-1].voids is None
    record([early], organisation=None, at=AT + DAY)
    record([together, voiding(together["id"])], organisation=None, at=AT)
    assert [one.voided_at for one in statements_about([BEATA])] == [AT]
    assert [one.voided_at for one in statements_about([ANNA]) if str(one.statement_id) == early["id"]] == [AT]
    assert told[-1].voids == VoidedRow(UUID(together["id"]), BEATA, None)


def test_what_voids_cannot_be_voided(told: list[StatementRow]) -> None:
    """(2.0: 4.2.5, 1.0.3: Data 2.3.2)"""
    body, first = named(actor=agent(BEATA)), voiding(uuid4(), id=str(uuid4()))
    first["object"]["id"] = body["id"]
    record([body, first], organisation=None, at=AT)
    record([voiding(first["id"])], organisation=None, at=AT)
    assert [one.voided_at for one in statements_about([BEATA])] == [AT]
    assert api.statement(UUID(first["id"])).voided_at is None
    assert told[-1].voids is None


def test_a_credential_voids_only_its_own_organisations_statements(
    credential: MakeCredential, granvik: Organisation, lyngfors: Organisation
) -> None:
    """(1.0.3: Data 2.3.2) 403 for a source that is not authorised to void."""
    body, future = named(), named()
    record([body], organisation=granvik, at=AT)
    source, _headers = credential(lyngfors)
    with pytest.raises(NotAllowed):
        record([voiding(body["id"])], organisation=lyngfors, source=source, at=AT)
    record([voiding(future["id"], actor=agent(BEATA))], organisation=lyngfors, source=source, at=AT)
    record([future], organisation=granvik, at=AT)
    assert [one.voided_at for one in statements_about([ANNA])] == [None, None]


def test_a_credential_without_every_right_voids_only_what_it_sent(credential: MakeCredential) -> None:
    platforms, own, future = named(), named(), named()
    source, _headers = credential(None, "statements/write")
    record([platforms], organisation=None, at=AT)
    record([own], organisation=None, source=source, at=AT)
    with pytest.raises(NotAllowed):
        record([voiding(platforms["id"])], organisation=None, source=source, at=AT)
    record([voiding(own["id"]), voiding(future["id"])], organisation=None, source=source, at=AT)
    record([future], organisation=None, at=AT)
    voided = {str(one.statement_id): one.voided_at for one in statements_about([ANNA])}
    assert (voided[own["id"]], voided[platforms["id"]], voided[future["id"]]) == (AT, None, None)


def test_a_credential_with_every_right_voids_what_others_sent(credential: MakeCredential) -> None:
    body = named(actor=agent(BEATA))
    record([body], organisation=None, at=AT)
    source, _headers = credential()
    record([voiding(body["id"])], organisation=None, source=source, at=AT)
    assert [one.voided_at for one in statements_about([BEATA])] == [AT]
    assert Voiding.objects.count() == 1


# --- Reads -----------------------------------------------------------------------------------------------------------


def test_statements_about_a_person_are_hers_under_all_her_keys_in_order(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    mailbox = {"mbox": "mailto:Anna@Example.org"}
    elsewhere = {"account": {"homePage": "http://hr.example.com", "name": "1234"}}
    bodies = [named(actor=who) for who in (agent(ANNA), agent(BEATA), mailbox, elsewhere)]
    record(bodies, organisation=None, at=AT)
    keys = [ANNA, "mailto:Anna@example.org", "http://hr.example.com 1234"]
    with django_assert_num_queries(1):
        found = statements_about(keys)
    assert [str(one.statement_id) for one in found] == [bodies[0]["id"], bodies[2]["id"], bodies[3]["id"]]
    assert [one.actor_key for one in found] == keys
    assert statements_about([]) == []


def test_a_stored_statement_tells_what_the_fold_asks(granvik: Organisation) -> None:
    registration = uuid4()
    body = named(context={"registration": str(registration)}, result={"success": True, "response": "fritext"})
    record([body], organisation=granvik, at=AT)
    (one,) = statements_in(registration)
    payload = one.payload
    assert one == api.StoredStatement(
        statement_id=UUID(body["id"]),
        actor_key=ANNA,
        verb=COMPLETED,
        activity=COURSE,
        registration=registration,
        organisation_id=granvik.pk,
        authority_key=PLATFORM_AUTHORITY,
        happened_at=AT,
        stored=AT,
        payload=payload,
        voided_at=None,
    )
    assert payload["result"] == {"success": True, "response": None}
    assert statements_in(uuid4()) == []


def test_an_unknown_statement_is_not_found() -> None:
    for read in (api.statement, full_statement):
        with pytest.raises(NotFound):
            read(uuid4())


def test_the_base_of_our_iris_is_the_installations() -> None:
    assert api.vocabulary.own().base == BASE
