"""Who sits at these pages, and what they share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from people.api import NotFound, User, ask_again, is_fresh, people_visible_to, person_of, today

from ..models import ConnectionEvent
from ..rules import Reach, reach_of

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Desk:
    """An administrator on a day."""

    user: User
    reach: Reach
    on: date

    @property
    def account(self) -> UUID:
        return self.user.uuid

    def names_of(self, accounts: Iterable[UUID]) -> dict[UUID, str]:
        """The names of those accounts whose holders she may see. One query."""
        rows = User.objects.filter(uuid__in=set(accounts))
        if not self.reach.everything:
            rows = rows.filter(person__in=people_visible_to(person_of(self.user), self.on))
        return {user.uuid: str(user) for user in rows}


def administrators(*, fresh: bool = False) -> Callable[[View], View]:
    """Give a view the desk of an administrator; anybody else finds nothing there.

    With `fresh`, she must have written her password in the last minutes.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            on = today()
            desk = Desk(request.user, reach_of(request.user, on), on)  # type: ignore[arg-type]  # login_required says so
            if desk.reach.is_empty:
                raise NotFound
            if fresh and not is_fresh(request):
                return ask_again(request)
            return view(request, desk, **kwargs)

        return login_required(guarded)

    return decorate


def posted(request: HttpRequest) -> Any:
    """What a form is bound to: nothing while it is only looked at."""
    return request.POST if request.method == "POST" else None


def confirm(request: HttpRequest, form: forms.Form, **context: Any) -> HttpResponse:
    """Show what is about to be done, and ask. `title`, `lead`, `action`, `back` with `crumb`; `is_dangerous`."""
    return render(request, "xapi/connections/confirm.html", {"form": form, **context})


@dataclass(frozen=True, slots=True)
class Did:
    """A line of what has been done with a connection."""

    kind: str
    what: str
    who: str
    reason: str
    event: ConnectionEvent


def told(events: Iterable[ConnectionEvent], names: dict[UUID, str]) -> tuple[Did, ...]:
    return tuple(
        Did(event.kind, event.get_kind_display(), _who(event.by, names), event.reason, event) for event in events
    )


def _who(account: UUID | None, names: dict[UUID, str]) -> str:
    if account is None:
        return _("a command on the server")
    return names.get(account) or _("another administrator")
