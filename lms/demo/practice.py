"""Practice in the demo: what people have logged that they did under supervision, and the occasions ahead of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid5

from competency.api import arrange_occasion, book_seat, competency, log_practice
from people.api import Employment, Organisation, Person, staff_of, start_of_day, today

from . import region
from .decided import UNIT
from .history import NAMESPACE
from .staff import NO_HISTORY, terms_of

NURSE = "sjukskoterska"
SATURDAY = 5
LOGGED = (
    # (employee number, competency, days ago, times, note)
    ("900101", "LMD-04", 26, 1, "Fick se först, gjorde sedan det mesta själv."),
    ("900101", "LMD-04", 19, 2, ""),
    ("900101", "LMD-04", 9, 2, "Kom ihåg att hålla kvar nålen."),
    ("900101", "LMD-08", 15, 1, "Tömde och bytte påse. Vill öva mer på fixeringen."),
    ("100417", "LMD-04", 12, 3, ""),
    ("100417", "LMD-06", 12, 1, "Fick sticka om, för lite blod första gången."),
    ("100417", "LMD-06", 4, 2, ""),
)


@dataclass(frozen=True)
class Arranged:
    """An occasion ahead: in how many days, at what hour, and how many of its seats are taken."""

    code: str
    days: int
    hour: int
    minutes: int
    seats: int
    taken: int
    place: str
    note: str


OCCASIONS = (
    Arranged(
        "LMD-06", 5, 14, 45, 3, 3, "Hemsjukvårdens lokal, Storgatan 4", "Ta med en egen blodsockermätare om du har."
    ),
    Arranged(
        "LMD-04",
        8,
        13,
        60,
        6,
        2,
        "Metodrummet, Storgatan 4",
        "Vi övar på docka och går igenom checklistan. Ta med frågor från dina besök.",
    ),
    Arranged("OMV-02", 16, 9, 90, 8, 4, "Hemtjänst Norr, mötesrummet", "Kom i arbetskläder."),
)


def log(now: datetime) -> None:
    """Write the lines of the practice log, each on its day."""
    for number, code, days, times, note in sorted(LOGGED, key=lambda line: -line[2]):
        held = region.employment("granvik", number)
        log_practice(
            held.person,
            competency(code),
            times,
            start_of_day(today(now) - timedelta(days=days)) + timedelta(hours=15, minutes=20),
            organisation=held.organisation,
            supervisor=NURSE,
            statement_id=uuid5(NAMESPACE, f"practised/{number}/{code}/{days}"),
            note=note,
        )


def arrange(now: datetime) -> None:
    """Let the nurse arrange what lies ahead, and let staff of the unit book their seats."""
    nurse, unit = region.employment("granvik", "900103").person, Organisation.objects.get(slug=UNIT)
    guests = [held.person for held in staff_of(unit, today(now)) if _comes(held)]
    for each in OCCASIONS:
        _arrange(each, nurse, unit, guests, now)


def _arrange(each: Arranged, nurse: Person, unit: Organisation, guests: list[Person], now: datetime) -> None:
    made_at = now - timedelta(days=12)
    made = arrange_occasion(
        nurse,
        unit,
        {competency(each.code): 3},
        [nurse],
        made_at,
        place=each.place,
        starts_at=start_of_day(weekday(today(now) + timedelta(days=each.days))) + timedelta(hours=each.hour),
        minutes=each.minutes,
        seats=each.seats,
        note=each.note,
        uuid=uuid5(NAMESPACE, f"occasion/{each.code}"),
    )
    for number, guest in enumerate(guests[: each.taken]):
        book_seat(made, guest, made_at + timedelta(days=1 + number))


def weekday(day: date) -> date:
    """Return the day itself, or the Monday after a weekend."""
    return day + timedelta(days=7 - day.weekday() if day.weekday() >= SATURDAY else 0)


def _comes(held: Employment) -> bool:
    """Those with an account are left to book for themselves."""
    is_an_account = held.employee_number in NO_HISTORY | {"900101", "900103", "100206"}
    return not is_an_account and terms_of(held).profession == "underskoterska"
