"""The pages about credentials: which systems are connected, a new one, a new secret, the end."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from people.api import now

from ..credentials import (
    AlreadyMade,
    NotInForce,
    change_secret,
    create_credential,
    end_old_secret,
    revoke_credential,
    secret_mark,
)
from ..door import NoPseudonymKey
from ..models import Credential
from .desk import Desk, administrators, confirm, posted
from .forms import ChangeSecretForm, ConnectionForm, ReasonForm, uuid_of
from .reading import connection_of, connections_of

form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@administrators()
def connection_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    found = connections_of(desk, now())
    context = {
        "active": [each for each in found if each.is_active],
        "over": [each for each in found if not each.is_active],
    }
    return render(request, "xapi/connections/list.html", context)


@require_safe
@administrators()
def connection_page(request: HttpRequest, desk: Desk, uuid: UUID) -> HttpResponse:
    return render(request, "xapi/connections/connection.html", {"connection": connection_of(desk, uuid, now())})


@form_page
@never_cache
@administrators(fresh=True)
def connection_new(request: HttpRequest, desk: Desk) -> HttpResponse:
    form = ConnectionForm(posted(request), reach=desk.reach, today=desk.on)
    if form.is_valid():
        try:
            credential, secret = create_credential(**form.wanted(), at=now(), by=desk.account)
        except AlreadyMade as error:
            return _told_already(request, uuid_of(form), error)
        except NoPseudonymKey as error:
            form.add_error("pseudonymise", str(error.message))
        else:
            return _shown_once(request, credential, secret)
    return render(request, "xapi/connections/new.html", {"form": form})


@form_page
@never_cache
@administrators(fresh=True)
def connection_secret(request: HttpRequest, desk: Desk, uuid: UUID) -> HttpResponse:
    """Change the secret."""
    found, at = connection_of(desk, uuid, now()), now()
    form = ChangeSecretForm(posted(request), initial={"replacing": secret_mark(found.credential)})
    if not found.is_active:
        return _told_already(request, uuid, NotInForce())
    if form.is_valid():
        old_until = at + timedelta(days=form.cleaned_data["days"])
        replacing = form.cleaned_data["replacing"]
        try:
            secret = change_secret(found.credential, replacing=replacing, old_until=old_until, at=at, by=desk.account)
        except (AlreadyMade, NotInForce) as error:
            return _told_already(request, uuid, error)
        return _shown_once(request, found.credential, secret, old_until if old_until > at else None)
    return render(request, "xapi/connections/change_secret.html", {"form": form, "connection": found})


@form_page
@administrators(fresh=True)
def connection_end_old(request: HttpRequest, desk: Desk, uuid: UUID) -> HttpResponse:
    """End the secret that is on its way out."""
    found = connection_of(desk, uuid, now())
    if request.method == "POST":
        end_old_secret(found.credential, at=now(), by=desk.account)
        messages.success(request, _("The old secret opens nothing any more."))
        return redirect("connection", uuid=uuid)
    lead = _("A system that has not been given the new secret yet is shut out at once.")
    return confirm(
        request,
        forms.Form(),
        title=_("End the old secret now?"),
        lead=lead,
        action=_("End the old secret"),
        is_dangerous=True,
        back=reverse("connection", args=[uuid]),
        crumb=found.credential.name,
    )


@form_page
@administrators(fresh=True)
def connection_revoke(request: HttpRequest, desk: Desk, uuid: UUID) -> HttpResponse:
    found = connection_of(desk, uuid, now())
    form = ReasonForm(posted(request))
    if found.credential.revoked_at:
        return _told_already(request, uuid, NotInForce())
    if form.is_valid():
        try:
            revoke_credential(found.credential, at=now(), reason=form.cleaned_data["reason"], by=desk.account)
        except NotInForce as error:
            return _told_already(request, uuid, error)
        messages.success(request, _("%(name)s is ended and opens nothing any more.") % {"name": found.credential.name})
        return redirect("connections")
    lead = _("The system is shut out at once, and this cannot be undone. What it has sent stays.")
    return confirm(
        request,
        form,
        title=_("End %(name)s?") % {"name": found.credential.name},
        lead=lead,
        action=_("End the connection"),
        is_dangerous=True,
        back=reverse("connection", args=[uuid]),
        crumb=found.credential.name,
    )


def _shown_once(
    request: HttpRequest, credential: Credential, secret: str, old_until: object | None = None
) -> HttpResponse:
    """The answer to the very request that made the secret: it has no address, so nothing leads to it again."""
    context = {
        "credential": credential,
        "secret": secret,
        "old_until": old_until,
        "address": request.build_absolute_uri("/xapi"),
    }
    return render(request, "xapi/connections/secret.html", context)


def _told_already(request: HttpRequest, uuid: UUID, error: AlreadyMade | NotInForce) -> HttpResponse:
    messages.info(request, str(error.message))
    return redirect("connection", uuid=uuid)
