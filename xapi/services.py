"""Writing to the store: `record`, the one way in for every statement."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from django.utils.translation import gettext_lazy as _

from people.api import DomainError, NotAllowed, Organisation, iri_base

from . import models
from .appending import append, authority_of, splitter, voided_rows
from .attachments import Files, errors_in
from .attempts import attempted
from .bulk import chunks
from .door import Door, door_of
from .entries import (
    PLATFORM,
    Entry,
    Incoming,
    InvalidStatements,
    Json,
    Recorded,
    StatementConflict,
    StatementRow,
)
from .forwarding import queue
from .identity import Identifier, stand_in
from .looking import Look, look
from .models import Credential, Scope
from .queries import body_of
from .redaction import close, stand_ins
from .references import names_in
from .statement import StatementError, check, read
from .statement.same import same

Clock = Callable[[], datetime]
Receiver = Callable[[list[StatementRow]], None]
_receivers: list[Receiver] = []


def on_recorded(receiver: Receiver) -> Receiver:
    """Call `receiver` with the new statements of every record(), inside its transaction. Registering again is safe."""
    if receiver not in _receivers:
        _receivers.append(receiver)
    return receiver


def record(
    bodies: Iterable[Json],
    *,
    organisation: Organisation | None,
    source: Credential | None = PLATFORM,
    at: datetime,
    not_before: datetime | None = None,
    version: str = "2.0.0",
    clock: Clock | None = None,
    files: Files | None = None,
) -> list[Recorded]:
    """Validate and append statements, all or none. Return every id in order, new or already known.

    A statement already stored with the same content is skipped, so a client that lost the reply (or was offline) can
    send the same batch again. `organisation` is the employer they were earned under, `at` the store's clock,
    `not_before` the earliest time that is believed of them, `version` the rules to validate by.
    With a `clock`, they are stored at what it says when it is their turn, so that none comes to be among what others
    have read already. `files` is the data of attachments that came with them; without it, attachments are taken as
    described.
    Raises InvalidStatements with every error, StatementConflict, and NotAllowed for what `source` may not do.
    """
    entries = [Entry(body, organisation, at, not_before, version) for body in bodies]
    return record_entries(entries, source=source, clock=clock, files=files)


def record_entries(
    entries: Iterable[Entry],
    *,
    source: Credential | None = PLATFORM,
    clock: Clock | None = None,
    files: Files | None = None,
) -> list[Recorded]:
    """As `record`, for statements of several organisations or moments in one batch (imports, the demo's past)."""
    incoming = _checked(list(entries), door_of(source))
    if files is not None:
        _check_files(incoming, files)
    _refuse_what_source_may_not(incoming, source)
    # Begun again when another request stores one of our ids between our look and our insert: then they are compared.
    return attempted(lambda: _append_unknown(incoming, source, clock, files)) if incoming else []


def refused(entries: Iterable[Entry], source: Credential | None) -> Iterator[tuple[int, DomainError]]:
    """Which of some statements `record_entries` would refuse for what is stored already, by their place, and why.

    Changes nothing. Raises InvalidStatements for what it would refuse in itself.
    """
    incoming = _checked(list(entries), door_of(source))
    known = _stored_rows(one.id for one in incoming)
    for place, one in enumerate(incoming):
        try:
            if one.id in known:
                _compare(known[one.id], one, source)
            else:
                voided_rows([one], source, iri_base())
        except (StatementConflict, NotAllowed) as error:
            yield place, error


def _checked(entries: list[Entry], door: Door | None) -> list[Incoming]:
    """Return the typed statements with their ids, as they come in by the door.

    Raises InvalidStatements with every error of every statement.
    """
    errors = [
        StatementError(f"$[{index}]{error.path[1:]}", error.message, error.section)
        for index, entry in enumerate(entries)
        for error in check(entry.body, entry.version)
    ]
    if errors:
        raise InvalidStatements(errors)
    if door is not None:
        entries = _pseudonymised(entries, door)
    incoming = []
    for entry in entries:
        statement = read(entry.body)
        default = "2.0.0" if entry.version.startswith("2.") else "1.0.0"
        incoming.append(Incoming(statement.id or uuid4(), statement, entry, statement.version or default))
    _refuse_repeated_ids(incoming)
    return incoming


def _pseudonymised(entries: list[Entry], door: Door) -> list[Entry]:
    """Valid statements as they are to be stored; from here on nothing knows what came. Raises InvalidStatements."""
    errors = [
        StatementError(f"$[{index}]{error.path[1:]}", error.message, error.section)
        for index, entry in enumerate(entries)
        for error in door.errors_in(entry.body)
    ]
    if errors:
        raise InvalidStatements(errors)
    return [replace(entry, body=door.statement(entry.body)) for entry in entries]


def _check_files(incoming: list[Incoming], files: Files) -> None:
    """Every attachment has its data or an address, and every signature is good."""
    errors = [
        StatementError(f"$[{index}]{error.path[1:]}", error.message, error.section)
        for index, error in errors_in([(one.statement.body, one.entry.version) for one in incoming], files)
    ]
    if errors:
        raise InvalidStatements(errors)


def _refuse_repeated_ids(incoming: list[Incoming]) -> None:
    """A batch may not use an id twice (2.0: 4.1.6.1, 1.0.3: Communication 2.1.2)."""
    seen: set[UUID] = set()
    errors = []
    for index, one in enumerate(incoming):
        if one.id in seen:
            errors.append(StatementError(f"$[{index}].id", "is used by another statement of the batch.", "4.1.6.1"))
        seen.add(one.id)
    if errors:
        raise InvalidStatements(errors)


def _refuse_what_source_may_not(incoming: list[Incoming], source: Credential | None) -> None:
    """A credential needs the right to write, and one of an organisation writes for that organisation only.

    Checked here, below HTTP, so that no caller can make it write for another.
    """
    if source is not None and not source.may(Scope.STATEMENTS_WRITE):
        raise NotAllowed(_("This credential may not record statements."))
    if source is None or source.organisation_id is None:
        return
    if any(one.organisation_id != source.organisation_id for one in incoming):
        raise NotAllowed(_("This credential may record statements for its own organisation only."))


def _append_unknown(
    incoming: list[Incoming], source: Credential | None, clock: Clock | None, files: Files | None
) -> list[Recorded]:
    base = iri_base()
    names = names_in([one.statement for one in incoming], authority_of(source, base), base)
    seen = look([one.id for one in incoming], names, clock() if clock else min(one.entry.at for one in incoming))
    if clock:
        at = clock()
        incoming = [replace(one, entry=replace(one.entry, at=at)) for one in incoming]
    new = _without_known(incoming, seen, source) if seen.stored else incoming
    if len(new) < len(incoming):
        names = names_in([one.statement for one in new], authority_of(source, base), base)
    if new:
        rows = append(new, names, seen, source, files)
        if seen.is_forwarded:
            queue(rows)
        for receiver in _receivers:
            receiver(rows)
    return [Recorded(one.id, one.id not in seen.stored) for one in incoming]


def _without_known(incoming: list[Incoming], seen: Look, source: Credential | None) -> list[Incoming]:
    """Those that are not stored yet. Raises StatementConflict for one that says something else under a known id."""
    known = _stored_rows(seen.stored)
    for one in incoming:
        if one.id in known:
            _compare(known[one.id], one, source)
    return [one for one in incoming if one.id not in known]


def _stored_rows(ids: Iterable[UUID]) -> dict[UUID, models.Statement]:
    return {
        row.statement_id: row
        for chunk in chunks(ids)
        for row in models.Statement.objects.select_related("redactable").filter(statement_id__in=chunk)
    }


def _compare(row: models.Statement, one: Incoming, source: Credential | None) -> None:
    """Raise StatementConflict unless the stored statement says the same and is the sender's organisation's."""
    is_isolated = source is not None and source.organisation_id not in (None, row.organisation_id)
    if is_isolated or not same(body_of(row), _as_it_would_be_read(row, one)):
        raise StatementConflict(_("Another statement is already stored under the id %(id)s.") % {"id": one.id})


def _as_it_would_be_read(row: models.Statement, one: Incoming) -> Json:
    """What was sent; if the stored one has been disposed of, without what was disposed of.

    An identifier that is gone cannot be compared: in the same place, any other is taken for it.
    """
    part = getattr(row, "redactable", None)
    if part is None or not part.tombstone:
        return one.statement.body
    base = iri_base()
    payload, parts = splitter(lambda identifier: _known_pseudonym(identifier, base)).split(one.statement.body)
    stored = stand_ins(json.loads(row.payload), json.loads(part.content)["paths"])
    gone = _gone({account["name"] for account in stored.values()}, base)
    for place, account in stand_ins(payload, [path for path, _value in parts]).items():
        if place in stored and stored[place]["name"] in gone:
            account["name"] = stored[place]["name"]
    return close(payload, [path for path, _value in parts])


def _known_pseudonym(identifier: Identifier, base: str) -> str:
    agent = models.Agent.objects.named(identifier, base).first()
    return agent.uuid.hex if agent else ""


def _gone(numbers: Iterable[str], base: str) -> set[str]:
    """The stand-ins among `numbers` whose identifier was disposed of."""
    keys = [stand_in(UUID(hex=number), base).digest for number in numbers]
    return {agent.uuid.hex for chunk in chunks(keys) for agent in models.Agent.objects.filter(key__in=chunk)}
