"""Lists in pages. A cursor is the key of the last item told: what is added meanwhile moves nothing."""

from __future__ import annotations

from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from people.errors import DomainError

Item = TypeVar("Item")
USUAL, MOST = 50, 200
PAGES = {
    "limit": f"At most so many, 1 to {MOST}; without it {USUAL}.",
    "cursor": "Where to go on; in `next` of the page before.",
}
"""What the query of every list may hold."""


class BadQuery(DomainError):
    code = "query"


class LostPlace(BadQuery):
    default_message = _("The cursor leads nowhere now. Begin again without it.")


def paged(
    request: HttpRequest, items: Sequence[Item], key: Callable[[Item], str], told: Callable[[Item], dict[str, Any]]
) -> JsonResponse:
    """Return `{"items": […], "next": address or null}`. `key` names an item for good and is unique in the list.

    Raises BadQuery for a cursor that was never given.
    """
    limit = limit_of(request)
    start = place_after(cursor_of(request), [key(item) for item in items])
    shown = items[start : start + limit]
    more = start + limit < len(items)
    return page(request, [told(item) for item in shown], key(shown[-1]) if shown and more else "")


def page(request: HttpRequest, told: list[dict[str, Any]], last: str) -> JsonResponse:
    """Return one page of a list. `last` names its last item if there are more."""
    return JsonResponse({"items": told, "next": _address(request, last) if last else None})


def limit_of(request: HttpRequest) -> int:
    """Return how many items are asked for. Raises BadQuery."""
    text = request.GET.get("limit", str(USUAL))
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= MOST:
        raise BadQuery(gettext("Say limit as a number from 1 to %(most)s.") % {"most": MOST})
    return int(text)


def cursor_of(request: HttpRequest) -> str:
    """Return the name of the item that was told last, or nothing. Raises LostPlace."""
    try:
        return b64decode(request.GET.get("cursor", "").encode(), b"-_", validate=True).decode()
    except ValueError:
        raise LostPlace from None


def place_after(last: str, keys: Sequence[str]) -> int:
    """Return the place after the item of that name. Raises LostPlace where there is none."""
    if not last:
        return 0
    try:
        return keys.index(last) + 1
    except ValueError:
        raise LostPlace from None


def _address(request: HttpRequest, key: str) -> str:
    query = request.GET.copy()
    query["cursor"] = urlsafe_b64encode(key.encode()).decode()
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
