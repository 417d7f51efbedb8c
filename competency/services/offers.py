"""What is on offer and what it claims to teach, and what decides which claims count: reviews, policies, sources."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from people.api import Organisation, Person, Role, end_of_day, roles_of, today

from ..book import Book, book, major_of
from ..errors import NotEntitled, RuleError
from ..models import TOP_LEVEL, AcceptedEquivalent, AcceptedSource, Claim, Competency, LawStamp, Offer, Policy, Review
from ..rules import may_accept
from ..shapes import OfferSpec
from .rebuilding import mark_all, mark_holders, marking_what_comes_within_reach

REVIEWERS = (Role.CHIEF_NURSE, Role.CHIEF_REHAB)


@transaction.atomic
def register_offer(spec: OfferSpec, at: datetime) -> Offer:
    """Register a published course: its link, words and minutes, and what it claims to teach. Safe to repeat.

    Claims are dated rows: what is as before adds none, what is new or gone adds one from `at` on, so that what was
    earned keeps what it was earned under. Raises RuleError, UnknownCompetency.
    """
    with marking_what_comes_within_reach(at, today(at)):
        claims = claim_drafts(spec, at)
        offer = _offer(spec, at)
        Claim.objects.bulk_create(claims)
        LawStamp.renew()
    if spec.ends_earlier_on:
        mark_holders({claim.competency_id for claim in claims}, at)
    return offer


def claim_drafts(spec: OfferSpec, at: datetime) -> list[Claim]:
    """Return the claims that publishing would add, checked and not saved. Raises RuleError, UnknownCompetency."""
    law_book = book()
    _check(spec, law_book)
    _check_ending(spec, at)
    return list(_changed_claims(spec, at, law_book))


@transaction.atomic
def withdraw_offer(activity_iri: str, at: datetime) -> None:
    """Take an unpublished course out of the offers. What was earned keeps counting, and what is earned still may."""
    if Offer.objects.filter(activity_iri=activity_iri, retired_at=None).update(retired_at=at):
        LawStamp.renew()


@transaction.atomic
def review(reviewer: Person, activity_iri: str, revision: str, node: Organisation, at: datetime) -> Review:
    """Record a chief nurse's or chief rehab officer's yes, from `at` on, in `node` and below. Safe to repeat.

    Raises NotEntitled when the reviewer does not hold the role at the node itself or above it.
    """
    roles = [grant for grant in roles_of(reviewer, today(at)) if grant.role in REVIEWERS]
    if not any(node.path.startswith(grant.node.path) for grant in roles):
        raise NotEntitled(_("Only a chief nurse or chief rehabilitation officer of the organisation reviews a course."))
    if major_of(revision) is None:
        raise RuleError(_("The revision %(revision)s is not written as major.minor.") % {"revision": revision})
    known = Review.objects.filter(activity_iri=activity_iri, revision=revision, node=node).first()
    if known:
        return known
    row = Review.objects.create(
        activity_iri=activity_iri, revision=revision, node=node, reviewer=reviewer, valid_from=at, recorded_at=at
    )
    mark_all(at, below=node.path)
    return row


@transaction.atomic
def set_policy(
    node: Organisation, at: datetime, *, counts_unreviewed: bool, valid_from: datetime | None = None
) -> Policy:
    """Decide whether unreviewed courses count at `node` and below, from `valid_from` (default: `at`) on."""
    row = Policy.objects.create(
        node=node, counts_unreviewed=counts_unreviewed, valid_from=valid_from or at, recorded_at=at
    )
    mark_all(at, below=node.path)
    return row


@transaction.atomic
def accept_source(
    node: Organisation, authority: str, activity_prefix: str, at: datetime, *, withdrawn: bool = False
) -> AcceptedSource:
    """Accept statements by another authority as evidence at `node` and below, or stop doing so.

    `activity_prefix` names the activities: every IRI that begins with it. An empty one would accept anything.
    """
    if not activity_prefix.strip() or not authority.strip():
        raise RuleError(_("Name the source and the activities that it is accepted for."))
    row = AcceptedSource.objects.create(
        node=node,
        authority=authority,
        activity_prefix=activity_prefix,
        valid_from=at,
        recorded_at=at,
        withdrawn=withdrawn,
    )
    mark_all(at, below=node.path)
    return row


@transaction.atomic
def accept_equivalent(
    node: Organisation,
    giver: Organisation,
    level: int,
    at: datetime,
    *,
    competency: Competency | None = None,
    freshness_months: int | None = None,
    withdrawn: bool = False,
    reason: str = "",
    decided_by: Person | None = None,
) -> AcceptedEquivalent:
    """Let what `giver`, or an organisation below it, has found count at `node` and below, up to `level`, from now on.

    It satisfies the leaf `equivalent`, of one competency or (None) of all; `withdrawn` ends it, at once. Raises
    RuleError, and NotEntitled when `decided_by` does not decide there.
    """
    if decided_by is not None and not may_accept(decided_by, node, today(at)):
        raise NotEntitled
    row = acceptance_draft(
        node,
        giver,
        level,
        at,
        competency=competency,
        freshness_months=freshness_months,
        withdrawn=withdrawn,
        reason=reason,
    )
    row.decided_by = decided_by
    row.save()
    mark_all(at, below=node.path)
    return row


def acceptance_draft(
    node: Organisation,
    giver: Organisation,
    level: int,
    at: datetime,
    *,
    competency: Competency | None = None,
    freshness_months: int | None = None,
    withdrawn: bool = False,
    reason: str = "",
) -> AcceptedEquivalent:
    """Return what accepting, or ending it, would write, checked and not saved. Raises RuleError."""
    if node.is_at_or_below(giver) or giver.is_at_or_below(node):
        raise RuleError(_("What belongs to the same organisation counts already. Choose another organisation."))
    if not 1 <= level <= TOP_LEVEL:
        raise RuleError(_("Level %(level)s is not on the scale.") % {"level": level})
    if freshness_months is not None and freshness_months < 1:
        raise RuleError(_("Say for how many months it is fresh enough, at least one; or leave it empty."))
    return AcceptedEquivalent(
        node=node,
        giver=giver,
        competency=competency,
        level=level,
        freshness_months=freshness_months,
        valid_from=at,
        recorded_at=at,
        withdrawn=withdrawn,
        reason=reason,
    )


def _check(spec: OfferSpec, law_book: Book) -> None:
    if major_of(spec.revision) is None:
        raise RuleError(_("The revision %(revision)s is not written as major.minor.") % {"revision": spec.revision})
    codes = [each.competency for each in spec.teaches]
    for each in spec.teaches:
        law_book.competency(each.competency)
        if not 1 <= each.level <= TOP_LEVEL:
            raise RuleError(
                _("%(course)s claims level %(level)s, which is not on the scale.")
                % {"course": spec.title, "level": each.level}
            )
    if len(codes) != len(set(codes)):
        raise RuleError(_("%(course)s claims the same competency twice.") % {"course": spec.title})


def _check_ending(spec: OfferSpec, at: datetime) -> None:
    if spec.ends_earlier_on and spec.ends_earlier_on < today(at):
        raise RuleError(_("What was learnt earlier cannot have stopped counting already. Choose today or a later day."))
    if spec.ends_earlier_on and not spec.reason.strip():
        raise RuleError(_("Give the reason for ending earlier evidence before its time."))


def _offer(spec: OfferSpec, at: datetime) -> Offer:
    values = {
        "questions_iri": spec.questions_iri,
        "title": spec.title,
        "path": spec.path,
        "minutes": spec.minutes,
        "kind": spec.kind,
        "focus_area": spec.focus_area,
        "target_professions": list(spec.target_professions),
        "node": spec.node,
        "revision": spec.revision,
        "retired_at": None,
    }
    made = values | {"registered_at": at}
    return Offer.objects.update_or_create(activity_iri=spec.activity_iri, defaults=values, create_defaults=made)[0]


def _changed_claims(spec: OfferSpec, at: datetime, law_book: Book) -> Iterator[Claim]:
    """Yield a row for every claim of this major version that is new, at another level, or no longer made."""
    rows = [row for row in law_book.inputs.claims if row.activity == spec.activity_iri]
    said = {row.competency: row for row in rows if row.major == spec.major}
    wanted = {each.competency: each.level for each in spec.teaches}
    is_new_major = bool(rows) and not said
    older = {row.competency: row for row in rows if row.major < spec.major} if is_new_major else {}
    for code in sorted(wanted.keys() | said.keys() | older.keys()):
        before = said.get(code)
        says = None if before is None or before.withdrawn else before.level
        if says == wanted.get(code) and code not in older:
            continue
        yield Claim(
            activity_iri=spec.activity_iri,
            questions_iri=spec.questions_iri,
            competency=law_book.by_code[code],
            level=wanted.get(code) or (before or older[code]).level,
            major=spec.major,
            valid_from=at,
            recorded_at=at,
            withdrawn=code not in wanted,
            ends_earlier_at=end_of_day(spec.ends_earlier_on) if is_new_major and spec.ends_earlier_on else None,
            reason=spec.reason,
        )
