"""Writing the log of searches, and throwing it away in time."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from people.api import Organisation, today
from search.log.models import LoggedSearch
from search.log.slips import Slip


@transaction.atomic
def log_search(slip: Slip, at: datetime, *, place: int | None = None, is_missed: bool = False) -> LoggedSearch:
    """Note that a search is finished: perhaps by opening the hit at `place` (from 1), or by saying that it is missing.

    Told again, the row keeps what it knew: the first hit that was opened is the one that counts.
    """
    row, _made = LoggedSearch.objects.get_or_create(
        slip=slip.uuid,
        defaults={
            "day": today(at),
            "text": slip.text,
            "found": slip.found,
            "best": slip.best,
            "organisation": Organisation.objects.filter(uuid=slip.organisation).first() if slip.organisation else None,
        },
    )
    if row.place is None and place is not None and 1 <= place <= len(slip.paths):
        row.place, row.path = place, slip.paths[place - 1]
    row.is_missed = row.is_missed or is_missed
    row.save(update_fields=["place", "path", "is_missed"])
    return row


def discard_old_searches(at: datetime) -> int:
    """Throw away what is older than SEARCH_LOG_DAYS. Return how many rows went."""
    oldest = today(at) - timedelta(days=settings.SEARCH_LOG_DAYS)
    return LoggedSearch.objects.filter(day__lt=oldest).delete()[0]
