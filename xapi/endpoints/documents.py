"""The three document resources: state, activity profile and agent profile. They differ in what a document is about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date
from django.utils.translation import gettext as _

from people.api import NotAllowed

from ..body import BadRequest, load
from ..documents import (
    Conditions,
    Content,
    Place,
    Unconditional,
    delete_document,
    delete_documents,
    document,
    document_ids,
    post_document,
    put_document,
)
from ..door import door_of
from ..identity import Identifier, identifier_of
from ..models import Credential, DocumentKind, Scope
from ..parameters import Parameters
from ..statement.formats import is_media_type
from ..statement.storable import is_storable
from . import resource as shared
from .resource import NotThisMethod, read_body, resource, tagged

LOCKED_DOWN = "sandbox; default-src 'none'"
"""The policy under which a document is served: whatever it is, it runs nothing and sees nothing of this origin."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the resources: what its documents are, what their id is called, and who may use it."""

    kind: DocumentKind
    id_name: str
    about: frozenset[str]
    optional: frozenset[str]
    scope: Scope


STATE = Kind(
    DocumentKind.STATE, "stateId", frozenset({"activityId", "agent"}), frozenset({"registration"}), Scope.STATE
)
ACTIVITY_PROFILE = Kind(
    DocumentKind.ACTIVITY_PROFILE, "profileId", frozenset({"activityId"}), frozenset(), Scope.PROFILE
)
AGENT_PROFILE = Kind(DocumentKind.AGENT_PROFILE, "profileId", frozenset({"agent"}), frozenset(), Scope.PROFILE)


@resource
def state(request: HttpRequest, credential: Credential, version: str, at: datetime) -> HttpResponse:
    """The state resource (2.0: 4.1.6.2, 1.0.3: Communication 2.3)."""
    return _answer(STATE, request, credential, version, at)


@resource
def activity_profile(request: HttpRequest, credential: Credential, version: str, at: datetime) -> HttpResponse:
    """The activity profile resource (2.0: 4.1.6.6, 1.0.3: Communication 2.7)."""
    return _answer(ACTIVITY_PROFILE, request, credential, version, at)


@resource
def agent_profile(request: HttpRequest, credential: Credential, version: str, at: datetime) -> HttpResponse:
    """The agent profile resource (2.0: 4.1.6.5, 1.0.3: Communication 2.6)."""
    return _answer(AGENT_PROFILE, request, credential, version, at)


class DocumentParameters(Parameters):
    """The parameters that say which document, or which place of documents, is meant."""

    def __init__(self, kind: Kind, values: Mapping[str, list[str]], version: str) -> None:
        super().__init__(values, version, names=kind.about | kind.optional | {kind.id_name, "since"})
        self.kind = kind

    @property
    def document_id(self) -> str | None:
        name = self.values.get(self.kind.id_name)
        if name is not None and not is_storable(name):
            raise BadRequest(_("The parameter %(name)s cannot be stored.") % {"name": self.kind.id_name})
        return name

    def place(self, credential: Credential) -> Place:
        for name in sorted(self.kind.about):
            self.require(name)
        return Place(
            self.kind.kind,
            credential.organisation,
            activity=self.iri("activityId"),
            agent=self._person(credential) if "agent" in self.kind.about else None,
            registration=self.uuid("registration"),
        )

    def _person(self, credential: Credential) -> Identifier | None:
        """Who the documents are about, as she is called behind the credential's door."""
        agent, door = identifier_of(self.agent_object(may_be_group=False)), door_of(credential)
        return door.identifier(agent) if agent and door else agent

    def since(self) -> datetime | None:
        if "since" in self.values and self.document_id is not None:
            raise BadRequest(_("The parameter since is for lists, not for one document."))
        return self.moment("since")


def _answer(kind: Kind, request: HttpRequest, credential: Credential, version: str, at: datetime) -> HttpResponse:
    is_reading = request.method in ("GET", "HEAD")
    if not is_reading and request.method not in ("PUT", "POST", "DELETE"):
        raise NotThisMethod("GET, HEAD, PUT, POST, DELETE")
    if not credential.may(kind.scope, *([Scope.ALL_READ] if is_reading else [])):
        raise NotAllowed(_("This credential may not do this with documents of this kind."))
    asked = DocumentParameters(kind, {name: request.GET.getlist(name) for name in request.GET}, version)
    place = asked.place(credential)
    if is_reading:
        return _read(request, asked, place)
    if "since" in asked.values:
        raise BadRequest(_("The parameter since is for lists, not for one document."))
    if request.method == "DELETE":
        _delete(request, asked, place)
    else:
        _write(request, asked, place, at)
    return HttpResponse(status=204)


def _conditions(request: HttpRequest) -> Conditions:
    return Conditions(request.headers.get("If-Match"), request.headers.get("If-None-Match"))


def _read(request: HttpRequest, asked: DocumentParameters, place: Place) -> HttpResponse:
    since = asked.since()
    if asked.document_id is None:
        ids, updated_at = document_ids(place, since)
        response = tagged(request, json.dumps(ids).encode())
    else:
        row = document(place, asked.document_id)
        updated_at = row.updated_at
        response = tagged(request, bytes(row.content), content_type=row.content_type)
        response["Content-Security-Policy"] = LOCKED_DOWN
    if updated_at is not None:
        response["Last-Modified"] = http_date(updated_at.timestamp())
    return response


def _delete(request: HttpRequest, asked: DocumentParameters, place: Place) -> None:
    if asked.document_id is not None:
        delete_document(place, asked.document_id, conditions=_conditions(request))
        return
    if asked.kind is not STATE:
        asked.require(asked.kind.id_name)
    if _conditions(request).are_given:
        raise BadRequest(_("If-Match and If-None-Match speak of one document; this request is about many."))
    delete_documents(place)


def _write(request: HttpRequest, asked: DocumentParameters, place: Place, at: datetime) -> None:
    asked.require(asked.kind.id_name)
    document_id, conditions = asked.document_id or "", _conditions(request)
    sent = _content(request)
    if request.method == "POST":
        post_document(place, document_id, sent, conditions=conditions, max_size=shared.MAX_BODY, at=at)
        return
    unconditional = _unconditional(asked.kind, asked.version)
    put_document(place, document_id, sent, conditions=conditions, unconditional=unconditional, at=at)


def _unconditional(kind: Kind, version: str) -> Unconditional:
    """2.0 treats the three resources alike (4.1.4). 1.0.3 wants a condition for profiles and none for states (3.1)."""
    if not version.startswith("1."):
        return Unconditional.MAKE
    return Unconditional.REPLACE if kind is STATE else Unconditional.NOTHING


def _content(request: HttpRequest) -> Content:
    """What was sent, of any type; what is called JSON must be (2.0: 4.1.3, 1.0.3: Communication 3.2)."""
    content_type = request.headers.get("Content-Type") or "application/octet-stream"
    if not is_media_type(content_type):
        raise BadRequest(_("The header Content-Type does not name a type of content."))
    content = Content(read_body(request), content_type)
    if content.is_json:
        load(content.data)
    return content
