"""Clients that put an endpoint and a path together often write a slash twice; it is read as one."""

from __future__ import annotations

import re

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import resolve
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from people.api import NotFound

from .resource import problem, speak_with


@csrf_exempt  # The resources are, and the check comes before it is known which of them is meant.
def with_single_slashes(request: HttpRequest, rest: str = "") -> HttpResponseBase:
    """Answer as the path with single slashes would; a path that has no others is not found."""
    path = re.sub("/+", "/", request.path_info)
    if path == request.path_info:
        speak_with(request)
        return problem(NotFound(_("There is no resource of the record store at this address.")), request)
    request.path_info = path
    match = request.resolver_match = resolve(path)
    response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    return response
