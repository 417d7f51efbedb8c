"""What a machine is told when a rule was broken: a problem document (RFC 9457), the same from every address."""

from __future__ import annotations

from typing import Any

from django.http import JsonResponse

from people.errors import DomainError


def problem(error: DomainError, **more: Any) -> JsonResponse:
    """Return the answer to a request that broke a rule; `more` are members that its kind of error adds."""
    content = {"title": str(error.message), "status": error.status, "code": error.code} | more
    return JsonResponse(content, status=error.status, content_type="application/problem+json")
