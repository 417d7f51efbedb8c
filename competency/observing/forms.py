"""The forms by which the framework's owner says how an observation is made."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.api import refuse_personnummer, start_of_day

from .practising import MOST_TIMES
from .steps import LONGEST, MOST_STEPS, Step, StepsError, steps_in

EARLIEST = timedelta(days=365)


class PracticeForm(forms.Form):
    """A line of one's own practice log. `statement` comes with the form: the same form sent twice is one line."""

    statement = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    times = forms.IntegerField(label=gettext_lazy("How many times?"), min_value=1, max_value=MOST_TIMES)
    happened_on = forms.DateField(label=gettext_lazy("When?"), widget=forms.DateInput(attrs={"type": "date"}))
    supervisor = forms.ChoiceField(label=gettext_lazy("Who stood beside you?"))
    note = forms.CharField(
        label=gettext_lazy("What went well, what is hard?"),
        help_text=gettext_lazy(
            "Optional. Your manager and whoever assesses you can read it. "
            "Write nothing about patients and no personal identity numbers."
        ),
        required=False,
        max_length=500,
        validators=[refuse_personnummer],
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, supervisors: dict[str, Any], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["supervisor"].choices = list(supervisors.items())  # type: ignore[attr-defined]
        self.fields["happened_on"].widget.attrs |= {"max": today.isoformat(), "min": (today - EARLIEST).isoformat()}

    def clean_happened_on(self) -> date:
        day: date = self.cleaned_data["happened_on"]
        if day > self.today:
            raise ValidationError(_("The day has not come yet. Choose today or an earlier day."))
        if day < self.today - EARLIEST:
            raise ValidationError(_("That is more than a year ago. Write what you have done since."))
        return day

    @property
    def happened_at(self) -> datetime:
        """Noon of the day: nobody remembers the hour."""
        return start_of_day(self.cleaned_data["happened_on"]) + timedelta(hours=12)


class ChecklistForm(forms.Form):
    """A step on each line."""

    steps = forms.CharField(
        label=gettext_lazy("Steps, one on each line"),
        help_text=gettext_lazy(
            "Begin a line with * if the step must be done for the level to be shown. "
            "Leave it empty to use no checklist. Write nothing about patients."
        ),
        required=False,
        validators=[refuse_personnummer],
        widget=forms.Textarea(attrs={"rows": 10}),
    )

    def clean_steps(self) -> tuple[Step, ...]:
        try:
            return steps_in(self.cleaned_data["steps"])
        except StepsError as error:
            if error.limit == "number":
                words = _("At most %(count)d steps. Put some together.") % {"count": MOST_STEPS}
            else:
                words = _("A step has at most %(count)d characters. Make it shorter, or two of it.") % {
                    "count": LONGEST
                }
            raise ValidationError(words) from error


class OwnLevelForm(forms.Form):
    """The level that whoever judges as a role holds herself, in one competency or in all."""

    role = forms.ChoiceField(label=gettext_lazy("Who judges"))
    own_level = forms.TypedChoiceField(label=gettext_lazy("Must hold herself"), coerce=int)
    everywhere = forms.BooleanField(label=gettext_lazy("In all competencies that do not say otherwise"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Why?"), required=False, max_length=500, validators=[refuse_personnummer]
    )

    def __init__(self, *args: Any, roles: dict[str, Any], level_names: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = list(roles.items())  # type: ignore[attr-defined]
        self.fields["own_level"].choices = [  # type: ignore[attr-defined]
            (0, gettext_lazy("Any level, or none")),
            *((level, f"{level} {name}") for level, name in level_names.items() if level),
        ]
