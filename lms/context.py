"""What every page needs: who is signed in and which doors to show."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the variables of `base.html`; lazy, so that a page without a menu asks nothing."""
    return {}
