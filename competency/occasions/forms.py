"""What people type to arrange practice, turned into values."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from people.api import STOCKHOLM, refuse_personnummer

from ..book import Book
from ..models import TOP_LEVEL, Competency
from .observers import Observer
from .services import MOST_MINUTES, MOST_SEATS

ROWS = (1, 2, 3)


class OccasionForm(forms.Form):
    """When, where, for how many, what and with whom. `key` comes with the form: sent twice, it is one."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    day = forms.DateField(label=_("Which day?"), widget=forms.DateInput(attrs={"type": "date"}))
    time = forms.TimeField(label=_("What time?"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    minutes = forms.IntegerField(label=_("How many minutes?"), min_value=1, max_value=MOST_MINUTES, initial=30)
    place = forms.CharField(label=_("Where, exactly?"), max_length=200, validators=[refuse_personnummer])
    seats = forms.IntegerField(label=_("How many seats?"), min_value=1, max_value=MOST_SEATS, initial=4)
    assessors = forms.MultipleChoiceField(
        label=_("Who assesses?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one who assesses.")},
    )
    note = forms.CharField(
        label=_("What those who come need to know"),
        help_text=_("Optional. Write nothing about patients and no personal identity numbers."),
        required=False,
        max_length=1000,
        validators=[refuse_personnummer],
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        *args: Any,
        law_book: Book,
        level_names: dict[int, str],
        observers: list[Observer],
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.law_book = law_book
        self.people = {str(each.person.uuid): each.person for each in observers}
        self.fields["day"].widget.attrs["min"] = today.isoformat()
        self.fields["assessors"].choices = [(uuid, who.full_name) for uuid, who in self.people.items()]  # type: ignore[attr-defined]
        living = [each for each in law_book.competencies if each.retired_at is None]
        competencies = [
            (area.title, [(each.code, each.title) for each in living if each.area_id == area.pk])
            for area in law_book.areas
        ]
        levels = [(n, f"{n} {level_names.get(n, '')}") for n in range(1, TOP_LEVEL + 1)]
        for row in ROWS:
            what = _("What is practised?") if row == 1 else _("And what more?")
            self.fields[f"competency_{row}"] = forms.ChoiceField(
                label=what, required=row == 1, choices=[("", _("Choose") if row == 1 else _("Nothing")), *competencies]
            )
            self.fields[f"level_{row}"] = forms.TypedChoiceField(
                label=_("Up to which level?"),
                required=row == 1,
                coerce=int,
                empty_value=0,
                choices=[("", _("Choose")), *levels],
            )
        rows = [f"{name}_{row}" for row in ROWS for name in ("competency", "level")]
        self.order_fields(["key", *rows, "day", "time", "minutes", "place", "seats", "assessors", "note"])

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        for row in ROWS[1:]:
            if values.get(f"competency_{row}") and not values.get(f"level_{row}"):
                self.add_error(f"level_{row}", _("Choose a level too."))
        return values

    @property
    def practised(self) -> dict[Competency, int]:
        said = self.cleaned_data
        rows = [(said[f"competency_{row}"], said[f"level_{row}"]) for row in ROWS if said.get(f"competency_{row}")]
        return {self.law_book.competency(code): level for code, level in rows}

    @property
    def starts_at(self) -> datetime:
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["time"], tzinfo=STOCKHOLM)

    @property
    def who_assesses(self) -> list[Any]:
        return [self.people[uuid] for uuid in self.cleaned_data["assessors"]]
