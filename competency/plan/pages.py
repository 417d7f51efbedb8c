"""What the pages about a plan show, put together for the one who reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from people.api import NotFound, Person, end_of_day, start_of_day

from ..book import book
from ..models import Competency
from ..occasions.observers import Observer, judging, observers_at
from ..occasions.queries import OccasionLine, bookable, occasions_for
from ..pages import Subject, level_names, subject_of
from ..queries import plan_of
from ..services import refresh
from ..shapes import Gap, Plan, StandingLine
from ..trees import CONFIRMATION, OBSERVATION
from .following import follow_ups_of
from .life import Goal, Note, Side, Signature, Version, goal_from
from .proposing import GoalLine, Today, Whose
from .rules import side_of
from .schedule import monday_of

RECENT_DAYS = 60


@dataclass(frozen=True)
class Signed:
    """A signature with its name."""

    signature: Signature
    name: str


@dataclass(frozen=True)
class Read:
    """One goal as it was worded in a version, or is in a draft."""

    goal: Goal
    competency: Competency | None

    @property
    def title(self) -> str:
        return self.competency.title if self.competency else self.goal.title

    @property
    def lang(self) -> str:
        return self.competency.title_lang if self.competency else ""


@dataclass(frozen=True)
class Talk:
    """The part of a plan that she and her manager share: what they have said, and how far they have agreed."""

    side: Side
    now: Today
    names: dict[int, str]

    @property
    def pending(self) -> Version | None:
        return self.now.life.pending

    @property
    def agreed(self) -> Version | None:
        return self.now.life.agreed

    @property
    def waits_for_me(self) -> bool:
        return self.pending is not None and not self.pending.is_signed_by(self.side)

    @property
    def may_sign(self) -> bool:
        """Whether there is something to sign for the reader's side that is not signed."""
        if self.pending:
            return self.waits_for_me
        return self.now.has_something_to_sign and (self.agreed is None or self.now.is_changed)

    @property
    def is_manager(self) -> bool:
        return self.side is Side.MANAGER

    @property
    def own_goals(self) -> list[GoalLine]:
        """Return the open goals that nobody's rules ask for."""
        return [line for line in self.now.open_goals if line.is_own]

    @property
    def notes(self) -> list[tuple[Note, str]]:
        """Return every note with the name of who wrote it, the latest conversation first."""
        notes = sorted(self.now.life.notes.values(), key=lambda each: (each.held_on, each.number), reverse=True)
        return [(note, self.names.get(note.by, "")) for note in notes]

    @property
    def versions(self) -> list[tuple[Version, list[Signed]]]:
        """Return every version whose words are left with its signatures, the newest first."""
        return [(each, self.signed(each)) for each in reversed(self.now.life.versions) if not each.is_gone]

    @property
    def agreed_by(self) -> list[Signed]:
        return self.signed(self.agreed) if self.agreed else []

    @property
    def pending_by(self) -> list[Signed]:
        return self.signed(self.pending) if self.pending else []

    @property
    def follow_ups(self) -> list[date]:
        return follow_ups_of(self.agreed)

    @property
    def next_follow_up(self) -> date | None:
        return next((day for day in self.follow_ups if day >= self.now.on), None)

    def signed(self, version: Version) -> list[Signed]:
        return [Signed(each, self.names.get(each.actor, "")) for each in version.signatures]


@dataclass(frozen=True)
class GapRow:
    """A gap with its goal, and the practice that helps."""

    gap: Gap
    line: GoalLine | None
    occasions: tuple[OccasionLine, ...]

    @property
    def asks_somebody(self) -> bool:
        """Whether somebody's word would show the level."""
        return any(way.kind in (OBSERVATION, CONFIRMATION) for way in self.gap.ways)


@dataclass(frozen=True)
class PlanPage:
    subject: Subject
    plan: Plan
    closed: tuple[StandingLine, ...]
    not_asked: tuple[StandingLine, ...]
    level_names: dict[int, str]
    now: Today | None = None
    talk: Talk | None = field(default=None)
    """None for those who see the gap and do not take part in the conversation."""
    occasions: tuple[OccasionLine, ...] = ()
    """Where she may book."""

    @property
    def this_week(self) -> list[GapRow]:
        """Return what has its turn in the week of today, by the minutes that are protected."""
        if self.now is None:
            return []
        turns, monday = self.now.turns, monday_of(self.now.on)
        rows = [*self.gaps, *self.lapsing]
        return [row for row in rows if any(week == monday for week, _minutes in turns[row.gap.competency.code].weeks)]

    @property
    def gaps(self) -> list[GapRow]:
        """Return what is left, each with what helps, and with its goal for those who share in the plan."""
        return [self._row(gap) for gap in self.plan.gaps]

    @property
    def lapsing(self) -> list[GapRow]:
        return [self._row(gap) for gap in self.plan.lapsing]

    def _row(self, gap: Gap) -> GapRow:
        return GapRow(gap, self._goal(gap), occasions_for(gap, self.occasions))

    def _goal(self, gap: Gap) -> GoalLine | None:
        return self.talk.now.line(self.talk.now.whose.key_of(gap.competency.code)) if self.talk else None


def plan_page(subject: Subject, on: date, moment: datetime) -> PlanPage:
    """Return the plan of the subject, brought up to date first, and what was closed recently."""
    refresh(subject.person, moment)
    if subject.organisation is None:
        return PlanPage(subject, plan_of(subject.person, on), recently_closed([], on), (), level_names())
    now = Today(Whose(subject.person, subject.organisation), on)
    closed = recently_closed(now.standings.values(), on)
    occasions = tuple(bookable(subject.person, moment, subject.organisation))
    return PlanPage(subject, now.plan, closed, now.not_asked, level_names(), now, talk_of(subject, now), occasions)


def talk_of(subject: Subject, now: Today) -> Talk | None:
    """Return what the reader shares in, or None where she does not take part."""
    side = side_of(subject.reader, subject.person, now.whose.organisation, now.on)
    return Talk(side, now, names_of(now)) if side else None


@dataclass(frozen=True)
class ObserversPage:
    """Who may observe or confirm what one gap asks."""

    subject: Subject
    competency: Competency
    asked: int
    observers: tuple[Observer, ...]


def observers_page(subject: Subject, code: str, on: date) -> ObserversPage:
    """Return who may judge the subject in a competency that she lacks. Raises NotFound where nothing is lacking."""
    if subject.terms is None:
        raise NotFound
    plan = plan_of(subject.person, on, organisation=subject.organisation)
    gap = next((gap for gap in (*plan.gaps, *plan.lapsing) if gap.competency.code == code), None)
    if gap is None:
        raise NotFound
    by = {role for way in gap.ways if way.kind in (OBSERVATION, CONFIRMATION) for role in way.by}
    there = [each for each in observers_at(subject.terms.unit, on) if each.person.pk != subject.person.pk]
    found = judging(there, gap.competency, end_of_day(on))
    return ObserversPage(subject, gap.competency, gap.asked, tuple(each for each in found if each.may(by)))


def names_of(now: Today) -> dict[int, str]:
    pks = {each.actor for version in now.life.versions for each in version.signatures}
    pks |= {note.by for note in now.life.notes.values()}
    return {pk: person.full_name for pk, person in Person.objects.in_bulk(pks).items()} if pks else {}


def recently_closed(lines: Iterable[StandingLine], on: date) -> tuple[StandingLine, ...]:
    """Return what is asked and was met within the last `RECENT_DAYS`, newest first."""
    first = start_of_day(on - timedelta(days=RECENT_DAYS))
    closed = [line for line in lines if line.status and line.status.is_met and line.since and line.since >= first]
    return tuple(sorted(closed, key=lambda line: line.since or first, reverse=True))


@dataclass(frozen=True)
class Desk:
    """One plan as somebody works at it who takes part in it."""

    subject: Subject
    talk: Talk

    @property
    def now(self) -> Today:
        return self.talk.now

    @property
    def whose(self) -> Whose:
        return self.now.whose

    @property
    def done_url(self) -> str:
        return self.subject.plan_url

    @property
    def history_url(self) -> str:
        return reverse("plan_history", args=[self.subject.person.uuid])

    def goal(self, key: UUID) -> GoalLine:
        line = self.now.line(str(key))
        if line is None:
            raise NotFound
        return line

    def note(self, key: UUID) -> Note:
        """Return a note of the reader's own. Raises NotFound for any other."""
        note = self.now.life.notes.get(str(key))
        if note is None or note.by != self.subject.reader.pk:
            raise NotFound
        return note

    def version(self, number: int) -> tuple[Version, list[Signed]]:
        found = next((each for each in self.talk.versions if each[0].number == number), None)
        if found is None:
            raise NotFound
        return found


def desk_of(request: HttpRequest, uuid: UUID, on: date, moment: datetime) -> Desk:
    """Return the plan to work at. Raises NotFound for whom the reader may not see, and where she takes no part."""
    subject = subject_of(request, uuid, on)
    if subject.organisation is None:
        raise NotFound
    refresh(subject.person, moment)
    talk = talk_of(subject, Today(Whose(subject.person, subject.organisation), on))
    if talk is None:
        raise NotFound
    return Desk(subject, talk)


def read(content: dict[str, Any]) -> dict[str, Any]:
    """Return the content of a version in the parts that the page shows before it is signed and ever after."""
    goals = [goal_from(each) for each in content["goals"]]
    codes = book().by_code
    return {
        "goals": [Read(goal, codes.get(goal.competency)) for goal in goals],
        "notes": [note | {"held_on": date.fromisoformat(note["held_on"])} for note in content["notes"]],
        "times": [
            {"from": date.fromisoformat(row["from"]) if row["from"] else None, "minutes": row["minutes"]}
            for row in content["times"]
        ],
    }
