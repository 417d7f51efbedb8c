"""Starting, working through, cancelling and publishing dry runs."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from people.api import Conflict, EmploymentTerms, Organisation, Person, today

from ..errors import NotEntitled
from ..models import DirtyMark, LawStamp
from ..rules import may_accept, may_decide, may_end_earlier, may_try_course
from ..shapes import OfferSpec
from .models import DryRun, DryRunFinding
from .proposals import ACCEPTANCE, COURSE, REQUIREMENT, RULE, Proposal, course_proposal, drafts_of, publish_proposal
from .trial import Found, Trial, found_for, trial_of

PEOPLE_AT_ONCE: Final = 200
"""So many that the books are worked out seldom, so few that the worker comes to other jobs within half a second."""
KEPT: Final = timedelta(days=30)


class RunIsOver(Conflict):
    code = "dry_run_over"
    default_message = _("This trial is over. Try the change again.")


@transaction.atomic
def start_dry_run(proposal: Proposal, asked_by: Person, node: Organisation | None, at: datetime) -> DryRun:
    """Begin to try a proposal on everybody at `node` and below (None: everybody). The worker does the rest.

    Raises NotEntitled, and for a proposal that means nothing RuleError or UnknownCompetency; then nothing is kept.
    """
    if not may_try(asked_by, proposal, node, today(at)):
        raise NotEntitled
    DryRun.objects.filter(asked_at__lt=at - KEPT).delete()
    trial = trial_of(drafts_of(proposal, at), at)
    return DryRun.objects.create(
        proposal=proposal,
        node=node,
        asked_by=asked_by,
        asked_at=at,
        stamp=_stamp(),
        total=_people(node, trial).count(),
    )


def try_course(
    spec: OfferSpec, asked_by: Person, node: Organisation | None, at: datetime, *, written_at: str
) -> DryRun:
    """Begin to try a version of a course as `start_dry_run` does; it is published where it is written."""
    return start_dry_run(course_proposal(spec, written_at), asked_by, node, at)


def may_try(person: Person, proposal: Proposal, node: Organisation | None, on: date) -> bool:
    """Whether she may try the proposal on everybody at `node` and below, and read what was found."""
    if proposal["kind"] == ACCEPTANCE:
        return node is not None and may_accept(person, node, on)
    rule = may_try_course if proposal["kind"] == COURSE else may_decide
    return rule(person, node, on)


def advance_dry_runs(at: datetime, limit: int = PEOPLE_AT_ONCE) -> int:
    """Work through the next `limit` people of the run that has waited longest. Return how many were looked at."""
    with transaction.atomic():
        run = _next()
        return 0 if run is None else _advance(run, at, limit)


def cancel_dry_run(run: DryRun, at: datetime) -> None:
    """Stop a run; what it has found so far goes. Safe to repeat."""
    with transaction.atomic():
        stopped = DryRun.objects.filter(pk=run.pk, published_at=None).update(cancelled_at=at)
        if stopped:
            DryRunFinding.objects.filter(run=run).delete()


@transaction.atomic
def publish_dry_run(run: DryRun, decided_by: Person, at: datetime) -> None:
    """Publish what a finished run tried, once. Raises NotEntitled, RunIsOver and what publishing raises."""
    # Whoever publishes anything waits here for the other, and then finds another stamp.
    stamp = LawStamp.objects.select_for_update().filter(pk=1).values_list("stamp", flat=True).first()
    run = DryRun.objects.select_for_update().get(pk=run.pk)
    if not may_publish(decided_by, run, at):
        raise NotEntitled
    if run.finished_at is None or run.published_at or run.cancelled_at or run.stamp != stamp:
        raise RunIsOver
    publish_proposal(run.proposal, at, decided_by)
    run.published_at = at
    run.marked = _marked(at)
    run.save(update_fields=["published_at", "marked"])


def waiting_for(run: DryRun) -> int:
    """Return how many of those whom the published change concerns have not been computed anew yet."""
    return _marked(run.published_at) if run.published_at and run.marked else 0


def _marked(at: datetime) -> int:
    return DirtyMark.objects.filter(made_at=at).aggregate(people=Count("person", distinct=True))["people"] or 0


def may_publish(person: Person, run: DryRun, at: datetime) -> bool:
    """Whether she may publish what a run tried. A rule holds for everybody, wherever it was tried."""
    if run.proposal["kind"] == REQUIREMENT:
        return may_decide(person, run.node, today(at))
    if run.proposal["kind"] == ACCEPTANCE:
        return may_try(person, run.proposal, run.node, today(at))
    ends_earlier = bool(run.proposal.get("ends_earlier_on"))
    return (
        run.proposal["kind"] == RULE
        and may_decide(person, None, today(at))
        and (not ends_earlier or may_end_earlier(person, today(at)))
    )


def is_outdated(run: DryRun) -> bool:
    """True when the law book has changed since the run began, so that its answer may no longer hold."""
    return run.published_at is None and run.stamp != _stamp()


def _next() -> DryRun | None:
    waiting = DryRun.objects.filter(finished_at=None, cancelled_at=None).order_by("asked_at", "pk")
    return waiting.select_for_update(skip_locked=True, of=("self",)).first()


def _advance(run: DryRun, at: datetime, limit: int) -> int:
    trial = trial_of(drafts_of(run.proposal, run.asked_at), run.asked_at)
    people = list(_people(run.node, trial).filter(pk__gt=run.last_person).order_by("pk")[:limit])
    DryRunFinding.objects.bulk_create(_row(run, found) for found in found_for(trial, people, below=run.node))
    run.done += len(people)
    run.last_person = people[-1].pk if people else run.last_person
    if len(people) < limit:
        run.finished_at = at
    run.save(update_fields=["done", "last_person", "finished_at"])
    return len(people)


def _people(node: Organisation | None, trial: Trial) -> QuerySet[Person]:
    """Those who work at the node or below it on the day from which the proposal holds."""
    terms = EmploymentTerms.objects.in_force(trial.day).current(trial.day)
    if node is not None:
        terms = terms.filter(unit__path__startswith=node.path)
    return Person.objects.filter(pk__in=terms.values("employment__person"))


def _row(run: DryRun, found: Found) -> DryRunFinding:
    effect = found.effect
    return DryRunFinding(
        run=run,
        employment=found.terms.employment,
        unit=found.terms.unit,
        competency=found.competency,
        outcome=effect.outcome,
        since=effect.since,
        until=effect.until,
        held_before=effect.before.held,
        held_after=effect.after.held,
        asked_before=effect.before.asked,
        asked_after=effect.after.asked,
    )


def _stamp() -> UUID | None:
    return LawStamp.objects.filter(pk=1).values_list("stamp", flat=True).first()
