"""The about resource."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from ..parameters import MAX_LIMIT
from ..vocabulary import own
from . import resource


@csrf_exempt  # So that whoever posts is told what to do, and not of a form token.
def about(request: HttpRequest, spoken: tuple[str, ...] = resource.VERSIONS) -> HttpResponse:
    """The about resource (2.0: 4.1.6.7, 1.0.3: Communication 2.8), open to all: which versions are spoken here.

    A client that chooses its version by what it reads here is understood at the same address, whatever it chooses.
    """
    if request.method not in ("GET", "HEAD"):
        resource.speak_with(request)
        return resource.problem(resource.NotThisMethod("GET, HEAD"), request)
    limits = {"bytes": resource.MAX_BODY, "statements": MAX_LIMIT}
    response = JsonResponse({"version": list(spoken), "extensions": {own().limits: limits}})
    response[resource.VERSION_HEADER] = resource.version_of(request, spoken) or spoken[0]
    return response
