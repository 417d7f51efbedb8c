"""What to assign, to whom, by when and why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.api import Person, refuse_personnummer

from ..book import Book
from ..models import TOP_LEVEL, Competency
from .services import FURTHEST

EVERYONE = "everyone"


class AssignmentForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    who = forms.ChoiceField(label=_("To whom?"))
    competency = forms.ChoiceField(label=pgettext_lazy("noun", "Competency"))
    level = forms.TypedChoiceField(label=_("At which level?"), coerce=int)
    by_day = forms.DateField(label=_("By when?"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("Whoever gets it reads this. Nothing about patients."),
        max_length=500,
        validators=[refuse_personnummer],
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        *args: Any,
        staff: Iterable[Person],
        law_book: Book,
        level_names: dict[int, str],
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.staff = {str(person.uuid): person for person in staff}
        self.living = {each.code: each for each in law_book.competencies if each.retired_at is None}
        people = [(uuid, person.full_name) for uuid, person in self.staff.items()]
        self.fields["who"].choices = [(EVERYONE, _("Everyone at the workplace who lacks it")), *people]
        self.fields["competency"].choices = [
            (area.title, [(each.code, each.title) for each in self.living.values() if each.area_id == area.pk])
            for area in law_book.areas
        ]
        self.fields["level"].choices = [(n, f"{n} {level_names.get(n, '')}") for n in range(1, TOP_LEVEL + 1)]
        self.fields["by_day"].widget.attrs |= {"min": today.isoformat(), "max": (today + FURTHEST).isoformat()}

    @property
    def people(self) -> list[Person]:
        who = self.cleaned_data["who"]
        return list(self.staff.values()) if who == EVERYONE else [self.staff[who]]

    @property
    def chosen(self) -> Competency:
        return self.living[self.cleaned_data["competency"]]
