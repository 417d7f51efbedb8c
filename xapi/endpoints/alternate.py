"""The alternate request syntax of 1.0.3 (Communication 1.3): any request as a POST of a form.

For clients that cannot set a method or headers. 2.0 has no such thing.
"""

from __future__ import annotations

from io import BytesIO
from typing import Final
from urllib.parse import parse_qsl, urlencode

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest
from django.utils.translation import gettext as _

from ..body import BadRequest

FORM: Final = "application/x-www-form-urlencoded"
METHODS: Final = frozenset({"GET", "HEAD", "PUT", "POST", "DELETE"})
HEADERS: Final = {
    "Authorization": "HTTP_AUTHORIZATION",
    "X-Experience-API-Version": "HTTP_X_EXPERIENCE_API_VERSION",
    "Content-Type": "CONTENT_TYPE",
    "Content-Length": "CONTENT_LENGTH",
    "If-Match": "HTTP_IF_MATCH",
    "If-None-Match": "HTTP_IF_NONE_MATCH",
}
"""The form's fields that stand for headers; `content` is the body, and all others are parameters."""


def is_alternate(request: HttpRequest) -> bool:
    return request.method == "POST" and "method" in request.GET


def request_meant_by(request: HttpRequest, form: bytes) -> HttpRequest:
    """Return the request that a form stands for. Raises BadRequest."""
    methods = request.GET.getlist("method")
    if len(request.GET) > 1 or len(methods) > 1 or methods[0] not in METHODS:
        raise BadRequest(_("With the parameter method, which is a method of HTTP, no other may stand in the address."))
    if request.content_type != FORM:
        raise BadRequest(_("With the parameter method, the request is sent as a form."))
    fields = _fields(form)
    content = fields.pop("content", None)
    if content is None and methods[0] in ("PUT", "POST"):
        raise BadRequest(_("The form must hold what is sent in the field content."))
    body = (content or "").encode()
    headers = {HEADERS[name]: value for name, value in fields.items() if name in HEADERS}
    environ = {
        name: value
        for name, value in request.META.items()
        if name not in ("HTTP_TRANSFER_ENCODING", "wsgi.input_terminated")
    }
    environ |= {"CONTENT_TYPE": "application/json"} | headers
    environ |= {
        "REQUEST_METHOD": methods[0],
        "QUERY_STRING": urlencode({name: value for name, value in fields.items() if name not in HEADERS}),
        # What was said of its length counted characters as often as bytes.
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    try:
        meant = WSGIRequest(environ)
    except (LookupError, ValueError) as error:
        raise BadRequest(_("The field Content-Type names a character set that text cannot have.")) from error
    meant.resolver_match = request.resolver_match
    return meant


def _fields(form: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(form.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError as error:
        raise BadRequest(_("The form cannot be read as UTF-8, or has too many fields.")) from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise BadRequest(_("A field stands twice in the form."))
    return fields
