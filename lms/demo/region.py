"""The demo's organisations and people, from the register of units and the HR files, through the importers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from django.conf import settings

from people.api import (
    Employment,
    Organisation,
    Role,
    create_account,
    create_person,
    grant_role,
    hire,
    import_people,
    import_units,
    load_titles,
    staff_of,
)

from .accounts import ACCOUNTS

FILES_DATED = date(2026, 11, 22)
"""The day that the HR files are of: their dates are moved by as many days as have passed since."""
PEOPLE_DATA = settings.BASE_DIR / "people" / "data"
OWN_DATA = Path(__file__).parent / "data"
REGION = "regionen"
MUNICIPALITIES = ("granvik", "lyngfors", "ostra-sundaker")
STATED_REJECTIONS = frozenset({40, 81, 100, 112, 113, 159, 169})
"""The lines of the HR sample that are wrong on purpose and must be rejected; the demo leaves them out."""
DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


@dataclass(frozen=True)
class Office:
    """Somebody who works for a whole municipality or the region rather than on a unit."""

    employer: str
    number: str
    name: tuple[str, str]
    profession: str
    title: str
    roles: tuple[str, ...]


OFFICES = (
    Office("granvik", "M1", ("Margareta", "Sjödin"), "mas", "MAS", (Role.CHIEF_NURSE,)),
    Office("lyngfors", "M1", ("Peter", "Alfredsson"), "mas", "MAS", (Role.CHIEF_NURSE,)),
    Office("ostra-sundaker", "M1", ("Nadia", "Farah"), "mas", "MAS", (Role.CHIEF_NURSE,)),
    Office("granvik", "M2", ("Johan", "Rask"), "mar", "MAR", (Role.CHIEF_REHAB,)),
    Office("lyngfors", "M2", ("Karin", "Wallin"), "mar", "MAR", (Role.CHIEF_REHAB,)),
    Office("ostra-sundaker", "M2", ("Erik", "Borg"), "mar", "MAR", (Role.CHIEF_REHAB,)),
    Office("granvik", "H1", ("Lena", "Forsman"), "", "HR-partner", (Role.HR,)),
    Office(REGION, "R1", ("Sara", "Holmgren"), "", "Processledare", (Role.EDUCATOR,)),
    Office(REGION, "R2", ("Anton", "Wester"), "", "Systemförvaltare", (Role.ADMIN,)),
    # Only a chief at the framework's owner may end earlier evidence.
    Office(REGION, "R3", ("Birgitta", "Åkerlund"), "", "Samordnande MAS", (Role.CHIEF_NURSE,)),
)
OBSERVES = (("granvik", "900103", "granvik-hemtjanst-norr"),)
"""Who is trusted to see the staff of a workplace that is not her own, in order to say what they can do."""
COMBINED_POSTS = (
    # (employer and number of the first employment, unit and number of the second, profession, share)
    ("granvik", "900103", "omsorgshanden-granvik", "11", "sjukskoterska", 20),
    ("lyngfors", "100410", "omsorgshanden-lyngfors", "12", "underskoterska", 25),
    ("ostra-sundaker", "900106", "lyngfors-korttid", "900201", "sjukskoterska", 40),
)


def build(moment: datetime, today: date) -> None:
    """Make the organisations, employments and roles as they were recorded at `moment`, in the demo's past."""
    import_units((PEOPLE_DATA / "units.csv").read_bytes(), region="Regionen", on=moment.date(), at=moment)
    load_titles((PEOPLE_DATA / "titles.csv").read_bytes())
    for lines in (sample(today), extra(today, "extra_employees.csv"), extra(today, "extra_provider.csv")):
        import_people(lines.encode("utf-8"), apply=True, on=today, at=moment)
    for office in OFFICES:
        _employ(office, moment)
    for employer, number, unit in OBSERVES:
        node = Organisation.objects.get(slug=unit)
        grant_role(employment(employer, number).person, Role.ASSESSOR, node, starts_on=moment.date(), at=moment)
    for post in COMBINED_POSTS:
        _combine(*post, at=moment)
    _trust_managers(moment, today)


def sample(today: date) -> str:
    """Return the HR sample without its stated rejections, every date moved to be as far from today as it was."""
    lines = _lines(PEOPLE_DATA / "hr_import_sample.csv")
    kept = [line for number, line in enumerate(lines, start=1) if number not in STATED_REJECTIONS]
    return _moved(kept, today)


def extra(today: date, name: str) -> str:
    return _moved(_lines(OWN_DATA / name), today)


def employment(employer: str, number: str) -> Employment:
    return Employment.objects.select_related("person", "organisation", "terms__unit").get(
        organisation__slug=employer, employee_number=number
    )


def open_accounts(password: str) -> None:
    """Let the eight sign in."""
    for account in ACCOUNTS:
        person = employment(account.employer, account.number).person
        create_account(person, account.email, password, is_superuser=account.email.startswith("admin@"))


def _employ(office: Office, at: datetime) -> None:
    node = Organisation.objects.get(slug=office.employer)
    person = create_person(*office.name, at=at)
    day = at.date()
    hire(
        person,
        office.number,
        at=at,
        unit=node,
        profession=office.profession,
        hr_title=office.title,
        form="Tillsvidare",
        starts_on=day - timedelta(days=800),
    )
    for role in office.roles:
        grant_role(person, role, node, starts_on=day, at=at)


def _combine(employer: str, number: str, unit: str, second: str, profession: str, share: int, *, at: datetime) -> None:
    first = employment(employer, number)
    hire(
        first.person,
        second,
        at=at,
        unit=Organisation.objects.get(slug=unit),
        profession=profession,
        hr_title="Kombinationstjänst",
        form="Tillsvidare",
        share=Decimal(share),
        starts_on=at.date() - timedelta(days=200),
    )


def _trust_managers(at: datetime, today: date) -> None:
    """Make whom most of a unit's staff name as their manager the manager of the unit."""
    for unit in Organisation.objects.units():
        managers = [held.terms.manager for held in staff_of(unit, today) if held.terms and held.terms.manager]
        leader = max(managers, key=managers.count, default=None)
        if leader:
            grant_role(leader.person, Role.MANAGER, unit, starts_on=at.date(), at=at)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def _moved(lines: list[str], today: date) -> str:
    days = timedelta(days=(today - FILES_DATED).days)
    return "\r\n".join(DATE.sub(lambda found: _shift(found.group(), days), line) for line in lines) + "\r\n"


def _shift(text: str, days: timedelta) -> str:
    return (date.fromisoformat(text) + days).isoformat()
