"""Saying something of a plan, and signing it. Each appends one event, or refuses in a sentence and keeps nothing."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from people.api import Person, holds_personnummer, today

from ..book import book
from ..models import TOP_LEVEL
from ..signing import is_hash_of
from .errors import AlreadySigned, BadGoal, NamesSomebody, NothingToSign, NotYourPlan, OnlyTheManager, PlanChanged
from .life import Goal, Json, Kind, Life, Side, State, live
from .models import PlanEvent
from .notices import others_of, outdate, tell
from .proposing import DEFAULT_MINUTES, Today, Whose, events_of
from .rules import side_of

MOST_MINUTES = 600


@transaction.atomic
def set_goal(whose: Whose, actor: Person, goal: Goal, at: datetime) -> PlanEvent | None:
    """Set a goal, word it anew, or say that it is reached or dropped. To say the same again changes nothing (None).

    Raises NotYourPlan, BadGoal, NamesSomebody, UnknownCompetency.
    """
    side = _takes_part(whose, actor, at)
    _refuse_names(goal.title, goal.measure)
    _check(whose, goal)
    if _locked(whose).goals.get(goal.key) == goal:
        return None
    return _append(whose, actor, side, Kind.GOAL, goal.as_json, at)


@transaction.atomic
def write_note(whose: Whose, actor: Person, key: str, text: str, held_on: date, at: datetime) -> PlanEvent | None:
    """Write down what was said in a conversation, or word it anew: by the one who wrote it, earlier wordings are kept.

    Raises NotYourPlan, NamesSomebody.
    """
    side = _takes_part(whose, actor, at)
    _refuse_names(text)
    known = _locked(whose).notes.get(key)
    if known and known.by != actor.pk:
        raise NotYourPlan(_("Only the one who wrote a note can word it anew. Write one of your own."))
    if known and (known.text, known.held_on) == (text, held_on):
        return None
    said = {"note": key, "text": text, "held_on": held_on.isoformat()}
    return _append(whose, actor, side, Kind.NOTE, said, at)


@transaction.atomic
def protect_time(whose: Whose, actor: Person, minutes: int, from_day: date, at: datetime) -> PlanEvent:
    """Protect so many minutes a week for learning, from a day on: at least those that everybody has.

    Raises NotYourPlan, OnlyTheManager, BadGoal for what is out of bounds.
    """
    side = _takes_part(whose, actor, at)
    if side is not Side.MANAGER:
        raise OnlyTheManager
    if not DEFAULT_MINUTES <= minutes <= MOST_MINUTES or from_day < today(at):
        bounds = {"least": DEFAULT_MINUTES, "most": MOST_MINUTES}
        raise BadGoal(_("Protect %(least)d to %(most)d minutes a week, from today or a later day.") % bounds)
    _locked(whose)
    return _append(whose, actor, side, Kind.TIME, {"from": from_day.isoformat(), "minutes": minutes}, at)


@transaction.atomic
def sign(whose: Whose, actor: Person, shown: str, at: datetime) -> PlanEvent:
    """Sign the plan as it was shown (`shown` is the hash of it). The other side's signature makes it agreed.

    Raises NotYourPlan; AlreadySigned where somebody has signed for this side, also a moment ago; PlanChanged where what
    was shown is no longer what would be signed; NothingToSign.
    """
    side = _takes_part(whose, actor, at)
    life = _locked(whose)
    if any(version.is_signed_by(side) and is_hash_of(shown, version.content) for version in life.versions):
        raise AlreadySigned
    now = Today(whose, today(at))
    draft = now.draft
    if not is_hash_of(shown, draft):
        raise PlanChanged
    if not now.has_something_to_sign:
        raise NothingToSign
    # The second signature is by the hash of the first, also where that was made in an older form.
    said, kept = ({}, life.pending.shown) if life.pending else (draft, shown)
    event = _append(whose, actor, side, Kind.SIGNED, said, at, kept)
    outdate(whose, at)
    if not life.pending:
        tell(whose, f"sign-{event.number}", others_of(whose, side, today(at)), at)
    return event


def _takes_part(whose: Whose, actor: Person, at: datetime) -> Side:
    side = side_of(actor, whose.person, whose.organisation, today(at))
    if side is None:
        raise NotYourPlan
    return side


def _refuse_names(*texts: str) -> None:
    if any(holds_personnummer(text) for text in texts):
        raise NamesSomebody


def _check(whose: Whose, goal: Goal) -> None:
    if goal.competency:
        book().competency(goal.competency)
        if goal.key != whose.key_of(goal.competency) or not 1 <= goal.level <= TOP_LEVEL:
            raise BadGoal(_("Choose a level on the scale, 1 to %(top)d.") % {"top": TOP_LEVEL})
        if goal.state is State.REACHED:
            raise BadGoal(_("A goal about a competency closes by itself when the level is reached."))
    elif not goal.title:
        raise BadGoal(_("Say what you want to reach, or choose a competency."))
    elif goal.key in map(whose.key_of, book().by_code):
        # It would stand in the place of the goal that the gap asks for.
        raise BadGoal(_("This goal is about a competency. Choose which one."))


def _locked(whose: Whose) -> Life:
    """Return what has been said by now; until the transaction ends nobody else says anything."""
    Person.objects.select_for_update().get(pk=whose.person.pk)
    return live(row.event for row in events_of(whose))


def _append(
    whose: Whose, actor: Person, side: Side, kind: Kind, said: Json, at: datetime, shown: str = ""
) -> PlanEvent:
    last = PlanEvent.objects.filter(person=whose.person, organisation=whose.organisation).order_by("-number").first()
    return PlanEvent.objects.create(
        person=whose.person,
        organisation=whose.organisation,
        number=last.number + 1 if last else 1,
        kind=kind,
        actor=actor,
        side=side,
        said=said,
        shown_hash=shown,
        recorded_at=at,
    )
