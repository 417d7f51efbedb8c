"""The about resource."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from .resource import VERSION_HEADER, VERSIONS


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """The about resource (2.0: 4.1.6.7, 1.0.3: Communication 2.8), open to all: which versions are spoken here."""
    response = JsonResponse({"version": list(VERSIONS)})
    response[VERSION_HEADER] = VERSIONS[0]
    return response
