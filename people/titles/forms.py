"""The form by which a right is registered."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.errors import DomainError
from people.models import Employment
from people.titles.models import MOST_WORDS, TitleRight
from people.titles.right import PROTECTED_SINCE
from people.titles.services import check
from people.validators import refuse_personnummer


class TitleRightForm(forms.Form):
    """What the right rests on, from which day, and how one knows."""

    ground = forms.ChoiceField(
        label=_("What does the right rest on?"), choices=TitleRight.Ground.choices, widget=forms.RadioSelect
    )
    valid_from = forms.DateField(
        label=_("From which day?"),
        help_text=_("The day on the certificate or of the application. Otherwise the day from which you know it."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    reason = forms.CharField(
        label=_("What have you seen?"),
        help_text=_(
            "For example the certificate, or a certificate of employment. Needed for the transition rule where "
            "the employment on 1 July 2023 was elsewhere. No certificate number and no personal identity number."
        ),
        required=False,
        max_length=MOST_WORDS,
        validators=[refuse_personnummer],
    )

    def __init__(self, *args: Any, employment: Employment, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.employment, self.today = employment, today
        days = {"min": PROTECTED_SINCE.isoformat(), "max": today.isoformat()}
        self.fields["valid_from"].widget.attrs |= days

    def clean(self) -> dict[str, Any]:
        """Say what the service would refuse before anything is checked and signed."""
        said = super().clean() or {}
        if not self.errors:
            try:
                check(self.employment, said["ground"], said["valid_from"], said["reason"], self.today)
            except DomainError as error:
                self.add_error(None, str(error.message))
        return said

    @property
    def ground_label(self) -> str:
        return str(TitleRight.Ground(self.cleaned_data["ground"]).label)
