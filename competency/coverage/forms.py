"""What one may think about a unit's coverage, and say that it needs. Nothing typed in a scenario is kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.api import Person

from ..book import Book
from ..models import TOP_LEVEL
from .models import PartOfDay
from .queries import Scenario
from .services import MOST

FURTHEST = timedelta(days=730)
HIRES = 5


class ScenarioForm(forms.Form):
    """A day ahead, who is away, who is hired. What is not a choice is passed over, so that no link ever breaks."""

    on = forms.DateField(
        label=_("On this day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("What ends before it, levels and delegations alike, is counted as not renewed."),
    )
    hired = forms.ChoiceField(label=_("If somebody new came as"), required=False)
    without = forms.MultipleChoiceField(
        label=_("If these were not there"), required=False, widget=forms.CheckboxSelectMultiple
    )

    gone = forms.MultipleChoiceField(
        label=_("If these, who have delegated tasks here, left for good"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self,
        *args: Any,
        staff: Iterable[Person],
        givers: Iterable[Person],
        law_book: Book,
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.people = {str(person.uuid): person for person in staff}
        self.givers = {str(person.uuid): person for person in givers}
        living = [each for each in law_book.professions if each.retired_at is None]
        self.fields["hired"].choices = [("", _("Nobody")), *((each.code, each.title) for each in living)]
        self.fields["without"].choices = [(uuid, person.full_name) for uuid, person in self.people.items()]
        self.fields["gone"].choices = [(uuid, person.full_name) for uuid, person in self.givers.items()]
        self.fields["on"].widget.attrs |= {
            "min": today.isoformat(),
            "max": (today + FURTHEST).isoformat(),
        }

    @property
    def scenario(self) -> Scenario:
        """Return what is thought; today with everybody there, where it says nothing."""
        self.is_valid()
        said = getattr(self, "cleaned_data", {})
        on = said.get("on") or self.today
        return Scenario(
            on=min(max(on, self.today), self.today + FURTHEST),
            without=frozenset(self.people[uuid].pk for uuid in said.get("without", ())),
            hired=(said["hired"],) if said.get("hired") else (),
            gone=frozenset(self.givers[uuid].pk for uuid in said.get("gone", ())),
        )


class NeedForm(forms.Form):
    """How many must be able to do something, and when."""

    competency = forms.ChoiceField(label=pgettext_lazy("noun", "Competency"))
    level = forms.TypedChoiceField(label=_("At which level?"), coerce=int)
    part = forms.ChoiceField(label=_("When?"), choices=PartOfDay.choices)
    at_least = forms.IntegerField(
        label=_("How many, at least?"), min_value=0, max_value=MOST, help_text=_("0 takes an earlier need away.")
    )

    def __init__(self, *args: Any, law_book: Book, level_names: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        living = [each for each in law_book.competencies if each.retired_at is None]
        self.fields["competency"].choices = [
            (area.title, [(each.code, each.title) for each in living if each.area_id == area.pk])
            for area in law_book.areas
        ]
        self.fields["level"].choices = [(n, f"{n} {level_names.get(n, '')}") for n in range(1, TOP_LEVEL + 1)]
