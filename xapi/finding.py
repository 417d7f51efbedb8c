"""Finding statements for a system: pages in the order of storing, never what its credential may not see."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core import signing
from django.db.models import Q
from django.utils.translation import gettext as _

from people.api import NotFound, iri_base

from .body import BadRequest
from .bulk import Question, ask
from .door import Door, door_of
from .entries import PLATFORM_AUTHORITY
from .identity import Identifier, digest
from .models import (
    Activity,
    Agent,
    Credential,
    Statement,
    StatementActivity,
    StatementAgent,
    StatementQuerySet,
    StatementTarget,
    Verb,
)
from .parameters import Filters
from .selecting import Named, select
from .statement import ActivityRole, AgentRole

SALT = "xapi.more"


@dataclass(frozen=True, slots=True)
class Page:
    """Some statements in order, and the cursor of the next page or an empty string."""

    rows: list[Statement]
    more: str


def one_statement(statement_id: UUID, *, credential: Credential, is_voided: bool) -> Statement:
    """Return one statement that is, or is not, voided. Raises NotFound, also for what the credential may not see."""
    rows = Statement.objects.seen_by(credential).with_voided_at().select_related("redactable")
    row = rows.filter(Q(voided_at__isnull=not is_voided), statement_id=statement_id).first()
    if row is None:
        raise NotFound
    return row


def page_of(filters: Filters, *, credential: Credential, after: int | None = None) -> Page:
    """Return a page of what matches, voided statements left out; `after` is the id that the previous page ended at.

    What matches itself and what refers to something that does are asked for apart and put together: each question
    keeps its own index, which one question for both would not.
    """
    named = _named(filters, door_of(credential) if filters.agent else None)
    if named is None:
        return Page([], "")
    found = {row.pk: row for row in select(filters, named, credential, after)}
    if filters.asks_what and StatementTarget.objects.exists():
        found |= {row.pk: row for row in _referring(filters, named, Statement.objects.seen_by(credential), after)}
    ordered = sorted(found.values(), key=lambda row: row.pk, reverse=not filters.ascending)
    page = ordered[: filters.limit]
    return Page(page, cursor(filters, page[-1].pk) if len(ordered) > filters.limit else "")


def _named(filters: Filters, door: Door | None) -> Named | None:
    """Find the rows of what a query names; None when something is asked for that no statement names.

    Who came in by a door lies under the stand-in; what other credentials sent, under the identifier itself.
    """
    agents: tuple[int, ...] = ()
    if filters.agent is not None:
        rows = Agent.objects.named(filters.agent, iri_base())
        if door is not None:
            rows |= Agent.objects.named(door.identifier(filters.agent), iri_base())
        agents = tuple(rows.values_list("pk", flat=True))
    verb = _by_iri(Verb, filters.verb)
    activity = _by_iri(Activity, filters.activity)
    if (filters.agent and not agents) or (filters.verb and not verb) or (filters.activity and not activity):
        return None
    may_be_authority = filters.agent is not None and filters.related_agents and _may_be_authority(filters.agent)
    return Named(agents, agents if may_be_authority else (), verb, activity)


def _by_iri(model: type[Verb | Activity], iri: str | None) -> tuple[int, ...]:
    if iri is None:
        return ()
    (found,) = ask(Question(model, "key", [digest(iri)], "iri"))
    return tuple(pk for pk, _iri in found.values())


def _may_be_authority(identifier: Identifier) -> bool:
    """Authorities are always accounts of our own (see appending), so only of those is it worth asking."""
    return identifier.is_own(iri_base()) and identifier.value.startswith((PLATFORM_AUTHORITY, "credential/"))


def _referring(filters: Filters, named: Named, seen: StatementQuerySet, after: int | None) -> list[Statement]:
    """The page's statements among those that refer to a matching one, and one more if there is one.

    Read along the order of the references, so that it stops where the page does. Voided ones are left out of what
    was read, and made up for by reading on.
    """
    matching = _matching(filters, named, seen).order_by().values("pk")
    found: list[Statement] = []
    wanted = filters.limit + 1
    while len(found) < wanted:
        links = StatementTarget.objects.filter(
            target__in=matching, statement__in=_in_time(filters, seen, after).values("pk")
        )
        ordered = links.order_by("statement_id" if filters.ascending else "-statement_id")
        pks = list(ordered.values_list("statement_id", flat=True)[:wanted])
        found += seen.filter(pk__in=pks).not_voided().select_related("redactable") if pks else []
        if len(pks) < wanted:
            break
        after = pks[-1]
    return found


def _in_time(filters: Filters, rows: StatementQuerySet, after: int | None) -> StatementQuerySet:
    if filters.since is not None:
        rows = rows.filter(stored__gt=filters.since)
    if filters.until is not None:
        rows = rows.filter(stored__lte=filters.until)
    if after is not None:
        rows = rows.filter(id__gt=after) if filters.ascending else rows.filter(id__lt=after)
    return rows


def _matching(filters: Filters, named: Named, rows: StatementQuerySet) -> StatementQuerySet:
    """By what statements say, which also counts for those that refer to them; not by time."""
    if named.agents:
        rows = rows.filter(_about_agent(filters, named))
    if named.activity:
        links = StatementActivity.objects.filter(activity__in=named.activity)
        links = links if filters.related_activities else links.filter(role=ActivityRole.OBJECT)
        rows = rows.filter(pk__in=links.values("statement_id"))
    if named.verb:
        rows = rows.filter(verb__in=named.verb)
    if filters.registration is not None:
        rows = rows.filter(registration=filters.registration)
    return rows


def _about_agent(filters: Filters, named: Named) -> Q:
    """Actor, object or a member of them; related: instructor, team, authority and all in a SubStatement too."""
    links = StatementAgent.objects.filter(agent__in=named.agents)
    if not filters.related_agents:
        links = links.filter(role__lte=AgentRole.OBJECT_MEMBER)
    about = Q(pk__in=links.values("statement_id"))
    return about | Q(authority__in=named.authorities) if named.authorities else about


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
