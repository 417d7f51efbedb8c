"""Names that other systems keep for ever: the base is read from the database, where the first start wrote it."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from django.conf import settings

from people.models import Installation


def ensure_installation() -> Installation:
    """Return the installation's row, written from the settings the first time and never changed afterwards."""
    row, _ = Installation.objects.get_or_create(pk=1, defaults={"iri_base": settings.IRI_BASE.rstrip("/")})
    return row


@lru_cache(maxsize=1)
def iri_base() -> str:
    """Return the base of every identifier, without a slash at its end. Kept in memory, since it cannot change."""
    return ensure_installation().iri_base


def activity_iri(kind: str, uuid: UUID | str) -> str:
    return f"{iri_base()}/activities/{kind}/{uuid}"
