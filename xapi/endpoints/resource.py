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
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import activate
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from people.api import DomainError, now
from people.api import problem as problem_document

from ..appending import timestamp_text
from ..body import BadRequest, TooLarge
from ..credentials import NotAuthenticated, authenticate
from ..documents import Conditions, etag_of
from ..entries import InvalidStatements
from ..languages import preferences_in
from ..models import Credential
from ..pending import consistent_through, promised_lately
from .alternate import is_alternate, request_meant_by

VERSIONS = ("2.0.0", "1.0.3")
VERSION_HEADER = "X-Experience-API-Version"
CONSISTENT_HEADER = "X-Experience-API-Consistent-Through"
WRITING = frozenset({"POST", "PUT", "DELETE"})
LINE = re.compile(r"(1\.0|2\.0)(?:\.\d{1,4})?", re.ASCII)
MAX_BODY = 10 * 1024 * 1024
"""The most bytes of one request; a client with more sends several batches."""


class SupportsRead(Protocol):
    def read(self, size: int, /) -> bytes: ...


class NotThisMethod(DomainError):
    """The resource does not take this method; `allowed` are those that it does."""

    status = 405
    code = "method_not_allowed"

    def __init__(self, allowed: str) -> None:
        self.allowed = allowed
        super().__init__(_("This address takes the methods %(methods)s.") % {"methods": allowed})


Endpoint = Callable[..., HttpResponseBase]
Json = dict[str, Any]


def resource(view: Callable[Concatenate[HttpRequest, Credential, str, datetime, ...], HttpResponseBase]) -> Endpoint:
    """Wrap a resource: its version, its credential, and errors as problem documents (RFC 9457).

    `spoken` are the versions of the address that was asked; the first is followed by what has no usable version.
    """

    @csrf_exempt
    @wraps(view)
    def wrapped(
        request: HttpRequest, *args: Any, spoken: tuple[str, ...] = VERSIONS, **kwargs: Any
    ) -> HttpResponseBase:
        at = now()
        method = request.method
        speak_with(request)
        through = (promised_lately if method in WRITING else consistent_through)(at)
        version = spoken[0]
        try:
            if is_alternate(request):
                request = _alternate(request, spoken)
            version = version_of(request, spoken) or version
            credential = authenticate(request.headers.get("Authorization", ""), at)
            _require_version(request, spoken)
            _require_utf8(request)
            response: HttpResponseBase = view(request, credential, version, at, *args, **kwargs)
        except TooManyFieldsSent:
            response = problem(BadRequest(_("There are more parameters than any request needs.")), request)
        except DomainError as error:
            response = problem(error, request)
        if request.method == "HEAD" != method and isinstance(response, HttpResponse):
            # Only of a real HEAD does the server leave out the body.
            response.content = b""
        # With a Last-Modified and without this, a browser may show what it has for hours.
        response["Cache-Control"] = "private, no-cache"
        response[VERSION_HEADER] = version
        response[CONSISTENT_HEADER] = timestamp_text(through)
        return response

    return wrapped


def speak_with(request: HttpRequest) -> None:
    """Say errors in the first of our languages that is asked for, else in English, as what is wrong with statements.

    Pages are Swedish for whoever asks for nothing, but clients ask for nothing, and those who write them read English.
    """
    asked = (wanted.partition("-")[0] for wanted in preferences_in(request.headers.get("Accept-Language", "")))
    activate(next((language for language in asked if language in dict(settings.LANGUAGES)), "en"))


def _alternate(request: HttpRequest, spoken: tuple[str, ...]) -> HttpRequest:
    meant = request_meant_by(request, read_body(request))
    if version_of(meant, spoken) == VERSIONS[0]:
        raise BadRequest(_("The parameter method belongs to version 1.0.3; 2.0 has no alternate request syntax."))
    return meant


def version_of(request: HttpRequest, spoken: tuple[str, ...]) -> str | None:
    """The newest version of the line that the request speaks, if it is (2.0: 4.1.2, 1.0.3: Communication 3.3)."""
    line = LINE.fullmatch(request.headers.get(VERSION_HEADER, ""))
    return next((version for version in spoken if line and version.startswith(line[1])), None)


def _require_version(request: HttpRequest, spoken: tuple[str, ...]) -> None:
    if version_of(request, spoken) is None:
        message = _("Say which version you speak in the header %(header)s: %(versions)s.")
        raise BadRequest(message % {"header": VERSION_HEADER, "versions": " / ".join(spoken)})


def _require_utf8(request: HttpRequest) -> None:
    """Refuse parameters that Django would read with marks in the place of bytes: two ids would become one."""
    try:
        unquote_to_bytes(request.META.get("QUERY_STRING", "").encode("latin-1")).decode()
    except UnicodeDecodeError as error:
        raise BadRequest(_("The parameters in the address are not UTF-8.")) from error


def beside(request: HttpRequest, name: str) -> str:
    """The name of the address of another resource, below the same `/xapi/` or `/xapi/1.0.3/`."""
    match = request.resolver_match
    assert match is not None
    return f"{match.namespace}:{name}"


def problem(error: DomainError, request: HttpRequest) -> HttpResponse:
    """Return the answer to a request that broke a rule, with every error that was found."""
    errors: Json = {}
    if isinstance(error, InvalidStatements):
        errors["errors"] = [
            {"path": one.path, "message": one.message, "section": one.section} for one in error.errors[:1000]
        ]
    response = problem_document(error, **errors)
    if isinstance(error, NotThisMethod):
        response["Allow"] = error.allowed
    if error.status == NotAuthenticated.status and not _is_browser(request):
        response["WWW-Authenticate"] = 'Basic realm="xapi", charset="UTF-8"'
    return response


def _is_browser(request: HttpRequest) -> bool:
    """True for what opens a prompt that nobody here can fill in when it is told of Basic authentication.

    For a page as for a script of one, which does not ask for HTML; every browser calls itself Mozilla.
    """
    is_page = "text/html" in request.headers.get("Accept", "")
    return is_page or request.headers.get("User-Agent", "").startswith("Mozilla/")


def tagged(request: HttpRequest, content: bytes, content_type: str = "application/json") -> HttpResponse:
    """Answer with content and its ETag; or without it, to a reader that says by If-None-Match that it has it."""
    etag = etag_of(content)
    if Conditions(if_none_match=request.headers.get("If-None-Match")).is_known(etag):
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(content, content_type=content_type)
    response["ETag"] = f'"{etag}"'
    return response


def json_bytes(request: HttpRequest) -> bytes:
    if request.content_type != "application/json":
        raise BadRequest(_("Statements are sent as application/json."))
    return read_body(request)


def read_body(request: HttpRequest) -> bytes:
    """The bytes of the body. Raises TooLarge."""
    declared = request.headers.get("Content-Length", "")
    if declared.isdigit() and int(declared) > MAX_BODY:
        raise TooLarge(_("Send at most %(limit)s bytes at once.") % {"limit": MAX_BODY})
    raw = stream(request).read(MAX_BODY + 1)
    if len(raw) > MAX_BODY:
        raise TooLarge(_("Send at most %(limit)s bytes at once.") % {"limit": MAX_BODY})
    return raw


def stream(request: HttpRequest) -> SupportsRead:
    """The body; Django reads none when its length is not declared, as when a client sends it in chunks.

    A server that ends the stream where the body ends says so by `wsgi.input_terminated`.
    """
    environ = getattr(request, "environ", {})
    is_chunked = environ.get("wsgi.input_terminated") and not request.headers.get("Content-Length")
    return _Body(environ["wsgi.input"] if is_chunked else request)


class _Body:
    """Reads what the client sends, as long as it does."""

    def __init__(self, source: SupportsRead) -> None:
        self._source = source

    def read(self, size: int) -> bytes:
        try:
            return self._source.read(size)
        except OSError as error:
            raise BadRequest(_("The body could not be read to its end.")) from error
