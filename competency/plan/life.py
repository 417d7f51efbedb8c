"""What has been said about a plan, folded into what is agreed. Pure: the answer follows from the events alone.

A signature holds what was read. The first one words a version; the second, by the other side, of the same content
agrees on it. Anything said in between makes the version outdated, and it is worded anew by the next signature.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from .schedule import Protected

Json = dict[str, Any]


class Side(StrEnum):
    EMPLOYEE = "employee"
    MANAGER = "manager"


class Kind(StrEnum):
    GOAL = "goal"
    NOTE = "note"
    TIME = "time"
    SIGNED = "signed"


class State(StrEnum):
    """What people have said of a goal. That the competence of a goal is reached is never said, but worked out."""

    OPEN = "open"
    REACHED = "reached"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Event:
    number: int
    kind: Kind
    actor: int
    side: Side
    at: datetime
    said: Mapping[str, Any]
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Goal:
    """What somebody is to reach, by when and how it is seen. `competency` is a code; a goal of one's own may lack it.

    `owner` is the side that sees to it.
    """

    key: str
    title: str
    competency: str
    level: int
    measure: str
    due_on: date
    owner: Side
    state: State = State.OPEN

    @property
    def as_json(self) -> Json:
        return {
            "goal": self.key,
            "title": self.title,
            "competency": self.competency,
            "level": self.level,
            "measure": self.measure,
            "due_on": self.due_on.isoformat(),
            "owner": self.owner.value,
            "state": self.state.value,
        }


def without_words(said: Mapping[str, Any]) -> Json:
    """Return what is left of something said when its words have been disposed of, and the mark that they have."""
    left = {key: "" if key in WORDS else value for key, value in said.items()}
    lists = {key: [without_words(each) for each in said[key]] for key in ("goals", "notes") if key in said}
    return left | lists | {GONE: True}


def is_worded(said: Mapping[str, Any]) -> bool:
    """True of a goal that says what it is about: of one without a competency nothing is left without its words."""
    return bool(said["competency"]) or not is_gone(said)


def is_gone(said: Mapping[str, Any]) -> bool:
    return GONE in said


WORDS = frozenset({"title", "measure", "text"})
GONE = "disposed"


def outlived(life: Life, before: datetime) -> int:
    """Return the number of the last event whose words a version has taken the place of that was agreed before then."""
    return max((each.after for each in life.versions if each.agreed_at and each.agreed_at < before), default=0)


def goal_from(said: Mapping[str, Any]) -> Goal:
    return Goal(
        key=said["goal"],
        title=said["title"],
        competency=said["competency"],
        level=said["level"],
        measure=said["measure"],
        due_on=date.fromisoformat(said["due_on"]),
        owner=Side(said["owner"]),
        state=State(said["state"]),
    )


@dataclass(frozen=True, slots=True)
class Note:
    """What was said in a conversation, as it was last worded. `wordings`: how many times it has been written."""

    key: str
    text: str
    held_on: date
    by: int
    side: Side
    at: datetime
    number: int
    """Of the event that worded it last."""
    wordings: int = 1

    @property
    def as_json(self) -> Json:
        """Return it as it is signed. By which side, not by whom: a signature tells no name."""
        return {"note": self.key, "text": self.text, "held_on": self.held_on.isoformat(), "side": self.side.value}


@dataclass(frozen=True, slots=True)
class Signature:
    side: Side
    actor: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """What was read and signed, in its words then."""

    number: int
    content: Mapping[str, Any]
    shown: str
    after: int
    """The event that it was worded after."""
    signatures: tuple[Signature, ...]

    @property
    def is_agreed(self) -> bool:
        return {each.side for each in self.signatures} == set(Side)

    @property
    def agreed_at(self) -> datetime | None:
        return max(each.at for each in self.signatures) if self.is_agreed else None

    @property
    def is_gone(self) -> bool:
        return is_gone(self.content)

    @property
    def goals(self) -> tuple[Goal, ...]:
        return tuple(goal_from(each) for each in self.content["goals"] if is_worded(each))

    def is_signed_by(self, side: Side) -> bool:
        return any(each.side is side for each in self.signatures)


@dataclass
class Life:
    """All that has been said, as it stands after the last event."""

    number: int = 0
    goals: dict[str, Goal] = field(default_factory=dict)
    notes: dict[str, Note] = field(default_factory=dict)
    times: list[Protected] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    is_settled: bool = False
    """Nothing has been said since the last version was worded."""

    @property
    def waiting(self) -> Version | None:
        last = self.versions[-1] if self.versions else None
        return last if last and self.is_settled and not last.is_agreed else None

    @property
    def pending(self) -> Version | None:
        """Return the version that waits for the other side, and can still be read."""
        return self.waiting if self.waiting and not self.waiting.is_gone else None

    @property
    def agreed(self) -> Version | None:
        return next((each for each in reversed(self.versions) if each.is_agreed), None)

    @property
    def open_goals(self) -> list[Goal]:
        return [goal for goal in self.goals.values() if goal.state is State.OPEN]

    @property
    def new_notes(self) -> list[Note]:
        """Return what has been written since the last version that both signed, the oldest conversation first."""
        since = self.agreed.after if self.agreed else 0
        return sorted((note for note in self.notes.values() if note.number > since), key=lambda each: each.held_on)


def live(events: Iterable[Event]) -> Life:
    """Fold the events in the order of their numbers. Total: any events, in any order of arrival, give an answer."""
    life = Life()
    for event in sorted(events, key=lambda each: each.number):
        _FOLDS[event.kind](life, event)
        life.is_settled = event.kind is Kind.SIGNED
        life.number = event.number
    return life


def _goal(life: Life, event: Event) -> None:
    if is_worded(event.said):
        goal = goal_from(event.said)
        life.goals[goal.key] = goal


def _note(life: Life, event: Event) -> None:
    if is_gone(event.said):
        return
    said, known = event.said, life.notes.get(event.said["note"])
    wordings = known.wordings + 1 if known else 1
    held_on = date.fromisoformat(said["held_on"])
    life.notes[said["note"]] = Note(
        key=said["note"],
        text=said["text"],
        held_on=held_on,
        by=event.actor,
        side=event.side,
        at=event.at,
        number=event.number,
        wordings=wordings,
    )


def _time(life: Life, event: Event) -> None:
    life.times.append(Protected(date.fromisoformat(event.said["from"]), event.said["minutes"]))


def _signed(life: Life, event: Event) -> None:
    signature = Signature(event.side, event.actor, event.at)
    waiting = life.waiting
    if "goals" in event.said and (waiting is None or waiting.shown != event.shown):
        version = Version(len(life.versions) + 1, event.said, event.shown, event.number - 1, (signature,))
        life.versions.append(version)
        life.goals |= {goal.key: goal for goal in version.goals}
    elif waiting and not waiting.is_signed_by(event.side):
        life.versions[-1] = replace(waiting, signatures=(*waiting.signatures, signature))


_FOLDS = {Kind.GOAL: _goal, Kind.NOTE: _note, Kind.TIME: _time, Kind.SIGNED: _signed}
