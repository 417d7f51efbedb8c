"""What administrators type about connections."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from people.api import Organisation, end_of_day, refuse_personnummer, start_of_day

from ..forwarding import REASON_LENGTH, VERSIONS
from ..rules import Reach
from .words import SCOPES

INSTALLATION = "installation"
RESEND_DAYS = 31
"""How far back a page sends again; the command on the server goes further, and takes the time that it takes."""


class _ForAnOrganisation(forms.Form):
    """Whose it is. The installation itself is a choice that is made, never one that is left."""

    uuid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    name = forms.CharField(max_length=200, validators=[refuse_personnummer])
    organisation = forms.ChoiceField(label=_("Whose statements"))

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations: dict[str, Organisation] = {str(each.uuid): each for each in reach.organisations}
        choices = [(uuid, each.name) for uuid, each in self.organisations.items()]
        if reach.everything:
            choices = [("", _("Choose")), *choices, (INSTALLATION, _("The whole installation: everybody's"))]
        self.fields["organisation"].choices = choices

    def chosen(self) -> Organisation | None:
        return self.organisations.get(self.cleaned_data["organisation"])


class ConnectionForm(_ForAnOrganisation):
    """A new connection. `uuid` comes with the form, so that the same form sent twice makes one."""

    scopes = forms.MultipleChoiceField(label=_("What it may do"), widget=forms.CheckboxSelectMultiple)
    until = forms.DateField(
        label=_("Last day (optional)"),
        help_text=_("After that day it opens nothing. Leave it empty if there is no end."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    pseudonymise = forms.BooleanField(
        label=_("Store people under pseudonyms"),
        help_text=_(
            "For a system that knows people by e-mail address: the addresses and names that it sends are replaced "
            "before anything is stored. This cannot be changed later."
        ),
        required=False,
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["name"].label = _("The name of the system")
        self.fields["name"].help_text = _("So that whoever reads this in two years knows what it is.")
        self.fields["until"].widget.attrs["min"] = today.isoformat()
        self.fields["scopes"].choices = [
            (scope, format_html('<span class="strong">{}</span><span class="meta">{}</span>', *words))
            for scope, words in SCOPES.items()
        ]

    def clean_until(self) -> date | None:
        day: date | None = self.cleaned_data["until"]
        if day and day < self.today:
            raise ValidationError(_("That day has passed. Choose today or a later day."))
        return day

    def wanted(self) -> dict[str, Any]:
        """The arguments of `create_credential`."""
        said = self.cleaned_data
        until = end_of_day(said["until"]) if said["until"] else None
        return {name: said[name] for name in ("name", "uuid", "scopes", "pseudonymise")} | {
            "organisation": self.chosen(),
            "until": until,
        }


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Kept with your name and the time. Write nothing about patients and no personal identity numbers."),
        max_length=REASON_LENGTH,
        validators=[refuse_personnummer],
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ChangeSecretForm(forms.Form):
    """`replacing` is the mark of the secret that the page was about, so that a form sent twice changes it once."""

    DAYS = ((1, _("1 day")), (7, _("7 days")), (30, _("30 days")), (0, _("Not at all: end it at once")))

    replacing = forms.CharField(widget=forms.HiddenInput)
    days = forms.TypedChoiceField(
        label=_("How long the old secret works too"),
        choices=DAYS,
        coerce=int,
        initial=7,
        widget=forms.RadioSelect,
    )


class ForwardForm(_ForAnOrganisation):
    """Another record store, and what is sent there."""

    endpoint = forms.CharField(
        label=_("Its address"),
        help_text=_("As the other store gave it, such as https://lrs.example.org/xapi"),
        max_length=2000,
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
    )
    key = forms.CharField(
        label=_("The key that it made for us"), max_length=500, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    secret = forms.CharField(
        label=_("The secret that belongs to the key"),
        help_text=_("It is kept encrypted, and shown to nobody afterwards."),
        max_length=500,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    version = forms.ChoiceField(label=_("Its version of xAPI"), choices=[(each, each) for each in VERSIONS])
    verbs = forms.CharField(
        label=_("Only these verbs (optional)"),
        help_text=_("Beginnings of IRIs, one a line. Empty sends all."),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    activities = forms.CharField(
        label=_("Only these activities (optional)"),
        help_text=_("Beginnings of IRIs, one a line. Empty sends all."),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("The name of the other store")

    def clean_verbs(self) -> list[str]:
        return self.cleaned_data["verbs"].split()

    def clean_activities(self) -> list[str]:
        return self.cleaned_data["activities"].split()

    def wanted(self) -> dict[str, Any]:
        """The arguments of `add_forward`."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "organisation"}
        return said | {"organisation": self.chosen()}


class SinceForm(forms.Form):
    since = forms.DateField(
        label=_("From and with"),
        help_text=_("Nothing becomes double: the other store knows what it has by its id."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.earliest = today, today - timedelta(days=RESEND_DAYS)
        self.fields["since"].widget.attrs |= {"max": today.isoformat(), "min": self.earliest.isoformat()}

    def clean_since(self) -> Any:
        day: date = self.cleaned_data["since"]
        if day > self.today:
            raise ValidationError(_("The day has not come yet. Choose today or an earlier day."))
        if day < self.earliest:
            raise ValidationError(
                _("Choose a day within the last %(days)s. Whoever runs the server can send older things again.")
                % {"days": RESEND_DAYS}
            )
        return start_of_day(day)


def uuid_of(form: forms.Form) -> UUID:
    uuid: UUID = form.cleaned_data["uuid"]
    return uuid
