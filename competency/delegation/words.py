"""The words for what delegations know by code. English here; the Swedish catalogue is the product's voice."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .checks import COMPETENCE, PRACTICE, SUITABILITY, THEORY
from .life import Cause, State

STATE_LABELS = {
    State.DRAFT: pgettext_lazy("delegation state", "Draft"),
    State.OFFERED: pgettext_lazy("delegation state", "Waits for an answer"),
    State.UPCOMING: pgettext_lazy("delegation state", "Begins later"),
    State.ACTIVE: pgettext_lazy("delegation state", "Holds"),
    State.SUSPENDED: pgettext_lazy("delegation state", "Suspended"),
    State.RETURNED: pgettext_lazy("delegation state", "Given back"),
    State.REVOKED: pgettext_lazy("delegation state", "Revoked"),
    State.EXPIRED: pgettext_lazy("delegation state", "Has ended"),
    State.REPLACED: pgettext_lazy("delegation state", "Replaced"),
}
LAPSES = pgettext_lazy("delegation state", "Ends soon")
SHAPES = {
    State.DRAFT: "on_the_way",
    State.OFFERED: "on_the_way",
    State.UPCOMING: "on_the_way",
    State.ACTIVE: "met",
    State.SUSPENDED: "expired",
    State.RETURNED: "missing",
    State.REVOKED: "expired",
    State.EXPIRED: "missing",
    State.REPLACED: "missing",
}
"""Which of the design's five shapes a state is shown with; red only for what must not be done any more."""

CAUSES = {
    Cause.RECEIVER: _("The receiver has left, or changed her employment there."),
    Cause.GIVER: _("Whoever gave it no longer works for the care provider."),
    Cause.LICENCE: _("Whoever gave it no longer holds the licence."),
}

CHECKS = {
    (COMPETENCE, True): _("Competence: level %(held)s is held, %(asked)s is asked."),
    (COMPETENCE, False): _("Competence: level %(held)s is held, but %(asked)s is asked."),
    (THEORY, True): _("Theory: course or questions passed."),
    (THEORY, False): _("Theory: no course or questions passed that still count."),
    (PRACTICE, True): _("Practice: somebody entitled has seen it done."),
    (PRACTICE, False): _("Practice: nobody entitled has seen it done lately."),
    (SUITABILITY, True): _("Suitability: judged suited by the giver."),
    (SUITABILITY, False): _("Suitability: not judged by the giver."),
}

COMPETENCE_LAPSED = _(
    "The competence that it was signed with has lapsed, or was judged anew. Decide whether it still holds."
)

NOTICES = {
    "offered": _("You are offered a delegation. Read it, and answer."),
    "accepted": _("Your delegation was accepted. It holds."),
    "returned": _("A delegation was given back."),
    "revoked": _("A delegation was revoked. It no longer holds."),
    "suspended": _("A delegation is suspended. It does not hold now."),
    "lapses-60": _("A delegation ends within 60 days."),
    "lapses-30": _("A delegation ends within 30 days."),
    "lapses-7": _("A delegation ends within 7 days."),
}


def check_words(check: dict[str, object]) -> str:
    """Return a precondition, as it was kept, in a sentence."""
    words = CHECKS[str(check["code"]), bool(check["is_met"])]
    return str(words) % {"held": check.get("held"), "asked": check.get("asked")}


def cause_words(cause: str) -> str:
    return str(CAUSES[Cause(cause)]) if cause else ""


def notice_words(key: str) -> str:
    return str(NOTICES["suspended" if key.startswith("suspended") else key])
