"""The OpenAPI document of `/api/v1/`, made from the addresses and from what each endpoint says of itself.

Nothing is written down twice: paths come from the resolver, methods, parameters, scope and answers from the decorator
that the view answers by, words from its docstring.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver
from pydantic import TypeAdapter

from xapi.api import Operation, Problem

ROOT = "api/v1/"
REFERENCES = "#/components/schemas/{model}"
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
FORMATS = {"uuid": {"type": "string", "format": "uuid"}}
ERRORS = {"400": "The question is not whole.", "401": "Nobody is known.", "404": "It is not there, or not to be seen."}

Json = dict[str, Any]


def document() -> Json:
    schemas: Json = {}
    paths: Json = {}
    for address, operation in operations():
        path = "/" + PARAMETER.sub(r"{\2}", address)
        paths[path] = {operation.method.lower(): _operation(address, operation, schemas)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Lärnära", "version": "v1"},
        "servers": [{"url": settings.SITE_URL}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {
                "credential": {"type": "http", "scheme": "basic"},
                "session": {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME},
            },
        },
    }


def operations() -> Iterator[tuple[str, Operation]]:
    """Yield each address below `/api/v1/`, as the resolver has it, with what its view says of itself."""
    for address, view in _addresses(get_resolver()):
        if address.startswith(ROOT):
            yield address, view.operation


def _addresses(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in resolver.url_patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _addresses(pattern, address)
        elif isinstance(pattern, URLPattern):
            yield address, pattern.callback


def _operation(address: str, operation: Operation, schemas: Json) -> Json:
    summary, _blank, more = operation.says.partition("\n\n")
    errors = {status: _answer(words, Problem, schemas, "application/problem+json") for status, words in ERRORS.items()}
    told: Json = {
        "summary": " ".join(summary.split()),
        "operationId": operation.name,
        "parameters": [*_places(address), *_questions(operation)],
        "responses": {"200": _answer("The answer.", operation.answers, schemas)} | errors,
        "security": [{each: []} for each in operation.security],
    }
    if more:
        told["description"] = " ".join(more.split())
    if operation.scope:
        told["x-scope"] = operation.scope
    if operation.body:
        told["requestBody"] = {"content": {operation.body: {"schema": {"type": "string"}}}}
    return told


def _places(address: str) -> Iterator[Json]:
    for kind, name in PARAMETER.findall(address):
        schema = FORMATS.get(kind, {"type": "string"})
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _questions(operation: Operation) -> Iterator[Json]:
    for name, words in operation.query.items():
        is_required = name in operation.required
        yield {"name": name, "in": "query", "required": is_required, "description": words, "schema": {"type": "string"}}


def _answer(words: str, kind: Any, schemas: Json, media: str = "application/json") -> Json:
    schema = TypeAdapter(kind).json_schema(ref_template=REFERENCES, mode="serialization")
    schemas.update(schema.pop("$defs", {}))
    return {"description": words, "content": {media: {"schema": schema}}}
