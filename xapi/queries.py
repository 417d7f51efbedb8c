"""Reads of the store, for the rooms above. What a stored statement is to them is a light frozen value."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from people.api import NotFound, driver_rows, iri_base, moment_of

from .bulk import chunks
from .definitions import merged
from .identity import Identifier, digest, identifier_from_key
from .languages import Preferences
from .models import Activity, Credential, Statement, StatementActivity, StatementQuerySet, Verb
from .redaction import Kept, dumps
from .shapes import EXACT, IDS, canonical, definitions_in, ids_only, named_in
from .vocabulary import own

MAX_DEFINING: Final = 50
"""How many of an organisation's newest statements are asked what they say of an activity that others define."""


class StoredStatement(NamedTuple):
    """One statement as the fold may read it: without free text, answers and foreign names.

    `actor_key` and `authority_key` are opaque account names of ours; for a foreign actor the identifier itself
    (`mailto:…`, or `<homePage> <name>`). `voided_at` is when its voiding was stored.
    """

    statement_id: UUID
    actor_key: str
    verb: str
    activity: str | None
    registration: UUID | None
    organisation_id: int | None
    authority_key: str
    happened_at: datetime
    stored: datetime
    payload: dict[str, Any]
    voided_at: datetime | None


_COLUMNS = (
    "statement_id",
    "actor__ifi_kind",
    "actor__home_page",
    "actor__ifi_value",
    "verb__iri",
    "activity__iri",
    "registration",
    "organisation_id",
    "authority__ifi_kind",
    "authority__home_page",
    "authority__ifi_value",
    "happened_at",
    "stored",
    "payload",
    "voided_at",
)


def statements_about(
    actor_keys: Iterable[str],
    *,
    known_at: datetime | None = None,
    verbs: Iterable[str] = (),
    activities: Iterable[str] = (),
) -> list[StoredStatement]:
    """Every statement whose actor has one of `actor_keys`, voided ones too, in the order stored; one query.

    With `known_at`, only what was stored by then, and a voiding only if it was stored by then. With `verbs` or
    `activities`, only statements with one of them.
    """
    return list(each_statement_about(actor_keys, known_at=known_at, verbs=verbs, activities=activities))


def each_statement_about(
    actor_keys: Iterable[str],
    *,
    known_at: datetime | None = None,
    verbs: Iterable[str] = (),
    activities: Iterable[str] = (),
    keep: Callable[[str, str | None], bool] | None = None,
) -> Iterator[StoredStatement]:
    """As `statements_about`, each read when its turn comes, for where there are thousands.

    With `keep`, only those to whose verb and activity it says yes.
    """
    base = iri_base()
    rows = Statement.objects.filter(actor__key__in=[identifier_from_key(key, base).digest for key in actor_keys])
    if verbs:
        rows = rows.filter(verb__key__in=[digest(verb) for verb in verbs])
    if activities:
        rows = rows.filter(activity__key__in=[digest(activity) for activity in activities])
    return _read(rows, known_at, keep)


def statements_in(registration: UUID, *, known_at: datetime | None = None) -> list[StoredStatement]:
    """Every statement of one registration, voided ones too, in the order stored; one query."""
    return list(_read(Statement.objects.filter(registration=registration), known_at))


def statement(statement_id: UUID) -> StoredStatement:
    """One statement without its redactable part. Raises NotFound."""
    found = next(_read(Statement.objects.filter(statement_id=statement_id), None), None)
    if found is None:
        raise NotFound
    return found


def full_statement(statement_id: UUID) -> dict[str, Any]:
    """One statement exactly as it came, with what the store added. Raises NotFound."""
    row = Statement.objects.select_related("redactable").filter(statement_id=statement_id).first()
    if row is None:
        raise NotFound
    return body_of(row)


def full_statements(statement_ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """Those of some statements that are stored, as `full_statement` gives each, by id; one query or none."""
    ids = list(statement_ids)
    rows = Statement.objects.select_related("redactable").filter(statement_id__in=ids) if ids else ()
    return {row.statement_id: body_of(row) for row in rows}


def activity_object(iri: str, *, credential: Credential) -> dict[str, Any]:
    """An activity with its canonical definition, if `credential` may read a statement that names it; else the bare id.

    The row is shared by all organisations, so an organisation's credential is told what it says only by the rule of
    `_shared_with`; else what the newest statements say that it may read itself. What was voided says nothing.
    """
    body: dict[str, Any] = {"objectType": "Activity", "id": iri}
    row = Activity.objects.filter(key=digest(iri)).first()
    if row is not None and row.definition:
        names_it = Exists(StatementActivity.objects.filter(activity=row, statement=OuterRef("pk")))
        seen = Statement.objects.seen_by(credential).not_voided().filter(names_it)
        if _shared_with(credential).filter(pk=row.pk).exists():
            definition = row.definition if seen.exists() else {}
        else:
            definition = _said_of(iri, seen)
        if definition:
            body["definition"] = definition
    return body


def _shared_with(credential: Credential) -> QuerySet[Activity]:
    """The activities whose stored definition is for `credential`.

    For an organisation's, those of ours that the platform has told of to that organisation: to name one is not enough,
    or whoever guesses an id would read what another organisation calls it.
    """
    if credential.organisation_id is None:
        return Activity.objects.all()
    told = StatementActivity.objects.filter(
        activity=OuterRef("pk"), statement__organisation=credential.organisation_id, statement__credential=None
    )
    return Activity.objects.filter(Exists(told), iri__startswith=f"{iri_base()}/")


def _said_of(iri: str, seen: StatementQuerySet) -> dict[str, Any]:
    """What the newest of some statements say of an activity, merged as they came."""
    newest = list(seen.select_related("redactable").order_by("-id")[:MAX_DEFINING])
    definition: dict[str, Any] = {}
    for row in reversed(newest):
        for said in definitions_in(body_of(row), iri):
            definition = merged(definition, said, may_replace=False)
    return definition


def body_of(row: Statement) -> dict[str, Any]:
    """The whole statement of a row selected with its `redactable`; after disposal, without what was disposed of."""
    return row.kept.body()


def texts_of(rows: list[Kept], format: str, preferences: Preferences, *, credential: Credential) -> list[str]:
    """Statements as JSON texts, in one of the formats of the specification.

    For an organisation, the canonical form knows only what no other organisation can have said.
    """
    if format == EXACT:
        return [row.text() for row in rows]
    bodies = [row.body() for row in rows]
    if format == IDS:
        return [dumps(ids_only(body)) for body in bodies]
    named = {one for body in bodies for one in named_in(body)}
    verbs = [iri for kind, iri in named if kind == "verb"]
    displays = _values_of(Verb.objects.all(), "display", verbs) if credential.organisation_id is None else own().display
    activities = [iri for kind, iri in named if kind == "activity"]
    definitions = _values_of(_shared_with(credential), "definition", activities)
    return [dumps(canonical(body, displays, definitions, preferences)) for body in bodies]


def _values_of(rows: QuerySet[Verb] | QuerySet[Activity], column: str, iris: Iterable[str]) -> dict[str, Any]:
    return {
        iri: value
        for chunk in chunks(digest(iri) for iri in iris)
        for iri, value in rows.filter(key__in=chunk).values_list("iri", column)
    }


def _read(
    rows: StatementQuerySet, known_at: datetime | None, keep: Callable[[str, str | None], bool] | None = None
) -> Iterator[StoredStatement]:
    if known_at is not None:
        rows = rows.filter(stored__lte=known_at)
    base = iri_base()
    for columns in driver_rows(rows.with_voided_at().order_by("id").values_list(*_COLUMNS)):
        if keep is None or keep(columns[4], columns[5]):
            yield _stored(columns, base, known_at)


def _stored(columns: tuple[Any, ...], base: str, known_at: datetime | None) -> StoredStatement:
    (statement_id, kind, home_page, value, verb, activity, registration, organisation_id) = columns[:8]
    (authority_kind, authority_home_page, authority_value, happened_at, stored, payload, voiding) = columns[8:]
    voided_at = moment_of(voiding)
    return StoredStatement(
        statement_id=_uuid(statement_id),
        actor_key=_key(kind, value, home_page, base) if kind else "",
        verb=verb,
        activity=activity,
        registration=None if registration is None else _uuid(registration),
        organisation_id=organisation_id,
        authority_key=_key(authority_kind, authority_value, authority_home_page, base),
        happened_at=_moment(happened_at),
        stored=_moment(stored),
        payload=json.loads(payload),
        voided_at=voided_at if voided_at is None or known_at is None or voided_at <= known_at else None,
    )


@lru_cache(maxsize=10_000)
def _key(kind: str, value: str, home_page: str, base: str) -> str:
    """Asked twice of each statement that is read, and of one person always the same."""
    return Identifier(kind, value, home_page).key(base)


def _uuid(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


def _moment(value: datetime | str) -> datetime:
    moment = moment_of(value)
    assert moment is not None, "these columns are never empty"
    return moment
