"""A named person approves a file that waits, or rejects it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from people.clock import today
from people.errors import Conflict, NotAllowed
from people.hr_import import import_people
from people.hr_report import ImportReport
from people.models import Person
from people.reviewing.models import WaitingImport
from people.reviewing.rules import may_decide
from people.reviewing.waiting import close, note_concerned


class AlreadyDecided(Conflict):
    code = "staff_file_decided"
    default_message = _("Somebody has decided about this file already.")


class ChangedMeanwhile(Conflict):
    code = "staff_file_changed"
    default_message = _("The file would now do something else than you were shown. Look again before you approve it.")


@transaction.atomic
def approve(waiting: WaitingImport, by: Person, at: datetime) -> ImportReport:
    """Import the file as it would be today. Raises NotAllowed, AlreadyDecided, and ChangedMeanwhile when it would now
    concern others than those who were shown; then nothing is written.
    """
    waiting = _locked(waiting, by, at)
    shown, data = dict(waiting.concerned.values_list("employment", "why")), bytes(waiting.data)
    close(waiting, WaitingImport.Fate.APPROVED, by, at)
    on = max(waiting.valid_from, today(at))
    report = import_people(data, apply=True, on=on, at=at, actor=by, is_complete=waiting.is_complete, approved=shown)
    if not report.is_applied:
        raise ChangedMeanwhile
    return report


@transaction.atomic
def reject(waiting: WaitingImport, by: Person, at: datetime) -> None:
    """Let nothing of the file come true, but the last days that it said outright. Raises NotAllowed, AlreadyDecided."""
    close(_locked(waiting, by, at), WaitingImport.Fate.REJECTED, by, at)


@transaction.atomic
def look_again(waiting: WaitingImport, at: datetime) -> None:
    """Reckon anew whom a waiting file concerns."""
    report = import_people(
        bytes(waiting.data),
        apply=False,
        on=max(waiting.valid_from, today(at)),
        at=at,
        is_complete=waiting.is_complete,
    )
    note_concerned(waiting, report.consequences)


def _locked(waiting: WaitingImport, by: Person, at: datetime) -> WaitingImport:
    found = WaitingImport.objects.select_for_update().get(pk=waiting.pk)
    if not may_decide(by, found, today(at)):
        raise NotAllowed
    if not found.is_waiting:
        raise AlreadyDecided
    return found
