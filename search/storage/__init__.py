"""Where the index is looked through. What a storage must do is in `base`; there is one for each database."""

from __future__ import annotations

from functools import lru_cache

from django.db import connection

from search.storage.base import Question, Storage
from search.storage.postgres import PostgresStorage
from search.storage.sqlite import SqliteStorage

__all__ = ["Question", "Storage", "storage"]

_STORAGES: dict[str, type[Storage]] = {"sqlite": SqliteStorage, "postgresql": PostgresStorage}


@lru_cache(maxsize=1)
def storage() -> Storage:
    return _STORAGES[connection.vendor]()
