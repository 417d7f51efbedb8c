"""Lists in pages. A cursor is the key of the last item told: what is added meanwhile moves nothing."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _

from .asking import BadQuery

Item = TypeVar("Item")
USUAL, MOST = 50, 200


def paged(
    request: HttpRequest, items: Sequence[Item], key: Callable[[Item], str], told: Callable[[Item], dict[str, Any]]
) -> JsonResponse:
    """Return `{"items": […], "next": address or null}`. `key` names an item for good and is unique in the list.

    Raises BadQuery for a cursor that was never given.
    """
    limit = _limit(request)
    start = _place_after(request.GET.get("cursor", ""), [key(item) for item in items])
    shown = items[start : start + limit]
    more = start + limit < len(items)
    following = _address(request, key(shown[-1])) if shown and more else None
    return JsonResponse({"items": [told(item) for item in shown], "next": following})


def _limit(request: HttpRequest) -> int:
    text = request.GET.get("limit", str(USUAL))
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= MOST:
        raise BadQuery(_("Say limit as a number from 1 to %(most)s.") % {"most": MOST})
    return int(text)


def _place_after(cursor: str, keys: list[str]) -> int:
    if not cursor:
        return 0
    try:
        return keys.index(urlsafe_b64decode(cursor.encode()).decode()) + 1
    except ValueError:
        raise BadQuery(_("The cursor leads nowhere now. Begin again without it.")) from None


def _address(request: HttpRequest, key: str) -> str:
    query = request.GET.copy()
    query["cursor"] = urlsafe_b64encode(key.encode()).decode()
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
