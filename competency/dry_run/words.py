"""The words for what a trial finds."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from .comparing import Outcome

OUTCOME_LABELS = {
    Outcome.LOSES: pgettext_lazy("dry run", "Would no longer meet what is asked"),
    Outcome.NEW_GAP: pgettext_lazy("dry run", "Would be asked for it, and lack it"),
    Outcome.FALLS: pgettext_lazy("dry run", "Would hold a lower level"),
    Outcome.GAINS: pgettext_lazy("dry run", "Would meet what is asked"),
    Outcome.NEW_MET: pgettext_lazy("dry run", "Would be asked for it, and meet it"),
    Outcome.RISES: pgettext_lazy("dry run", "Would hold a higher level"),
    Outcome.NO_LONGER_ASKED: pgettext_lazy("dry run", "Would no longer be asked for it"),
}
