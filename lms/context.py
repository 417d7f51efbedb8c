"""What every page needs: who is signed in, under which employment, and which doors to show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from competency.api import DECIDES_LAW, DECIDES_REQUIREMENTS
from courses.api import makes_codes
from people.api import (
    Employment,
    Organisation,
    Person,
    Role,
    chosen_employment,
    employments_of,
    hole,
    person_of,
    reads_titles,
    roles_of,
    today,
)
from xapi.api import administers_connections

TEAM_ROLES = frozenset(
    {Role.MANAGER, Role.ASSESSOR, Role.CHIEF_NURSE, Role.CHIEF_REHAB, Role.HR, Role.AUDITOR, Role.ADMIN}
)
WORKSHOP_ROLES = frozenset({Role.EDUCATOR, Role.CHIEF_NURSE, Role.CHIEF_REHAB})
# The menu may lag this long behind a changed role or employment; the pages behind it never do, they ask anew.
MENU_SECONDS = 60
# The addresses that the menu tells apart; of any other page it knows the first part, if that is among them.
PLACES = frozenset(
    {"/", "/kurser/", "/kompetens/", "/plan/", "/team/", "/roller/", "/konto/", "/delegeringar/", "/sok/"}
)
Value = TypeVar("Value")
THEMES = ("light", "dark")


@dataclass(frozen=True)
class Menu:
    """Which doors a person has."""

    employment: Employment | None
    employments: tuple[Employment, ...]
    is_manager: bool
    is_educator: bool
    asks_of_others: bool
    decides_rules: bool
    has_delegations: bool
    """Whoever works somewhere may be given one; the page says when she has none. To look would cost each first page."""
    team_url: str
    has_connections: bool
    reads_titles: bool
    makes_codes: bool


class Somewhere:
    """A request as what is kept may see it: its place, and a hole for its address."""

    def __init__(self, request: HttpRequest) -> None:
        self.COOKIES = request.COOKIES
        self.path = place_of(request.path)

    def get_full_path(self) -> str:
        return hole("address")


def place_of(path: str) -> str:
    if path in PLACES:
        return path
    first = f"/{path.split('/')[1]}/"
    return f"{first}-/" if first in PLACES else "/-/"


class PageFrame:
    """The `page` of `base.html`; lazy, so that a page without a menu asks nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def person(self) -> Person | None:
        return person_of(self._request.user)

    def kept(self, name: str, make: Callable[[], Value]) -> Value:
        """Return what holds for this reader, in her language and theme, wherever on the site she is alike."""
        request = self._request
        theme = request.COOKIES.get("theme")
        shown = (theme if theme in THEMES else "", get_language(), place_of(request.path))
        asked = (name, getattr(request.user, "uuid", ""), request.session.get("employment", ""), today(), *shown)
        key = ":".join(map(str, asked))
        value = cache.get(key)
        if value is None:
            value = make()
            cache.set(key, value, MENU_SECONDS)
        return value

    @cached_property
    def _menu(self) -> Menu:
        if self.person is None:
            user = self._request.user
            connects = administers_connections(user, today())
            return Menu(None, (), False, user.is_superuser, False, False, False, "", connects, False, False)
        key = f"menu:8:{self.person.uuid}:{today()}:{self._request.session.get('employment', '')}"
        menu = cache.get(key)
        if menu is None:
            menu = _menu_of(self._request, self.person)
            cache.set(key, menu, MENU_SECONDS)
        return menu

    @property
    def employment(self) -> Employment | None:
        return self._menu.employment

    @property
    def employments(self) -> tuple[Employment, ...]:
        return self._menu.employments

    @property
    def is_manager(self) -> bool:
        return self._menu.is_manager

    @property
    def is_educator(self) -> bool:
        return self._menu.is_educator

    @property
    def asks_of_others(self) -> bool:
        return self._menu.asks_of_others

    @property
    def decides_rules(self) -> bool:
        return self._menu.decides_rules

    @property
    def has_connections(self) -> bool:
        return self._menu.has_connections

    @property
    def has_delegations(self) -> bool:
        return self._menu.has_delegations

    @property
    def reads_titles(self) -> bool:
        return self._menu.reads_titles

    @property
    def makes_codes(self) -> bool:
        return self._menu.makes_codes

    @property
    def team_url(self) -> str:
        return self._menu.team_url


def page(request: HttpRequest) -> dict[str, Any]:
    return {"page": PageFrame(request)}


def _menu_of(request: HttpRequest, person: Person) -> Menu:
    grants = roles_of(person, today())
    held = {grant.role for grant in grants}
    managed = [grant.node for grant in grants if grant.role == Role.MANAGER]
    return Menu(
        employment=chosen_employment(request),
        employments=tuple(_with_terms(terms) for terms in employments_of(person, today())),
        is_manager=bool(held & TEAM_ROLES),
        is_educator=bool(held & WORKSHOP_ROLES) or request.user.is_superuser,
        asks_of_others=bool(held & DECIDES_REQUIREMENTS),
        decides_rules=bool(held & DECIDES_LAW),
        has_delegations=bool(held & TEAM_ROLES or employments_of(person, today())),
        team_url=_team_url(managed),
        has_connections=administers_connections(request.user, today()),
        reads_titles=reads_titles(person, today()),
        makes_codes=makes_codes(person, today()),
    )


def _with_terms(terms: Any) -> Employment:
    employment: Employment = terms.employment
    employment.terms = terms
    return employment


def _team_url(managed: list[Organisation]) -> str:
    if len(managed) == 1 and managed[0].is_unit:
        return reverse("team", args=[managed[0].slug])
    return reverse("teams")
