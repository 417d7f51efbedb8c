"""The practice log: what somebody has done under supervision, in her own words. It never counts by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from people.api import Organisation, Person, activity_iri, actor_keys_of
from people.clock import STOCKHOLM
from xapi.api import PLATFORM_AUTHORITY, Entry, full_statements, record_entries, statements_about, vocabulary

from ..errors import RuleError
from ..models import Competency
from ..services.judging import competency_activity, is_stored, statement_body

MOST_TIMES: Final = 50


@dataclass(frozen=True, slots=True)
class Practice:
    """One line of the log: how many times on a day, and the role or licence of whoever stood beside."""

    on: date
    times: int
    supervisor: str
    note: str


@dataclass(frozen=True, slots=True)
class Log:
    """What was practised, the latest first."""

    lines: tuple[Practice, ...] = ()

    @property
    def times(self) -> int:
        return sum(line.times for line in self.lines)

    @property
    def last(self) -> date | None:
        return self.lines[0].on if self.lines else None


def log_practice(
    person: Person,
    competency: Competency,
    times: int,
    at: datetime,
    *,
    organisation: Organisation,
    supervisor: str,
    statement_id: UUID,
    happened_at: datetime | None = None,
    note: str = "",
) -> UUID:
    """Record that `person` has practised under supervision, and return the id. The same id twice is one statement.

    Raises RuleError for a number that is none.
    """
    if not 1 <= times <= MOST_TIMES:
        raise RuleError(_("Say how many times, from 1 to %(count)d.") % {"count": MOST_TIMES})
    own = vocabulary.own()
    body = statement_body(
        person,
        own.practised,
        competency_activity(competency),
        statement_id=statement_id,
        timestamp=happened_at or at,
        categories=[],
        result={"extensions": {own.times: times} | ({own.comment: note} if note else {})},
        extensions={own.supervisor: supervisor},
    )
    if not is_stored(statement_id):
        record_entries([Entry(body, organisation, at)])
    return statement_id


def practice_of(
    person: Person, competency: Competency, *, organisation: Organisation | None, known_at: datetime | None = None
) -> Log:
    """Return the log of one competency: all of it, or (with `organisation`) what was practised with one employer."""
    stored = statements_about(
        actor_keys_of(person, None, known_at),
        known_at=known_at,
        verbs=[vocabulary.own().practised],
        activities=[activity_iri("competency", competency.uuid)],
    )
    kept = [
        row
        for row in stored
        if row.voided_at is None
        and row.authority_key == PLATFORM_AUTHORITY
        and (organisation is None or row.organisation_id == organisation.pk)
    ]
    bodies = full_statements(row.statement_id for row in kept)
    newest = sorted(kept, key=lambda row: (row.happened_at, row.stored), reverse=True)
    return Log(tuple(_line(bodies[row.statement_id], row.happened_at) for row in newest))


def _line(body: dict[str, Any], happened_at: datetime) -> Practice:
    own = vocabulary.own()
    result, context = body["result"]["extensions"], body["context"]["extensions"]
    note = result.get(own.comment)
    return Practice(
        on=happened_at.astimezone(STOCKHOLM).date(),
        times=result[own.times],
        supervisor=context[own.supervisor],
        note=note if isinstance(note, str) else "",
    )
