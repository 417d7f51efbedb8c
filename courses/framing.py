"""Pages put together from what is kept ready: a frame for one reader, bodies and cards for all who stand alike."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import get_template, render_to_string
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from courses.catalogue import Shown
from courses.pages import ModulePage
from people.api import Kept, fill, hole

# The frame names the reader and her doors; it may lag this long behind a changed name or role.
FRAME_SECONDS = 300
HOLES = ("csrf", "ticket", "address", "title", "description", "body")

_frames: Kept[str] = Kept(size=500, seconds=FRAME_SECONDS)
_bodies: Kept[str] = Kept(size=1000)
_cards: Kept[str] = Kept(size=2000)


def card_html(shown: Shown, *, in_five: bool) -> str:
    """Return a course on the shelf, the same for everyone who stands alike in it."""
    key = (shown.item.card, shown.item.modules, shown.state, in_five, get_language())
    context = {"shown": shown, "in_five": in_five}
    return _cards.get(key, lambda: get_template("courses/partials/shelf_card.html").render(context))


def module_html(request: HttpRequest, page: ModulePage) -> str:
    """Return the page. What is kept is used, unless there is something to say that is said only once."""
    values = {
        "title": escape(page.module.title),
        "description": escape(page.course.summary),
        "body": _body(page),
        "csrf": get_token(request),
        "ticket": escape(page.ticket),
        "address": escape(request.get_full_path()),
    }
    html = _frame(request, page)
    for name in ("body", "title", "description", "csrf", "ticket", "address"):
        html = fill(html, {hole(name): values[name]})
    return html


class Anywhere:
    """The request as the frame may see it: from some page among the courses, whose address is filled in later."""

    path = "/kurser/-/-/"

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    def get_full_path(self) -> str:
        return hole("address")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._request, name)


def _frame(request: HttpRequest, page: ModulePage) -> str:
    has_questions = page.is_personal and bool(page.module.questions)

    def render() -> str:
        holes = {name: mark_safe(hole(name)) for name in HOLES}
        context = {**holes, "csrf_token": hole("csrf"), "request": Anywhere(request), "has_questions": has_questions}
        return render_to_string("courses/module.html", context, request)

    if len(get_messages(request)):
        return render()
    theme = request.COOKIES.get("theme", "")
    key = (
        request.user.pk,
        request.session.get("employment"),
        get_language(),
        theme if theme in ("light", "dark") else "",
        has_questions,
    )
    return _frames.get(key, render)


def _body(page: ModulePage) -> str:
    def render() -> str:
        shown = replace(page, ticket=hole("ticket"))
        context = {"module_page": shown, "course": page.course, "module": page.module, "csrf_token": hole("csrf")}
        return get_template("courses/partials/module_body.html").render(context)

    if page.focus:
        return render()
    course, module = page.course, page.module
    key = (course.slug, course.revision, module, get_language(), page.is_reviewed, page.state)
    return _bodies.get(key, render)
