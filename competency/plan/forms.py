"""What people type about a plan, turned into values."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.api import refuse_personnummer

from ..book import Book
from ..models import TOP_LEVEL
from .life import Goal, Side, State
from .proposing import DEFAULT_MINUTES, Whose
from .services import MOST_MINUTES

DAY = forms.DateInput(attrs={"type": "date"})
NO_PATIENT = _("Write nothing about patients and no personal identity numbers.")
MEASURE = _("How do we see that it is reached?")


class GoalForm(forms.Form):
    """By when, how it is seen and who sees to it. What the work asks is not up for choice: only how it is reached."""

    measure = forms.CharField(
        label=MEASURE,
        help_text=_("Optional.") + " " + NO_PATIENT,
        required=False,
        max_length=300,
        validators=[refuse_personnummer],
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    due_on = forms.DateField(label=_("By when?"), widget=DAY)
    owner = forms.TypedChoiceField(
        label=_("Who sees to it?"), coerce=Side, widget=forms.RadioSelect, initial=Side.EMPLOYEE.value
    )
    field_order: tuple[str, ...] = ("measure", "due_on", "owner")

    def __init__(self, *args: Any, whose: Whose, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.whose = whose
        self.today = today
        self.fields["due_on"].widget.attrs["min"] = today.isoformat()
        self.fields["owner"].choices = [  # type: ignore[attr-defined]
            (Side.EMPLOYEE.value, whose.person.full_name),
            (Side.MANAGER.value, _("The manager")),
        ]

    def clean_due_on(self) -> date:
        day: date = self.cleaned_data["due_on"]
        if day < self.today:
            raise ValidationError(_("The day has passed. Choose today or a later day."))
        return day

    def goal(self, known: Goal) -> Goal:
        """Return the goal as the form words it; `known` is what it was."""
        said = self.cleaned_data
        return Goal(
            key=known.key,
            title=known.title,
            competency=known.competency,
            level=known.level,
            measure=said["measure"],
            due_on=said["due_on"],
            owner=said["owner"],
            state=State.OPEN,
        )


class OwnGoalForm(GoalForm):
    """A goal that nobody's rules ask for. `goal` comes with the form, so that sent twice it is one."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    title = forms.CharField(
        label=_("What do you want to reach?"),
        help_text=NO_PATIENT,
        required=False,
        max_length=200,
        validators=[refuse_personnummer],
    )
    competency = forms.ChoiceField(
        label=pgettext_lazy("noun", "Competency"),
        help_text=_("Optional. A goal about a competency closes by itself when the level is reached."),
        required=False,
    )
    level = forms.TypedChoiceField(label=_("At which level?"), coerce=int, empty_value=0, required=False)
    field_order = ("key", "title", "competency", "level", "measure", "due_on", "owner")

    def __init__(self, *args: Any, law_book: Book, level_names: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        living = [each for each in law_book.competencies if each.retired_at is None]
        self.fields["competency"].choices = [  # type: ignore[attr-defined]
            ("", _("None")),
            *(
                (area.title, [(each.code, each.title) for each in living if each.area_id == area.pk])
                for area in law_book.areas
            ),
        ]
        levels = [(n, f"{n} {level_names.get(n, '')}") for n in range(1, TOP_LEVEL + 1)]
        self.fields["level"].choices = [("", _("Choose")), *levels]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("competency") and not values.get("level"):
            self.add_error("level", _("Choose a level too."))
        elif not values.get("competency") and not values.get("title") and "title" not in self.errors:
            self.add_error("title", _("Say what you want to reach, or choose a competency."))
        return values

    def own_goal(self) -> Goal:
        said = self.cleaned_data
        code = said["competency"]
        return Goal(
            key=self.whose.key_of(code) if code else str(said["key"]),
            title=said["title"],
            competency=code,
            level=said["level"] if code else 0,
            measure=said["measure"],
            due_on=said["due_on"],
            owner=said["owner"],
        )


class NoteForm(forms.Form):
    """What was said in a conversation. `key` comes with the form, so that sent twice it is one note."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    held_on = forms.DateField(label=_("When did you talk?"), widget=DAY)
    text = forms.CharField(
        label=_("What you said, and what you agreed"),
        help_text=_("Both of you see this.") + " " + NO_PATIENT,
        max_length=4000,
        validators=[refuse_personnummer],
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["held_on"].widget.attrs["max"] = today.isoformat()

    def clean_held_on(self) -> date:
        day: date = self.cleaned_data["held_on"]
        if day > self.today:
            raise ValidationError(_("The day has not come yet. Choose today or an earlier day."))
        return day


class TimeForm(forms.Form):
    """How many minutes a week are protected for learning, and from when."""

    minutes = forms.IntegerField(
        label=_("Minutes a week"),
        min_value=DEFAULT_MINUTES,
        max_value=MOST_MINUTES,
        help_text=_("Everybody has 15 minutes. You can protect more."),
    )
    from_day = forms.DateField(label=_("From which day?"), widget=DAY)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["from_day"].widget.attrs["min"] = today.isoformat()

    def clean_from_day(self) -> date:
        day: date = self.cleaned_data["from_day"]
        if day < self.today:
            raise ValidationError(_("The day has passed. Choose today or a later day."))
        return day
