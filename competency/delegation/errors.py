"""What may be wrong with a delegation, each in a sentence that says what to do next."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from people.api import Conflict, DomainError, NotAllowed

from ..errors import ChangedMeanwhile as ChangedMeanwhile


class Unlawful(DomainError):
    """The decision breaks a rule that nobody may decide against."""

    code = "delegation_rule"


class TooLong(Unlawful):
    code = "delegation_too_long"
    default_message = _("A delegation holds for at most twelve months. Choose an earlier last day.")


class DaysOutOfOrder(Unlawful):
    code = "delegation_days"
    default_message = _("The last day must not come before the first day.")


class AlreadyOver(Unlawful):
    code = "delegation_over"
    default_message = _("The last day has already passed. Choose a later one.")


class NotToHerself(Unlawful):
    code = "delegation_to_herself"
    default_message = _("Nobody delegates to herself. Choose a colleague.")


class NotSingle(Unlawful):
    code = "delegation_single"
    default_message = _("This task is not delegated for a single occasion. Choose a period.")


class NotThere(Unlawful):
    code = "delegation_receiver"
    default_message = _("She does not work there on the first day, so the delegation would not hold.")


class NamesAPatient(Unlawful):
    code = "delegation_personnummer"
    default_message = _("This looks like a personal identity number. Take it out and try again.")


class ReasonNeeded(Unlawful):
    code = "delegation_reason"
    default_message = _("Something that the task asks for is not in place. Say why you delegate all the same.")


class MayNotDelegate(NotAllowed):
    code = "may_not_delegate"
    default_message = _(
        "To delegate this you need a licence for the task and an employment with whoever answers for the care there."
    )


class NotYours(NotAllowed):
    code = "delegation_not_yours"
    default_message = _("Only the one whom this concerns can do that.")


class NotNow(Conflict):
    code = "delegation_not_now"
    default_message = _("This has already changed. Look at the delegation again before you go on.")
