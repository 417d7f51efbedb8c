"""The statement resource and the pages of its answers."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext as _

from people.api import NotAllowed, now

from ..body import BadRequest
from ..finding import Page, one_statement, page_of, read_cursor
from ..models import Credential, Scope, Statement
from ..parameters import Parameters
from ..queries import body_of
from ..services import record
from ..statement.formats import is_uuid
from .resource import beside, json_body, resource

SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"


@resource
def statements(request: HttpRequest, credential: Credential, version: str, at: datetime) -> HttpResponse:
    """The statement resource (2.0: 4.1.6.1, 1.0.3: Communication 2.1)."""
    if request.method in ("GET", "HEAD"):
        return get_statements(request, credential, version)
    if request.method == "POST":
        return post_statements(request, credential, version, at)
    if request.method == "PUT":
        return put_statement(request, credential, version, at)
    return HttpResponse(status=405, headers={"Allow": "GET, HEAD, POST, PUT"})


@resource
def more(request: HttpRequest, credential: Credential, version: str, at: datetime, token: str) -> HttpResponse:
    """The next page of a query; sees what the credential asking sees, whoever asked for the first page."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    _require_reading(credential)
    filters, after = read_cursor(token)
    return _page(request, page_of(filters, credential=credential, after=after))


# --- Reading ---------------------------------------------------------------------------------------------------------


def get_statements(request: HttpRequest, credential: Credential, version: str) -> HttpResponse:
    _require_reading(credential)
    parameters = Parameters({name: request.GET.getlist(name) for name in request.GET}, version)
    single = parameters.single()
    if single is None:
        return _page(request, page_of(parameters.filters(), credential=credential))
    name, statement_id = single
    row = one_statement(statement_id, credential=credential, is_voided=name == "voidedStatementId")
    response = HttpResponse(text_of(row), content_type="application/json")
    response["Last-Modified"] = http_date(row.stored.timestamp())
    return response


def _require_reading(credential: Credential) -> None:
    if not credential.may(Scope.ALL_READ, Scope.STATEMENTS_READ, Scope.STATEMENTS_READ_MINE):
        raise NotAllowed(_("This credential may not read statements."))


def _page(request: HttpRequest, page: Page) -> HttpResponse:
    next_page = reverse(beside(request, "more"), args=[page.more]) if page.more else ""
    texts = ",".join(text_of(row) for row in page.rows)
    return HttpResponse(f'{{"statements":[{texts}],"more":{json.dumps(next_page)}}}', content_type="application/json")


def text_of(row: Statement) -> str:
    """The statement as JSON text; as it lies when nothing was taken out of it."""
    if getattr(row, "redactable", None) is None:
        return row.payload
    return json.dumps(body_of(row), ensure_ascii=False, separators=(",", ":"))


# --- Writing ---------------------------------------------------------------------------------------------------------


def post_statements(request: HttpRequest, credential: Credential, version: str, at: datetime) -> HttpResponse:
    """Store one statement or a batch. Answers with their ids, in order (1.0.3: Communication 2.1.2)."""
    _require_writing(credential)
    if request.GET:
        raise BadRequest(_("Statements are posted without parameters."))
    bodies = json_body(request)
    if not isinstance(bodies, list):
        bodies = [bodies]
    return JsonResponse(_record(bodies, credential, version, at), safe=False)


def put_statement(request: HttpRequest, credential: Credential, version: str, at: datetime) -> HttpResponse:
    """Store one statement under the id of the parameter (1.0.3: Communication 2.1.1)."""
    _require_writing(credential)
    statement_id = request.GET.get("statementId", "")
    if not is_uuid(statement_id) or len(request.GET) != 1 or len(request.GET.getlist("statementId")) != 1:
        raise BadRequest(_("A statement is put with the parameter statementId, a UUID, and no other."))
    body = json_body(request)
    if isinstance(body, list):
        raise BadRequest(_("Only one statement can be put at a time; post a batch instead."))
    if isinstance(body, dict):
        if str(body.get("id", statement_id)).lower() != statement_id.lower():
            raise BadRequest(_("The statement's id is not the one of the parameter statementId."))
        body = {"id": statement_id} | body
    _record([body], credential, version, at)
    return HttpResponse(status=204)


def _require_writing(credential: Credential) -> None:
    if not credential.may(Scope.STATEMENTS_WRITE):
        raise NotAllowed(_("This credential may not record statements."))


def _record(bodies: list[Any], credential: Credential, version: str, at: datetime) -> list[str]:
    _refuse_attachments_without_data(bodies)
    recorded = record(
        bodies, organisation=credential.organisation, source=credential, at=at, version=version, clock=now
    )
    return [str(one.statement_id) for one in recorded]


def _refuse_attachments_without_data(bodies: list[Any]) -> None:
    """A JSON body carries no attachment's data, so each must be found elsewhere (1.0.3: Communication 1.5.1).

    A signature must come with its data, whatever its fileUrl: without, it cannot be verified.
    """
    for body in bodies:
        attachments = body.get("attachments") if isinstance(body, dict) else None
        for attachment in attachments if isinstance(attachments, list) else []:
            is_known = isinstance(attachment, dict) and "usageType" in attachment
            if is_known and ("fileUrl" not in attachment or attachment["usageType"] == SIGNATURE):
                raise BadRequest(_("An attachment in JSON must have a fileUrl, and may not be a signature."))
