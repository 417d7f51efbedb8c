"""The steps of a checklist: how each went, and what follows from it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

DONE, NOT_DONE, NOT_SEEN = "done", "not_done", "not_seen"
OUTCOMES: Final = (DONE, NOT_DONE, NOT_SEEN)
MOST_STEPS: Final = 30
LONGEST: Final = 200
REQUIRED_MARK: Final = "*"


@dataclass(frozen=True, slots=True)
class Step:
    text: str
    required: bool = False

    @property
    def row(self) -> dict[str, Any]:
        return {"text": self.text, "required": self.required}


class StepsError(ValueError):
    """Steps that cannot be used: how many there are at most, or how long one may be (`limit`)."""

    def __init__(self, limit: str) -> None:
        super().__init__(limit)
        self.limit = limit


def steps_in(text: str) -> tuple[Step, ...]:
    """Return a step for each line with words in it; one that begins with an asterisk is required. Raises StepsError."""
    lines = [line.strip() for line in text.splitlines()]
    said = [(line.removeprefix(REQUIRED_MARK).strip(), line.startswith(REQUIRED_MARK)) for line in lines]
    steps = tuple(Step(words, required) for words, required in said if words)
    if len(steps) > MOST_STEPS:
        raise StepsError("number")
    if any(len(step.text) > LONGEST for step in steps):
        raise StepsError("length")
    return steps


def text_of(steps: Iterable[Step]) -> str:
    """Return the lines from which `steps_in` makes the same steps."""
    return "\n".join(f"{REQUIRED_MARK} {step.text}" if step.required else step.text for step in steps)


def failed_steps(steps: Sequence[Step], outcomes: Sequence[str]) -> list[Step]:
    """Return the required steps that were not done, or not seen: with one of them nobody has shown the level."""
    return [step for step, outcome in zip(steps, outcomes, strict=True) if step.required and outcome != DONE]
