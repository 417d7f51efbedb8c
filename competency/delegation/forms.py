"""What people type about delegations, turned into values."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.api import Organisation, Person, refuse_personnummer

from .. import signing
from .life import latest_end
from .models import DelegableTask

PERIOD, SINGLE = "period", "single"
DAY = forms.DateInput(attrs={"type": "date"})
NO_PATIENT = _("Write nothing about patients and no personal identity numbers.")


class ReasonForm(forms.Form):
    """Why, in a few words."""

    reason = forms.CharField(
        label=pgettext_lazy("noun", "Reason"),
        help_text=NO_PATIENT,
        required=False,
        max_length=500,
        validators=[refuse_personnummer],
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class SigningForm(ReasonForm):
    """What the giver says when she signs: whether she judges the receiver suited, and why if something is missing.

    `shown` is the hash of what she read.
    """

    shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=signing.LONGEST)
    suited = forms.BooleanField(
        label=_("I judge that she is suited for the task and has what it takes to do it safely"), required=False
    )
    field_order = ("suited", "reason", "shown")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Reason, if something above is not in place")


class DecisionForm(SigningForm):
    """Who may do what, from which day to which. `delegation` comes with the form, so that sent twice it is one."""

    delegation = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    receiver = forms.ModelChoiceField(queryset=Person.objects.none(), label=_("To whom?"), to_field_name="uuid")
    task = forms.ModelChoiceField(queryset=DelegableTask.objects.none(), label=_("Which task?"), to_field_name="code")
    where = forms.ModelChoiceField(
        queryset=Organisation.objects.none(), label=_("Where?"), to_field_name="slug", widget=forms.RadioSelect
    )
    kind = forms.ChoiceField(
        label=_("For how long?"),
        choices=[(PERIOD, _("For a period, at most twelve months")), (SINGLE, _("For a single occasion, one day"))],
        widget=forms.RadioSelect,
    )
    first_day = forms.DateField(label=_("First day"), widget=DAY)
    last_day = forms.DateField(
        label=_("Last day"), help_text=_("For a single occasion this is left empty."), required=False, widget=DAY
    )
    note = forms.CharField(
        label=_("What she needs to know about the task"),
        help_text=_("Optional, such as aids or strengths.") + " " + NO_PATIENT,
        required=False,
        max_length=1000,
        validators=[refuse_personnummer],
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = ("delegation", "receiver", "task", "where", "kind", "first_day", "last_day", "note")

    def __init__(self, *args: Any, receivers: Any, tasks: Any, places: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        for name, rows in (("receiver", receivers), ("task", tasks), ("where", places)):
            self.fields[name].queryset = rows
            self.fields[name].empty_label = None if name == "where" else _("Choose")
        self.fields["first_day"].widget.attrs["min"] = today.isoformat()

    def clean_first_day(self) -> date:
        day: date = self.cleaned_data["first_day"]
        if day < self.today:
            raise ValidationError(_("The day has passed. Choose today or a later day."))
        return day

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        first, last, kind = values.get("first_day"), values.get("last_day"), values.get("kind")
        if kind == SINGLE and first:
            values["last_day"] = first
        elif kind == PERIOD and first and "last_day" not in self.errors:
            self._check_period(first, last)
        return values

    def _check_period(self, first: date, last: date | None) -> None:
        if last is None:
            self.add_error("last_day", _("Say the last day."))
        elif last < first:
            self.add_error("last_day", _("The last day must not come before the first day."))
        elif last >= latest_end(first):
            latest = latest_end(first) - timedelta(days=1)
            message = _("A delegation holds for at most twelve months: until %(day)s at the latest.")
            self.add_error("last_day", message % {"day": latest.isoformat()})

    @property
    def uuid(self) -> UUID:
        found: UUID = self.cleaned_data["delegation"]
        return found

    @property
    def is_single(self) -> bool:
        return bool(self.cleaned_data["kind"] == SINGLE)


class AcceptForm(forms.Form):
    """The receiver has read it and says yes. `shown` is the hash of what she read."""

    shown = forms.CharField(widget=forms.HiddenInput, max_length=signing.LONGEST)
    can = forms.BooleanField(
        label=_("I have read this, I can do the task safely, and I say so if that changes"),
        error_messages={"required": _("Say that you can do the task safely, or decline the offer.")},
    )


class TakeOverForm(ReasonForm):
    """Which of a colleague's delegations are taken over, until when, and why if something is missing."""

    delegations = forms.ModelMultipleChoiceField(
        queryset=None,
        label=_("Which ones?"),
        to_field_name="uuid",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )
    last_day = forms.DateField(
        label=_("Last day"),
        help_text=_(
            "Each new decision begins today. It ends on this day, or on the old one's last day if that is earlier."
        ),
        widget=DAY,
    )
    field_order = ("delegations", "last_day", "reason")

    def __init__(self, *args: Any, rows: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["delegations"].queryset = rows
        self.fields["reason"].label = _("Reason, where something that the task asks for is not in place")

    def clean_last_day(self) -> date:
        day: date = self.cleaned_data["last_day"]
        if not self.today <= day < latest_end(self.today):
            raise ValidationError(_("Choose a day within the coming twelve months."))
        return day
