"""What people type when they look for statements."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.api import DayField, Person

from .browsing import Sight, Wanted, activities_of
from .languages import Preferences
from .sentences import verb_words
from .vocabulary import own

MANY = 300
"""So many people are not chosen in a list: their names are typed, and the page stays small."""


class StatementFilterForm(forms.Form):
    """Which statements to show. Anything that is not a choice means everything, so that no link ever breaks."""

    person = forms.ChoiceField(label=_("Who"), required=False)
    verb = forms.ChoiceField(label=_("What was done"), required=False)
    activity = forms.ChoiceField(label=_("What it was about"), required=False)
    since = DayField(label=_("From"))
    until = DayField(label=_("Through"))

    def __init__(self, *args: Any, sight: Sight, preferences: Preferences, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(each.uuid): each for each in sight.people}
        verbs = sorted((verb_words(iri, {}, preferences), iri) for iri in own().display)
        self.fields["person"].choices = [("", _("Everyone")), *((key, p.full_name) for key, p in self.people.items())]
        self.fields["verb"].choices = [("", _("Everything")), *((iri, text) for text, iri in verbs)]
        about = activities_of(sight, preferences, self.data.get("activity", ""))
        self.fields["activity"].choices = [("", _("Everything")), *about]
        if len(self.people) == 1:
            del self.fields["person"]
        elif len(self.people) > MANY:
            self.fields["person"] = forms.CharField(label=_("Who"), required=False)
            self.order_fields(["person"])

    def wanted(self) -> Wanted:
        self.is_valid()
        found = getattr(self, "cleaned_data", {})
        return Wanted(
            people=self._people(found.get("person", "")),
            verb=found.get("verb", ""),
            activity=found.get("activity", ""),
            since=found.get("since"),
            until=found.get("until"),
        )

    def _people(self, asked: str) -> tuple[Person, ...] | None:
        """Whom a uuid or a part of a name means; None for everybody."""
        if not asked:
            return None
        if asked in self.people:
            return (self.people[asked],)
        return tuple(one for one in self.people.values() if asked.casefold() in one.full_name.casefold())
