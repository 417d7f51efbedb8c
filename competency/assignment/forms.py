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
from ..models import TOP_LEVEL, Competency, Offer
from .services import FURTHEST

EVERYONE = "everyone"


class AssignmentForm(forms.Form):
    """What every assignment says. What is assigned stands between to whom and by when."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    who = forms.MultipleChoiceField(label=_("To whom?"), widget=forms.CheckboxSelectMultiple)
    by_day = forms.DateField(label=_("By when?"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("Whoever gets it reads this. Nothing about patients."),
        max_length=500,
        validators=[refuse_personnummer],
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, staff: Iterable[Person], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.staff = {str(person.uuid): person for person in staff}
        people = [(uuid, person.full_name) for uuid, person in self.staff.items()]
        self.fields["who"].choices = [(EVERYONE, _("Everyone at the workplace who lacks it")), *people]  # type: ignore[attr-defined]
        self.fields["by_day"].widget.attrs |= {"min": today.isoformat(), "max": (today + FURTHEST).isoformat()}

    @property
    def people(self) -> list[Person]:
        who = self.cleaned_data["who"]
        return list(self.staff.values()) if EVERYONE in who else [self.staff[each] for each in who]


class LevelForm(AssignmentForm):
    competency = forms.ChoiceField(label=pgettext_lazy("noun", "Competency"))
    level = forms.TypedChoiceField(label=_("At which level?"), coerce=int)
    field_order = ("key", "competency", "level", "who", "by_day", "reason")

    def __init__(self, *args: Any, law_book: Book, level_names: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.living = {each.code: each for each in law_book.competencies if each.retired_at is None}
        self.fields["competency"].choices = [  # type: ignore[attr-defined]
            (area.title, [(each.code, each.title) for each in self.living.values() if each.area_id == area.pk])
            for area in law_book.areas
        ]
        levels = [(n, f"{n} {level_names.get(n, '')}") for n in range(1, TOP_LEVEL + 1)]
        self.fields["level"].choices = levels  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Competency:
        return self.living[self.cleaned_data["competency"]]


class CourseForm(AssignmentForm):
    course = forms.ChoiceField(label=pgettext_lazy("noun", "Course"))
    field_order = ("key", "course", "who", "by_day", "reason")

    def __init__(self, *args: Any, offers: Iterable[Offer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offers = {str(offer.pk): offer for offer in offers}
        self.fields["course"].choices = [(pk, offer.title) for pk, offer in self.offers.items()]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Offer:
        return self.offers[self.cleaned_data["course"]]
