"""What people type about competence, turned into values."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.api import DayField, end_of_day, now, refuse_personnummer, start_of_day

from .errors import RuleError
from .models import Area
from .observing.following import Followed
from .observing.models import Checklist
from .observing.queries import steps_of
from .observing.words import STEP_LABELS
from .trees import CONFIRMATION, OBSERVATION
from .words import KIND_LABELS

EARLIEST = timedelta(days=365)
DONE, NOT_YET = "yes", "no"
OUTCOMES = (
    (DONE, pgettext_lazy("assessment", "Does it safely at this level")),
    (NOT_YET, pgettext_lazy("assessment", "Not yet, more practice is needed")),
)


class DayForm(forms.Form):
    """The day that competence is asked about, and the day whose knowledge is used."""

    as_of = DayField(label=_("The level on this day"))
    known_at = DayField(label=_("With what was known at the end of this day"))

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


class ReplyForm(forms.Form):
    """Her own answer to what somebody has said that she can do."""

    agrees = forms.TypedChoiceField(
        label=_("Do you agree?"),
        choices=((DONE, _("I agree")), (NOT_YET, _("I do not agree"))),
        coerce=lambda value: value == DONE,
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label=pgettext_lazy("noun", "Comment"),
        help_text=_(
            "Optional, and read by the one who assessed you and by your manager. "
            "Write nothing about patients and no personal identity numbers."
        ),
        required=False,
        max_length=1000,
        validators=[refuse_personnummer],
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AssessForm(forms.Form):
    """An observation or a confirmation of one level.

    `statement` and `opened_at` come with the form, so that the same form sent twice says the same, once.
    """

    statement = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    opened_at = forms.DateTimeField(widget=forms.HiddenInput, initial=now)
    kind = forms.ChoiceField(label=_("How do you know?"), widget=forms.RadioSelect)
    level = forms.TypedChoiceField(label=_("Which level?"), coerce=int, widget=forms.RadioSelect)
    outcome = forms.ChoiceField(
        label=_("What did you see?"),
        choices=OUTCOMES,
        widget=forms.RadioSelect,
    )
    checklist = forms.BooleanField(label=_("I followed the checklist for this task"), required=False)
    happened_on = forms.DateField(label=_("When?"), widget=forms.DateInput(attrs={"type": "date"}))
    comment = forms.CharField(
        label=pgettext_lazy("noun", "Comment"),
        help_text=_(
            "Optional, and open to the one it is about. Write nothing about patients and no personal identity numbers."
        ),
        required=False,
        max_length=1000,
        validators=[refuse_personnummer],
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        *args: Any,
        allowed: dict[str, list[int]],
        names: dict[int, str],
        today: date,
        list_to_follow: Checklist | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.allowed = allowed
        self.today = today
        self.list_to_follow = list_to_follow if allowed.get(OBSERVATION) else None
        if self.list_to_follow:
            self._ask_for_steps(self.list_to_follow)
        levels = sorted({level for choices in allowed.values() for level in choices})
        if not allowed.get(OBSERVATION):
            del self.fields["outcome"], self.fields["checklist"]
        self.fields["kind"].choices = [(kind, KIND_LABELS[kind]) for kind, choices in allowed.items() if choices]  # type: ignore[attr-defined]
        self.fields["level"].choices = [(level, f"{level} {names.get(level, '')}") for level in levels]  # type: ignore[attr-defined]
        self.fields["happened_on"].widget.attrs |= {
            "max": today.isoformat(),
            "min": (today - EARLIEST).isoformat(),
        }

    def _ask_for_steps(self, row: Checklist) -> None:
        """Ask how each step went, one at a time, and keep which checklist it was: another may come meanwhile."""
        self.fields["checklist"].label = _("Go through the checklist, step by step")
        self.fields["checklist"].initial = True
        self.fields["list"] = forms.CharField(widget=forms.HiddenInput, initial=str(row.uuid), required=False)
        for place, _step in enumerate(steps_of(row)):
            self.fields[f"step_{place}"] = forms.ChoiceField(
                widget=forms.HiddenInput, choices=STEP_LABELS.items(), required=False
            )

    @property
    def follows(self) -> bool:
        """Whether she goes through the platform's own checklist, and not one on paper."""
        said = getattr(self, "cleaned_data", {})
        return bool(self.list_to_follow and said.get("checklist") and said.get("kind") == OBSERVATION)

    @property
    def outcomes(self) -> list[str]:
        """How the steps went that she has come to."""
        places = range(len(steps_of(self.list_to_follow)))
        return [said for place in places if (said := self.cleaned_data.get(f"step_{place}", ""))]

    @property
    def next_step(self) -> int | None:
        """The place of the first step that she has not come to; None when there is none left."""
        if not self.follows:
            return None
        places = range(len(steps_of(self.list_to_follow)))
        return next((place for place in places if not self.cleaned_data.get(f"step_{place}")), None)

    @property
    def followed(self) -> Followed | None:
        if self.list_to_follow is None or not self.follows or self.next_step is not None:
            return None
        return Followed(self.list_to_follow, tuple(self.outcomes))

    def clean_happened_on(self) -> date:
        day: date = self.cleaned_data["happened_on"]
        if day > self.today:
            raise ValidationError(_("The day has not come yet. Choose today or an earlier day."))
        if day < self.today - EARLIEST:
            raise ValidationError(_("That is more than a year ago. Make a new observation instead."))
        return day

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        kind, level = values.get("kind"), values.get("level")
        if kind and level and level not in self.allowed.get(kind, []):
            self.add_error("level", _("You cannot judge this level in that way. Choose another level or another way."))
        if kind == CONFIRMATION and values.get("outcome") == NOT_YET:
            self.add_error("outcome", _("A confirmation says yes. Choose observation to say that it is not there yet."))
        if not self.errors and self.followed:
            try:
                self.followed.check(self.is_positive)
            except RuleError as error:
                self.add_error("outcome", str(error.message))
        return values

    @property
    def statement_id(self) -> UUID:
        """The same for the same form sent twice; another once somebody has gone back and changed what it says."""
        said = [str(self.cleaned_data[name]) for name in sorted(self.fields) if name != "statement"]
        return uuid5(self.cleaned_data["statement"], "\n".join(said))

    @property
    def kind_label(self) -> str:
        return str(KIND_LABELS[self.cleaned_data["kind"]])

    @property
    def happened_at(self) -> datetime:
        """When it was seen: the moment of the form if it was that day, else noon, since nobody remembers the hour."""
        day, opened = self.cleaned_data["happened_on"], self.cleaned_data["opened_at"]
        if start_of_day(day) <= opened < end_of_day(day):
            return opened
        return start_of_day(day) + timedelta(hours=12)

    @property
    def is_positive(self) -> bool:
        """A confirmation can only say yes."""
        return bool(self.cleaned_data.get("outcome", DONE) == DONE)

    @property
    def outcome_label(self) -> str:
        return str(dict(OUTCOMES)[DONE if self.is_positive else NOT_YET])

    @property
    def followed_checklist(self) -> bool:
        return bool(self.cleaned_data.get("checklist")) and self.cleaned_data.get("kind") == OBSERVATION
