"""All that the rooms above may import from `search`."""

from __future__ import annotations

from search.log.services import discard_old_searches
from search.services import advance as advance_index

__all__ = ["advance_index", "discard_old_searches"]
