"""The search for machines: `GET /api/v1/search?q=&limit=`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from people.api import PAGES, BadQuery, cursor_of, limit_of, page
from search.queries import find
from search.results import Hit
from xapi.api import Answer, Page, Scope, asker_of, endpoint


class Found(Answer):
    kind: str
    course: str | None
    module: str | None
    title: str
    heading: str | None
    snippet: str
    url: str
    minutes: int | None
    score: float
    reasons: list[str]


@endpoint(
    "GET",
    "HEAD",
    answers=Page[Found],
    scope=Scope.SEARCH_READ,
    query={"q": "What is sought, as somebody types it."} | PAGES,
    required=("q",),
)
def search(request: HttpRequest, now: datetime) -> HttpResponse:
    """What answers a text, best first. A system finds what everybody may read; a person her own occasions too."""
    asker = asker_of(request, Scope.SEARCH_READ, now)
    text = request.GET.get("q")
    if text is None:
        raise BadQuery(_("Say what you seek: q=…"))
    found = find(text, asker.person, now, after=cursor_of(request), limit=limit_of(request))
    return page(request, [told(hit) for hit in found.hits], found.last)


def told(hit: Hit) -> dict[str, Any]:
    return {
        "kind": hit.kind.value,
        "course": hit.course or None,
        "module": hit.module or None,
        "title": hit.title,
        "heading": hit.heading or None,
        "snippet": hit.snippet,
        "url": hit.url,
        "minutes": hit.minutes,
        "score": round(hit.score, 4),
        "reasons": list(hit.reasons),
    }
