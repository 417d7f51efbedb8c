"""Making codes, moving them, ending them, and counting that one was followed."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from courses.codes.letters import draw
from courses.codes.models import LONGEST_PLACE, Code, CodeScan
from courses.codes.queries import Target
from courses.codes.rules import may_make
from people.api import Conflict, DomainError, NotAllowed, Organisation, Person, holds_personnummer, today

DRAWS = 20


class NothingThere(DomainError):
    default_message = _("What the code would lead to is not published. Publish it first, or choose something else.")


class UnfitPlace(DomainError):
    default_message = _("Say in a few words where the code hangs, without anything about a person.")


class PlaceTaken(Conflict):
    default_message = _("There is already a code for this in that place. Use it, or say where this one hangs.")


class NoneLeft(DomainError):
    default_message = _("No free code was found. Try again.")


def make_code(
    by: Person,
    node: Organisation,
    target: Target,
    place: str,
    at: datetime,
    choose: Callable[[Sequence[str]], str] = secrets.choice,
) -> Code:
    """Return the code for a module or a section at a place: the one there is, else a new one.

    Raises NotAllowed, NothingThere, UnfitPlace or NoneLeft.
    """
    if not may_make(by, node, today(at)):
        raise NotAllowed
    there = {"node": node, "place": _place(place)}
    thing = _keys(target)
    same = {**there, "module_key": thing["module_key"], "anchor": thing["anchor"]}
    for _try in range(DRAWS):
        made = Code.objects.in_use().filter(**same).first()
        if made is not None:
            return made
        try:
            with transaction.atomic():
                return Code.objects.create(text=draw(choose), made_at=at, **there, **thing)
        except IntegrityError:
            continue  # The letters were taken, or somebody else made the same code just now.
    raise NoneLeft


def move_code(code: Code, by: Person, target: Target, place: str, at: datetime) -> Code:
    """Let a code that hangs somewhere lead elsewhere. Raises NotAllowed, NothingThere, UnfitPlace or PlaceTaken."""
    _may_change(code, by, at)
    for name, value in {"place": _place(place), **_keys(target)}.items():
        setattr(code, name, value)
    try:
        with transaction.atomic():
            code.save()
    except IntegrityError as error:
        raise PlaceTaken from error
    return code


def retire_code(code: Code, by: Person, at: datetime) -> None:
    """End a code: it tells from then on that it is not used, and its letters are never used again."""
    _may_change(code, by, at)
    Code.objects.in_use().filter(pk=code.pk).update(retired_at=at)


@transaction.atomic
def count_scan(code: Code, day: date) -> None:
    scan, _made = CodeScan.objects.get_or_create(code=code, day=day)
    CodeScan.objects.filter(pk=scan.pk).update(count=F("count") + 1)


def _may_change(code: Code, by: Person, at: datetime) -> None:
    if not may_make(by, code.node, today(at)):
        raise NotAllowed


def _place(place: str) -> str:
    place = " ".join(place.split())
    if len(place) > LONGEST_PLACE or holds_personnummer(place):
        raise UnfitPlace
    return place


def _keys(target: Target) -> dict[str, object]:
    if target.course is None or target.module is None:
        raise NothingThere
    return {
        "course_key": target.course.key,
        "module_key": target.module.key,
        "anchor": target.section.anchor if target.section else "",
        "made_for": target.name,
    }
