"""The words for how a step went."""

from __future__ import annotations

from typing import Any

from django.utils.translation import pgettext_lazy

from ..book import book
from ..words import ROLE_LABELS
from .steps import DONE, NOT_DONE, NOT_SEEN

STEP_LABELS = {
    DONE: pgettext_lazy("step of a checklist", "Done"),
    NOT_DONE: pgettext_lazy("step of a checklist", "Not done, or wrongly"),
    NOT_SEEN: pgettext_lazy("step of a checklist", "I did not see it"),
}

COLLEAGUE = "colleague"


def supervisor_labels() -> dict[str, Any]:
    """Return who may have stood beside, by code: an experienced colleague, or a role or licence that judges."""
    licensed = {each.code: each.title for each in book().professions if each.licensed and each.code not in ROLE_LABELS}
    return {COLLEAGUE: pgettext_lazy("assessor", "an experienced colleague")} | ROLE_LABELS | licensed
