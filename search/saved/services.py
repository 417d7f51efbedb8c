"""Saving a search and letting it go."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from people.api import DomainError, Person
from search.log.keeping import may_name_somebody
from search.saved.models import LONGEST, SavedSearch

MOST = 20


class CannotBeSaved(DomainError):
    default_message = _("A search that may be about a person cannot be saved. Search for the subject alone.")


class TooManySaved(DomainError):
    default_message = _("You have saved 20 searches. Take one away first.")


def as_saved(text: str) -> str:
    """Return words as they are saved: with single blanks, and cut."""
    return " ".join(text.split())[:LONGEST].strip()


@transaction.atomic
def save_search(person: Person, text: str, at: datetime) -> SavedSearch:
    """Save words for a person; the same words once. Raises CannotBeSaved or TooManySaved."""
    text = as_saved(text)
    if not text or not text.isprintable() or may_name_somebody(text):
        raise CannotBeSaved
    known = SavedSearch.objects.filter(person=person, text=text).first()
    if known:
        return known
    if SavedSearch.objects.filter(person=person).count() >= MOST:
        raise TooManySaved
    return SavedSearch.objects.create(person=person, text=text, saved_at=at)


def forget_search(person: Person, text: str) -> None:
    """Take words away from those that a person has saved. Safe to repeat."""
    SavedSearch.objects.filter(person=person, text=as_saved(text)).delete()
