"""The statement resource and the pages of its answers."""

from __future__ import annotations

import json
from datetime import datetime
from secrets import token_hex
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext as _

from people.api import NotAllowed, now

from ..attachments import Files, found_in, multipart
from ..body import BadRequest
from ..finding import one_statement, page_of, read_cursor
from ..languages import Preferences, preferences_in
from ..models import Credential, Scope
from ..parameters import Filters, Parameters
from ..queries import texts_of
from ..redaction import Kept
from ..services import record
from ..statement.formats import is_uuid
from .mixed import received
from .resource import NotThisMethod, beside, resource


@resource
def statements(request: HttpRequest, credential: Credential, version: str, at: datetime) -> HttpResponseBase:
    """The statement resource (2.0: 4.1.6.1, 1.0.3: Communication 2.1)."""
    if request.method in ("GET", "HEAD"):
        return get_statements(request, credential, version)
    if request.method == "POST":
        return post_statements(request, credential, version, at)
    if request.method == "PUT":
        return put_statement(request, credential, version, at)
    raise NotThisMethod("GET, HEAD, POST, PUT")


@resource
def more(request: HttpRequest, credential: Credential, version: str, at: datetime, token: str) -> HttpResponseBase:
    """The next page of a query; sees what the credential asking sees, whoever asked for the first page."""
    if request.method not in ("GET", "HEAD"):
        raise NotThisMethod("GET, HEAD")
    _require_reading(credential)
    filters, after = read_cursor(token)
    return _page(request, filters, after, credential)


# --- Reading ---------------------------------------------------------------------------------------------------------


def get_statements(request: HttpRequest, credential: Credential, version: str) -> HttpResponseBase:
    _require_reading(credential)
    parameters = Parameters({name: request.GET.getlist(name) for name in request.GET}, version)
    single = parameters.single()
    if single is None:
        filters = parameters.filters()
        return _page(request, filters, None, credential)
    name, statement_id = single
    row = one_statement(statement_id, credential=credential, is_voided=name == "voidedStatementId")
    (text,) = texts_of([row], parameters.format(), _languages(request), credential=credential)
    response = _answer(request, text, [row], with_attachments=parameters.boolean("attachments"))
    response["Last-Modified"] = http_date(row.stored.timestamp())
    return response


def _require_reading(credential: Credential) -> None:
    if not credential.may(Scope.ALL_READ, Scope.STATEMENTS_READ, Scope.STATEMENTS_READ_MINE):
        raise NotAllowed(_("This credential may not read statements."))


def _page(request: HttpRequest, filters: Filters, after: int | None, credential: Credential) -> HttpResponseBase:
    page = page_of(filters, credential=credential, after=after)
    next_page = reverse(beside(request, "more"), args=[page.more]) if page.more else ""
    texts = ",".join(texts_of(page.rows, filters.format, _languages(request), credential=credential))
    content = f'{{"statements":[{texts}],"more":{json.dumps(next_page)}}}'
    response = _answer(request, content, page.rows, with_attachments=filters.attachments)
    if page.last_stored is not None:
        response["Last-Modified"] = http_date(page.last_stored.timestamp())
    return response


def _languages(request: HttpRequest) -> Preferences:
    return preferences_in(request.headers.get("Accept-Language", ""))


def _answer(request: HttpRequest, content: str, rows: list[Kept], *, with_attachments: bool) -> HttpResponseBase:
    if not with_attachments:
        return HttpResponse(content, content_type="application/json")
    boundary = token_hex(20)
    content_type = f"multipart/mixed; boundary={boundary}"
    if request.method == "HEAD":
        return HttpResponse(content_type=content_type)
    found = found_in((row.pk, row.body()) for row in rows)
    return StreamingHttpResponse(multipart(content, found, boundary), content_type=content_type)


# --- Writing ---------------------------------------------------------------------------------------------------------


def post_statements(request: HttpRequest, credential: Credential, version: str, at: datetime) -> HttpResponse:
    """Store one statement or a batch. Answers with their ids, in order (1.0.3: Communication 2.1.2)."""
    _require_writing(credential)
    if request.GET:
        raise BadRequest(_("Statements are posted without parameters."))
    with received(request) as (body, files):
        bodies = body if isinstance(body, list) else [body]
        return JsonResponse(_record(bodies, files, credential, version, at), safe=False)


def put_statement(request: HttpRequest, credential: Credential, version: str, at: datetime) -> HttpResponse:
    """Store one statement under the id of the parameter (1.0.3: Communication 2.1.1)."""
    _require_writing(credential)
    statement_id = request.GET.get("statementId", "")
    if not is_uuid(statement_id) or len(request.GET) != 1 or len(request.GET.getlist("statementId")) != 1:
        raise BadRequest(_("A statement is put with the parameter statementId, a UUID, and no other."))
    with received(request) as (body, files):
        if isinstance(body, list):
            raise BadRequest(_("Only one statement can be put at a time; post a batch instead."))
        if isinstance(body, dict):
            if str(body.get("id", statement_id)).lower() != statement_id.lower():
                raise BadRequest(_("The statement's id is not the one of the parameter statementId."))
            body = {"id": statement_id} | body
        _record([body], files, credential, version, at)
    return HttpResponse(status=204)


def _require_writing(credential: Credential) -> None:
    if not credential.may(Scope.STATEMENTS_WRITE):
        raise NotAllowed(_("This credential may not record statements."))


def _record(bodies: list[Any], files: Files, credential: Credential, version: str, at: datetime) -> list[str]:
    recorded = record(
        bodies,
        organisation=credential.organisation,
        source=credential,
        at=at,
        version=version,
        clock=now,
        files=files,
    )
    return [str(one.statement_id) for one in recorded]
