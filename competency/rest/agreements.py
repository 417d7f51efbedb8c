"""What is told of plans: goals, practice and signatures. What people have written in their own words is never told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from people.api import Organisation, Person, employments_of

from ..occasions.queries import OccasionLine, bookable
from ..pages import Subject
from ..plan.following import follow_ups_of
from ..plan.life import Version
from ..plan.proposing import GoalLine, Today, Whose
from ..plan.rules import side_of
from . import shapes
from .asking import Asked


def agreements(asking: Asked, about: Subject, now: datetime) -> dict[str, Any]:
    """Return what the people of each plan have said and signed, and where she may practise.

    To a system of her employer, to her and to her manager; to anybody else who sees the gap it is empty.
    """
    plans = [Today(Whose(about.person, node), asking.on) for node in _employers(asking, about)]
    return {
        "agreements": [agreement(each) for each in plans],
        "occasions": [
            occasion(line) for each in plans for line in bookable(about.person, now, each.whose.organisation)
        ],
    }


def _employers(asking: Asked, about: Subject) -> list[Organisation]:
    if about.organisation:
        nodes = [about.organisation]
    else:
        terms = employments_of(about.person, asking.on)
        nodes = list({row.employment.organisation_id: row.employment.organisation for row in terms}.values())
    return [node for node in nodes if _is_told(asking.asker.person, about.person, node, asking)]


def _is_told(reader: Person | None, person: Person, node: Organisation, asking: Asked) -> bool:
    """A system is of the employer, else it would not be told of her at all."""
    return reader is None or side_of(reader, person, node, asking.on) is not None


def agreement(plan: Today) -> dict[str, Any]:
    return {
        "organisation": shapes.organisation(plan.whose.organisation),
        "weekly_minutes": plan.minutes,
        "done_by": shapes.day(plan.done_by),
        "goals": [goal(line) for line in plan.goals],
        "agreed": version(plan.life.agreed),
        "pending": version(plan.life.pending),
        "follow_ups": [shapes.day(each) for each in follow_ups_of(plan.life.agreed)],
    }


def goal(line: GoalLine) -> dict[str, Any]:
    """A goal without a competency is told without its words."""
    reached = "reached" if line.is_reached else "open"
    return {
        "goal": line.goal.key,
        "competency": shapes.competency(line.competency) if line.competency else None,
        "level": line.goal.level or None,
        "due_on": shapes.day(line.goal.due_on),
        "owner": line.goal.owner.value,
        "state": "proposed" if line.is_proposed else reached,
        "reached_at": shapes.moment(line.closing.since) if line.closing else None,
    }


def version(row: Version | None) -> dict[str, Any] | None:
    if row is None:
        return None
    signatures = [{"side": each.side.value, "at": shapes.moment(each.at)} for each in row.signatures]
    return {"version": row.number, "shown_hash": row.shown, "signatures": signatures}


def occasion(line: OccasionLine) -> dict[str, Any]:
    row = line.occasion
    return {
        "occasion": str(row.uuid),
        "url": line.url,
        "place": row.place,
        "unit": shapes.organisation(row.node),
        "starts_at": shapes.moment(row.starts_at),
        "minutes": row.minutes,
        "seats_left": line.left,
        "competencies": [
            {"competency": shapes.competency(each.competency), "level": each.level} for each in line.practised
        ],
    }
