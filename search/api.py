"""All that the rooms above may import from `search`."""

from __future__ import annotations

__all__: list[str] = []
