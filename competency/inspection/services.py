"""Asking for a pack, putting it together, stopping it, and taking it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from people.api import Conflict, DomainError, Organisation, Person, staff_of, today

from ..errors import NotEntitled
from .chain import Link
from .contents import Line, heading, lines_about
from .models import InspectionLine, InspectionPack, InspectionTaking
from .printing import pack_as_pdf
from .rules import may_inspect

PEOPLE_AT_ONCE: Final = 20
"""So few that somebody who waits for a small unit gets it with the page, and the worker comes to other jobs."""
KEPT: Final = timedelta(days=30)
LINES_AT_ONCE: Final = 200
"""So few that their document is printed within a tenth of a second, with the page as well."""
LONGEST_BACK: Final = timedelta(days=3660)


class NotYetKnown(DomainError):
    code = "inspection_ahead"
    default_message = _("Choose today or an earlier day: a pack says what was, not what will be.")


class TooFarBack(DomainError):
    code = "inspection_too_far_back"
    default_message = _("Choose a day within the last ten years.")


class NotReady(Conflict):
    code = "inspection_not_ready"
    default_message = _("The pack is not put together yet, or was stopped.")


def start_pack(unit: Organisation, as_of: date, asked_by: Person, at: datetime) -> InspectionPack:
    """Ask for a unit's pack as of a day, and put its first people together at once; the worker does the rest.

    Raises NotEntitled, NotYetKnown and TooFarBack; then nothing is kept.
    """
    if not may_inspect(asked_by, unit, today(at)):
        raise NotEntitled
    if as_of > today(at):
        raise NotYetKnown
    if as_of < today(at) - LONGEST_BACK:
        raise TooFarBack
    with transaction.atomic():
        staff = list(dict.fromkeys(held.person_id for held in staff_of(unit, as_of)))
        pack = InspectionPack.objects.create(
            unit=unit, as_of=as_of, asked_by=asked_by, asked_at=at, staff=staff, language=get_language() or "sv"
        )
        _append(pack, [heading(unit, as_of, asked_by, at, len(staff))])
        _advance(pack, at)
        if pack.is_running and pack.done == pack.total and pack.lines <= LINES_AT_ONCE:
            _advance(pack, at)
    return pack


def advance_inspections(at: datetime) -> int:
    """Put together the next people, or at last the document, of the pack that has waited longest.

    Return 0 when nothing waits.
    """
    with transaction.atomic():
        waiting = InspectionPack.objects.filter(finished_at=None, cancelled_at=None).order_by("asked_at", "pk")
        pack = waiting.select_for_update(skip_locked=True, of=("self",)).first()
        return 0 if pack is None else _advance(pack, at)


def discard_old_packs(at: datetime) -> None:
    """Throw away what is older than a month, whether or not anybody asks for another. Who took it stays noted."""
    InspectionPack.objects.filter(asked_at__lt=at - KEPT).delete()


def cancel_pack(pack: InspectionPack, at: datetime) -> None:
    """Stop one that is being put together; what there is of it goes. Safe to repeat."""
    with transaction.atomic():
        if InspectionPack.objects.filter(pk=pack.pk, finished_at=None, cancelled_at=None).update(cancelled_at=at):
            InspectionLine.objects.filter(pack=pack).delete()


def take_pack(pack: InspectionPack, person: Person, form: str, at: datetime) -> None:
    """Note that somebody takes a pack, for good. Raises NotReady for one that is not whole."""
    if pack.finished_at is None:
        raise NotReady
    InspectionTaking.objects.create(
        pack=pack.uuid, unit=pack.unit, as_of=pack.as_of, person=person, form=form, head=pack.head, recorded_at=at
    )


def _advance(pack: InspectionPack, at: datetime) -> int:
    some = pack.staff[pack.done : pack.done + PEOPLE_AT_ONCE]
    if some:
        by_pk = Person.objects.in_bulk(some)
        people = [by_pk[pk] for pk in some if pk in by_pk]
        _append(pack, lines_about(people, pack.unit, pack.as_of, pack.asked_at, pack.asked_by))
        pack.done += len(some)
    else:
        _end(pack)
        pack.document = pack_as_pdf(pack)
        pack.finished_at = at
    pack.save(update_fields=["done", "lines", "head", "document", "finished_at"])
    return max(1, len(some))


def _append(pack: InspectionPack, contents: Iterable[Line]) -> None:
    link, rows = _link(pack), []
    for content in contents:
        text, link = link.next(content)
        rows.append(InspectionLine(pack=pack, number=link.number, text=text))
    _write(pack, rows, link)


def _end(pack: InspectionPack) -> None:
    text, link = _link(pack).end()
    _write(pack, [InspectionLine(pack=pack, number=link.number, text=text)], link)


def _link(pack: InspectionPack) -> Link:
    return Link(pack.lines, pack.head) if pack.lines else Link()


def _write(pack: InspectionPack, rows: list[InspectionLine], link: Link) -> None:
    InspectionLine.objects.bulk_create(rows)
    pack.lines, pack.head = link.number, link.hash
