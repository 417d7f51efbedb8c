"""What may go wrong with an occasion, each in a sentence."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from people.api import Conflict, DomainError, NotAllowed


class Full(Conflict):
    code = "occasion_full"
    default_message = _(
        "The last seat was just taken. Choose another occasion, or look again later: seats are given up."
    )


class TooLate(Conflict):
    code = "occasion_begun"
    default_message = _("It has begun or was called off, so nothing can be booked or given up.")


class MayNotArrange(NotAllowed):
    code = "may_not_arrange"
    default_message = _("To arrange practice you need to be a manager, or be licensed and answer for the care there.")


class NobodyAssesses(DomainError):
    code = "occasion_assessor"
    default_message = _("None of those who will be there may assess this level. Choose another level or a colleague.")


class BadOccasion(DomainError):
    code = "occasion"
