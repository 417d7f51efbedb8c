"""Disposal: what lawfully goes for good, under a permit written in the same transaction (semantics 10).

The redactable part of a statement becomes a tombstone. A foreign identifier is replaced by its stand-in account when
nothing needs it any more: no document, no statement that is not disposed of, and no link to a person (then the fold
needs it; `people` unlinks first). What is under legal hold stays. The database refuses whatever is not done this way.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from people.api import DomainError, NotFound, Organisation, iri_base, person_by_actor_key

from .attachments import remove_disposed
from .attempts import LookAgain, attempted
from .bulk import chunks, is_postgresql
from .documents import remove
from .forwarding import forget_answers
from .identity import Identifier, identifier_from_key, stand_in
from .models import (
    Agent,
    DisposalPermit,
    Document,
    IdentifierPermit,
    LegalHold,
    RedactablePart,
    Statement,
    StatementAgent,
    StatementAttachment,
)
from .redaction import Path
from .references import agent_pk
from .statement import AgentRole

ABOUT: Final = (
    AgentRole.ACTOR,
    AgentRole.ACTOR_MEMBER,
    AgentRole.OBJECT,
    AgentRole.OBJECT_MEMBER,
    AgentRole.SUB_ACTOR,
    AgentRole.SUB_OBJECT,
)
"""The places of a person whom a statement is about; elsewhere it is about what somebody else did."""


class NoGround(DomainError):
    code = "no_ground"
    default_message = _("Say on what ground, and who decided it.")


@dataclass(frozen=True, slots=True)
class Decision:
    """Why something goes, who decided it, and when it is carried out."""

    ground: str
    decided_by: str
    at: datetime

    def __post_init__(self) -> None:
        if not self.ground.strip() or not self.decided_by.strip():
            raise NoGround


@dataclass(frozen=True, slots=True)
class Disposal:
    """What goes, or would go, and what does not: never its content.

    `statements` lose their redactable part, `held` keep it under legal hold. `identifiers` is how many foreign
    identifiers are replaced, `documents` and `attachments` how many documents and contents are deleted.
    """

    statements: tuple[UUID, ...]
    held: tuple[UUID, ...]
    identifiers: int
    documents: int = 0
    attachments: int = 0


def would_dispose(statement_ids: Iterable[UUID], *, at: datetime, identifiers: bool = True) -> Disposal:
    """Report exactly what `dispose` would remove. Raises NotFound for an id that is not stored."""
    wanted = _wanted(_pks(statement_ids), at)
    return _report(wanted, len(_unneeded(wanted, at)) if identifiers else 0)


def dispose(statement_ids: Iterable[UUID], decision: Decision, *, identifiers: bool = True) -> Disposal:
    """Remove for good the redactable part of statements, and the foreign identifiers that nothing else needs.

    What is disposed of already stays so; without `identifiers` only the parts go. Raises NotFound for an id that is
    not stored; then nothing is done.
    """
    ids = set(statement_ids)
    return attempted(lambda: _dispose(_pks(ids), decision, identifiers=identifiers))


def would_erase_actor(key: str, *, at: datetime) -> Disposal:
    """Report exactly what `erase_actor` would remove."""
    agents = _agents_called(key)
    wanted = _wanted(_pks_about(agents), at)
    documents = Document.objects.filter(agent__in=agents)
    is_held = _is_held(agents, at)
    found = _unneeded(wanted, at, agents, without_documents_of=() if is_held else agents)
    return _report(wanted, len(found), 0 if is_held else documents.count())


def erase_actor(key: str, decision: Decision) -> Disposal:
    """Dispose of everything that statements about an actor key hold apart, and of the documents about it.

    For a foreign identifier that is every statement that names it, and the identifier itself.
    """
    return attempted(lambda: _erase(_agents_called(key), decision))


def hold(
    *, until: datetime, decision: Decision, organisation: Organisation | None = None, actor_key: str = ""
) -> LegalHold:
    """Stop disposal for an organisation, a person, or her in one organisation, until a moment; the newest counts."""
    base = iri_base()
    return attempted(
        lambda: LegalHold.objects.create(
            organisation=organisation,
            agent_id=agent_pk(identifier_from_key(actor_key, base), base) if actor_key else None,
            until=until,
            ground=decision.ground,
            decided_by=decision.decided_by,
            recorded_at=decision.at,
        )
    )


@dataclass(frozen=True, slots=True)
class Hold:
    """What a legal hold covers, for rooms above: a node of the tree and below it, a person's key, or both."""

    path: str = ""
    actor_name: str = ""


def holds_in_force(at: datetime) -> list[Hold]:
    rows = LegalHold.objects.in_force(at).select_related("organisation", "agent")
    return [
        Hold(row.organisation.path if row.organisation else "", row.agent.ifi_value if row.agent else "")
        for row in rows
    ]


# --- What goes -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The statements asked about: with parts that may go, held, and all that nothing holds."""

    parts: dict[int, UUID]
    held: dict[int, UUID]
    free: list[int]


def _pks(statement_ids: Iterable[UUID]) -> list[int]:
    wanted = set(statement_ids)
    found = {
        statement_id: pk
        for chunk in chunks(wanted)
        for pk, statement_id in Statement.objects.filter(statement_id__in=chunk).values_list("pk", "statement_id")
    }
    if missing := wanted - found.keys():
        raise NotFound(_("There is no statement %(id)s.") % {"id": min(missing)})
    return sorted(found.values())


def _agents_called(key: str) -> list[Agent]:
    base = iri_base()
    return list(Agent.objects.named(identifier_from_key(key, base), base))


def _pks_about(agents: list[Agent]) -> list[int]:
    """One of ours: the statements about her. A foreign identifier: every statement that names it."""
    links = StatementAgent.objects.filter(agent__in=agents)
    if not any(_is_foreign(agent) for agent in agents):
        links = links.filter(role__in=ABOUT)
    return sorted(set(links.values_list("statement_id", flat=True)))


def _wanted(pks: Sequence[int], at: datetime) -> _Wanted:
    held = {pk for chunk in chunks(pks) for pk in _held(chunk, at)}
    parts = {
        pk: (statement_id, pk in held)
        for chunk in chunks(pks)
        for pk, statement_id in RedactablePart.objects.filter(statement__in=chunk, tombstone=False)
        .order_by("pk")
        .values_list("pk", "statement__statement_id")
    }
    return _Wanted(
        {pk: statement_id for pk, (statement_id, is_held) in parts.items() if not is_held},
        {pk: statement_id for pk, (statement_id, is_held) in parts.items() if is_held},
        [pk for pk in pks if pk not in held],
    )


def _held(pks: list[int], at: datetime) -> set[int]:
    """Those of a chunk of statements that a hold in force covers."""
    held: set[int] = set()
    for one in LegalHold.objects.in_force(at):
        rows = Statement.objects.filter(pk__in=pks)
        if one.organisation_id is not None:
            rows = rows.filter(organisation=one.organisation_id)
        if one.agent_id is not None:
            rows = rows.filter(pk__in=StatementAgent.objects.filter(agent=one.agent_id).values("statement_id"))
        held.update(rows.values_list("pk", flat=True))
    return held


def _is_held(agents: list[Agent], at: datetime) -> bool:
    """True when a hold in force covers the agents, or an organisation that keeps a statement or document of theirs."""
    named_in = Statement.objects.filter(agent_links__agent__in=agents, organisation__isnull=False)
    documents = Document.objects.filter(agent__in=agents, organisation__isnull=False)
    organisations = {pk for rows in (named_in, documents) for pk in rows.values_list("organisation", flat=True)}
    holds = LegalHold.objects.in_force(at).filter(Q(agent=None) | Q(agent__in=agents))
    return holds.filter(Q(organisation=None) | Q(organisation__in=organisations)).exists()


def _is_foreign(agent: Agent) -> bool:
    return not _identifier(agent).names_nobody(iri_base())


def _identifier(agent: Agent) -> Identifier:
    return Identifier(agent.ifi_kind, agent.ifi_value, agent.home_page)


def _candidates(wanted: _Wanted, also: Iterable[Agent] = ()) -> set[int]:
    """The foreign agents that the statements name."""
    named = {
        agent
        for chunk in chunks(wanted.free)
        for agent in StatementAgent.objects.filter(statement__in=chunk).values_list("agent_id", flat=True)
    }
    named.update(agent.pk for agent in also)
    foreign = Agent.objects.foreign(iri_base())
    return {pk for chunk in chunks(named) for pk in foreign.filter(pk__in=chunk).values_list("pk", flat=True)}


def _unneeded(
    wanted: _Wanted, at: datetime, also: Iterable[Agent] = (), *, without_documents_of: Iterable[Agent] = ()
) -> list[Agent]:
    """The foreign agents that nothing needs once the parts of `wanted` are gone, in the order they are locked."""
    candidates = _candidates(wanted, also)
    going = Counter(
        agent
        for chunk in chunks(wanted.parts)
        for agent, _statement in set(
            StatementAgent.objects.filter(statement__in=chunk).values_list("agent_id", "statement_id")
        )
    )
    spared = {agent.pk for agent in without_documents_of}
    found = []
    for chunk in chunks(candidates):
        undisposed = StatementAgent.objects.filter(agent__in=chunk, statement__redactable__tombstone=False)
        counts = dict(undisposed.values_list("agent_id").annotate(Count("statement_id", distinct=True)))
        documented = set(Document.objects.filter(agent__in=chunk).values_list("agent_id", flat=True)) - spared
        found += [
            agent
            for agent in Agent.objects.filter(pk__in=chunk)
            if counts.get(agent.pk, 0) == going[agent.pk] and agent.pk not in documented
        ]
    free = [agent for agent in found if not _is_linked(agent) and not _is_held([agent], at)]
    return sorted(free, key=lambda agent: bytes(agent.key))


def _is_linked(agent: Agent) -> bool:
    """True when `people` says today whose identifier it is: then her competence rests on it."""
    return person_by_actor_key(_identifier(agent).key(iri_base())) is not None


def _report(wanted: _Wanted, identifiers: int, documents: int = 0) -> Disposal:
    held, attachments = tuple(wanted.held.values()), _unused_attachments(wanted)
    return Disposal(tuple(wanted.parts.values()), held, identifiers, documents, attachments)


def _unused_attachments(wanted: _Wanted) -> int:
    """How many contents only statements of `wanted` came with."""
    going = Counter(
        data
        for chunk in chunks(wanted.parts)
        for data in StatementAttachment.objects.filter(statement__in=chunk).values_list("data_id", flat=True)
    )
    counts = [
        row
        for chunk in chunks(going)
        for row in StatementAttachment.objects.filter(data__in=chunk).values_list("data").annotate(Count("sha2"))
    ]
    return sum(going[data] == number for data, number in counts)


# --- Its carrying out ------------------------------------------------------------------------------------------------


# Agents are locked before documents and these before parts, each in the order of its key, as every writer takes them.


def _dispose(pks: list[int], decision: Decision, *, identifiers: bool) -> Disposal:
    _overwrite_what_is_removed()
    wanted = _with_agents_locked(lambda: pks, decision.at) if identifiers else _wanted(pks, decision.at)
    return _remove(wanted, decision, identifiers=identifiers)


def _erase(agents: list[Agent], decision: Decision) -> Disposal:
    _overwrite_what_is_removed()
    wanted = _with_agents_locked(lambda: _pks_about(agents), decision.at, agents)
    documents = 0 if _is_held(agents, decision.at) else remove(Document.objects.filter(agent__in=agents))
    return replace(_remove(wanted, decision, identifiers=True, also=agents), documents=documents)


def _with_agents_locked(asked: Callable[[], list[int]], at: datetime, also: Sequence[Agent] = ()) -> _Wanted:
    """What goes, with every foreign agent that it names locked, all in one round in the order of their keys.

    Whoever is waited for may record meanwhile, and name agents that are not locked: then LookAgain.
    """
    wanted = _wanted(asked(), at)
    candidates = _candidates(wanted, also)
    _lock_agents(candidates)
    if not is_postgresql():  # On SQLite a transaction that writes is alone.
        return wanted
    wanted = _wanted(asked(), at)
    if not _candidates(wanted, also) <= candidates:
        raise LookAgain
    return wanted


def _remove(wanted: _Wanted, decision: Decision, *, identifiers: bool, also: Sequence[Agent] = ()) -> Disposal:
    _lock_parts(wanted)
    unneeded = _unneeded(wanted, decision.at, also) if identifiers else []
    report = _report(wanted, len(unneeded))
    for pk in wanted.parts:
        _replace_part(pk, decision)
    remove_disposed(wanted.parts)
    if wanted.parts:
        forget_answers(wanted.parts)
    for agent in unneeded:
        _replace_identifier(agent, decision)
    return report


def _overwrite_what_is_removed() -> None:
    """SQLite else leaves what was removed in the file until the place is used again."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")
            cursor.fetchall()


def _lock_agents(pks: set[int]) -> None:
    for chunk in chunks(_by_key(pks)):
        list(Agent.objects.select_for_update().filter(pk__in=chunk).order_by("key"))


def _by_key(pks: set[int]) -> list[int]:
    rows = [row for chunk in chunks(pks) for row in Agent.objects.filter(pk__in=chunk).values_list("key", "pk")]
    return [pk for _key, pk in sorted((bytes(key), pk) for key, pk in rows)]


def _lock_parts(wanted: _Wanted) -> None:
    """Lock the parts; those that another disposal replaced meanwhile are done."""
    still = {
        part.pk
        for chunk in chunks(sorted(wanted.parts))
        for part in RedactablePart.objects.select_for_update().filter(pk__in=chunk, tombstone=False).order_by("pk")
    }
    for pk in wanted.parts.keys() - still:
        del wanted.parts[pk]


def _replace_part(pk: int, decision: Decision) -> None:
    part = RedactablePart.objects.get(pk=pk)
    paths: list[Path] = [path for path, _value in json.loads(part.content)["parts"]]
    DisposalPermit.objects.create(
        part=part, ground=decision.ground, decided_by=decision.decided_by, made_at=decision.at
    )
    part.content = json.dumps({"paths": paths}, ensure_ascii=False, separators=(",", ":"))
    part.tombstone = True
    part.save(update_fields=["content", "tombstone"])


def _replace_identifier(agent: Agent, decision: Decision) -> None:
    IdentifierPermit.objects.create(
        agent=agent, ground=decision.ground, decided_by=decision.decided_by, made_at=decision.at
    )
    nobody = stand_in(agent.uuid, iri_base())
    agent.ifi_kind, agent.ifi_value, agent.home_page = nobody.kind, nobody.value, nobody.home_page
    agent.key = nobody.digest
    agent.save(update_fields=["ifi_kind", "ifi_value", "home_page", "key"])
