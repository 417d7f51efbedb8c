"""What every resource of the specification shares: its version, its credential, its errors, reading its body.

A request speaks 2.0 or 1.0.x by its version header and is answered in kind. Only a credential opens the store: the
session of a signed-in browser counts for nothing here, so no page can be tricked into writing (semantics 11).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, Protocol

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from people.api import DomainError, now

from ..appending import timestamp_text
from ..body import BadRequest, TooLarge, load
from ..credentials import NotAuthenticated, authenticate
from ..entries import InvalidStatements
from ..finding import consistent_through
from ..models import Credential

VERSIONS = ("2.0.0", "1.0.3")
VERSION_HEADER = "X-Experience-API-Version"
CONSISTENT_HEADER = "X-Experience-API-Consistent-Through"
MAX_BODY = 10 * 1024 * 1024
"""The most bytes of one request; a client with more sends several batches."""


class SupportsRead(Protocol):
    def read(self, size: int, /) -> bytes: ...


Endpoint = Callable[..., HttpResponse]
Json = dict[str, Any]


def resource(view: Callable[Concatenate[HttpRequest, Credential, str, datetime, ...], HttpResponse]) -> Endpoint:
    """Wrap a resource: its version, its credential, and errors as problem documents (RFC 9457)."""

    @csrf_exempt
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        at = now()
        version = VERSIONS[0]
        try:
            credential = authenticate(request.headers.get("Authorization", ""), at)
            version = negotiated(request.headers.get(VERSION_HEADER, ""))
            response = view(request, credential, version, at, *args, **kwargs)
        except DomainError as error:
            response = problem(error, request)
        response[VERSION_HEADER] = version
        response[CONSISTENT_HEADER] = timestamp_text(consistent_through(at))
        return response

    return wrapped


def negotiated(header: str) -> str:
    """Return the newest version of the line that the request speaks (2.0: 4.1.2, 1.0.3: Communication 3.3)."""
    if re.fullmatch(r"2\.0(\.\d{1,4})?", header, re.ASCII):
        return "2.0.0"
    if re.fullmatch(r"1\.0(\.\d{1,4})?", header, re.ASCII):
        return "1.0.3"
    message = _("Say which version you speak in the header %(header)s: %(versions)s.")
    raise BadRequest(message % {"header": VERSION_HEADER, "versions": " / ".join(VERSIONS)})


def problem(error: DomainError, request: HttpRequest) -> HttpResponse:
    """Return the answer to a request that broke a rule, with every error that was found."""
    content: Json = {"title": str(error.message), "status": error.status, "code": error.code}
    if isinstance(error, InvalidStatements):
        content["errors"] = [
            {"path": one.path, "message": one.message, "section": one.section} for one in error.errors[:1000]
        ]
    response = JsonResponse(content, status=error.status, content_type="application/problem+json")
    # A browser that is told of Basic authentication opens a prompt that nobody here can fill in.
    if error.status == NotAuthenticated.status and "text/html" not in request.headers.get("Accept", ""):
        response["WWW-Authenticate"] = 'Basic realm="xapi", charset="UTF-8"'
    return response


def json_body(request: HttpRequest) -> Any:
    if request.content_type != "application/json":
        raise BadRequest(_("Statements are sent as application/json."))
    declared = request.headers.get("Content-Length", "")
    if declared.isdigit() and int(declared) > MAX_BODY:
        raise TooLarge(_("Send at most %(limit)s bytes at once.") % {"limit": MAX_BODY})
    raw = _stream(request).read(MAX_BODY + 1)
    if len(raw) > MAX_BODY:
        raise TooLarge(_("Send at most %(limit)s bytes at once.") % {"limit": MAX_BODY})
    return load(raw)


def _stream(request: HttpRequest) -> SupportsRead:
    """The body; Django reads none when its length is not declared, as when a client sends it in chunks.

    A server that ends the stream where the body ends says so by `wsgi.input_terminated`.
    """
    environ = getattr(request, "environ", {})
    is_chunked = environ.get("wsgi.input_terminated") and not request.headers.get("Content-Length")
    return environ["wsgi.input"] if is_chunked else request
