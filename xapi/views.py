"""The pages on which people read the record store."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from people.api import NotFound, person_of, today

from .browsing import Sight, opened, page_of, sight_of
from .forms import StatementFilterForm


@require_safe
@login_required
def statement_list(request: HttpRequest) -> HttpResponse:
    sight, preferences = _sight(request), (get_language() or "sv",)
    form = StatementFilterForm(request.GET, sight=sight, preferences=preferences)
    page = page_of(sight, form.wanted(), preferences, request.GET.get("before", ""))
    query = request.GET.copy()
    query.pop("before", None)
    is_narrowed = any(query.values())
    context = {"form": form, "page_of_lines": page, "query": query.urlencode(), "is_narrowed": is_narrowed}
    return render(request, "xapi/statements.html", context)


@require_safe
@login_required
def statement_page(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    found = opened(_sight(request), statement_id, (get_language() or "sv",))
    return render(request, "xapi/statement.html", {"statement": found})


def _sight(request: HttpRequest) -> Sight:
    person = person_of(request.user)
    if person is None:
        raise NotFound
    return sight_of(person, today())
