"""The page of the search, and what a reader does with what she found."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses.api import FOCUS_AREAS
from people.api import DomainError, NotFound, Person, chosen_employment, now, person_of, whole_number
from search.log.services import log_search
from search.log.slips import read
from search.pages import Asked, find_page, read_asked
from search.queries import readable
from search.saved.services import forget_search, save_search

NOTHING_TO_SAY = 204


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Search. Nothing is written here: an address that is opened again, or fetched ahead, is no search."""
    person = person_of(request.user)
    employment = chosen_employment(request) if person else None
    organisation = employment.organisation.uuid if employment else None
    page = find_page(read_asked(request.GET), person, organisation, now())
    is_part = request.htmx and not request.htmx.history_restore_request
    template = "search/partials/answered.html" if is_part else "search/find.html"
    response = render(request, template, {"find_page": page, "focus_areas": FOCUS_AREAS.items()})
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_POST
def noted(request: HttpRequest) -> HttpResponse:
    """Told by the page when a search is finished; nobody reads the answer."""
    slip = read(request.POST.get("slip", ""))
    if slip:
        log_search(slip, now(), place=whole_number(request.POST.get("place", "")))
    return HttpResponse(status=NOTHING_TO_SAY)


@require_POST
def missed(request: HttpRequest) -> HttpResponse:
    """One tap that says: this should be here."""
    slip = read(request.POST.get("slip", ""))
    if slip:
        log_search(slip, now(), is_missed=True)
        messages.success(request, _("Thank you. Those who make courses see that it is missing."))
    return _back(request)


@require_POST
@login_required
def save(request: HttpRequest) -> HttpResponse:
    try:
        save_search(_person(request), request.POST.get("q", ""), now())
        messages.success(request, _("Saved. You find it here when the field is empty."))
    except DomainError as error:
        messages.error(request, str(error.message))
    return _back(request)


@require_POST
@login_required
def forget(request: HttpRequest) -> HttpResponse:
    forget_search(_person(request), readable(request.POST.get("q", "")))
    messages.info(request, _("It is no longer saved."))
    return HttpResponseRedirect(Asked().url)


def _back(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(Asked(readable(request.POST.get("q", ""))).url)


def _person(request: HttpRequest) -> Person:
    person = person_of(request.user)
    if person is None:
        raise NotFound
    return person
