"""Finding statements for a system: pages in the order of storing, never what its credential may not see."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core import signing
from django.db.models import Q
from django.utils.translation import gettext as _

from people.api import NotFound, iri_base, moment_of

from .body import BadRequest
from .bulk import Question, ask, is_empty
from .door import Door, door_of
from .entries import PLATFORM_AUTHORITY
from .identity import Identifier, digest
from .models import Activity, Agent, Credential, Statement, StatementTarget, Verb
from .parameters import Filters
from .redaction import Kept
from .selecting import Named, referring, select

SALT = "xapi.more"


@dataclass(frozen=True, slots=True)
class Page:
    """Some statements in order, and the cursor of the next page or an empty string."""

    rows: list[Kept]
    more: str

    @property
    def last_stored(self) -> datetime | None:
        return moment_of(max((row.stored for row in self.rows), default=None))


def one_statement(statement_id: UUID, *, credential: Credential, is_voided: bool) -> Kept:
    """Return one statement that is, or is not, voided. Raises NotFound, also for what the credential may not see."""
    rows = Statement.objects.seen_by(credential).with_voided_at().select_related("redactable")
    row = rows.filter(Q(voided_at__isnull=not is_voided), statement_id=statement_id).first()
    if row is None:
        raise NotFound
    return row.kept


def page_of(filters: Filters, *, credential: Credential, after: int | None = None) -> Page:
    """Return a page of what matches, voided statements left out; `after` is the id that the previous page ended at.

    What matches itself and what refers to something that does are asked for apart and put together: each question
    keeps its own index, which one question for both would not.
    """
    named = _named(filters, door_of(credential) if filters.agent else None)
    if named is None:
        return Page([], "")
    found = {row.pk: row for row in select(filters, named, credential, after)}
    if filters.asks_what and not is_empty(StatementTarget):
        found |= {row.pk: row for row in referring(filters, named, credential, after)}
    ordered = sorted(found.values(), key=lambda row: row.pk, reverse=not filters.ascending)
    page = ordered[: filters.limit]
    return Page(page, cursor(filters, page[-1].pk) if len(ordered) > filters.limit else "")


def _named(filters: Filters, door: Door | None) -> Named | None:
    """Find the rows of what a query names; None when something is asked for that no statement names.

    Who came in by a door lies under the stand-in; what other credentials sent, under the identifier itself.
    """
    if not filters.asks_what:
        return Named()
    agents, verb, activity = (
        {pk for pk, _text in found.values()}
        for found in ask(
            Question(Agent, "key", {one.digest for one in _identifiers(filters.agent, door)}, "uuid"),
            Question(Verb, "key", [digest(filters.verb)] if filters.verb else [], "iri"),
            Question(Activity, "key", [digest(filters.activity)] if filters.activity else [], "iri"),
        )
    )
    if filters.agent is not None and filters.agent.stands_in_for(iri_base()):
        agents |= set(Agent.objects.named(filters.agent, iri_base()).values_list("pk", flat=True))
    if (filters.agent and not agents) or (filters.verb and not verb) or (filters.activity and not activity):
        return None
    authorities = agents if filters.agent and filters.related_agents and _may_be_authority(filters.agent) else ()
    return Named(tuple(agents), tuple(authorities), tuple(verb), tuple(activity))


def _identifiers(one: Identifier | None, door: Door | None) -> list[Identifier]:
    if one is None:
        return []
    return [one] if door is None else [one, door.identifier(one)]


def _may_be_authority(identifier: Identifier) -> bool:
    """Authorities are always accounts of our own (see appending), so only of those is it worth asking."""
    return identifier.is_own(iri_base()) and identifier.value.startswith((PLATFORM_AUTHORITY, "credential/"))


# --- The cursor of `more`: signed, so that it can be taken as it comes; it holds the query and never expires ----------


def cursor(filters: Filters, after: int) -> str:
    values: dict[str, Any] = {name: value for name, value in asdict(filters).items() if value != _DEFAULTS[name]}
    if filters.agent is not None:
        values["agent"] = [filters.agent.kind, filters.agent.value, filters.agent.home_page]
    for name in ("since", "until", "registration"):
        if values.get(name) is not None:
            values[name] = str(values[name])
    return signing.dumps([values, after], salt=SALT, compress=True)


def read_cursor(token: str) -> tuple[Filters, int]:
    """Return the query and the place that a cursor stands for. Raises BadRequest."""
    try:
        values, after = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise BadRequest(_("This continuation was not made by this store.")) from error
    if "agent" in values:
        values["agent"] = Identifier(*values["agent"])
    if "registration" in values:
        values["registration"] = UUID(values["registration"])
    for name in ("since", "until"):
        if name in values:
            values[name] = datetime.fromisoformat(values[name])
    return Filters(**values), after


_DEFAULTS = asdict(Filters())
