"""HTTP for machines: the resources of the specification."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

VERSIONS = ("2.0.0", "1.0.3")


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """The about resource (2.0: 4.1.6.7, 1.0.3: Communication 2.8): which versions are spoken here."""
    return JsonResponse({"version": list(VERSIONS)})
