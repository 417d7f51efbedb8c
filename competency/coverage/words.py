"""The words for how a unit stands in a competency."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from .counting import State

STATE_LABELS = {
    State.NOBODY: pgettext_lazy("coverage", "Nobody can"),
    State.SHORT: pgettext_lazy("coverage", "Fewer than you need"),
    State.FRAGILE: pgettext_lazy("coverage", "Fragile: one or two can"),
    State.ENOUGH: pgettext_lazy("coverage", "At least three can"),
}
