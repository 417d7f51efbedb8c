from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PeopleConfig(AppConfig):
    name = "people"

    def ready(self) -> None:
        post_migrate.connect(_write_what_every_installation_starts_with, sender=self)


def _write_what_every_installation_starts_with(*, apps: Any = None, **_: Any) -> None:
    """After migrating: the base of its identifiers, which never changes, and the titles that come with it."""
    from people.iri import ensure_installation  # models are not ready when this module is read
    from people.register import ensure_titles

    # `apps` is the state migrated to, which may be one before these tables; a flush has none and keeps them all.
    if apps is None or {"installation", "title"} <= set(apps.all_models["people"]):
        ensure_installation()
        ensure_titles()
