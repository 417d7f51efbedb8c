"""Who can sign in to the demo: eight accounts, one for each kind of user."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

PASSWORD_FILE = "demo_password"


@dataclass(frozen=True)
class Account:
    """`employer` and `number` find the employment that the account belongs to."""

    email: str
    employer: str
    number: str
    what: str


ACCOUNTS = (
    Account("usk@demo.example.org", "granvik", "900101", "assistant nurse, Hemtjänst Norr"),
    Account("vikarie@demo.example.org", "granvik", "900102", "summer substitute on her first day"),
    Account("ssk@demo.example.org", "granvik", "900103", "registered nurse, Hemsjukvården Granvik"),
    Account("chef@demo.example.org", "granvik", "100206", "unit manager, Hemtjänst Norr"),
    Account("mas@demo.example.org", "granvik", "M1", "chief medical nurse (MAS) of Granvik"),
    Account("utbildare@demo.example.org", "regionen", "R1", "educator of the region"),
    Account("hr@demo.example.org", "granvik", "H1", "HR administrator of Granvik"),
    Account("admin@demo.example.org", "regionen", "R2", "system administrator"),
)


def password_path() -> Path:
    return Path(settings.DATA_DIR) / PASSWORD_FILE
