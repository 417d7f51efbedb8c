"""Of which day a pack should be."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .services import LONGEST_BACK


class PackForm(forms.Form):
    as_of = forms.DateField(
        label=_("As it stood at the end of this day"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"as_of": today}, **kwargs)
        self.fields["as_of"].widget.attrs |= {
            "min": (today - LONGEST_BACK).isoformat(),
            "max": today.isoformat(),
        }
