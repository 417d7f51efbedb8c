"""The agents, verbs and activities that a batch of statements names: found or made, a few queries for the batch.

Every batch takes its rows in the same order (agents, verbs, activities, each by key), so two batches that share some
can wait for each other but never in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.db import models

from .bulk import chunks
from .definitions import merged
from .identity import Identifier, digest
from .models import Activity, Agent, Verb
from .statement import Statement

Json = dict[str, Any]
M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True, slots=True)
class AgentRef:
    pk: int
    uuid: UUID


@dataclass(frozen=True, slots=True)
class References:
    agents: dict[Identifier, AgentRef]
    verbs: dict[str, int]
    activities: dict[str, int]


def references_of(statements: list[Statement], authority: Identifier, *, base: str, is_platform: bool) -> References:
    """Find or make every row that `statements` name. Call inside the transaction that will use them."""
    return References(
        agents=_agents(statements, authority),
        verbs=_verbs(statements),
        activities=_activities(statements, base, is_platform=is_platform),
    )


def agent_row(identifier: Identifier) -> Agent:
    """Find or make the row of one agent. Call inside the transaction that will use it."""
    return _found_or_made(Agent, {identifier.digest: _new_agent(identifier, is_group=False)})[identifier.digest]


def activity_row(iri: str) -> Activity:
    """Find or make the row of one activity. Call inside the transaction that will use it."""
    return _found_or_made(Activity, {digest(iri): Activity(iri=iri, key=digest(iri))})[digest(iri)]


def _new_agent(identifier: Identifier, *, is_group: bool) -> Agent:
    return Agent(
        uuid=uuid4(),
        ifi_kind=identifier.kind,
        home_page=identifier.home_page,
        ifi_value=identifier.value,
        key=identifier.digest,
        is_group=is_group,
    )


def _agents(statements: list[Statement], authority: Identifier) -> dict[Identifier, AgentRef]:
    wanted = {link.identifier: link.is_group for statement in statements for link in statement.agents}
    wanted.setdefault(authority, False)
    by_key = {identifier.digest: identifier for identifier in wanted}
    rows = _found_or_made(
        Agent,
        {key: _new_agent(identifier, is_group=wanted[identifier]) for key, identifier in by_key.items()},
    )
    return {by_key[key]: AgentRef(row.pk, row.uuid) for key, row in rows.items()}


def _verbs(statements: list[Statement]) -> dict[str, int]:
    displays: dict[str, Json] = {}
    for statement in statements:
        said = statement.body["verb"].get("display") or {}
        known = displays.setdefault(statement.verb, said)
        if known is not said and not said.keys() <= known.keys():
            displays[statement.verb] = said | known
    rows = _found_or_made(
        Verb,
        {digest(iri): Verb(iri=iri, key=digest(iri), display=display) for iri, display in displays.items()},
    )
    grown = [row for row in rows.values() if not displays[row.iri].keys() <= row.display.keys()]
    for row in _locked(Verb, grown):
        row.display = displays[row.iri] | row.display
        row.save(update_fields=["display"])
    return {row.iri: row.pk for row in rows.values()}


def _activities(statements: list[Statement], base: str, *, is_platform: bool) -> dict[str, int]:
    said: dict[str, list[Json]] = {}
    for statement in statements:
        for link in statement.activities:
            definitions = said.setdefault(link.iri, [])
            if link.definition and (not definitions or definitions[-1] != link.definition):
                definitions.append(link.definition)

    def merge(iri: str, definition: Json) -> Json:
        """Our own activities are defined by the platform alone; those of others by whoever speaks of them first."""
        is_own = iri.startswith(f"{base}/")
        if is_own and not is_platform:
            return definition
        for one in said[iri]:
            definition = merged(definition, one, may_replace=is_own)
        return definition

    rows = _found_or_made(
        Activity,
        {digest(iri): Activity(iri=iri, key=digest(iri), definition=merge(iri, {})) for iri in said},
    )
    changed = [row for row in rows.values() if merge(row.iri, row.definition) is not row.definition]
    for row in _locked(Activity, changed):
        row.definition = merge(row.iri, row.definition)
        row.save(update_fields=["definition"])
    return {row.iri: row.pk for row in rows.values()}


def _found_or_made(model: type[M], wanted: dict[bytes, M]) -> dict[bytes, M]:
    """Return the stored row for each key, after adding those that are missing. Another may add the same meanwhile."""
    rows = _found(model, wanted)
    missing = sorted(wanted.keys() - rows.keys())
    if missing:
        model._default_manager.bulk_create([wanted[key] for key in missing], ignore_conflicts=True, batch_size=100)
        rows |= _found(model, missing)
    return rows


def _found(model: type[M], keys: Iterable[bytes]) -> dict[bytes, M]:
    return {
        bytes(row.key): row  # type: ignore[attr-defined]
        for chunk in chunks(keys)
        for row in model._default_manager.filter(key__in=chunk)
    }


def _locked(model: type[M], rows: list[M]) -> models.QuerySet[M]:
    """The same rows read anew under lock, so that two batches never lose each other's additions."""
    keys = [row.key for row in rows]  # type: ignore[attr-defined]
    return model._default_manager.select_for_update(no_key=True).filter(key__in=keys).order_by("key")
