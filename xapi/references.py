"""The agents, verbs and activities that a batch of statements names: found or made, a few queries for the batch.

Every batch takes its rows in the same order (agents, verbs, activities, each by key), so two batches that share some
can wait for each other but never in a circle. Whoever finds that an agent has gone meanwhile lets go of all that it has
taken and looks again (LookAgain): to take a row anew while holding others would be out of order.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.db import models

from .attempts import LookAgain
from .bulk import Found, Question, ask, chunks, execute, is_postgresql
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


@dataclass(frozen=True, slots=True)
class Names:
    """What some statements name, by the digest that each is unique by."""

    agents: dict[bytes, tuple[Identifier, bool]]
    verbs: dict[bytes, tuple[str, Json]]
    activities: dict[bytes, tuple[str, list[Json]]]
    kept: list[bytes]
    """The foreign agents, when they can be locked as soon as they are asked for."""

    def questions(self) -> list[Question]:
        return [
            Question(Agent, "key", self.kept, keeps=True),
            Question(Agent, "key", self.agents, "uuid"),
            Question(Verb, "key", self.verbs, "display"),
            Question(Activity, "key", self.activities, "definition"),
        ]


def names_in(statements: list[Statement], authority: Identifier, base: str) -> Names:
    agents = _agents(statements, authority)
    # A stand-in leads to an agent by another way, and all are to be locked in one order.
    has_stand_ins = any(one.stands_in_for(base) for one, _is_group in agents.values())
    kept = [] if has_stand_ins or not is_postgresql() else _foreign(agents, base)
    return Names(agents, _displays(statements), _definitions(statements), kept)


def references_of(names: Names, answers: list[Found], *, base: str, is_platform: bool) -> References:
    """Make every row that is missing, given the answers to `names.questions()`. Call inside their transaction."""
    kept, agents, verbs, activities = answers
    return References(
        agents=_agent_rows(names.agents, kept, agents, base),
        verbs=_verb_rows(names.verbs, verbs),
        activities=_activity_rows(names.activities, activities, base, is_platform=is_platform),
    )


def agent_pk(identifier: Identifier, base: str) -> int:
    """Find or make the row of one agent. Call inside the transaction that will use it."""
    (found,) = ask(Question(Agent, "key", [identifier.digest], "uuid"))
    return _agent_rows({identifier.digest: (identifier, False)}, {}, found, base)[identifier].pk


def activity_pk(iri: str) -> int:
    """Find or make the row of one activity. Call inside the transaction that will use it."""
    (found,) = ask(Question(Activity, "key", [digest(iri)], "definition"))
    return _activity_rows({digest(iri): (iri, [])}, found, "", is_platform=False)[iri]


def _agents(statements: list[Statement], authority: Identifier) -> dict[bytes, tuple[Identifier, bool]]:
    wanted = {link.identifier: link.is_group for statement in statements for link in statement.agents}
    wanted.setdefault(authority, False)
    return {identifier.digest: (identifier, is_group) for identifier, is_group in wanted.items()}


def _foreign(agents: dict[bytes, tuple[Identifier, bool]], base: str) -> list[bytes]:
    return [key for key, (one, _is_group) in agents.items() if not one.names_nobody(base)]


def _agent_rows(
    wanted: dict[bytes, tuple[Identifier, bool]], kept: Found, found: Found, base: str
) -> dict[Identifier, AgentRef]:
    def new(key: bytes) -> Agent:
        one, is_group = wanted[key]
        return Agent(
            ifi_kind=one.kind, home_page=one.home_page, ifi_value=one.value, key=key, is_group=is_group, uuid=uuid4()
        )

    stood_for = _stood_for((one for one, _is_group in wanted.values()), base)
    named = [key for key, (one, _is_group) in wanted.items() if one not in stood_for]
    rows = _with_missing(Agent, "uuid", named, found, new)
    _keep(_foreign(wanted, base), [ref.pk for ref in stood_for.values()], rows, kept)
    return {wanted[key][0]: AgentRef(pk, _uuid(uuid)) for key, (pk, uuid) in rows.items()} | stood_for


def _stood_for(identifiers: Iterable[Identifier], base: str) -> dict[Identifier, AgentRef]:
    """The rows that stand-in accounts name: whoever repeats one speaks of the agent that it stands for."""
    numbers = {number: one for one in identifiers if (number := one.stands_in_for(base))}
    rows = [row for chunk in chunks(numbers) for row in Agent.objects.filter(uuid__in=chunk)]
    return {numbers[row.uuid]: AgentRef(row.pk, row.uuid) for row in rows}


def _keep(foreign: Collection[bytes], stood_for: Collection[int], rows: Found, kept: Found) -> None:
    """Keep foreign identifiers from being disposed of while this transaction uses them; LookAgain if one just was.

    On SQLite a transaction that writes is alone. Locked in the order of keys, as disposal locks them; and with them the
    rows that stand-ins name, which the foreign keys to them would else lock at commit, out of order. `kept` are those
    that were locked when they were asked for: all, unless one has gone while others were waited for.
    """
    if not is_postgresql() or not (foreign or stood_for):
        return
    locked = {key: pk for key, (pk, _id) in kept.items()}
    if not locked:
        sql = "SELECT key, id FROM xapi_agent WHERE key = ANY(%s) OR id = ANY(%s) ORDER BY key FOR KEY SHARE"
        locked = {bytes(key): pk for key, pk in execute(sql, [sorted(foreign), list(stood_for)]).fetchall()}
    # An insert that met another's row leaves none to be found when that one has gone since.
    if any(key not in rows or locked.get(key) != rows[key][0] for key in foreign):
        raise LookAgain


def _uuid(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


def _displays(statements: list[Statement]) -> dict[bytes, tuple[str, Json]]:
    displays: dict[str, Json] = {}
    for statement in statements:
        said = statement.body["verb"].get("display") or {}
        known = displays.setdefault(statement.verb, said)
        if known is not said and not said.keys() <= known.keys():
            displays[statement.verb] = said | known
    return {digest(iri): (iri, display) for iri, display in displays.items()}


def _verb_rows(wanted: dict[bytes, tuple[str, Json]], found: Found) -> dict[str, int]:
    def new(key: bytes) -> Verb:
        iri, display = wanted[key]
        return Verb(iri=iri, key=key, display=display)

    rows = _with_missing(Verb, "display", wanted, found, new)
    grown = [key for key, (_pk, text) in rows.items() if not wanted[key][1].keys() <= json.loads(text).keys()]
    for row in _locked(Verb, grown):
        row.display = wanted[bytes(row.key)][1] | row.display
        row.save(update_fields=["display"])
    return {wanted[key][0]: pk for key, (pk, _text) in rows.items()}


def _definitions(statements: list[Statement]) -> dict[bytes, tuple[str, list[Json]]]:
    said: dict[str, list[Json]] = {}
    for statement in statements:
        for link in statement.activities:
            definitions = said.setdefault(link.iri, [])
            if link.definition and (not definitions or definitions[-1] != link.definition):
                definitions.append(link.definition)
    return {digest(iri): (iri, definitions) for iri, definitions in said.items()}


def _activity_rows(
    wanted: dict[bytes, tuple[str, list[Json]]], found: Found, base: str, *, is_platform: bool
) -> dict[str, int]:
    def merge(key: bytes, definition: Json) -> Json:
        """Our own activities are defined by the platform alone; those of others by whoever speaks of them first."""
        iri, said = wanted[key]
        is_own = iri.startswith(f"{base}/")
        if is_own and not is_platform:
            return definition
        for one in said:
            definition = merged(definition, one, may_replace=is_own)
        return definition

    def new(key: bytes) -> Activity:
        return Activity(iri=wanted[key][0], key=key, definition=merge(key, {}))

    rows = _with_missing(Activity, "definition", wanted, found, new)
    changed = [key for key, (_pk, text) in rows.items() if wanted[key][1] and _adds(partial(merge, key), text)]
    for row in _locked(Activity, changed):
        row.definition = merge(bytes(row.key), row.definition)
        row.save(update_fields=["definition"])
    return {wanted[key][0]: pk for key, (pk, _text) in rows.items()}


def _adds(merge: Callable[[Json], Json], text: str) -> bool:
    known = json.loads(text)
    return merge(known) is not known


def _with_missing(
    model: type[models.Model], column: str, wanted: Collection[bytes], found: Found, new: Callable[[bytes], Any]
) -> Found:
    """Return the row for each key, after adding those that were not found. Another may add the same meanwhile."""
    missing = sorted(set(wanted) - found.keys())
    if missing:
        model._default_manager.bulk_create(map(new, missing), ignore_conflicts=True, batch_size=100)
        found = found | ask(Question(model, "key", missing, column))[0]
    return {key: found[key] for key in wanted if key in found}


def _locked(model: type[M], keys: list[bytes]) -> Iterable[M]:
    """The same rows read anew under lock, so that two batches never lose each other's additions."""
    if not keys:
        return ()
    return model._default_manager.select_for_update(no_key=True).filter(key__in=keys).order_by("key")
