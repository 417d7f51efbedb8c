"""The words of a query for statements, in plain SQL: the ORM takes longer to word one than the database to answer it.

A page is read along an index that is in the order of storing already, so that it stops where the page ends, however
much there is: that of the agent's links, else of the activity's, else of the table. What a reader may see and what is
voided are worded by the models, once for each reader.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection

from people.api import moment_of

from .bulk import execute, moment_value, uuid_value
from .models import Credential, RedactablePart, Statement
from .parameters import Filters
from .statement import ActivityRole, AgentRole

LONGEST: Final = timedelta(hours=1)
"""More than it takes from looking at the clock to taking an id: by so much the two orders may differ."""

FIELDS: Final = ("id", "statement_id", "stored", "payload")
COLUMNS: Final = ", ".join(f"xapi_statement.{name}" for name in FIELDS)


@dataclass(frozen=True, slots=True)
class Named:
    """Primary keys of what a query names; an empty tuple for what is not asked for."""

    agents: tuple[int, ...] = ()
    authorities: tuple[int, ...] = ()
    verb: tuple[int, ...] = ()
    activity: tuple[int, ...] = ()


@dataclass(slots=True)
class Words:
    """A question on its way: where it reads, in which order, under which conditions."""

    source: str = "xapi_statement"
    order: str = "xapi_statement.id"
    conditions: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def only(self, condition: str, *values: Any) -> None:
        self.conditions.append(condition)
        self.values.extend(values)

    def along(self, table: str, column: str, pks: tuple[int, ...], roles: str) -> None:
        """Read along the links of an agent or activity; a statement that names it twice is there once."""
        self.source = f"{table} AS link JOIN xapi_statement ON xapi_statement.id = link.statement_id"
        self.order = "link.statement_id"
        places = _places(pks)
        self.only(f"link.{column} IN {places} AND link.{roles}", *pks)
        self.only(
            f"NOT EXISTS (SELECT 1 FROM {table} AS other WHERE other.statement_id = link.statement_id"
            f" AND other.{column} IN {places} AND other.{roles}"
            f" AND (other.{column}, other.role) < (link.{column}, link.role))",
            *pks,
        )


def select(filters: Filters, named: Named, credential: Credential, after: int | None) -> list[Statement]:
    """Return the page's statements that match in themselves, and one more if there is one."""
    worded = _seen(credential.pk, credential.organisation_id, tuple(credential.scopes))
    if worded is None:
        return []
    words = Words()
    words.only(worded[0], *worded[1])
    _what(words, filters, named)
    _when(words, filters, after)
    direction = "ASC" if filters.ascending else "DESC"
    rows = execute(
        f"SELECT {COLUMNS}, part.content, part.tombstone FROM {words.source}"
        " LEFT JOIN xapi_redactablepart AS part ON part.statement_id = xapi_statement.id"
        f" WHERE {' AND '.join(words.conditions)} ORDER BY {words.order} {direction} LIMIT {filters.limit + 1}",
        words.values,
    )
    return [_statement(row) for row in rows.fetchall()]


def _what(words: Words, filters: Filters, named: Named) -> None:
    is_free = True
    if named.authorities:
        links = f"SELECT statement_id FROM xapi_statementagent WHERE agent_id IN {_places(named.agents)}"
        about = f"(xapi_statement.id IN ({links}) OR xapi_statement.authority_id IN {_places(named.authorities)})"
        words.only(about, *named.agents, *named.authorities)
    elif named.agents:
        roles = f"role <= {(max(AgentRole) if filters.related_agents else AgentRole.OBJECT_MEMBER).value}"
        words.along("xapi_statementagent", "agent_id", named.agents, roles)
        is_free = False
    if named.activity:
        _about_activity(words, filters, named, may_lead=is_free and not named.verb)
    if named.verb:
        words.only(f"xapi_statement.verb_id IN {_places(named.verb)}", *named.verb)
    if filters.registration is not None:
        words.only("xapi_statement.registration = %s", uuid_value(filters.registration))


def _about_activity(words: Words, filters: Filters, named: Named, *, may_lead: bool) -> None:
    places = _places(named.activity)
    roles = f"role <= {(max(ActivityRole) if filters.related_activities else ActivityRole.OBJECT).value}"
    if may_lead:
        words.along("xapi_statementactivity", "activity_id", named.activity, roles)
    elif filters.related_activities:
        words.only(
            "EXISTS (SELECT 1 FROM xapi_statementactivity AS about WHERE about.statement_id = xapi_statement.id"
            f" AND about.activity_id IN {places})",
            *named.activity,
        )
    else:
        words.only(f"xapi_statement.activity_id IN {places}", *named.activity)


def _when(words: Words, filters: Filters, after: int | None) -> None:
    """By `stored`, and by the ids that can have been given then, so that nothing else is walked through."""
    if filters.since is not None:
        words.only("xapi_statement.stored > %s", moment_value(filters.since))
        if lower := _id_at("<=", filters.since - LONGEST, "DESC"):
            words.only(f"{words.order} > %s", lower)
    if filters.until is not None:
        words.only("xapi_statement.stored <= %s", moment_value(filters.until))
        if upper := _id_at(">", filters.until + LONGEST, "ASC"):
            words.only(f"{words.order} < %s", upper)
    if after is not None:
        words.only(f"{words.order} {'>' if filters.ascending else '<'} %s", after)


def _id_at(compared: str, moment: datetime, direction: str) -> int | None:
    """The id of the statement stored nearest to a moment, on one side of it.

    An id is taken after its statement has looked at the clock, and within `LONGEST`. So whatever was stored an hour
    before `moment` has a smaller id than all that was stored after it.
    """
    row = execute(
        f"SELECT id FROM xapi_statement WHERE stored {compared} %s ORDER BY stored {direction} LIMIT 1",
        [moment_value(moment)],
    ).fetchone()
    return row[0] if row else None


@lru_cache(maxsize=200)
def _seen(_pk: int, organisation: int | None, scopes: tuple[str, ...]) -> tuple[str, tuple[Any, ...]] | None:
    """The models' words for what a credential may read that is not voided; None when that is nothing."""
    reader = Credential(pk=_pk, organisation_id=organisation, scopes=list(scopes))
    try:
        sql, values = Statement.objects.seen_by(reader).not_voided().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return None
    return sql.split(" WHERE ", 1)[1], values


def _statement(row: tuple[Any, ...]) -> Statement:
    pk, statement_id, stored, payload, content, tombstone = row
    uuid = Statement._meta.get_field("statement_id").to_python(statement_id)
    found = Statement.from_db(connection.alias, list(FIELDS), [pk, uuid, moment_of(stored), payload])
    if content is not None:
        found.redactable = RedactablePart(statement_id=pk, content=content, tombstone=bool(tombstone))
    return found


def _places(values: tuple[Any, ...]) -> str:
    return f"({', '.join(['%s'] * len(values))})"
