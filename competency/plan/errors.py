"""What may go wrong with a plan, each in a sentence that says what to do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from people.api import Conflict, DomainError, NotAllowed

from ..errors import ChangedMeanwhile


class NotYourPlan(NotAllowed):
    code = "not_your_plan"
    default_message = _("A plan is made by the one whom it is for and her manager. Nobody else can change it.")


class OnlyTheManager(NotAllowed):
    code = "only_the_manager"
    default_message = _("Only your manager can protect more time. Talk to her.")


class PlanChanged(ChangedMeanwhile):
    """The plan was changed, or followed the gap, after the signer had opened it."""

    code = "plan_changed"
    default_message = _("The plan changed while you were reading, so nothing was signed. Read it once more, then sign.")


class AlreadySigned(Conflict):
    code = "plan_already_signed"
    default_message = _("This version is already signed for your side. There is nothing more to sign.")


class NothingToSign(DomainError):
    code = "plan_is_empty"
    default_message = _("There is nothing to agree on yet. Set a goal first, or write a note.")


class NamesSomebody(DomainError):
    code = "plan_personnummer"
    default_message = _("This looks like a personal identity number. Take it out and try again.")


class BadGoal(DomainError):
    code = "plan_goal"
