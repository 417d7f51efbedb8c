"""Who asks an address below `/api/`: another system by its credential, or a person by her session.

Reading is for both; a credential needs the scope that the address names. What changes something is for people alone:
such an address asks for `signed_in`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict

from people.api import DomainError, NotAllowed, Person, now, person_of, problem

from .credentials import NotAuthenticated, authenticate
from .endpoints.resource import NotThisMethod
from .models import Credential, Scope

CREDENTIAL, SESSION = "credential", "session"


class Answer(BaseModel):
    """What an answer holds, and nothing besides: the OpenAPI document is made of these."""

    model_config = ConfigDict(extra="forbid")


class Problem(BaseModel):
    """A broken rule (RFC 9457); some kinds say more."""

    title: str
    status: int
    code: str


Item = TypeVar("Item")


class Page(Answer, Generic[Item]):
    items: list[Item]
    next: str | None


@dataclass(frozen=True)
class Operation:
    """What an endpoint says of itself."""

    name: str
    says: str
    method: str
    answers: Any
    query: Mapping[str, str]
    required: tuple[str, ...]
    scope: str
    security: tuple[str, ...]
    body: str


class SignInFirst(NotAuthenticated):
    default_message = _("Sign in, or send the key and secret of a credential by HTTP Basic authentication.")


@dataclass(frozen=True)
class Asker:
    """Exactly one of the two."""

    credential: Credential | None = None
    person: Person | None = None


def asker_of(request: HttpRequest, scope: Scope, at: datetime) -> Asker:
    """Return who asks. Raises NotAuthenticated, and NotAllowed for a credential without the scope."""
    header = request.headers.get("Authorization", "")
    if header:
        credential = authenticate(header, at)
        if not credential.may(scope):
            raise NotAllowed(_("This credential lacks the scope %(scope)s.") % {"scope": scope.value})
        return Asker(credential=credential)
    return Asker(person=signed_in(request))


def signed_in(request: HttpRequest) -> Person:
    """Return the person whose session it is. Raises SignInFirst."""
    person = person_of(request.user)
    if person is None:
        raise SignInFirst
    return person


def endpoint(
    *methods: str,
    answers: Any = dict[str, Any],
    query: Mapping[str, str] = MappingProxyType({}),
    required: tuple[str, ...] = (),
    scope: str = "",
    by: tuple[str, ...] = (CREDENTIAL, SESSION),
    body: str = "",
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Let a view answer these methods alone, and every broken rule as a problem document. It is given the moment.

    The rest is what others are told of it: what it `answers`, what may be asked, who may, and the type of a body.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                if request.method not in methods:
                    raise NotThisMethod(", ".join(methods))
                response = view(request, now(), *args, **kwargs)
            except DomainError as error:
                response = problem(error)
                if isinstance(error, NotThisMethod):
                    response["Allow"] = error.allowed
            response["Cache-Control"] = "no-store"
            return response

        says = (view.__doc__ or "").strip()
        told = Operation(view.__name__, says, methods[0], answers, query, required, scope, by, body)
        wrapped.operation = told  # type: ignore[attr-defined]  # read by whoever describes the address
        return wrapped

    return decorate
