"""What people type when they look for statements."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .browsing import Sight, Wanted, activities_of
from .languages import Preferences
from .sentences import verb_words
from .vocabulary import own


class StatementFilterForm(forms.Form):
    """Which statements to show. Anything that is not a choice means everything, so that no link ever breaks."""

    person = forms.ChoiceField(label=_("Who"), required=False)
    verb = forms.ChoiceField(label=_("What was done"), required=False)
    activity = forms.ChoiceField(label=_("What it was about"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Through"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, sight: Sight, preferences: Preferences, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(each.uuid): each for each in sight.people}
        verbs = sorted((verb_words(iri, {}, preferences), iri) for iri in own().display)
        self.fields["person"].choices = [("", _("Everyone")), *((key, p.full_name) for key, p in self.people.items())]
        self.fields["verb"].choices = [("", _("Everything")), *((iri, text) for text, iri in verbs)]
        self.fields["activity"].choices = [("", _("Everything")), *activities_of(sight, preferences)]
        if len(self.people) == 1:
            del self.fields["person"]

    def wanted(self) -> Wanted:
        self.is_valid()
        found = getattr(self, "cleaned_data", {})
        return Wanted(
            person=self.people.get(found.get("person", "")),
            verb=found.get("verb", ""),
            activity=found.get("activity", ""),
            since=found.get("since"),
            until=found.get("until"),
        )
