"""Whether it is still she who sits there: what gives or takes away much asks for the password again (semantics 22)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _


@reauthentication_required
def _has_said_so(_request: HttpRequest) -> bool:
    return True


def is_fresh(request: HttpRequest) -> bool:
    """Whether she has written her password in the last five minutes, beside when she signed in.

    An account with nothing to write is never fresh; allauth would let it through.
    """
    if not get_adapter().get_reauthentication_methods(request.user):
        return False
    try:
        return bool(_has_said_so(request))
    except ReauthenticationRequired:
        return False


def ask_again(request: HttpRequest) -> HttpResponseRedirect:
    """Lead to the page that asks for her password, and from there back here.

    What was posted is not kept, since allauth would keep it in the session, and it may be a secret.
    """
    if request.method == "POST":
        text = _("More than five minutes have passed since you wrote your password, so nothing was done.")
        messages.info(request, text)
    return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': request.get_full_path()})}")


def signs(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Ask for the password before a view is sent what is to be signed: a form whose `step` is `sign`.

    What was sent is kept and goes on from there, so that nothing typed is lost. Use it where no form holds a secret.
    """

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and request.POST.get("step") == "sign" and not is_fresh(request):
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    return asked
