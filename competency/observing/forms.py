"""The forms by which the framework's owner says how an observation is made."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.api import refuse_personnummer

from .steps import LONGEST, MOST_STEPS, Step, StepsError, steps_in


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
