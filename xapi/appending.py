"""From valid statements to rows: the payload and its redactable part, link rows, voidings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from people.api import NotAllowed, iri_base

from . import models
from .attachments import Files, keep
from .bulk import Insert, chunks, insert, moment_value, uuid_value
from .entries import PLATFORM_AUTHORITY, Incoming, Json, StatementRow, VoidedRow
from .identity import Identifier
from .looking import Look
from .models import Credential, Scope
from .redaction import Splitter, dumps
from .references import Names, References, references_of
from .statement import ObjectKind, Statement
from .targets import Step, link_targets
from .vocabulary import own

STATEMENT_FIELDS = (
    "id",
    "statement_id",
    "organisation",
    "actor",
    "verb",
    "activity",
    "object_kind",
    "refers_to",
    "registration",
    "authority",
    "credential",
    "version",
    "timestamp",
    "stored",
    "happened_at",
    "payload",
)


def authority_of(source: Credential | None, base: str) -> Identifier:
    """The account of who sends, which becomes the authority of all that is sent."""
    return Identifier("account", source.authority_key if source else PLATFORM_AUTHORITY, base)


def append(
    incoming: list[Incoming], names: Names, seen: Look, source: Credential | None, files: Files | None
) -> list[StatementRow]:
    """Insert statements that are not stored yet, with all that belongs to them, in the transaction of the look."""
    base = iri_base()
    authority = authority_of(source, base)
    voided = voided_rows(incoming, source, base)
    statements = [one.statement for one in incoming]
    references = references_of(names, seen.named, base=base, is_platform=source is None)
    pks = seen.pks[: len(incoming)]
    insert(
        *_statements(incoming, pks, references, authority, source),
        *_links(statements, pks, references),
        _voidings(incoming, pks, source),
    )
    if files is not None and files.uploads:
        keep(((pk, statement.body) for statement, pk in zip(statements, pks, strict=True)), files)
    steps = [
        Step(pk, one.id, one.organisation_id, one.statement.refers_to) for one, pk in zip(incoming, pks, strict=True)
    ]
    link_targets(steps, is_referred_to=seen.is_referred_to)
    return [_row(one, pk, base, authority, voided.get(one.id)) for one, pk in zip(incoming, pks, strict=True)]


def splitter(pseudonym: Callable[[Identifier], str]) -> Splitter:
    """The splitter of this installation."""
    words = own()
    return Splitter(words.base, words.coded, pseudonym)


def happened_at(one: Incoming) -> datetime:
    """When it happened, as far as it is believed (semantics 8): what was claimed, unless impossible; else now."""
    claimed, entry = one.statement.timestamp, one.entry
    if claimed is None or claimed > entry.at or (entry.not_before is not None and claimed < entry.not_before):
        return entry.at
    return claimed


def _statements(
    incoming: list[Incoming],
    pks: list[int],
    references: References,
    authority: Identifier,
    source: Credential | None,
) -> list[Insert]:
    """The rows by statement id, so that two batches with the same ids never wait for each other in a circle."""
    split = splitter(lambda identifier: references.agents[identifier].uuid.hex).split
    authority_json = {"objectType": "Agent", **authority.as_json()}
    authority_pk = references.agents[authority].pk
    rows, parts = [], []
    for one, pk in zip(incoming, pks, strict=True):
        payload, taken = split(_completed(one, authority_json))
        if taken:
            parts.append((pk, dumps({"parts": taken}), False))
        statement = one.statement
        rows.append(
            (
                pk,
                uuid_value(one.id),
                one.organisation_id,
                references.agents[statement.actor].pk if statement.actor else None,
                references.verbs[statement.verb],
                references.activities[statement.activity] if statement.activity else None,
                statement.kind.value,
                uuid_value(statement.refers_to),
                uuid_value(statement.registration),
                authority_pk,
                source.pk if source else None,
                one.version,
                moment_value(statement.timestamp or one.entry.at),
                moment_value(one.entry.at),
                moment_value(happened_at(one)),
                dumps(payload),
            )
        )
    rows.sort(key=lambda row: row[1])
    return [
        Insert(models.Statement, STATEMENT_FIELDS, rows),
        Insert(models.RedactablePart, ("statement", "content", "tombstone"), parts),
    ]


def _completed(one: Incoming, authority: Json) -> Json:
    """The body with what the store adds (2.0: 4.2.4.2, 1.0.3: Data 2.4), and contextActivities always as arrays."""
    stored = timestamp_text(one.entry.at)
    body = {**one.statement.body, "stored": stored, "authority": authority, "version": one.version}
    body.setdefault("id", str(one.id))
    body.setdefault("timestamp", stored)
    _make_arrays(body)
    if one.statement.kind == ObjectKind.SUBSTATEMENT:
        body["object"] = dict(body["object"])
        _make_arrays(body["object"])
    return body


def _make_arrays(body: Json) -> None:
    places = body.get("context", {}).get("contextActivities")
    if places and not all(isinstance(value, list) for value in places.values()):
        arrays = {place: value if isinstance(value, list) else [value] for place, value in places.items()}
        body["context"] = {**body["context"], "contextActivities": arrays}


def timestamp_text(moment: datetime) -> str:
    """A moment as the store writes it: RFC 3339 in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _links(statements: list[Statement], pks: list[int], references: References) -> list[Insert]:
    agents, activities = set(), set()
    for statement, pk in zip(statements, pks, strict=True):
        for agent in statement.agents:
            agents.add((references.agents[agent.identifier].pk, pk, agent.role.value))
        for activity in statement.activities:
            activities.add((references.activities[activity.iri], pk, activity.role.value))
    return [
        Insert(models.StatementAgent, ("agent", "statement", "role"), sorted(agents)),
        Insert(models.StatementActivity, ("activity", "statement", "role"), sorted(activities)),
    ]


# --- Voiding ---------------------------------------------------------------------------------------------------------


def _voidings(incoming: list[Incoming], pks: list[int], source: Credential | None) -> Insert:
    only_from = source.pk if source and not source.may(Scope.ALL) else None
    rows = [
        (pk, uuid_value(one.statement.refers_to), only_from)
        for one, pk in zip(incoming, pks, strict=True)
        if one.statement.kind == ObjectKind.VOIDED
    ]
    return Insert(models.Voiding, ("statement", "voided_id", "only_from"), rows)


def voided_rows(incoming: list[Incoming], source: Credential | None, base: str) -> dict[UUID, VoidedRow]:
    """Whose statements are voided, by the id of the statement that voids. Raises NotAllowed for those of others.

    A statement that voids cannot be voided, and one that is not stored (yet) belongs to nobody known.
    """
    voiding = [one for one in incoming if one.statement.kind == ObjectKind.VOIDED]
    if not voiding:
        return {}
    targets = _targets(voiding, base) | _targets_within(incoming, source, base)
    found: dict[UUID, VoidedRow] = {}
    for one in voiding:
        target = targets.get(one.statement.refers_to)
        if target:
            row, sender = target
            _refuse_voiding_of_others(row, sender, one, source)
            found[one.id] = row
    return found


Target = tuple[VoidedRow, int | None]
"""What may be voided, and the primary key of the credential that sent it."""


def _targets(voiding: list[Incoming], base: str) -> dict[UUID | None, Target]:
    return {
        row.statement_id: (
            VoidedRow(row.statement_id, _actor_key(row.actor, base), row.organisation_id),
            row.credential_id,
        )
        for chunk in chunks(one.statement.refers_to for one in voiding if one.statement.refers_to)
        for row in models.Statement.objects.select_related("actor").filter(statement_id__in=chunk)
        if row.object_kind != ObjectKind.VOIDED
    }


def _targets_within(incoming: list[Incoming], source: Credential | None, base: str) -> dict[UUID | None, Target]:
    """The same for the statements of the batch itself."""
    sender = source.pk if source else None
    return {
        one.id: (VoidedRow(one.id, _key(one.statement.actor, base), one.organisation_id), sender)
        for one in incoming
        if one.statement.kind != ObjectKind.VOIDED
    }


def _refuse_voiding_of_others(row: VoidedRow, sender: int | None, one: Incoming, source: Credential | None) -> None:
    """Its own organisation's statements, and without the scope `all` only what it sent itself (1.0.3: Data 2.3.2)."""
    is_own = one.organisation_id in (None, row.organisation_id)
    is_sender = source is None or source.may(Scope.ALL) or sender == source.pk
    if not (is_own and is_sender):
        raise NotAllowed(_("This credential may not void the statement %(id)s.") % {"id": row.statement_id})


def _key(actor: Identifier | None, base: str) -> str:
    return actor.key(base) if actor else ""


def _actor_key(actor: models.Agent | None, base: str) -> str:
    return Identifier(actor.ifi_kind, actor.ifi_value, actor.home_page).key(base) if actor else ""


def _row(one: Incoming, pk: int, base: str, authority: Identifier, voids: VoidedRow | None) -> StatementRow:
    statement = one.statement
    return StatementRow(
        pk=pk,
        statement_id=one.id,
        actor_key=_key(statement.actor, base),
        verb=statement.verb,
        activity=statement.activity,
        registration=statement.registration,
        organisation_id=one.organisation_id,
        authority_key=authority.key(base),
        happened_at=happened_at(one),
        stored=one.entry.at,
        voids=voids,
    )
