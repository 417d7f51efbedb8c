"""Celery's way in. Every job is a row first (a dirty mark), so a lost message loses nothing."""

from __future__ import annotations

from celery import shared_task

from people.api import now

from .services import rebuild_marked


@shared_task
def rebuild_those_marked(limit: int | None = None) -> int:
    return rebuild_marked(now(), limit)
