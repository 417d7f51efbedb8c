"""What competence looks like as JSON. Moments are RFC 3339; `until` is the first instant after the last valid day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from people.api import EmploymentTerms, Organisation, Person

from ..assignment.queries import AssignmentLine
from ..coverage.queries import Line
from ..models import Competency, Profession, Titled
from ..shapes import (
    Counts,
    Explanation,
    Gap,
    NextStep,
    OfferLine,
    Period,
    Plan,
    Reason,
    RuleView,
    StandingLine,
    TeamRow,
)

Json = dict[str, Any]


def moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


def day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def titles(row: Titled) -> Json:
    return {"sv": row.title_sv} | ({"en": row.title_en} if row.title_en else {})


def competency(row: Competency) -> Json:
    return {"uuid": str(row.uuid), "code": row.code, "title": titles(row)}


def whole_competency(row: Competency) -> Json:
    return competency(row) | {
        "area": {"code": row.area.code, "title": titles(row.area)},
        "kind": row.kind,
        "description": {"sv": row.description_sv},
        "may_require_delegation": row.may_require_delegation,
        "retired_at": moment(row.retired_at),
    }


def profession(row: Profession) -> Json:
    return {
        "uuid": str(row.uuid),
        "code": row.code,
        "title": titles(row),
        "licensed": row.licensed,
        "retired_at": moment(row.retired_at),
    }


def organisation(node: Organisation) -> Json:
    return {"uuid": str(node.uuid), "slug": node.slug, "name": node.name, "kind": node.kind}


def unit(node: Organisation) -> Json:
    return organisation(node) | {"setting": node.setting or None}


def person(row: Person) -> Json:
    return {"uuid": str(row.uuid), "given_name": row.given_name, "family_name": row.family_name}


def employment(terms: EmploymentTerms) -> Json:
    return {
        "organisation": organisation(terms.employment.organisation),
        "unit": unit(terms.unit),
        "profession": terms.profession or None,
        "starts_on": day(terms.starts_on),
        "ends_on": day(terms.ends_on),
    }


def counts(row: Counts) -> Json:
    return {"met": row.met, "on_the_way": row.on_the_way, "missing": row.missing, "lapsing": row.lapsing}


def standing(line: StandingLine) -> Json:
    return {
        "competency": competency(line.competency),
        "organisation": organisation(line.organisation),
        "level": line.level,
        "since": moment(line.since),
        "until": moment(line.valid_until),
        "asked": line.asked,
        "status": line.status.value if line.status else None,
    }


def offer(line: OfferLine) -> Json:
    return {
        "activity": line.activity_iri,
        "title": line.title,
        "url": line.path,
        "minutes": line.minutes,
        "level": line.level,
        "reviewed": line.is_reviewed,
    }


def gap(row: Gap) -> Json:
    return {
        "competency": competency(row.competency),
        "organisation": organisation(row.organisation),
        "asked": row.asked,
        "held": row.held,
        "status": row.status.value,
        "until": moment(row.valid_until),
        "weight": row.weight,
        "risk": row.risk,
        "offers": [offer(each) for each in row.offers],
        "ways": [{"kind": way.kind, "level": way.level, "by": list(way.by)} for way in row.ways],
        "asked_by": [
            {
                "profession": asking.profession.code,
                "setting": asking.setting,
                "node": organisation(asking.node) if asking.node else None,
                "since": day(asking.since),
            }
            for asking in row.asked_by
        ],
    }


def plan(row: Plan, assigned: Iterable[AssignmentLine] = ()) -> Json:
    return {
        "as_of": day(row.as_of),
        "counts": counts(row.counts),
        "minutes": row.minutes,
        "gaps": [gap(each) for each in row.gaps],
        "lapsing": [gap(each) for each in row.lapsing],
        "assignments": [assignment(each) for each in assigned],
        "computed_at": moment(row.computed_at),
    }


def assignment(line: AssignmentLine) -> Json:
    """What is open as of now. The reason is between those who wrote and read it, and is not told to systems."""
    row = line.assignment
    return {
        "uuid": str(row.uuid),
        "competency": competency(row.competency) if row.competency else None,
        "level": row.level or None,
        "course": {"title": row.offer.title, "url": row.offer.path} if row.offer else None,
        "by": day(row.by_day),
        "assigned_at": moment(row.recorded_at),
        "late": line.is_late,
    }


def explanation(why: Explanation) -> Json:
    return {
        "competency": competency(why.competency),
        "organisation": organisation(why.organisation),
        "as_of": day(why.as_of),
        "known_at": moment(why.known_at),
        "level": why.level,
        "since": moment(why.since),
        "until": moment(why.valid_until),
        "status": why.status.value if why.status else None,
        "asked": why.requirement.asked if why.requirement else 0,
        "rule": rule(why.rule),
        "reasons": [reason(each) for each in why.reasons],
        "not_counted": [reason(each.reason) | {"why": each.why} for each in why.not_counted],
        "history": [period(each) for each in why.history],
        "next_level": why.next_level,
        "next_step": step(why.next_step) if why.next_step else None,
    }


def rule(row: RuleView | None) -> Json | None:
    if row is None:
        return None
    return {
        "level": row.level,
        "version": row.version,
        "valid_from": moment(row.valid_from),
        "published_at": moment(row.published_at),
        "validity_months": row.validity_months,
    }


def reason(row: Reason) -> Json:
    """From another employer only kind, level and date are told (semantics 2)."""
    told = {
        "kind": row.kind,
        "level": row.level,
        "happened_at": moment(row.happened_at),
        "until": moment(row.valid_until),
    }
    if carried := row.carried_over:
        since = {"since": moment(carried.since), "reason": carried.reason}
        told["carried_over"] = {"from": carried.competency.code} | since
    if row.from_elsewhere:
        return told | {"from_elsewhere": True}
    return told | {
        "statement": str(row.statement_id) if row.statement_id else None,
        "activity": row.activity_iri or None,
        "revision": row.revision or None,
        "by": list(row.by),
        "from_start": row.from_start,
    }


def period(row: Period) -> Json:
    return {"since": moment(row.since), "until": moment(row.until), "level": row.level, "rule": rule(row.rule)}


def step(row: NextStep) -> Json:
    return {
        "kind": row.kind,
        "done": row.is_done,
        "level": row.level,
        "by": list(row.by),
        "children": [step(each) for each in row.children],
    }


def needs(row: TeamRow, competencies: list[Competency]) -> Json:
    """One person of a unit with what she lacks or is about to lose."""
    cells = [(competencies[place], cell) for place, cell in enumerate(row.cells) if cell is not None and cell.status]
    return {
        "person": person(row.person),
        "profession": row.terms.profession or None,
        "counts": counts(row.counts),
        "needs": [
            {
                "competency": competency(each),
                "held": cell.held,
                "asked": cell.asked,
                "status": cell.status.value if cell.status else None,
                "until": moment(cell.until),
            }
            for each, cell in cells
            if cell.status != "met"
        ],
    }


def coverage(line: Line) -> Json:
    return {
        "competency": competency(line.competency),
        "level": line.then.level,
        "state": line.state.value,
        "can": len(line.then.holders),
        "needs_delegation": line.is_delegated,
        "asked_of": line.then.asked_of,
        "holders": [person(each) for each in line.holders],
        "needs": [{"part": need.part, "level": need.level, "at_least": need.at_least} for need in line.needs],
    }
