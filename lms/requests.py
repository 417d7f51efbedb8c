"""The request as the server hands it over."""

from __future__ import annotations

from typing import Any

from django.core.handlers.wsgi import WSGIRequest


class Request(WSGIRequest):
    """Overlooks a character set that text cannot have (`rot13`, `hex`).

    Django takes it, and fails to read the address by it before any of our code is reached.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            super()._set_content_type_params(meta)  # type: ignore[misc]  # the stubs leave it out
            "".encode(self.encoding or "utf-8")
        except (LookupError, ValueError):
            self.encoding = None  # type: ignore[assignment]  # none: that of the site
