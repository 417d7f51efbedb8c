"""What a page hands out with its questions and gets back with the answers: which edition was shown, to whom and when.

Signed, so that an answer is graded by the edition in which it was asked, whatever has been published since, and so that
the moment it was shown can be believed. It has no end date: a phone that lay in a pocket overnight may still answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext_lazy as _

from people.api import Conflict, whole_number

SIGNER = Signer(salt="courses.ticket")


class StaleForm(Conflict):
    """The form belongs to a page that can no longer be answered as it stands."""

    code = "stale_form"
    default_message = _("This page has changed since you opened it. Here it is anew; please answer again.")


@dataclass(frozen=True)
class Ticket:
    """`registration` is None, and `attempt` 0, on a page shown before the course was opened."""

    course_key: UUID
    revision: str
    person: UUID
    registration: UUID | None
    attempt: int
    shown_at: datetime

    def sign(self) -> str:
        registration = str(self.registration) if self.registration else ""
        shown_at = int(self.shown_at.timestamp() * 1000)
        parts = [str(self.course_key), self.revision, str(self.person), registration, self.attempt, shown_at]
        return SIGNER.sign_object(parts)


def read_ticket(token: str) -> Ticket:
    """Return the ticket of a form. Raises StaleForm for one that is missing or was tampered with."""
    try:
        course_key, revision, person, registration, attempt, shown_at = SIGNER.unsign_object(token)
    except BadSignature:
        raise StaleForm from None
    return Ticket(
        course_key=UUID(course_key),
        revision=revision,
        person=UUID(person),
        registration=UUID(registration) if registration else None,
        attempt=attempt,
        shown_at=datetime.fromtimestamp(shown_at / 1000, UTC),
    )


@dataclass(frozen=True)
class SentAnswer:
    """What an answer's form holds. A question that is not an id, and a choice that was not made, are None."""

    ticket: Ticket
    question_id: UUID | None
    choice: int | None
    screens_shown: int


def read_answer(sent: Mapping[str, str]) -> SentAnswer:
    """Return the values of a form. Raises StaleForm."""
    return SentAnswer(
        ticket=read_ticket(sent.get("ticket", "")),
        question_id=_uuid(sent.get("question", "")),
        choice=whole_number(sent.get("choice", ""), 4),
        screens_shown=whole_number(sent.get("shown", ""), 4) or 0,
    )


def read_focus(sent: Mapping[str, str]) -> tuple[UUID | None, int | None]:
    """Return the question and choice that an address points at."""
    return _uuid(sent.get("fraga", "")), whole_number(sent.get("val", ""), 4)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
