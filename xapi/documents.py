"""Documents: what systems keep here under a name and may replace (2.0: 4.1.4, 4.1.6; 1.0.3: Communication 2.2).

A change looks at the document under lock and writes in the same transaction, so of two clients that both hold its ETag
one wins and the other is told.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from hashlib import sha1
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.api import Conflict, DomainError, NotFound, Organisation, iri_base

from .attempts import attempted
from .body import BadRequest, TooLarge, load
from .identity import Identifier, digest
from .models import Activity, Agent, Document, DocumentKind
from .references import activity_pk, agent_pk

JSON: Final = "application/json"


class PreconditionFailed(DomainError):
    """The document is not what the sender believes it to be. Nothing was changed."""

    status = 412
    code = "precondition_failed"
    default_message = gettext_lazy(
        "The document is not in the state that If-Match or If-None-Match asks for; nothing was changed. Read it again."
    )


class DocumentConflict(Conflict):
    """The sender does not say which document it means to replace. Nothing was changed."""

    code = "document_conflict"
    default_message = gettext_lazy(
        "There is a document under this id already; nothing was changed. Read it as it is now, and send its ETag in"
        " the header If-Match to replace it."
    )


class Unconditional(Enum):
    """What a PUT may do that sends no condition."""

    NOTHING = "nothing"
    MAKE = "make"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class Place:
    """Where documents lie: a kind, an organisation, and the activity or agent or both that they are about."""

    kind: DocumentKind
    organisation: Organisation | None
    activity: str | None = None
    agent: Identifier | None = None
    registration: UUID | None = None

    def key_of(self, document_id: str) -> bytes:
        agent = self.agent.digest.hex() if self.agent else None
        registration = str(self.registration) if self.registration else None
        organisation = self.organisation.pk if self.organisation else None
        names = [self.kind.value, organisation, self.activity, agent, registration, document_id]
        return digest(json.dumps(names))


@dataclass(frozen=True, slots=True)
class Content:
    data: bytes
    content_type: str

    @property
    def is_json(self) -> bool:
        return self.content_type.partition(";")[0].strip().lower() == JSON


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a request demands of the document that it is about, as its headers If-Match and If-None-Match say.

    Weak tags are taken as the strong ones they stem from: what weakens ours is compression on the way, and it is of
    the document's bytes that a tag speaks.
    """

    if_match: str | None = None
    if_none_match: str | None = None

    @property
    def are_given(self) -> bool:
        return self.if_match is not None or self.if_none_match is not None

    def check(self, etag: str | None) -> None:
        """Raise PreconditionFailed unless the document with this tag (None: there is none) is as demanded."""
        if self.if_match is not None and not _is_among(etag, self.if_match):
            raise PreconditionFailed
        if self.if_none_match is not None and _is_among(etag, self.if_none_match):
            raise PreconditionFailed

    def is_known(self, etag: str) -> bool:
        """True when the reader says that it has this document already."""
        return self.if_none_match is not None and _is_among(etag, self.if_none_match)


def _is_among(etag: str | None, header: str) -> bool:
    tags = parse_etags(header)
    return etag is not None and (tags == ["*"] or f'"{etag}"' in [tag.removeprefix("W/") for tag in tags])


def etag_of(data: bytes) -> str:
    """The SHA-1 in lower-case hexadecimal that 1.0.3 (Communication 3.1) demands; it is a name, not a safeguard."""
    return sha1(data, usedforsecurity=False).hexdigest()


# --- Reading ---------------------------------------------------------------------------------------------------------


def document(place: Place, document_id: str) -> Document:
    """Raises NotFound."""
    row = Document.objects.filter(key=place.key_of(document_id)).first()
    if row is None:
        raise NotFound
    return row


def document_ids(place: Place, since: datetime | None) -> tuple[list[str], datetime | None]:
    """Return the ids of the documents in a place, sorted, and when the last of them was changed.

    Without a registration those of every registration; with `since` only what was changed after it.
    """
    rows = _documents_in(place)
    if since is not None:
        rows = rows.filter(updated_at__gt=since)
    found = list(rows.values_list("document_id", "updated_at"))
    return sorted({name for name, _at in found}), max((at for _name, at in found), default=None)


def _documents_in(place: Place) -> QuerySet[Document]:
    rows = Document.objects.filter(kind=place.kind, organisation=place.organisation)
    if place.activity is not None:
        rows = rows.filter(activity__in=Activity.objects.filter(key=digest(place.activity)))
    if place.agent is not None:
        rows = rows.filter(agent__in=Agent.objects.named(place.agent, iri_base()))
    return rows if place.registration is None else rows.filter(registration=place.registration)


# --- Writing ---------------------------------------------------------------------------------------------------------


def put_document(
    place: Place,
    document_id: str,
    sent: Content,
    *,
    conditions: Conditions,
    unconditional: Unconditional,
    at: datetime,
) -> None:
    """Store a document in place of the old one, if there is one.

    Raises PreconditionFailed; and without conditions, DocumentConflict or BadRequest for what may not be done so.
    """

    def put(old: Document | None) -> Content:
        conditions.check(old.etag if old else None)
        if not conditions.are_given:
            if old is not None and unconditional is not Unconditional.REPLACE:
                raise DocumentConflict
            if unconditional is Unconditional.NOTHING:
                raise BadRequest(_("Send If-None-Match: * to store a document under a new id."))
        return sent

    _change(place, document_id, put, at)


def post_document(
    place: Place, document_id: str, sent: Content, *, conditions: Conditions, max_size: int, at: datetime
) -> None:
    """Set the properties of a JSON object in the document, which is one too; or store it if there is none.

    Raises PreconditionFailed, BadRequest, and TooLarge when the two together are.
    """

    def post(old: Document | None) -> Content:
        conditions.check(old.etag if old else None)
        if old is None:
            return sent
        both = _merged(Content(bytes(old.content), old.content_type), sent)
        if len(both.data) > max_size:
            raise TooLarge(_("The document would become larger than %(limit)s bytes.") % {"limit": max_size})
        return both

    _change(place, document_id, post, at)


def delete_document(place: Place, document_id: str, *, conditions: Conditions) -> None:
    """Delete a document, if it is there. Raises PreconditionFailed."""

    def deleted() -> None:
        row = _locked(place.key_of(document_id))
        conditions.check(row.etag if row else None)
        if row is not None:
            row.delete()

    attempted(deleted)


def delete_documents(place: Place) -> None:
    """Delete every document in a place; without a registration, those of every registration."""
    attempted(lambda: remove(_documents_in(place)))


def remove(rows: QuerySet[Document]) -> int:
    """Delete documents and return how many. Call inside a transaction.

    They are locked in one order, so that two who delete the same never wait for each other in a circle.
    """
    locked = rows.select_for_update().order_by("pk").values_list("pk", flat=True)
    return Document.objects.filter(pk__in=list(locked)).delete()[0]


def _change(place: Place, document_id: str, change: Callable[[Document | None], Content], at: datetime) -> None:
    """Store what `change` makes of the document, which it is given under lock; None when there is none."""

    def changed() -> None:
        row = _locked(place.key_of(document_id))
        content = change(row)
        _store(row or _new(place, document_id, at), content, at)

    # Begun again when another request stores the same document between our look and our insert.
    attempted(changed)


def _locked(key: bytes) -> Document | None:
    return Document.objects.select_for_update().filter(key=key).first()


def _new(place: Place, document_id: str, at: datetime) -> Document:
    # Agents before activities, as every batch of statements takes them.
    agent = agent_pk(place.agent, iri_base()) if place.agent is not None else None
    activity = activity_pk(place.activity) if place.activity is not None else None
    return Document(
        key=place.key_of(document_id),
        kind=place.kind,
        organisation=place.organisation,
        activity_id=activity,
        agent_id=agent,
        registration=place.registration,
        document_id=document_id,
        updated_at=at,
    )


def _store(row: Document, content: Content, at: datetime) -> None:
    row.content = content.data
    row.content_type = content.content_type
    row.etag = etag_of(content.data)
    row.updated_at = max(at, row.updated_at)
    row.save()


def _merged(old: Content, sent: Content) -> Content:
    """Only the properties themselves are set: what is inside of one is replaced with it (1.0.3: Communication 2.2)."""
    new, known = _object(sent), _object(old)
    try:
        text = json.dumps(known | new, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    except RecursionError as error:
        raise BadRequest(_("The body is nested too deeply to be read.")) from error
    return Content(text.encode("utf-8", "backslashreplace"), sent.content_type)


def _object(content: Content) -> dict[str, Any]:
    value = load(content.data) if content.is_json else None
    if not isinstance(value, dict):
        raise BadRequest(
            _("Only a JSON object, sent as application/json, can be merged into a document that is one too.")
        )
    return value
