"""The form by which a colleague with the right to do so says what somebody can do: asked, checked, then recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from people.api import NotFound, now, whole_number

from .errors import NotEntitled
from .forms import AssessForm
from .models import Checklist, Competency
from .observing.following import Followed
from .observing.practising import Log, practice_of
from .observing.queries import checklist_of
from .observing.steps import DONE, MOST_STEPS, Step
from .observing.words import STEP_LABELS
from .pages import Subject, level_names, subject_of
from .queries import assessable_levels, competency, standings_of
from .services import assess, confirm
from .signing import Fact, facts_as_json, hash_of
from .trees import CONFIRMATION


@dataclass(frozen=True)
class Task:
    """Whom and what to assess, and what the reader may say about it."""

    subject: Subject
    competency: Competency
    allowed: dict[str, list[int]]
    level_names: dict[int, str]
    held: int
    asked: int
    on: date
    checklist: Checklist | None
    practice: Log

    def form(self, data: QueryDict | None) -> AssessForm:
        first = next(kind for kind, levels in self.allowed.items() if levels)
        levels = self.allowed[first]
        initial = {"happened_on": self.on, "kind": first, "level": self.asked if self.asked in levels else levels[0]}
        return AssessForm(
            _with_steps_of(self.checklist, data) if data else data,
            allowed=self.allowed,
            names=self.level_names,
            today=self.on,
            list_to_follow=self.checklist,
            initial=initial,
        )

    def facts(self, form: AssessForm) -> tuple[Fact, ...]:
        """Return what is shown before she signs a form that is in order."""
        values: dict[str, Any] = form.cleaned_data
        who = f"{self.subject.person.full_name}, {self.subject.terms.unit.name}" if self.subject.terms else ""
        level = values["level"]
        seen = form.kind_label
        if form.followed_checklist:
            seen = f"{seen}, {_('by the checklist')}"
        found = [
            Fact(_("Who"), who),
            Fact(_("What"), self.competency.title, self.competency.title_lang),
            Fact(_("Level"), f"{level} {self.level_names.get(level, '')}"),
            Fact(_("Your judgement"), form.outcome_label),
            Fact(_("How you know"), seen),
            *_steps(form.followed),
            Fact(_("When"), date_format(values["happened_on"], "j F Y")),
            Fact(pgettext("noun", "Comment"), values["comment"]),
            Fact(_("Signed by"), self.subject.reader.full_name),
        ]
        return tuple(fact for fact in found if fact.value)

    @property
    def done_url(self) -> str:
        return self.subject.reason_url(self.competency.code)


def task_of(request: HttpRequest, slug: str, uuid: UUID, code: str, on: date) -> Task:
    """Return the task. Raises NotFound for whom the reader may not see, NotEntitled where she may not judge."""
    subject = subject_of(request, uuid, on)
    if subject.terms is None or subject.terms.unit.slug != slug:
        raise NotFound
    found = competency(code)
    allowed = assessable_levels(subject.reader, subject.person, found, on)
    if not any(allowed.values()):
        raise NotEntitled
    lines = standings_of(subject.person, subject.organisation, on)
    line = next((line for line in lines if line.competency.pk == found.pk), None)
    held, asked = (line.level, line.asked) if line else (0, 0)
    log = practice_of(subject.person, found, organisation=subject.organisation)
    return Task(subject, found, allowed, level_names(), held, asked, on, checklist_of(found, now()), log)


@dataclass(frozen=True)
class StepPage:
    """One step of a checklist, with how far one has come."""

    place: int
    steps: tuple[Step, ...]

    @property
    def step(self) -> Step:
        return self.steps[self.place]

    @property
    def field(self) -> str:
        return f"step_{self.place}"

    @property
    def number(self) -> int:
        return self.place + 1

    @property
    def choices(self) -> list[tuple[str, Any]]:
        return list(STEP_LABELS.items())


def _with_steps_of(checklist: Checklist | None, data: QueryDict) -> QueryDict:
    """Return what was sent, without the steps from the one on that she goes back to.

    What was said of another checklist's steps is let go of: the one in force is gone through from the beginning.
    """
    known = str(checklist.uuid) if checklist else ""
    first = whole_number(data.get("back", ""))
    if data.get("list", "") != known:
        first = 0
    if first is None:
        return data
    kept = data.copy()
    kept["list"] = known
    for place in range(first, MOST_STEPS):
        kept.pop(f"step_{place}", None)
    return kept


def _steps(followed: Followed | None) -> list[Fact]:
    """Return how the checklist went: how many steps were done, and each that was not."""
    if followed is None:
        return []
    done = followed.outcomes.count(DONE)
    words = _("%(done)d of %(all)d steps done") % {"done": done, "all": len(followed.outcomes)}
    each = zip(followed.steps, followed.outcomes, strict=True)
    left = [f"{step.text}: {STEP_LABELS[outcome]}" for step, outcome in each if outcome != DONE]
    return [Fact(_("The checklist"), "\n".join([words, *left]))]


def sign(task: Task, form: AssessForm, at: datetime) -> None:
    """Record what the form says. Sent twice, it is one statement."""
    values: dict[str, Any] = form.cleaned_data
    said: dict[str, Any] = {
        "organisation": task.subject.organisation,
        "comment": values["comment"],
        "shown": hash_of(facts_as_json(task.facts(form))),
        "happened_at": min(form.happened_at, at),
        "statement_id": form.statement_id,
    }
    if values["kind"] == CONFIRMATION:
        confirm(task.subject.reader, task.subject.person, {task.competency: values["level"]}, at, **said)
        return
    said |= {"positive": form.is_positive, "checklist": form.followed_checklist, "in_person": True}
    said["steps"] = form.followed
    assess(task.subject.reader, task.subject.person, task.competency, values["level"], at, **said)
