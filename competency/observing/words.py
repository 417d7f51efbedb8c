"""The words for how a step went."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from .steps import DONE, NOT_DONE, NOT_SEEN

STEP_LABELS = {
    DONE: pgettext_lazy("step of a checklist", "Done"),
    NOT_DONE: pgettext_lazy("step of a checklist", "Not done, or wrongly"),
    NOT_SEEN: pgettext_lazy("step of a checklist", "I did not see it"),
}
