"""The plan as it is today: what people have said of it beside what the gap asks, with a place in time for each.

Everything here is worked out when it is asked for. A goal about a competency is reached when the level is held, for as
long as it is held, and the statements that the level rests on are its reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from uuid import UUID, uuid5

from people.api import Organisation, Person, end_of_day

from ..book import Book, book, lineages
from ..law import Law
from ..models import Competency
from ..queries import plan_of, standings_of
from ..queries.evidence import evidence_about
from ..queries.standings import stored_rows
from ..segments import REASONS, row_at, text_of
from ..shapes import Gap, Plan, Reason, StandingLine
from ..signing import hash_of
from ..standing import LEARNT, Evidence
from .life import Goal, Json, Life, Side, State, live
from .models import PlanEvent
from .schedule import Load, Turn, months_later, protected_in, spread

DEFAULT_MINUTES = 15
SIX_DAYS = timedelta(days=6)
FOLLOW_UPS = (3, 6, 12)
"""Months after both have signed."""


@dataclass(frozen=True)
class Whose:
    """A plan is one person's with one employer."""

    person: Person
    organisation: Organisation

    def key_of(self, code: str) -> str:
        """Return the key of the goal that a gap asks for: the same whoever proposes it, and whenever."""
        return str(uuid5(self.person.uuid, f"{self.organisation.uuid}/{code}"))


@dataclass(frozen=True)
class Closing:
    """Since when a goal about a competency is reached, and the statements that say so."""

    since: datetime
    level: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class GoalLine:
    """A goal as it stands on a day. `is_proposed`: by the gap, and nobody has said anything of it yet."""

    goal: Goal
    competency: Competency | None
    gap: Gap | None
    closing: Closing | None
    is_proposed: bool
    on: date

    @property
    def title(self) -> str:
        return self.competency.title if self.competency else self.goal.title

    @property
    def lang(self) -> str:
        return self.competency.title_lang if self.competency else ""

    @property
    def is_reached(self) -> bool:
        return self.closing is not None or self.goal.state is State.REACHED

    @property
    def is_open(self) -> bool:
        return not self.is_reached and self.goal.state is State.OPEN

    @property
    def is_late(self) -> bool:
        return self.is_open and self.goal.due_on < self.on

    @property
    def is_own(self) -> bool:
        """Whether it is set by people, beyond what the work asks."""
        return self.gap is None or self.goal.level > self.gap.asked


class Today:
    """One plan on one day. Reads once what it needs, and works out the rest when it is asked for."""

    def __init__(self, whose: Whose, on: date) -> None:
        self.whose = whose
        self.on = on

    @cached_property
    def life(self) -> Life:
        return live(row.event for row in events_of(self.whose))

    @cached_property
    def plan(self) -> Plan:
        return plan_of(self.whose.person, self.on, organisation=self.whose.organisation)

    @cached_property
    def standings(self) -> dict[str, StandingLine]:
        lines = standings_of(self.whose.person, self.whose.organisation, self.on)
        return {line.competency.code: line for line in lines}

    @property
    def minutes(self) -> int:
        """Return how many minutes a week are protected today."""
        return protected_in(self.life.times, self.on, DEFAULT_MINUTES)

    @cached_property
    def turns(self) -> dict[str, Turn]:
        """Return when each gap has its turn, by the code of its competency."""
        turns = spread(loads_of((*self.plan.gaps, *self.plan.lapsing)), self._weekly, self.on)
        return {turn.key: turn for turn in turns}

    @property
    def done_by(self) -> date | None:
        """Return when everything that courses can close is done, at the pace that is protected."""
        ends = [turn.done_by for turn in self.turns.values() if turn.weeks]
        return max(ends, default=None)

    @cached_property
    def goals(self) -> tuple[GoalLine, ...]:
        """Return every goal that has not been dropped, those that are open by date, then those that are reached."""
        said = {goal.key: self._raised(goal) for goal in self.life.goals.values() if goal.state is not State.DROPPED}
        proposed = {goal.key: goal for goal in self._proposed() if goal.key not in said}
        lines = [self._line(goal, goal.key in proposed) for goal in (*said.values(), *proposed.values())]
        return tuple(sorted(lines, key=lambda line: (line.is_reached, line.goal.due_on, line.goal.key)))

    @property
    def open_goals(self) -> tuple[GoalLine, ...]:
        return tuple(line for line in self.goals if line.is_open)

    @property
    def reached_goals(self) -> tuple[GoalLine, ...]:
        return tuple(line for line in self.goals if line.is_reached)

    @property
    def not_asked(self) -> tuple[StandingLine, ...]:
        """Return what she holds and her work does not ask for, in the framework's order."""
        return tuple(line for line in self.standings.values() if line.level and not line.asked)

    @property
    def draft(self) -> Json:
        """Return what would be signed now: what waits for the other side, else the plan as it is today."""
        pending = self.life.pending
        if pending:
            return dict(pending.content)
        return {
            "person": str(self.whose.person.uuid),
            "organisation": str(self.whose.organisation.uuid),
            "after": self.life.number,
            "times": self._times(),
            "goals": [line.goal.as_json for line in self.open_goals],
            "notes": [note.as_json for note in self.life.new_notes],
        }

    @property
    def has_something_to_sign(self) -> bool:
        draft = self.draft
        return bool(draft["goals"] or draft["notes"])

    @property
    def is_changed(self) -> bool:
        """Whether anything is said or asked that the version agreed on last does not hold."""
        return not self.life.is_settled or any(line.is_proposed for line in self.open_goals)

    @property
    def hash(self) -> str:
        return hash_of(self.draft)

    def line(self, key: str) -> GoalLine | None:
        return self._by_key.get(key)

    @cached_property
    def _by_key(self) -> dict[str, GoalLine]:
        return {line.goal.key: line for line in self.goals}

    def _weekly(self, monday: date) -> int:
        """A time that is protected from a day on counts for the whole of that week."""
        return protected_in(self.life.times, monday + SIX_DAYS, DEFAULT_MINUTES)

    def _times(self) -> list[Json]:
        later = [row for row in self.life.times if row.from_day > self.on]
        return [
            {"from": None, "minutes": self.minutes},
            *({"from": row.from_day.isoformat(), "minutes": row.minutes} for row in later),
        ]

    def _proposed(self) -> Iterable[Goal]:
        for gap in (*self.plan.gaps, *self.plan.lapsing):
            code = gap.competency.code
            yield Goal(
                key=self.whose.key_of(code),
                title="",
                competency=code,
                level=gap.asked,
                measure="",
                due_on=due_on(gap, self.turns[code], self.on),
                owner=Side.EMPLOYEE,
            )

    def _raised(self, goal: Goal) -> Goal:
        """A goal follows what the work asks: never lower, whatever was said."""
        gap = self._gaps.get(goal.competency)
        return replace(goal, level=max(goal.level, gap.asked)) if gap else goal

    def _line(self, goal: Goal, is_proposed: bool) -> GoalLine:
        competency = self._book.competency(goal.competency) if goal.competency else None
        gap = self._gaps.get(goal.competency)
        return GoalLine(goal, competency, gap, self._closing(goal), is_proposed, self.on)

    @cached_property
    def _gaps(self) -> dict[str, Gap]:
        plan = self.plan
        return {gap.competency.code: gap for gap in (*plan.gaps, *plan.lapsing, *plan.met)}

    def _closing(self, goal: Goal) -> Closing | None:
        """A goal to renew what lapses is reached when it no longer lapses soon."""
        line = self.standings.get(goal.competency)
        if line is None or line.level < goal.level or goal.competency in self._lapsing:
            return None
        assert line.since is not None, "a level that is held began some day"
        return Closing(line.since, line.level, tuple(self._reasons(line)))

    @cached_property
    def _lapsing(self) -> frozenset[str]:
        return frozenset(gap.competency.code for gap in self.plan.lapsing)

    def _reasons(self, line: StandingLine) -> Iterable[Reason]:
        for statement_id in self._grounds.get(line.competency.pk, ()):
            found = self._evidence.get(statement_id)
            if found:
                is_home = self._law.is_home(found.organisation)
                yield reason_of(found, line, self._titles) if is_home else told_from_elsewhere(found, line)

    @cached_property
    def _book(self) -> Book:
        """Read once: to ask whether it is still the newest takes a query each time."""
        return book()

    @cached_property
    def _law(self) -> Law:
        return self._book.law(self.whose.organisation.pk, lineages())

    @cached_property
    def _grounds(self) -> dict[int, list[str]]:
        """Return the ids of the statements that each level rests on today."""
        moment = text_of(end_of_day(self.on))
        rows = stored_rows(self.whose.person, self.whose.organisation)
        held = {competency: row_at(segments, moment) for (_node, competency), (segments, _under_way) in rows.items()}
        return {competency: segment[REASONS] for competency, segment in held.items() if segment}

    @cached_property
    def _evidence(self) -> dict[str, Evidence]:
        found = evidence_about([self.whose.person], self._book)[self.whose.person.pk]
        return {each.statement_id: each for each in found}

    @cached_property
    def _titles(self) -> dict[str, str]:
        offers = self._book.offers
        return {iri: offer.title for offer in offers for iri in (offer.activity_iri, offer.questions_iri) if iri}


def events_of(whose: Whose) -> list[PlanEvent]:
    return list(PlanEvent.objects.filter(person=whose.person, organisation=whose.organisation))


def loads_of(gaps: Iterable[Gap]) -> list[Load]:
    """Return what each gap takes by its first offer; a course that closes several is taken once."""
    seen: set[str] = set()
    loads = []
    for gap in gaps:
        offer = gap.offers[0] if gap.offers else None
        is_new = offer is not None and offer.activity_iri not in seen
        loads.append(Load(gap.competency.code, offer.minutes if offer and is_new else 0))
        seen |= {offer.activity_iri} if offer else set()
    return loads


def due_on(gap: Gap, turn: Turn, on: date) -> date:
    """Return the day that is proposed for a gap: the last of the week in which its course has its turn.

    What somebody else must see or confirm is not before the first follow-up; what lapses is renewed before it does.
    """
    needs_somebody = not gap.offers or gap.offers[0].level < gap.asked
    day = max(turn.done_by, months_later(on, FOLLOW_UPS[0])) if needs_somebody else turn.done_by
    return min(day, gap.valid_through) if gap.status.is_met and gap.valid_through else day


def reason_of(found: Evidence, line: StandingLine, titles: Mapping[str, str]) -> Reason:
    return Reason(
        kind=found.kind,
        level=line.level,
        happened_at=found.happened_at,
        valid_until=line.valid_until,
        statement_id=UUID(found.statement_id),
        title=titles.get(found.activity, "") if found.kind in LEARNT else "",
        by=tuple(sorted(found.by)),
        from_start=found.from_start,
        is_of_employer=found.organisation == line.organisation.pk,
    )


def told_from_elsewhere(found: Evidence, line: StandingLine) -> Reason:
    """Of what was earned with another employer only kind, level and day are told (semantics 2)."""
    return Reason(found.told_kind, line.level, found.happened_at, line.valid_until, from_elsewhere=True)
