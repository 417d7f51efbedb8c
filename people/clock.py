"""Moments and days. Moments are UTC; days, deadlines and digests are counted in Europe/Stockholm."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def now() -> datetime:
    """The moment it is, in UTC. Only views, tasks and commands ask; everything below them is given the answer."""
    return timezone.now()


def today(moment: datetime | None = None) -> date:
    """The day it is in Stockholm at `moment`."""
    return (moment or now()).astimezone(STOCKHOLM).date()


def start_of_day(day: date) -> datetime:
    """The first instant of `day` in Stockholm, as UTC."""
    if day == date.min:
        return datetime.min.replace(tzinfo=UTC)  # It begins before what can be counted.
    return datetime.combine(day, time.min, STOCKHOLM).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """The first instant after `day` in Stockholm, as UTC."""
    if day == date.max:
        return datetime.max.replace(tzinfo=UTC)  # There is no day after it.
    return start_of_day(day + timedelta(days=1))
