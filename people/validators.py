"""What a field of any form may not hold."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from people.personnummer import holds_personnummer


def refuse_personnummer(text: str) -> None:
    """Refuse what looks like a personal identity number (no such number anywhere: house rules, 7)."""
    if holds_personnummer(text):
        raise ValidationError(_("This looks like a personal identity number. Take it out and try again."))
