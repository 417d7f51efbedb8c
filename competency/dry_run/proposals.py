"""What somebody proposes to publish, as it is kept with its dry run: the words of a form, turned into drafts anew.

A draft says when it is recorded, so it is made from the proposal when it is tried, and again when it is published.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from people.api import Organisation, Person, start_of_day

from ..book import Draft, book
from ..errors import RuleError
from ..framework_file import EVERYWHERE
from ..services.frameworks import change_rule, require, requirement_draft, rule_draft
from ..services.offers import accept_equivalent, acceptance_draft, claim_drafts
from ..shapes import OfferSpec, Teaches

Proposal = dict[str, Any]
"""JSON with a `kind`, and what `requirement_draft`, `rule_draft`, `OfferSpec` or `acceptance_draft` take."""

REQUIREMENT, RULE, COURSE, ACCEPTANCE = "requirement", "rule", "course", "acceptance"


def course_proposal(spec: OfferSpec, written_at: str) -> Proposal:
    """Return a version of a course as it is kept with its trial; `written_at` is the address where it is made."""
    return {
        "kind": COURSE,
        "activity_iri": spec.activity_iri,
        "questions_iri": spec.questions_iri,
        "title": spec.title,
        "path": spec.path,
        "minutes": spec.minutes,
        "revision": spec.revision,
        "teaches": {each.competency: each.level for each in spec.teaches},
        "ends_earlier_on": spec.ends_earlier_on.isoformat() if spec.ends_earlier_on else None,
        "reason": spec.reason,
        "written_at": written_at,
    }


def drafts_of(proposal: Proposal, at: datetime) -> list[Draft]:
    """Return what publishing the proposal at `at` would write, checked. Raises RuleError, UnknownCompetency."""
    if proposal["kind"] == REQUIREMENT:
        return [requirement_draft(at=at, **_requirement(proposal))]
    if proposal["kind"] == RULE:
        return [rule_draft(at=at, **_rule(proposal, at))]
    if proposal["kind"] == ACCEPTANCE:
        return [acceptance_draft(at=at, **_equivalent(proposal))]
    return list(claim_drafts(_course(proposal), at))


def publish_proposal(proposal: Proposal, at: datetime, decided_by: Person | None = None) -> None:
    """Publish what was tried; a course is published where it is written. Raises what `drafts_of` raises."""
    if proposal["kind"] == REQUIREMENT:
        require(at=at, **_requirement(proposal))
    elif proposal["kind"] == RULE:
        change_rule(at=at, decided_by=decided_by, **_rule(proposal, at))
    elif proposal["kind"] == ACCEPTANCE:
        accept_equivalent(at=at, decided_by=decided_by, **_equivalent(proposal))
    else:
        raise RuleError


def _requirement(proposal: Proposal) -> dict[str, Any]:
    node = proposal.get("node")
    return {
        "profession": proposal["profession"],
        "competency": book().competency(proposal["competency"]),
        "level": proposal["level"],
        "setting": proposal.get("setting") or EVERYWHERE,
        "node": Organisation.objects.get(pk=node) if node else None,
        "valid_from": _day(proposal.get("valid_from")),
        "withdrawn": proposal.get("withdrawn", False),
    }


def _rule(proposal: Proposal, at: datetime) -> dict[str, Any]:
    """A rule that was to begin at once begins when it is published."""
    day = _day(proposal.get("valid_from"))
    return {
        "competency": book().competency(proposal["competency"]),
        "level": proposal["level"],
        "tree": proposal["tree"],
        "validity_months": proposal.get("validity_months"),
        "valid_from": max(at, start_of_day(day)) if day else None,
        "ends_earlier_on": _day(proposal.get("ends_earlier_on")),
        "reason": proposal.get("reason", ""),
    }


def _equivalent(proposal: Proposal) -> dict[str, Any]:
    code = proposal.get("competency")
    return {
        "node": Organisation.objects.get(pk=proposal["node"]),
        "giver": Organisation.objects.get(pk=proposal["giver"]),
        "competency": book().competency(code) if code else None,
        "level": proposal["level"],
        "freshness_months": proposal.get("freshness_months"),
        "withdrawn": proposal.get("withdrawn", False),
        "reason": proposal.get("reason", ""),
    }


def _course(proposal: Proposal) -> OfferSpec:
    return OfferSpec(
        activity_iri=proposal["activity_iri"],
        questions_iri=proposal.get("questions_iri", ""),
        title=proposal["title"],
        path=proposal.get("path", ""),
        minutes=proposal.get("minutes", 1),
        revision=proposal["revision"],
        teaches=tuple(Teaches(code, level) for code, level in proposal["teaches"].items()),
        ends_earlier_on=_day(proposal.get("ends_earlier_on")),
        reason=proposal.get("reason", ""),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
