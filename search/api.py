"""All that the rooms above may import from `search`."""

from __future__ import annotations

from search.services import advance as advance_index

__all__ = ["advance_index"]
