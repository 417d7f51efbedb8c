"""The form by which somebody answers what another has said that she can do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest

from .forms import ReplyForm
from .models import Competency
from .pages import Subject, subject_of
from .queries import competency, statement_to_answer
from .services import reply
from .services.replying import is_replied


@dataclass(frozen=True)
class Task:
    """What the reader is to answer: it is always about herself."""

    subject: Subject
    competency: Competency
    statement_id: UUID
    happened_at: datetime
    is_done: bool

    @property
    def done_url(self) -> str:
        return self.subject.reason_url(self.competency.code)

    def answer(self, form: ReplyForm, at: datetime) -> None:
        values = form.cleaned_data
        said = {"agrees": values["agrees"], "comment": values["comment"]}
        reply(self.subject.person, self.competency, self.statement_id, at, **said)


def task_of(request: HttpRequest, code: str, statement_id: UUID, on: date) -> Task:
    """Return the task. Raises NotFound for an unknown code, and for what is not about the reader herself."""
    subject = subject_of(request, None, on)
    found = competency(code)
    said = statement_to_answer(subject.person, found, statement_id)
    return Task(subject, found, statement_id, said.happened_at, is_replied(statement_id))
