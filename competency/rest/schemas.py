"""What the answers of `/api/v1/` about competence hold, for the OpenAPI document. A test compares them with answers.

Days are `2026-03-01`, moments RFC 3339; null where there is none.
"""

from __future__ import annotations

from typing import Any, Literal

from xapi.api import Answer

Day = str
Moment = str


class Organisation(Answer):
    uuid: str
    slug: str
    name: str
    kind: str


class Unit(Organisation):
    setting: str | None


class Person(Answer):
    uuid: str
    given_name: str
    family_name: str


class Employment(Answer):
    organisation: Organisation
    unit: Unit
    profession: str | None
    starts_on: Day
    ends_on: Day | None


class Me(Person):
    employments: list[Employment]


class Competency(Answer):
    uuid: str
    code: str
    title: dict[str, str]


class Area(Answer):
    code: str
    title: dict[str, str]


class WholeCompetency(Competency):
    area: Area
    kind: str
    description: dict[str, str]
    may_require_delegation: bool
    retired_at: Moment | None


class Profession(Answer):
    uuid: str
    code: str
    title: dict[str, str]
    licensed: bool
    retired_at: Moment | None


Status = Literal["met", "expires-soon", "expired", "on-the-way", "missing"]


class Standing(Answer):
    competency: Competency
    organisation: Organisation
    level: int
    since: Moment | None
    until: Moment | None
    asked: int
    status: Status | None


class Rule(Answer):
    level: int
    version: str | int
    valid_from: Moment
    published_at: Moment
    validity_months: int | None


class CarriedOver(Answer):
    since: Moment | None
    reason: str


class Step(Answer):
    kind: str
    done: bool
    level: int
    by: list[str]
    children: list[Step]


class Period(Answer):
    since: Moment | None
    until: Moment | None
    level: int
    rule: Rule | None


class Explanation(Answer):
    """Of what is from another employer only kind, level and days are told in `reasons`."""

    competency: Competency
    organisation: Organisation
    as_of: Day
    known_at: Moment | None
    level: int
    since: Moment | None
    until: Moment | None
    status: Status | None
    asked: int
    rule: Rule | None
    reasons: list[dict[str, Any]]
    not_counted: list[dict[str, Any]]
    history: list[Period]
    next_level: int | None
    next_step: Step | None


class Counts(Answer):
    met: int
    on_the_way: int
    missing: int
    lapsing: int


class Offer(Answer):
    activity: str
    title: str
    url: str
    minutes: int
    level: int
    reviewed: bool


class Way(Answer):
    kind: str
    level: int
    by: list[str]


class Asking(Answer):
    profession: str
    setting: str
    node: Organisation | None
    since: Day | None


class Gap(Answer):
    competency: Competency
    organisation: Organisation
    asked: int
    held: int
    status: Status
    until: Moment | None
    weight: int
    risk: int
    offers: list[Offer]
    ways: list[Way]
    asked_by: list[Asking]


class AssignedCourse(Answer):
    title: str
    url: str


class Assignment(Answer):
    uuid: str
    competency: Competency | None
    level: int | None
    course: AssignedCourse | None
    by: Day
    assigned_at: Moment
    late: bool


class Goal(Answer):
    goal: str
    competency: Competency | None
    level: int | None
    due_on: Day
    owner: Literal["employee", "manager"]
    state: Literal["proposed", "open", "reached"]
    reached_at: Moment | None


class Signature(Answer):
    side: Literal["employee", "manager"]
    at: Moment


class Version(Answer):
    version: int
    shown_hash: str
    signatures: list[Signature]


class Agreement(Answer):
    organisation: Organisation
    weekly_minutes: int
    done_by: Day | None
    goals: list[Goal]
    agreed: Version | None
    pending: Version | None
    follow_ups: list[Day]


class Practised(Answer):
    competency: Competency
    level: int


class Occasion(Answer):
    occasion: str
    url: str
    place: str
    unit: Organisation
    starts_at: Moment
    minutes: int
    seats_left: int
    competencies: list[Practised]


class Plan(Answer):
    as_of: Day
    counts: Counts
    minutes: int
    gaps: list[Gap]
    lapsing: list[Gap]
    assignments: list[Assignment]
    computed_at: Moment | None
    agreements: list[Agreement]
    occasions: list[Occasion]


class Need(Answer):
    competency: Competency
    held: int
    asked: int
    status: Status
    until: Moment | None


class PersonsNeeds(Answer):
    person: Person
    profession: str | None
    counts: Counts
    needs: list[Need]


class PartNeed(Answer):
    part: str
    level: int
    at_least: int


class Coverage(Answer):
    competency: Competency
    level: int
    state: Literal["nobody", "short", "fragile", "enough"]
    can: int
    needs_delegation: bool
    asked_of: int
    holders: list[Person]
    needs: list[PartNeed]
