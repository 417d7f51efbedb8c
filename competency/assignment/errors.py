"""What may be wrong with an assignment."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from people.api import Conflict, DomainError


class NobodyNeedsIt(DomainError):
    code = "assignment_nobody"
    default_message = _("Everyone whom you chose holds this level already. There is nothing to assign.")


class NotStaff(DomainError):
    code = "assignment_not_staff"
    default_message = _("Choose people who work at the workplace today.")


class DayOutOfReach(DomainError):
    code = "assignment_day"
    default_message = _("Choose a day from today on, and within two years.")


class ReasonMissing(DomainError):
    code = "assignment_reason"
    default_message = _("Say why, in a few words: whoever gets it reads it.")


class AlreadyClosed(Conflict):
    code = "assignment_closed"
    default_message = _("It is done or withdrawn already.")
