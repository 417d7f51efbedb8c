"""The pages of one's own account below /konto/. Signing in and out and passwords are allauth's."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from people import clock
from people.errors import NotFound
from people.queries import SESSION_KEY, chosen_employment, employments_of, person_of, with_terms
from people.visibility import roles_of


@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Who I am, my employments and roles, and which employment I act under."""
    person, today = person_of(request.user), clock.today()
    context = {
        "person": person,
        "employments": [with_terms(terms) for terms in employments_of(person, today)] if person else [],
        "chosen": chosen_employment(request, today),
        "roles": roles_of(person, today) if person else [],
    }
    return render(request, "people/account.html", context)


@require_POST
@login_required
def switch_employment(request: HttpRequest) -> HttpResponse:
    """Act under another of my employments from now on; one that is not mine today does not exist."""
    person, today = person_of(request.user), clock.today()
    mine = {str(terms.employment.uuid): terms for terms in employments_of(person, today)} if person else {}
    terms = mine.get(request.POST.get("employment", ""))
    if terms is None:
        raise NotFound(_("We could not find that employment among yours. Choose one of those shown."))
    request.session[SESSION_KEY] = str(terms.employment.uuid)
    messages.success(request, _("You now act as an employee of %(unit)s.") % {"unit": terms.unit.name})
    return redirect("account")
