"""A checklist as an observer has gone through it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ..errors import RuleError
from .models import Checklist
from .queries import steps_of
from .steps import OUTCOMES, Step, failed_steps


@dataclass(frozen=True)
class Followed:
    """A checklist, and how each of its steps went, in its order."""

    checklist: Checklist
    outcomes: tuple[str, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        return steps_of(self.checklist)

    @property
    def extension(self) -> dict[str, Any]:
        """Return what the statement keeps of it: codes alone, so nothing that could name a patient."""
        return {"id": str(self.checklist.uuid), "steps": list(self.outcomes)}

    def check(self, positive: bool) -> None:
        """Raise RuleError unless each step has an outcome, and every required one is done where the level is shown."""
        if len(self.outcomes) != len(self.steps) or not set(self.outcomes) <= set(OUTCOMES):
            raise RuleError(_("Say of each step of the checklist how it went."))
        if positive and (failed := failed_steps(self.steps, self.outcomes)):
            raise RuleError(
                _("“%(step)s” must be done for the level to be shown. Say “not yet”, or go through the steps again.")
                % {"step": failed[0].text}
            )
