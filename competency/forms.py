"""What people type about competence, turned into values."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from stdnum.exceptions import ValidationError as NotAPersonnummer
from stdnum.se import personnummer

from .models import Area
from .words import KIND_LABELS

EARLIEST = timedelta(days=365)
LOOKS_LIKE_IDENTITY = re.compile(r"(?<!\d)(?:\d{2})?\d{6}[-+ ]?\d{4}(?!\d)")


class DayForm(forms.Form):
    """The day that competence is asked about, and the day whose knowledge is used."""

    as_of = forms.DateField(
        label=_("The level on this day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    known_at = forms.DateField(
        label=_("With what was known at the end of this day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def days(self, today: date) -> tuple[date | None, date | None]:
        """Return both days; a day of knowledge that is not over yet means all that is known."""
        if not self.is_valid():
            return None, None
        known = self.cleaned_data["known_at"]
        return self.cleaned_data["as_of"], known if known and known < today else None


class TeamFilterForm(forms.Form):
    """What to show of a team. Anything that is not a choice means everything, so that no link ever breaks."""

    SHOW = (
        ("", _("Everything")),
        ("missing", _("What is missing or has expired")),
        ("lapsing", _("What expires soon")),
    )
    show = forms.ChoiceField(label=_("Show"), choices=SHOW, required=False)
    area = forms.ChoiceField(label=_("Area"), required=False)

    def __init__(self, *args: Any, areas: list[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", _("All areas")), *((area.code, area.title) for area in areas)]  # type: ignore[attr-defined]

    def chosen(self, name: str) -> str:
        self.is_valid()
        return str(self.cleaned_data.get(name, ""))


class AssessForm(forms.Form):
    """An observation or a confirmation of one level. `statement` makes sending the same form twice one statement."""

    statement = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    kind = forms.ChoiceField(label=_("How do you know?"), widget=forms.RadioSelect)
    level = forms.TypedChoiceField(label=_("Which level?"), coerce=int, widget=forms.RadioSelect)
    outcome = forms.ChoiceField(
        label=_("What did you see?"),
        choices=(
            ("yes", pgettext_lazy("assessment", "Does it safely at this level")),
            ("no", pgettext_lazy("assessment", "Not yet, more practice is needed")),
        ),
        widget=forms.RadioSelect,
    )
    checklist = forms.BooleanField(label=_("I followed the checklist for this task"), required=False)
    happened_on = forms.DateField(label=_("When?"), widget=forms.DateInput(attrs={"type": "date"}))
    comment = forms.CharField(
        label=_("Comment"),
        help_text=_(
            "Optional, and open to the one it is about. Write nothing about patients and no personal identity numbers."
        ),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, *args: Any, allowed: dict[str, list[int]], names: dict[int, str], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.allowed = allowed
        self.today = today
        levels = sorted({level for choices in allowed.values() for level in choices})
        self.fields["kind"].choices = [(kind, KIND_LABELS[kind]) for kind, choices in allowed.items() if choices]  # type: ignore[attr-defined]
        self.fields["level"].choices = [(level, f"{level} {names.get(level, '')}") for level in levels]  # type: ignore[attr-defined]
        self.fields["happened_on"].widget.attrs |= {
            "max": today.isoformat(),
            "min": (today - EARLIEST).isoformat(),
        }

    def clean_happened_on(self) -> date:
        day: date = self.cleaned_data["happened_on"]
        if day > self.today:
            raise ValidationError(_("The day has not come yet. Choose today or an earlier day."))
        if day < self.today - EARLIEST:
            raise ValidationError(_("That is more than a year ago. Make a new observation instead."))
        return day

    def clean_comment(self) -> str:
        comment: str = self.cleaned_data["comment"]
        if holds_personal_identity(comment):
            raise ValidationError(_("This looks like a personal identity number. Take it out and try again."))
        return comment

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        kind, level = values.get("kind"), values.get("level")
        if kind and level and level not in self.allowed.get(kind, []):
            self.add_error("level", _("You cannot judge this level in that way. Choose another level or another way."))
        if kind == "confirmation" and values.get("outcome") == "no":
            self.add_error("outcome", _("A confirmation says yes. Choose observation to say that it is not there yet."))
        return values

    @property
    def statement_id(self) -> UUID:
        found: UUID = self.cleaned_data["statement"]
        return found

    @property
    def kind_label(self) -> str:
        return str(KIND_LABELS[self.cleaned_data["kind"]])

    @property
    def outcome_label(self) -> str:
        return str(dict(self.fields["outcome"].choices)[self.cleaned_data["outcome"]])  # type: ignore[attr-defined]


def holds_personal_identity(text: str) -> bool:
    """Whether a text holds something that is a Swedish personal identity number by its form and check digit."""
    return any(_is_personal_identity(found) for found in LOOKS_LIKE_IDENTITY.findall(text))


def _is_personal_identity(number: str) -> bool:
    try:
        personnummer.validate(number.replace(" ", "-"))
    except NotAPersonnummer:
        return False
    return True
