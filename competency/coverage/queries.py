"""Who of a unit can do what, on a day and with some of them away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from people.api import EmploymentTerms, Organisation, Person

from ..models import Area, Competency
from ..queries.requirements import Profiles
from ..queries.team import Freshness, freshness_of, team_from
from ..shapes import Team
from .counting import Count, Level, State, count
from .models import CoverageNeed
from .permission import Permitted, permitted


@dataclass(frozen=True)
class Scenario:
    """A day to look at, who is thought away (leave or departure, by primary key) and which professions are hired."""

    on: date
    without: frozenset[int] = frozenset()
    hired: tuple[str, ...] = ()
    gone: frozenset[int] = frozenset()
    """Who has left for good of those who have delegated something here: it holds no more."""


@dataclass(frozen=True)
class Line:
    """One competency of a unit: as it is today, and as the scenario has it."""

    competency: Competency
    today: Count
    then: Count
    needs: tuple[CoverageNeed, ...]
    holders: tuple[Person, ...]
    lost: tuple[Person, ...]
    """Those who count today and would not, or would not be there."""
    is_delegated: bool = False
    """Whether permission is what counts, since a delegation is needed."""
    may_not: tuple[Person, ...] = ()
    unproven: tuple[Person, ...] = ()

    @property
    def area(self) -> Area:
        return self.competency.area

    @property
    def needed(self) -> int:
        return max((need.at_least for need in self.needs), default=0)

    @property
    def state(self) -> State:
        return self.then.state(self.needed)

    @property
    def is_worse(self) -> bool:
        order = list(State)
        return order.index(self.state) < order.index(self.today.state(self.needed))


@dataclass(frozen=True)
class Coverage:
    """A unit's competencies, the worst first."""

    unit: Organisation
    scenario: Scenario
    lines: tuple[Line, ...]
    staff: tuple[Person, ...]
    """Who works there today, in service or not thought away, by name: whom one may think away."""

    def count(self, state: State) -> int:
        return sum(line.state is state for line in self.lines)


def coverage_of(unit: Organisation, today: date, scenario: Scenario, permission: Permitted | None = None) -> Coverage:
    """Return who can do what at a unit and below it. The caller has made sure that the reader may see the unit.

    People are counted on the day that is looked at: who has left by then is gone, what has lapsed has lapsed, and
    those not in service are left out. Where a delegation is needed, who may is who counts, by the delegations that hold
    then. `permission`: today's, if the caller has looked it up; an empty one, for a reader who may not know of
    delegations, counts levels everywhere.
    """
    freshness = freshness_of(unit, today)
    now = team_from(unit, today, freshness)
    then = now if scenario.on == today else team_from(unit, scenario.on, freshness_of(unit, scenario.on))
    needs = needs_of(unit, scenario.on)
    may_now = permission or permitted(unit, [row.person for row in now.rows], today)
    is_as_now = not may_now.may or (then is now and not scenario.gone)
    may_then = may_now if is_as_now else permitted(unit, [row.person for row in then.rows], scenario.on, scenario.gone)
    hired = _hired_asked(freshness, unit, scenario)
    counted = _Counted(levels_in(now, may_now), levels_in(then, may_then), scenario, needs, hired, _people(now, then))
    lines = [counted.line(competency) for competency in counted.competencies(freshness)]
    order = list(State)
    ranked = sorted(lines, key=lambda line: (order.index(line.state), not line.needs, len(line.then.holders)))
    return Coverage(unit, scenario, tuple(ranked), tuple(row.person for row in now.rows))


def needs_of(unit: Organisation, on: date) -> dict[int, list[CoverageNeed]]:
    """Return by competency what a unit needs by its own words: the newest row for each level and part of the day."""
    rows = CoverageNeed.objects.filter(unit=unit, valid_from__lte=on).select_related("competency")
    newest = {(row.competency_id, row.level, row.part): row for row in rows}
    found: dict[int, list[CoverageNeed]] = defaultdict(list)
    for row in newest.values():
        if row.at_least:
            found[row.competency_id].append(row)
    return dict(found)


def _hired_asked(freshness: Freshness, unit: Organisation, scenario: Scenario) -> list[dict[int, int]]:
    """Return what would be asked of each person hired; she is thought to hold nothing yet."""
    profiles = Profiles(freshness.law_book, scenario.on)
    return [profiles.highest(EmploymentTerms(unit=unit, profession=code)) for code in scenario.hired]


def _people(*teams: Team) -> dict[int, Person]:
    return {row.person.pk: row.person for team in teams for row in team.rows}


Levels = dict[int, list[Level]]
"""By competency, what each person holds, is asked for and may do."""


@dataclass(frozen=True)
class _Counted:
    """Counts of today's team and the scenario's, competency by competency."""

    now: Levels
    then: Levels
    scenario: Scenario
    needs: dict[int, list[CoverageNeed]]
    hired: list[dict[int, int]]
    people: dict[int, Person]

    def competencies(self, freshness: Freshness) -> list[Competency]:
        """Return those that are asked of somebody, or needed by the unit, in the framework's order."""
        asked = {
            pk for levels in (self.now, self.then) for pk, each in levels.items() if any(one.asked for one in each)
        }
        law_book = freshness.law_book
        return [law_book.by_pk[pk] for pk in sorted(asked | self.needs.keys(), key=law_book.place.__getitem__)]

    def line(self, competency: Competency) -> Line:
        pk = competency.pk
        needs = tuple(self.needs.get(pk, ()))
        level = max((need.level for need in needs), default=None)
        today = count(self.now.get(pk, ()), level=level)
        is_delegated = any(one.may is not None for one in (*self.now.get(pk, ()), *self.then.get(pk, ())))
        levels = [*self.then.get(pk, ()), *self._hired(pk, is_delegated)]
        then = count(levels, without=self.scenario.without, level=level if level is not None else today.level)
        return Line(
            competency,
            today,
            then,
            needs,
            holders=self._named(then.holders),
            lost=self._named(person for person in today.holders if person not in then.holders),
            is_delegated=is_delegated,
            may_not=self._named(then.may_not),
            unproven=self._named(then.unproven),
        )

    def _hired(self, pk: int, is_delegated: bool) -> list[Level]:
        """Return those thought hired: nothing is held yet, and nothing delegated."""
        may = False if is_delegated else None
        return [Level(-number, 0, asked[pk], may) for number, asked in enumerate(self.hired, start=1) if pk in asked]

    def _named(self, people: Iterable[int]) -> tuple[Person, ...]:
        return tuple(self.people[person] for person in people)


def levels_in(team: Team, permission: Permitted) -> Levels:
    """Return by competency what each person of a team holds and is asked for, and whether she may."""
    found: Levels = {}
    places = {column.competency.pk: place for place, column in enumerate(team.columns)}
    for pk in places.keys() | permission.may.keys():
        may = permission.may.get(pk)
        cells = [(row.person.pk, row.cells[places[pk]] if pk in places else None) for row in team.rows]
        found[pk] = [
            Level(person, cell.held if cell else 0, cell.asked if cell else 0, None if may is None else person in may)
            for person, cell in cells
            if cell is not None or (may is not None and person in may)
        ]
    return found
