"""Rules of retention: what an organisation no longer keeps, reported before it is removed, removed in batches."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Final

from django.db.models import Count, Max, Min, Q

from people.api import Organisation, iri_base, start_of_day, today

from .attempts import attempted
from .bulk import CHUNK
from .disposal import Decision, dispose
from .models import (
    Agent,
    LegalHold,
    RetentionBatch,
    RetentionKind,
    RetentionRule,
    RetentionRun,
    Statement,
    StatementAgent,
    StatementQuerySet,
)
from .vocabulary import ANSWERED, own

BATCH: Final = CHUNK


@dataclass(frozen=True, slots=True)
class Due:
    """What a rule would look at, and when it happened: statements with a redactable part, or a foreign identifier.

    An identifier that something else needs stays, and its statement is looked at again the next time.
    """

    rule: RetentionRule
    before: datetime
    statements: int
    held: int
    oldest: datetime | None
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class Applied:
    rule: RetentionRule
    statements: int
    identifiers: int


def set_rule(
    organisation: Organisation, kind: RetentionKind, months: int | None, *, valid_from: date, decision: Decision
) -> RetentionRule:
    """Decide for how long an organisation keeps a kind; None for ever, which ends an earlier rule."""
    return RetentionRule.objects.create(
        organisation=organisation,
        kind=kind,
        months=months,
        valid_from=valid_from,
        ground=decision.ground,
        decided_by=decision.decided_by,
        recorded_at=decision.at,
    )


def due(at: datetime) -> list[Due]:
    """Report what each rule in force would remove. Nothing is changed."""
    return [_due(rule, at) for rule in RetentionRule.objects.in_force(today(at))]


def apply(decision: Decision) -> Iterator[Applied]:
    """Apply every rule in force, a transaction for each batch; a run that was cut off is taken up where it stopped."""
    for rule in RetentionRule.objects.in_force(today(decision.at)):
        run = _begun(rule)
        if run is not None:
            yield _apply(run, decision.at)
        if run is None or run.before < _before(rule, decision.at):
            yield _apply(attempted(partial(_started, rule, decision)), decision.at)


def _due(rule: RetentionRule, at: datetime) -> Due:
    before = _before(rule, at)
    rows = _concerned(rule, before)
    free = _without_held(rows, at).aggregate(number=Count("pk"), oldest=Min("happened_at"), newest=Max("happened_at"))
    return Due(rule, before, free["number"], rows.count() - free["number"], free["oldest"], free["newest"])


def _before(rule: RetentionRule, at: datetime) -> datetime:
    """The first instant that is kept: so many months before the day it is."""
    assert rule.months is not None
    day = today(at)
    years, month = divmod(day.year * 12 + day.month - 1 - rule.months, 12)
    last = calendar.monthrange(years, month + 1)[1]
    return start_of_day(date(years, month + 1, min(day.day, last)))


def _concerned(rule: RetentionRule, before: datetime) -> StatementQuerySet:
    rows = Statement.objects.filter(organisation=rule.organisation_id, happened_at__lt=before)
    left = Q(redactable__tombstone=False)
    if rule.kind == RetentionKind.EVERYTHING:
        # Another rule, or a disposal, may have taken the part and left who it is about.
        foreign = StatementAgent.objects.filter(agent__in=Agent.objects.foreign(iri_base()))
        left |= Q(redactable__tombstone=True, pk__in=foreign.values("statement_id"))
    rows = rows.filter(left)
    verbs = {
        RetentionKind.ANSWERS: ANSWERED,
        RetentionKind.ASSESSMENTS: own().assessed,
        RetentionKind.PRACTICE: own().practised,
    }
    verb = verbs.get(RetentionKind(rule.kind))
    return rows if verb is None else rows.filter(verb__iri=verb)


def _without_held(rows: StatementQuerySet, at: datetime) -> StatementQuerySet:
    for one in LegalHold.objects.in_force(at):
        covered = Q()
        if one.organisation_id is not None:
            covered &= Q(organisation=one.organisation_id)
        if one.agent_id is not None:
            covered &= Q(pk__in=StatementAgent.objects.filter(agent=one.agent_id).values("statement_id"))
        rows = rows.exclude(covered)
    return rows


def _begun(rule: RetentionRule) -> RetentionRun | None:
    """The run of a rule that has not come to its end."""
    return rule.runs.exclude(batches__is_last=True).order_by("pk").first()


def _started(rule: RetentionRule, decision: Decision) -> RetentionRun:
    """A new run; or that which another process has begun meanwhile."""
    _take_turn(rule)
    return _begun(rule) or RetentionRun.objects.create(
        rule=rule,
        before=_before(rule, decision.at),
        ground=decision.ground,
        decided_by=decision.decided_by,
        started_at=decision.at,
    )


def _apply(run: RetentionRun, at: datetime) -> Applied:
    """Carry a run on to its end, under the decision that began it."""
    decision = Decision(run.ground, run.decided_by, at)
    statements = identifiers = 0
    while True:
        batch = attempted(partial(_next_batch, run, decision))
        if batch is None:
            return Applied(run.rule, statements, identifiers)
        statements += batch.statements
        identifiers += batch.identifiers
        if batch.is_last:
            return Applied(run.rule, statements, identifiers)


def _take_turn(rule: RetentionRule) -> None:
    """Let one transaction at a time apply the rules of an organisation: its row is locked until the end.

    Rules themselves are only ever added, so the application may not lock theirs.
    """
    Organisation.objects.select_for_update(no_key=True).get(pk=rule.organisation_id)


def _next_batch(run: RetentionRun, decision: Decision) -> RetentionBatch | None:
    """The batch that it removed; None when another process has carried the run to its end."""
    _take_turn(run.rule)
    last = run.batches.order_by("-pk").first()
    if last is not None and last.is_last:
        return None
    rows = _concerned(run.rule, run.before).filter(pk__gt=last.up_to if last else 0)
    found = list(rows.order_by("pk").values_list("pk", "statement_id")[:BATCH])
    # Who a result is about stays findable when only its detail goes.
    everything = run.rule.kind == RetentionKind.EVERYTHING
    done = dispose([statement_id for _pk, statement_id in found], decision, identifiers=everything)
    return RetentionBatch.objects.create(
        run=run,
        up_to=found[-1][0] if found else (last.up_to if last else 0),
        statements=len(done.statements),
        identifiers=done.identifiers,
        is_last=len(found) < BATCH,
        made_at=decision.at,
    )
