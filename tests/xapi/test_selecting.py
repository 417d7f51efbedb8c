"""A page in plain SQL is what the models' own words would give: every filter, order and place, for every reader."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from uuid import UUID, uuid4

import pytest

from people.models import Organisation
from xapi.api import record
from xapi.finding import page_of
from xapi.identity import identifier_of
from xapi.models import Statement
from xapi.parameters import Filters

from .bodies import ANNA, AT, BEATA, COMPLETED, COURSE, Json, agent, full_sub, named, plain, voiding
from .conftest import MakeCredential

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def stored(credential: MakeCredential, granvik: Organisation, lyngfors: Organisation) -> None:
    """Statements of two organisations, over days, some of them about the same agent twice, one voided."""
    for place, organisation in enumerate((granvik, lyngfors, granvik)):
        at = AT + place * timedelta(days=1)
        bodies = [
            named(),
            named(actor=agent(BEATA), object={"objectType": "Agent", **agent(BEATA)}),
            plain(actor=agent(ANNA), object={"objectType": "Agent", **agent(BEATA)}),
            plain(actor=agent(ANNA), context={"instructor": agent(BEATA), "registration": str(uuid4())}),
            full_sub(id=str(uuid4())),
        ]
        record(bodies, organisation=organisation, at=at)
    first, second, *_others, last = Statement.objects.order_by("id")
    way = named(actor=agent(BEATA), object=reference(second.statement_id))
    bodies = [way, plain(object=reference(UUID(way["id"]))), plain(object=reference(last.statement_id))]
    record(bodies, organisation=granvik, at=AT + 3 * timedelta(days=1))
    record([voiding(str(first.statement_id))], organisation=granvik, at=AT + 4 * timedelta(days=1))


def reference(statement_id: UUID) -> Json:
    return {"objectType": "StatementRef", "id": str(statement_id)}


def test_every_page_holds_what_matches_in_its_order(
    credential: MakeCredential, granvik: Organisation, lyngfors: Organisation
) -> None:
    stored(credential, granvik, lyngfors)
    readers = [credential(organisation=organisation)[0] for organisation in (None, granvik, lyngfors)]
    agents = [None, identifier_of(agent(ANNA)), identifier_of(agent(BEATA))]
    choices = product(agents, [None, COMPLETED], [None, COURSE], [False, True], [None, AT + HOUR], [False, True])
    seen = {reader.pk: visible_to(reader) for reader in readers}
    for reader, (who, verb, activity, related, since, ascending) in product(readers, list(choices)):
        filters = Filters(
            agent=who,
            verb=verb,
            activity=activity,
            related_agents=related,
            related_activities=related,
            since=since,
            ascending=ascending,
            limit=2,
        )
        assert walked(filters, reader) == expected(filters, seen[reader.pk]), filters


def walked(filters: Filters, reader: object) -> list[int]:
    """All pages, one after the other, as a client would walk them."""
    found: list[int] = []
    after = None
    while True:
        page = page_of(filters, credential=reader, after=after)
        found += [row.pk for row in page.rows]
        if not page.more:
            return found
        after = found[-1]


def visible_to(reader: object) -> list[Statement]:
    """In the models' words, with all that a statement names."""
    rows = Statement.objects.seen_by(reader).with_voided_at().filter(voided_at=None).select_related("verb")
    links = ("agent_links__agent", "activity_links__activity")
    return list(rows.prefetch_related(*links, *(f"target_links__target__{link}" for link in links)))


def expected(filters: Filters, rows: list[Statement]) -> list[int]:
    """Read from each statement itself: its agents and activities with their roles."""
    found = [row.pk for row in rows if matches(filters, row)]
    referring = {
        row.pk
        for row in rows
        for link in row.target_links.all()
        if matches(filters, link.target, timeless=True) and in_time(filters, row) and filters.asks_what
    }
    return sorted({*found, *referring}, reverse=not filters.ascending)


def in_time(filters: Filters, row: Statement) -> bool:
    return filters.since is None or row.stored > filters.since


def matches(filters: Filters, row: Statement, *, timeless: bool = False) -> bool:
    agents = {
        link.agent.key.hex() if isinstance(link.agent.key, bytes) else bytes(link.agent.key).hex()
        for link in row.agent_links.all()
        if filters.related_agents or link.role <= 4
    }
    activities = {
        link.activity.iri for link in row.activity_links.all() if filters.related_activities or link.role == 1
    }
    return (
        (filters.agent is None or filters.agent.digest.hex() in agents)
        and (filters.activity is None or filters.activity in activities)
        and (filters.verb is None or row.verb.iri == filters.verb)
        and (timeless or in_time(filters, row))
    )
