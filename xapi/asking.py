"""Who asks an address below `/api/`: another system by its credential, or a person by her session.

Reading is for both; a credential needs the scope that the address names. What changes something is for people alone:
such an address asks for `signed_in`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from people.api import DomainError, NotAllowed, Person, now, person_of, problem

from .credentials import NotAuthenticated, authenticate
from .endpoints.resource import NotThisMethod
from .models import Credential, Scope


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


def endpoint(*methods: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Let a view answer these methods alone, and every broken rule as a problem document. It is given the moment."""

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

        return wrapped

    return decorate
