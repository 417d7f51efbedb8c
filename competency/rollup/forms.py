"""The day ahead that an area is looked at."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.api import DayField

FURTHEST = timedelta(days=365)


class AheadForm(forms.Form):
    """Today, or a day of the coming year."""

    on = DayField(label=gettext_lazy("As it will be on this day if nothing more happens"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.last = today, today + FURTHEST
        self.fields["on"].widget.attrs |= {"min": today.isoformat(), "max": self.last.isoformat()}

    def clean_on(self) -> date | None:
        on: date | None = self.cleaned_data["on"]
        if on and not self.today <= on <= self.last:
            raise forms.ValidationError(_("Choose today or a day within the coming year."))
        return on

    @property
    def day(self) -> date:
        """The day that was chosen; today, where none was or it is out of reach."""
        self.is_valid()
        return getattr(self, "cleaned_data", {}).get("on") or self.today
