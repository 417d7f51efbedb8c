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

from people.api import NotFound

from .errors import NotEntitled
from .forms import AssessForm
from .models import Competency
from .pages import Subject, level_names, subject_of
from .queries import assessable_levels, competency, standings_of
from .services import assess, confirm
from .signing import Fact, hash_of_shown
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

    def form(self, data: QueryDict | None) -> AssessForm:
        first = next(kind for kind, levels in self.allowed.items() if levels)
        levels = self.allowed[first]
        initial = {"happened_on": self.on, "kind": first, "level": self.asked if self.asked in levels else levels[0]}
        return AssessForm(data, allowed=self.allowed, names=self.level_names, today=self.on, initial=initial)

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
    return Task(subject, found, allowed, level_names(), held, asked, on)


def sign(task: Task, form: AssessForm, at: datetime) -> None:
    """Record what the form says. Sent twice, it is one statement."""
    values: dict[str, Any] = form.cleaned_data
    said: dict[str, Any] = {
        "organisation": task.subject.organisation,
        "comment": values["comment"],
        "shown": hash_of_shown(task.facts(form)),
        "happened_at": min(form.happened_at, at),
        "statement_id": form.statement_id,
    }
    if values["kind"] == CONFIRMATION:
        confirm(task.subject.reader, task.subject.person, {task.competency: values["level"]}, at, **said)
        return
    said |= {"positive": form.is_positive, "checklist": form.followed_checklist, "in_person": True}
    assess(task.subject.reader, task.subject.person, task.competency, values["level"], at, **said)
