"""Disposal: what goes is gone from every table, what stays is whole, and the database refuses every way around it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client

from people.api import NotFound, link_identity, unlink_identity
from people.models import Organisation
from tests.people import factories as make
from xapi.api import (
    Decision,
    Disposal,
    StatementConflict,
    dispose,
    erase_actor,
    full_statement,
    hold,
    record,
    statements_about,
    would_dispose,
    would_erase_actor,
)
from xapi.disposal import NoGround
from xapi.identity import Identifier
from xapi.models import (
    Agent,
    AttachmentData,
    AttachmentPiece,
    DisposalPermit,
    Document,
    DocumentKind,
    IdentifierPermit,
    RedactablePart,
    Statement,
    StatementAttachment,
)
from xapi.statement import check

from .bodies import ANNA, AT, BASE, BEATA, Json, agent, full, full_sub, named

pytestmark = pytest.mark.django_db

DECISION = Decision("the retention plan 4.2", "archivist", AT)
PERSONAL = ["Anna", "Ek", "trött", "Sal 3", "Bo Ask", "hr.example.com", "Natten", "handledare", "photo.png", "a" * 40]


def foreign(mbox: str = "mailto:carl@example.org", **changes: Any) -> Json:
    return named(actor={"mbox": mbox}, **changes)


def recorded(*bodies: Json, organisation: Organisation | None = None) -> list[UUID]:
    return [one.statement_id for one in record(bodies, organisation=organisation, at=AT)]


def everything_stored() -> str:
    """All text of all tables of the record store, as it lies."""
    lines = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith("xapi_"):
                cursor.execute(f'SELECT * FROM "{table}"')
                lines += [str([bytes(v) if isinstance(v, memoryview) else v for v in row]) for row in cursor.fetchall()]
    return "\n".join(lines)


def found(client: Client, mbox: str) -> list[Json]:
    response = client.get("/xapi/statements", {"agent": json.dumps({"mbox": mbox}), "related_agents": "true"})
    return response.json()["statements"]


def sql(statement: str, *parameters: object) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


# --- What goes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [full(), full_sub()], ids=["statement", "substatement"])
@pytest.mark.parametrize("text", PERSONAL)
def test_nothing_of_the_person_is_left_in_any_table(body: Json, text: str) -> None:
    (statement_id,) = recorded(body)
    assert text in everything_stored()
    dispose([statement_id], DECISION)
    assert text not in everything_stored()


def test_what_is_left_is_a_valid_statement_without_holes() -> None:
    (statement_id,) = recorded(full())
    dispose([statement_id], DECISION)
    rest = full_statement(statement_id)
    assert check(rest) == []
    assert "null" not in json.dumps(rest["result"])
    assert rest["result"]["score"] == full()["result"]["score"]
    assert rest["actor"]["account"]["homePage"] == f"{BASE}/pseudonyms"


def test_the_filter_finds_nothing_by_the_old_mailbox_and_everything_by_the_stand_in(machine: Client) -> None:
    (statement_id,) = recorded(foreign())
    before = found(machine, "mailto:carl@example.org")
    dispose([statement_id], DECISION)
    assert [one["id"] for one in before] == [str(statement_id)]
    assert found(machine, "mailto:carl@example.org") == []
    stand_in = full_statement(statement_id)["actor"]
    answer = machine.get("/xapi/statements", {"agent": json.dumps(stand_in)})
    assert [one["id"] for one in answer.json()["statements"]] == [str(statement_id)]


def test_an_identifier_stays_while_an_undisposed_statement_needs_it(machine: Client) -> None:
    first, second = recorded(foreign(), foreign())
    assert dispose([first], DECISION).identifiers == 0
    assert len(found(machine, "mailto:carl@example.org")) == 2
    assert dispose([second], DECISION).identifiers == 1
    assert found(machine, "mailto:carl@example.org") == []


def test_an_identifier_stays_while_a_document_is_kept_under_it() -> None:
    (statement_id,) = recorded(foreign())
    document_about(Agent.objects.get(ifi_kind="mbox"))
    assert dispose([statement_id], DECISION) == Disposal((statement_id,), (), 0)


def test_an_identifier_stays_while_it_is_linked_to_a_person() -> None:
    """Her competence is folded from what lies under it; whoever unlinks it first may have it disposed of."""
    person, key = make.person(), "mailto:carl@example.org"
    link_identity(person, "actor_key", key, valid_from=date(2026, 1, 1), at=AT)
    (statement_id,) = recorded(foreign())
    assert dispose([statement_id], DECISION).identifiers == 0
    assert len(statements_about([key])) == 1
    unlink_identity(person, "actor_key", key, valid_from=date(2026, 1, 1), at=AT + timedelta(hours=1))
    assert dispose([statement_id], DECISION).identifiers == 1
    assert statements_about([key]) == []


def test_without_identifiers_only_the_parts_go(machine: Client) -> None:
    (statement_id,) = recorded(foreign(result={"response": "a secret"}))
    assert dispose([statement_id], DECISION, identifiers=False) == Disposal((statement_id,), (), 0)
    assert "a secret" not in everything_stored()
    assert len(found(machine, "mailto:carl@example.org")) == 1


def test_our_own_people_keep_their_opaque_keys() -> None:
    (statement_id,) = recorded(named(result={"response": "a secret"}))
    before = statements_about([ANNA])
    assert dispose([statement_id], DECISION) == Disposal((statement_id,), (), 0)
    assert statements_about([ANNA]) == before


def test_a_permit_says_on_what_ground_and_who_decided() -> None:
    (statement_id,) = recorded(foreign())
    dispose([statement_id], DECISION)
    for permit in (DisposalPermit.objects.get(), IdentifierPermit.objects.get()):
        assert (permit.ground, permit.decided_by, permit.made_at) == ("the retention plan 4.2", "archivist", AT)
    connection.check_constraints()


@pytest.mark.parametrize(("ground", "decided_by"), [("", "archivist"), ("the plan", " ")])
def test_without_a_ground_or_who_decided_nothing_is_disposed_of(ground: str, decided_by: str) -> None:
    with pytest.raises(NoGround):
        Decision(ground, decided_by, AT)


def test_an_unknown_id_stops_the_whole_disposal() -> None:
    (statement_id,) = recorded(full())
    with pytest.raises(NotFound):
        dispose([statement_id, uuid4()], DECISION)
    assert not RedactablePart.objects.get().tombstone


def test_what_is_disposed_of_already_and_what_holds_nothing_is_passed_over() -> None:
    first, second = recorded(full(), named())
    dispose([first], DECISION)
    assert dispose([first, second], DECISION) == Disposal((), (), 0)


# --- The report beforehand -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "bodies", [[full()], [full_sub()], [named()], [foreign(), foreign(), foreign("mailto:d@e.org")]]
)
def test_the_report_is_exactly_what_is_then_removed(bodies: list[Json]) -> None:
    ids = recorded(*bodies)
    before = everything_stored()
    report = would_dispose(ids, at=AT)
    assert everything_stored() == before
    assert dispose(ids, DECISION) == report


def test_the_report_knows_what_another_statement_still_needs() -> None:
    first, _second = recorded(foreign(), foreign())
    assert would_dispose([first], at=AT) == Disposal((first,), (), 0)


def test_data_of_attachments_goes_with_the_last_statement_that_came_with_it() -> None:
    first, second, _other = recorded(full(id=str(uuid4())), full(id=str(uuid4())), named())
    content = AttachmentData.objects.create(key=b"k" * 32, length=3)
    AttachmentPiece.objects.create(data=content, number=0, content=b"her")
    for row in Statement.objects.filter(statement_id__in=[first, second]):
        StatementAttachment.objects.create(statement=row, sha2="b" * 64, data=content)
    assert would_dispose([first], at=AT).attachments == dispose([first], DECISION).attachments == 0
    assert AttachmentPiece.objects.count() == 1
    assert would_dispose([second], at=AT).attachments == dispose([second], DECISION).attachments == 1
    assert not AttachmentPiece.objects.exists()
    assert not AttachmentData.objects.exists()


# --- Sent again ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [full(), full_sub(id=str(uuid4())), foreign()], ids=["full", "sub", "small"])
def test_the_original_sent_again_is_still_known(body: Json) -> None:
    (statement_id,) = recorded(body)
    dispose([statement_id], DECISION)
    (again,) = record([body], organisation=None, at=AT)
    assert not again.is_new
    assert not Agent.objects.exclude(ifi_kind="account").exists()


def test_the_original_is_known_also_when_she_has_come_back_under_the_same_mailbox() -> None:
    body = foreign()
    (statement_id,) = recorded(body)
    dispose([statement_id], DECISION)
    recorded(foreign())
    (again,) = record([body], organisation=None, at=AT)
    assert not again.is_new


def test_what_a_reader_got_after_disposal_can_be_sent_and_is_known() -> None:
    """So an export made after disposal can be imported again."""
    (first, second) = recorded(full(), foreign())
    dispose([first], DECISION)
    dispose([second], DECISION, identifiers=False)
    for statement_id in (first, second):
        (again,) = record([full_statement(statement_id)], organisation=None, at=AT)
        assert not again.is_new


def test_another_statement_under_its_id_is_still_refused() -> None:
    body = foreign()
    (statement_id,) = recorded(body)
    dispose([statement_id], DECISION)
    with pytest.raises(StatementConflict):
        record([body | {"verb": {"id": "http://example.com/verbs/other"}}], organisation=None, at=AT)
    with pytest.raises(StatementConflict):
        record([body | {"actor": agent()}], organisation=None, at=AT)


def test_while_the_identifier_is_kept_another_is_refused() -> None:
    body = foreign()
    (statement_id,) = recorded(body)
    dispose([statement_id], DECISION, identifiers=False)
    with pytest.raises(StatementConflict):
        record([body | {"actor": {"mbox": "mailto:other@example.org"}}], organisation=None, at=AT)


def test_whoever_names_the_stand_in_speaks_of_the_same_agent() -> None:
    recorded(foreign())
    row = Agent.objects.get(ifi_kind="mbox")
    account = {"account": {"homePage": f"{BASE}/pseudonyms", "name": row.uuid.hex}}
    body = named(actor=account)
    (statement_id,) = recorded(body)
    assert full_statement(statement_id)["actor"] == account
    assert Agent.objects.filter(ifi_value=row.uuid.hex).count() == 0
    assert len(statements_about(["mailto:carl@example.org"])) == 2


# --- A person --------------------------------------------------------------------------------------------------------


def document_about(row: Agent, organisation: Organisation | None = None) -> Document:
    return Document.objects.create(
        key=uuid4().bytes, kind=DocumentKind.AGENT_PROFILE, agent=row, document_id="settings", content=b"of hers",
        content_type="text/plain", etag="e", updated_at=AT, organisation=organisation,
    )  # fmt: skip


def test_everything_about_a_foreign_person_goes_with_her_documents(machine: Client) -> None:
    mbox = "mailto:carl@example.org"
    ids = recorded(foreign(), named(context={"instructor": {"mbox": mbox}}), foreign("mailto:d@example.org"))
    document_about(Agent.objects.get(ifi_value=mbox))
    report = would_erase_actor(mbox, at=AT)
    assert report == Disposal(tuple(ids[:2]), (), 1, 1)
    assert erase_actor(mbox, DECISION) == report
    assert "carl" not in everything_stored()
    assert "d@example.org" in everything_stored()


def test_everything_about_one_of_ours_goes_and_not_what_she_said_of_others() -> None:
    about, by = recorded(
        named(result={"response": "her answer"}),
        named(actor=agent(BEATA), context={"instructor": agent(ANNA)}, result={"response": "of another"}),
    )
    assert erase_actor(ANNA, DECISION).statements == (about,)
    assert "her answer" not in everything_stored()
    assert full_statement(by)["result"] == {"response": "of another"}


def test_an_identifier_kept_by_an_earlier_disposal_goes_when_its_person_does() -> None:
    (statement_id,) = recorded(foreign())
    dispose([statement_id], DECISION, identifiers=False)
    assert erase_actor("mailto:carl@example.org", DECISION) == Disposal((), (), 1, 0)
    assert "carl" not in everything_stored()


def test_erasing_whom_nobody_named_removes_nothing() -> None:
    recorded(full())
    assert erase_actor("mailto:nobody@example.org", DECISION) == Disposal((), (), 0, 0)


# --- Legal hold ------------------------------------------------------------------------------------------------------

LATER = AT + timedelta(days=30)


def test_what_a_hold_covers_stays_until_its_date(granvik: Organisation, lyngfors: Organisation) -> None:
    (held,) = recorded(foreign(), organisation=granvik)
    (free,) = recorded(foreign("mailto:d@example.org"), organisation=lyngfors)
    hold(until=LATER, decision=DECISION, organisation=granvik)
    report = would_dispose([held, free], at=AT)
    assert report == Disposal((free,), (held,), 1)
    assert dispose([held, free], DECISION) == report
    assert "carl" in everything_stored()
    assert dispose([held], Decision("plan", "archivist", LATER)) == Disposal((held,), (), 1)


def test_a_hold_on_a_person_covers_what_names_her_wherever() -> None:
    held, also, free = recorded(
        named(result={"response": "1"}),
        named(actor=agent(BEATA), context={"instructor": agent(ANNA)}, result={"response": "2"}),
        named(actor=agent(BEATA), result={"response": "3"}),
    )
    hold(until=LATER, decision=DECISION, actor_key=ANNA)
    assert dispose([held, also, free], DECISION) == Disposal((free,), (held, also), 0)


def test_a_hold_on_a_person_in_one_organisation_leaves_her_others(
    granvik: Organisation, lyngfors: Organisation
) -> None:
    (held,) = recorded(named(result={"response": "1"}), organisation=granvik)
    (free,) = recorded(named(result={"response": "2"}), organisation=lyngfors)
    hold(until=LATER, decision=DECISION, actor_key=ANNA, organisation=granvik)
    assert dispose([held, free], DECISION) == Disposal((free,), (held,), 0)


def test_a_hold_keeps_a_person_s_documents_and_identifier() -> None:
    (statement_id,) = recorded(foreign())
    dispose([statement_id], DECISION, identifiers=False)
    document_about(Agent.objects.get(ifi_kind="mbox"))
    hold(until=LATER, decision=DECISION, actor_key="mailto:carl@example.org")
    assert would_erase_actor("mailto:carl@example.org", at=AT) == Disposal((), (), 0, 0)
    assert erase_actor("mailto:carl@example.org", DECISION) == Disposal((), (), 0, 0)
    assert Document.objects.count() == 1


def test_a_hold_on_an_organisation_keeps_its_documents_also_where_no_statement_of_it_names_the_person(
    granvik: Organisation, lyngfors: Organisation
) -> None:
    mbox = "mailto:carl@example.org"
    recorded(foreign(), organisation=lyngfors)
    document_about(Agent.objects.get(ifi_kind="mbox"), granvik)
    hold(until=LATER, decision=DECISION, organisation=granvik)
    assert would_erase_actor(mbox, at=AT).documents == 0
    assert erase_actor(mbox, DECISION).documents == 0
    assert (Document.objects.count(), Agent.objects.filter(ifi_kind="mbox").count()) == (1, 1)
    assert erase_actor(mbox, Decision("plan", "archivist", LATER)).documents == 1


def test_the_newest_hold_counts_so_that_one_can_be_lifted() -> None:
    (statement_id,) = recorded(named(result={"response": "1"}))
    hold(until=LATER, decision=DECISION, actor_key=ANNA)
    hold(until=AT, decision=DECISION, actor_key=ANNA)
    assert dispose([statement_id], DECISION).statements == (statement_id,)


@pytest.mark.parametrize("scope", ["organisation", "actor"])
def test_the_database_itself_refuses_a_permit_against_a_hold(scope: str, granvik: Organisation) -> None:
    recorded(foreign(), organisation=granvik)
    key = "mailto:carl@example.org" if scope == "actor" else ""
    hold(until=LATER, decision=DECISION, actor_key=key, organisation=granvik if scope == "organisation" else None)
    values = {"ground": "g", "decided_by": "d", "made_at": AT}
    for attempt in (
        lambda: DisposalPermit.objects.create(part=RedactablePart.objects.get(), **values),
        lambda: IdentifierPermit.objects.create(agent=Agent.objects.get(ifi_kind="mbox"), **values),
    ):
        with pytest.raises(DatabaseError, match="legal hold"), transaction.atomic():
            attempt()


def test_a_hold_on_nothing_is_refused() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        hold(until=LATER, decision=DECISION)


# --- The door for identifiers, below the service ---------------------------------------------------------------------

STAND_IN = "ifi_kind = 'account', home_page = %s, ifi_value = %s, key = %s"


def replace(row: Agent, *, also: str = "", value: str | None = None) -> int:
    """Replace an identifier by plain SQL, as the service would."""
    number = value or row.uuid.hex
    home_page = f"{BASE}/pseudonyms"
    key = Identifier("account", number, home_page).digest
    return sql(f"UPDATE xapi_agent SET {STAND_IN}{also} WHERE id = %s", home_page, number, key, row.pk)


def permit(row: Agent) -> IdentifierPermit:
    return IdentifierPermit.objects.create(agent=row, ground="g", decided_by="d", made_at=AT)


def under_permit_for(row: Agent, attempt: Callable[[], object]) -> None:
    with transaction.atomic():
        permit(row)
        attempt()


@pytest.fixture
def unneeded() -> Agent:
    """A foreign agent of whose statements nothing is left but its identifier."""
    (statement_id,) = recorded(foreign())
    dispose([statement_id], DECISION, identifiers=False)
    return Agent.objects.get(ifi_kind="mbox")


def test_with_a_permit_an_identifier_is_replaced_once(unneeded: Agent) -> None:
    permit(unneeded)
    assert replace(unneeded) == 1
    connection.check_constraints()
    with pytest.raises(DatabaseError, match="append-only"):
        replace(unneeded)


def test_without_a_permit_no_identifier_is_replaced(unneeded: Agent) -> None:
    with pytest.raises(DatabaseError, match="append-only"):
        replace(unneeded)


@pytest.mark.parametrize("also", [", uuid = '{0}'", ", is_group = NOT is_group", ", id = id + 100000"])
def test_with_a_permit_no_more_of_an_agent_is_changed(also: str, unneeded: Agent) -> None:
    with pytest.raises(DatabaseError, match="append-only"):
        under_permit_for(unneeded, lambda: replace(unneeded, also=also.format("0" * 32)))


def test_with_a_permit_an_identifier_becomes_no_other_persons(unneeded: Agent) -> None:
    for attempt in (
        lambda: replace(unneeded, value="0" * 32),
        lambda: sql("UPDATE xapi_agent SET ifi_value = 'mailto:other@example.org' WHERE id = %s", unneeded.pk),
    ):
        with pytest.raises(DatabaseError, match="append-only"):
            under_permit_for(unneeded, attempt)


def test_an_identifier_that_a_statement_needs_is_not_replaced_by_anybody(unneeded: Agent) -> None:
    recorded(foreign())
    with pytest.raises(DatabaseError, match="append-only"):
        under_permit_for(unneeded, lambda: replace(unneeded))


def test_an_identifier_that_a_document_needs_is_not_replaced_by_anybody(unneeded: Agent) -> None:
    document_about(unneeded)
    with pytest.raises(DatabaseError, match="append-only"):
        under_permit_for(unneeded, lambda: replace(unneeded))


def test_a_permit_for_an_identifier_that_is_not_used_cannot_be_committed(unneeded: Agent) -> None:
    with pytest.raises(IntegrityError):
        under_permit_for(unneeded, connection.check_constraints)


TABLES = {
    "xapi_agent": "is_group = true",
    "xapi_identifierpermit": "ground = 'another'",
    "xapi_legalhold": "ground = 'another'",
}


@pytest.fixture
def rows(unneeded: Agent) -> None:
    (statement_id,) = recorded(foreign("mailto:d@example.org"))
    dispose([statement_id], DECISION)
    hold(until=LATER, decision=DECISION, actor_key=ANNA)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("change", ["update", "delete", "replace", "truncate"])
def test_agents_permits_and_holds_are_not_changed_otherwise(change: str, table: str, rows: None) -> None:
    if connection.vendor == "sqlite":
        replace_all = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
    else:
        replace_all = f"INSERT INTO {table} SELECT * FROM {table} ON CONFLICT (id) DO UPDATE SET {TABLES[table]}"
    attempts = {
        "update": f"UPDATE {table} SET {TABLES[table]}",
        "delete": f"DELETE FROM {table}",
        "replace": replace_all,
        "truncate": f"TRUNCATE {table} CASCADE",
    }
    if change == "truncate" and connection.vendor == "sqlite":
        pytest.skip("SQLite has no TRUNCATE; its DELETE is refused")
    with pytest.raises(DatabaseError, match=r"append-only|permission denied|must be owner"):
        sql(attempts[change])


@pytest.mark.django_db(transaction=True)
def test_what_was_removed_is_not_left_in_the_file_of_the_database() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps old rows until VACUUM; see docs/operations.md")
    (statement_id,) = recorded(foreign(result={"response": "a secret that is long enough"}))
    assert b"a secret that is long" in file_of_the_database()
    dispose([statement_id], DECISION)
    assert b"a secret that is long" not in file_of_the_database()
    assert b"carl@example.org" not in file_of_the_database()


def file_of_the_database() -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.fetchall()
    return Path(connection.settings_dict["NAME"]).read_bytes()
