"""What may be wrong with an assignment."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from people.api import Conflict, DomainError


class NobodyNeedsIt(DomainError):
    code = "assignment_nobody"
    default_message = _("Everyone whom you chose has this already. There is nothing to assign.")


class NotStaff(DomainError):
    code = "assignment_not_staff"
    default_message = _("Choose people who work at the workplace today.")


class NotOnOffer(DomainError):
    code = "assignment_not_on_offer"
    default_message = _("The course is not on offer to those who work there. Choose another.")


class DayOutOfReach(DomainError):
    code = "assignment_day"
    default_message = _("Choose a day from today on, and within two years.")


class ReasonMissing(DomainError):
    code = "assignment_reason"
    default_message = _("Say why, in a few words: whoever gets it reads it.")


class AlreadyClosed(Conflict):
    code = "assignment_closed"
    default_message = _("It is done or withdrawn already.")
