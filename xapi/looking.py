"""The one look that a batch of statements costs before it is stored: all that is asked of the database, at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from .bulk import Found, Question, ask_and_take
from .models import Forward, Statement
from .pending import announcement
from .references import Names
from .targets import referring_to


@dataclass(frozen=True, slots=True)
class Look:
    """What the store held when a batch came: which ids are stored, who refers to them, the rows that it names."""

    stored: frozenset[UUID]
    is_referred_to: bool
    is_forwarded: bool
    """Whether anything at all is sent to other stores."""
    named: list[Found]
    """The answers to `Names.questions()`."""
    pks: list[int]
    """Primary keys for the batch, taken."""


def look(ids: list[UUID], names: Names, announced: datetime) -> Look:
    """Look, first in the transaction that will store the batch; whoever asks meanwhile knows from when it will be.

    On PostgreSQL what others store between this look and our commit is not seen: an id that they took first is refused
    by the database, and who refers to ours is asked for again afterwards.
    """
    questions = [
        Question(Statement, "statement_id", ids),
        referring_to(ids),
        Question(Forward, is_any=True),
        *names.questions(),
    ]
    (stored, referring, forwards, *named), pks = ask_and_take(
        questions, Statement, len(ids), share=announcement(announced)
    )
    return Look(frozenset(stored), bool(referring), bool(forwards), named, pks)
