"""A day that somebody asks about in a form."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

# Beyond these, a day may have no first or last moment that a clock can show.
FIRST, LAST = date(1900, 1, 1), date(2999, 12, 31)


class DayField(forms.DateField):
    """A day, or none."""

    def __init__(self, **kwargs: Any) -> None:
        within = (MinValueValidator(FIRST), MaxValueValidator(LAST))
        widget = forms.DateInput(attrs={"type": "date"})
        super().__init__(required=False, validators=within, widget=widget, **kwargs)
