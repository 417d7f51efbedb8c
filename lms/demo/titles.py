"""What the demo's first municipality has registered of the right to the title undersköterska.

The others have not begun, so that a report without facts can be seen too. Seeded, and in the order of time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from people.api import Employment, register_title_right, start_of_day, today

from . import region
from .life import SEED
from .staff import terms_of

REGISTERS = "granvik"
CALLED = frozenset({"underskoterska", "specialistunderskoterska"})
GROUNDS = ("none", *("applied",) * 2, *("certificate",) * 10, *("transition",) * 5, "", "")
"""How what is known spreads over twenty people; the empty word is nothing known yet."""
SHOWN = {
    "certificate": "Bevis från Socialstyrelsen, uppvisat i original.",
    "transition": "Tjänstgöringsintyg från förra arbetsgivaren.",
    "applied": "Bekräftelse på ansökan, uppvisad.",
    "none": "Utbildningen är inte avslutad.",
}


@dataclass(frozen=True)
class Registered:
    """One row: what HR wrote down of whom, and when."""

    at: datetime
    held: Employment
    ground: str


def register_titles(employments: Iterable[Employment], now: datetime) -> None:
    """Let the municipality's HR register what its staff have shown during the year."""
    registrar = region.employment(REGISTERS, "H1").person
    for row in sorted(_rows(employments, today(now)), key=lambda row: (row.at, row.held.employee_number)):
        register_title_right(registrar, row.held, row.ground, today(row.at), row.at, reason=SHOWN[row.ground])


def _rows(employments: Iterable[Employment], on: date) -> Iterable[Registered]:
    for held in employments:
        terms = terms_of(held)
        if held.organisation.slug != REGISTERS or terms.profession not in CALLED or not terms.is_current(on):
            continue
        random = Random(f"{SEED}/title/{held.employee_number}")
        since = (on - terms.starts_on).days
        ground = random.choice(GROUNDS)
        if ground and since > 3:
            at = start_of_day(on - timedelta(days=random.randrange(1, min(since, 300)))) + timedelta(hours=11)
            yield Registered(at, held, ground)
