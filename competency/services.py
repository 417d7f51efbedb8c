"""Writes: verbs, one transaction each. (Signatures first; the bodies follow.)"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from uuid import UUID

from .models import AcceptedSource, Competency, EvidenceRule, Offer, Policy, ProfileRequirement, Review
from .shapes import FrameworkReport, OfferSpec, StartUpReport

if TYPE_CHECKING:
    from people.models import Organisation, Person


def load_framework(
    source: str | Path | dict[str, Any], at: datetime, *, owner: Organisation | None = None
) -> FrameworkReport:
    """Import a framework. The same file changes nothing; a changed one appends dated rows. Raises FrameworkError."""
    raise NotImplementedError


def change_rule(
    competency: Competency,
    level: int,
    tree: dict[str, Any],
    at: datetime,
    *,
    validity_months: int | None,
    valid_from: datetime | None = None,
    ends_earlier_on: date | None = None,
    reason: str = "",
) -> EvidenceRule:
    """Publish a new version of a rule. Raises RuleError."""
    raise NotImplementedError


def require(
    profession: str,
    competency: Competency,
    level: int,
    at: datetime,
    *,
    setting: str = "all",
    node: Organisation | None = None,
    valid_from: date | None = None,
    withdrawn: bool = False,
) -> ProfileRequirement:
    """Append a requirement of a profile."""
    raise NotImplementedError


def register_offer(spec: OfferSpec, at: datetime) -> Offer:
    """Register a published course: its link, words and minutes, and what it claims to teach. Safe to repeat."""
    raise NotImplementedError


def withdraw_offer(activity_iri: str, at: datetime) -> None:
    """Take an unpublished course out of the offers. What was earned keeps counting."""
    raise NotImplementedError


def review(reviewer: Person, activity_iri: str, revision: str, node: Organisation, at: datetime) -> Review:
    """Record a chief nurse's or chief rehab officer's yes, in `node` and below. Raises NotEntitled."""
    raise NotImplementedError


def withdraw_review(reviewer: Person, activity_iri: str, revision: str, node: Organisation, at: datetime) -> Review:
    """Take back a review, from now on."""
    raise NotImplementedError


def set_policy(
    node: Organisation, at: datetime, *, counts_unreviewed: bool, valid_from: datetime | None = None
) -> Policy:
    """Decide whether unreviewed courses count at `node` and below."""
    raise NotImplementedError


def accept_source(
    node: Organisation, authority: str, activity_prefix: str, at: datetime, *, withdrawn: bool = False
) -> AcceptedSource:
    """Accept statements by another authority about named activities as evidence at `node` and below."""
    raise NotImplementedError


def assess(
    assessor: Person,
    person: Person,
    competency: Competency,
    level: int,
    at: datetime,
    *,
    positive: bool = True,
    organisation: Organisation | None = None,
    in_person: bool = True,
    checklist: bool = False,
    comment: str = "",
    happened_at: datetime | None = None,
    statement_id: UUID | None = None,
) -> UUID:
    """Record an observation as a statement. Raises NobodyAssessesHerself, NotEntitled."""
    raise NotImplementedError


def confirm(
    assessor: Person,
    person: Person,
    levels: dict[Competency, int],
    at: datetime,
    *,
    organisation: Organisation | None = None,
    comment: str = "",
    happened_at: datetime | None = None,
) -> list[UUID]:
    """Record confirmations after a conversation, one statement per competency, all or none."""
    raise NotImplementedError


def verify_qualification(
    registrar: Person | None,
    person: Person,
    licence: str,
    at: datetime,
    *,
    organisation: Organisation,
    happened_at: datetime | None = None,
    ground: str = "",
) -> UUID:
    """Record that a licence or degree (the code of its profession) has been checked."""
    raise NotImplementedError


def withdraw_qualification(
    registrar: Person | None, person: Person, licence: str, at: datetime, *, organisation: Organisation
) -> UUID:
    """Record that a licence no longer holds."""
    raise NotImplementedError


def approve_certificate(
    approver: Person | None,
    person: Person,
    competency: Competency,
    level: int,
    at: datetime,
    *,
    organisation: Organisation,
    happened_at: datetime | None = None,
    until: date | None = None,
    ground: str = "",
) -> UUID:
    """Record an approved certificate from elsewhere, with its own last day."""
    raise NotImplementedError


def start_up_import(
    source: str | Path | IO[str], at: datetime, *, registrar: Person | None = None, dry_run: bool = False
) -> StartUpReport:
    """Import existing competence, marked “from the start”. The same file twice changes nothing."""
    raise NotImplementedError


def mark(person_pks: Iterable[int], at: datetime) -> None:
    """Say that something about these people may have changed. Call in the transaction of the change."""
    raise NotImplementedError


def mark_all(at: datetime) -> None:
    """Mark everyone who has ever been employed: the law itself changed."""
    raise NotImplementedError


def rebuild(person_pk: int, at: datetime) -> int:
    """Fold one person anew and write only what differs. Return the number of rows written or removed."""
    raise NotImplementedError


def refresh(person: Person, at: datetime) -> None:
    """Rebuild the person if she is marked."""
    raise NotImplementedError


def rebuild_marked(at: datetime, limit: int | None = None) -> int:
    """Rebuild those who are marked, oldest first. Return how many people were rebuilt."""
    raise NotImplementedError


def verify_standings(at: datetime) -> list[str]:
    """Refold everyone and return a line for every difference from what is stored."""
    raise NotImplementedError
