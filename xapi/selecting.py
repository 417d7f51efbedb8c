"""The words of a query for statements, in plain SQL: the ORM takes longer to word one than the database to answer it.

A page is read along an index that is in the order of storing already, so that it stops where the page ends, however
much there is: that of the agent's links, else of the activity's, else of the table. What a reader may see and what is
voided are worded by the models, once for each reader.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from django.core.exceptions import EmptyResultSet

from .bulk import execute, moment_value, uuid_value
from .models import Credential, Statement, StatementQuerySet
from .parameters import Filters
from .redaction import Kept
from .statement import ActivityRole, AgentRole

LONGEST: Final = timedelta(hours=1)
"""More than it takes from looking at the clock to taking an id: by so much the two orders may differ.

What lies between is waiting for others' locks. On SQLite that ends after 20 seconds; on PostgreSQL those others are
ended when they do nothing for ten minutes (`lms/database.py`). Only several that keep busy for so long, one behind the
other, could make it an hour, and the caller who records with a time that it looked up an hour ago.
"""
EARLIEST: Final = datetime.min.replace(tzinfo=UTC)
LATEST: Final = datetime.max.replace(tzinfo=UTC)
"""The ends of what can be counted; a query may name a moment that is nearer to one of them than LONGEST."""

KEPT: Final = "id, xapi_statement.stored, payload, part.content, part.tombstone"
PART: Final = "LEFT JOIN xapi_redactablepart AS part ON part.statement_id = xapi_statement.id"


@dataclass(frozen=True, slots=True)
class Named:
    """Primary keys of what a query names; an empty tuple for what is not asked for."""

    agents: tuple[int, ...] = ()
    authorities: tuple[int, ...] = ()
    verb: tuple[int, ...] = ()
    activity: tuple[int, ...] = ()


@dataclass(slots=True)
class Words:
    """A question on its way: where it reads, under which conditions on the rows of `table`, in the order of `key`.

    `key` is the statement's id where it is read first, so that what other tables know is asked before the row is read;
    `joined` is how the statements follow from links.
    """

    table: str = "xapi_statement"
    source: str = "xapi_statement"
    key: str = "xapi_statement.id"
    joined: str = "JOIN xapi_statement ON xapi_statement.id = link.statement_id"
    conditions: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def only(self, condition: str, *values: Any) -> None:
        self.conditions.append(condition)
        self.values.extend(values)

    def linked(self, table: str, column: str, pks: tuple[int, ...], roles: str) -> None:
        """Only what names one of `pks` in these roles, row by row: PostgreSQL would read every link of one."""
        self.only(
            f"1 = (SELECT 1 FROM {table} AS named WHERE named.statement_id = {self.key}"
            f" AND named.{column} IN {_places(pks)} AND named.{roles} LIMIT 1)",
            *pks,
        )

    def along(self, table: str, column: str, pks: tuple[int, ...], roles: str) -> None:
        """The same, read along the links; a statement that names it twice is there once."""
        self.source = f"{table} AS link {self.joined}"
        self.key = "link.statement_id"
        places = _places(pks)
        self.only(f"link.{column} IN {places} AND link.{roles}", *pks)
        self.only(
            f"NOT EXISTS (SELECT 1 FROM {table} AS other WHERE other.statement_id = link.statement_id"
            f" AND other.{column} IN {places} AND other.{roles}"
            f" AND (other.{column}, other.role) < (link.{column}, link.role))",
            *pks,
        )

    @property
    def is_along(self) -> bool:
        return self.key == "link.statement_id"

    def where(self) -> str:
        return " AND ".join(self.conditions)


def select(filters: Filters, named: Named, credential: Credential, after: int | None) -> list[Kept]:
    """Return the page's statements that match in themselves, and one more if there is one."""
    seen = _seen(credential.pk, credential.organisation_id, tuple(credential.scopes))
    if seen is None:
        return []
    words = Words()
    words.only(seen.unvoided, *seen.unvoided_values)
    _what(words, filters, named, may_lead=True)
    _when(words, filters, after)
    rows = execute(
        f"SELECT xapi_statement.{KEPT} FROM {words.source} {PART} WHERE {words.where()} {_page(words, filters)}",
        words.values,
    )
    return [Kept(*row) for row in rows.fetchall()]


def referring(filters: Filters, named: Named, credential: Credential, after: int | None) -> list[Kept]:
    """The same for the page's statements that refer to a matching one, which may be voided and of any time.

    From the agent's statements, which are few, to what refers to them; without an agent along the order of the
    references, so that it stops where the page does. (SQLite reads in the order of a CROSS JOIN.)
    """
    seen = _seen(credential.pk, credential.organisation_id, tuple(credential.scopes))
    if seen is None:
        return []
    words = Words(key="way.statement_id")
    words.only(seen.unvoided, *seen.unvoided_values)
    _when(words, filters, after)
    ways = "xapi_statementtarget AS way"
    target = Words(table="target", source=ways, key="way.target_id", joined=f"CROSS JOIN {ways}")
    target.only(seen.any.replace('"xapi_statement".', "target."), *seen.any_values)
    _what(target, filters, named, may_lead=bool(named.agents))
    if target.is_along:
        target.only("way.target_id = link.statement_id")
    found = (
        f"SELECT DISTINCT way.statement_id FROM {target.source}"
        " JOIN xapi_statement AS target ON target.id = way.target_id"
        " JOIN xapi_statement ON xapi_statement.id = way.statement_id"
        f" WHERE {target.where()} AND {words.where()} {_page(words, filters)}"
    )
    words.key = "xapi_statement.id"
    rows = execute(
        f"SELECT xapi_statement.{KEPT} FROM ({found}) AS found"
        f" JOIN xapi_statement ON xapi_statement.id = found.statement_id {PART} {_page(words, filters)}",
        [*target.values, *words.values],
    )
    return [Kept(*row) for row in rows.fetchall()]


def _page(words: Words, filters: Filters) -> str:
    return f"ORDER BY {words.key} {'ASC' if filters.ascending else 'DESC'} LIMIT {filters.limit + 1}"


def _what(words: Words, filters: Filters, named: Named, *, may_lead: bool) -> None:
    """By what statements say; with `may_lead`, read along the links of the agent, else of the activity."""
    if named.authorities:
        links = f"SELECT statement_id FROM xapi_statementagent WHERE agent_id IN {_places(named.agents)}"
        about = f"({words.table}.id IN ({links}) OR {words.table}.authority_id IN {_places(named.authorities)})"
        words.only(about, *named.agents, *named.authorities)
    elif named.agents:
        roles = f"role <= {(max(AgentRole) if filters.related_agents else AgentRole.OBJECT_MEMBER).value}"
        by_agent = words.along if may_lead else words.linked
        by_agent("xapi_statementagent", "agent_id", named.agents, roles)
        may_lead = False
    if named.activity:
        _about_activity(words, filters, named, may_lead=may_lead and not named.verb)
    if named.verb:
        words.only(f"{words.table}.verb_id IN {_places(named.verb)}", *named.verb)
    if filters.registration is not None:
        words.only(f"{words.table}.registration = %s", uuid_value(filters.registration))


def _about_activity(words: Words, filters: Filters, named: Named, *, may_lead: bool) -> None:
    roles = f"role <= {(max(ActivityRole) if filters.related_activities else ActivityRole.OBJECT).value}"
    if may_lead:
        words.along("xapi_statementactivity", "activity_id", named.activity, roles)
    elif filters.related_activities or words.is_along:
        words.linked("xapi_statementactivity", "activity_id", named.activity, roles)
    else:
        words.only(f"{words.table}.activity_id IN {_places(named.activity)}", *named.activity)


def _when(words: Words, filters: Filters, after: int | None) -> None:
    """By `stored`, and by the ids that can have been given then, so that nothing else is walked through."""
    if filters.since is not None:
        words.only("xapi_statement.stored > %s", moment_value(filters.since))
        if lower := _id_at("<=", filters.since - min(LONGEST, filters.since - EARLIEST), "DESC"):
            words.only(f"{words.key} > %s", lower)
    if filters.until is not None:
        words.only("xapi_statement.stored <= %s", moment_value(filters.until))
        if upper := _id_at(">", filters.until + min(LONGEST, LATEST - filters.until), "ASC"):
            words.only(f"{words.key} < %s", upper)
    if after is not None:
        words.only(f"{words.key} {'>' if filters.ascending else '<'} %s", after)


def _id_at(compared: str, moment: datetime, direction: str) -> int | None:
    """The id of the statement stored nearest to a moment, on one side of it.

    An id is taken within half of `LONGEST` of the time that its statement is stored at. So whatever was stored an hour
    before `moment` has a smaller id than all that was stored after it.
    """
    row = execute(
        f"SELECT id FROM xapi_statement WHERE stored {compared} %s ORDER BY stored {direction} LIMIT 1",
        [moment_value(moment)],
    ).fetchone()
    return row[0] if row else None


@dataclass(frozen=True, slots=True)
class Seen:
    """The models' words for what a credential may read: all of it, and what of it is not voided."""

    any: str
    any_values: tuple[Any, ...]
    unvoided: str
    unvoided_values: tuple[Any, ...]


@lru_cache(maxsize=200)
def _seen(pk: int, organisation: int | None, scopes: tuple[str, ...]) -> Seen | None:
    """None when it may read nothing."""
    rows = Statement.objects.seen_by(Credential(pk=pk, organisation_id=organisation, scopes=list(scopes)))
    try:
        return Seen(*_condition(rows), *_condition(rows.not_voided()))
    except EmptyResultSet:
        return None


def _condition(rows: StatementQuerySet) -> tuple[str, tuple[Any, ...]]:
    sql, values = rows.values("pk").query.sql_with_params()
    return sql.partition(" WHERE ")[2] or "1 = 1", values


def _places(values: tuple[Any, ...]) -> str:
    return f"({', '.join(['%s'] * len(values))})"
