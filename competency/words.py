"""The words for what this room knows by code. English here; the Swedish catalogue is the product's voice."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .status import Status

STATUS_LABELS = {
    Status.MET: pgettext_lazy("status", "Met"),
    Status.ON_THE_WAY: pgettext_lazy("status", "On the way"),
    Status.MISSING: pgettext_lazy("status", "Missing"),
    Status.EXPIRES_SOON: pgettext_lazy("status", "Expires soon"),
    Status.EXPIRED: pgettext_lazy("status", "Expired"),
}

REFERENCE_LABELS = {
    "requirement": _("%(competency)s is asked for locally: %(what)s"),
    "course": _("%(competency)s is taught by the course “%(what)s”"),
    "task": _("%(competency)s is asked for by the delegable task “%(what)s”"),
    "need": _("%(competency)s is counted on by %(what)s"),
}

KIND_LABELS = {
    "course": pgettext_lazy("evidence", "Course completed"),
    "quiz": pgettext_lazy("evidence", "Questions passed"),
    "observation": pgettext_lazy("evidence", "Observation"),
    "confirmation": pgettext_lazy("evidence", "Confirmation"),
    "formal_qualification": pgettext_lazy("evidence", "Licence or degree"),
    "certificate": pgettext_lazy("evidence", "Certificate"),
    "equivalent": pgettext_lazy("evidence", "Shown with another employer"),
    "retention": pgettext_lazy("evidence", "Questions answered again over time"),
    "started": pgettext_lazy("evidence", "Course started"),
    "all_of": pgettext_lazy("evidence", "All of these"),
    "any_of": pgettext_lazy("evidence", "One of these"),
}

ROLE_LABELS = {
    "enhetschef": pgettext_lazy("assessor", "unit manager"),
    "sjukskoterska": pgettext_lazy("assessor", "registered nurse"),
    "specialistsjukskoterska": pgettext_lazy("assessor", "specialist nurse"),
    "arbetsterapeut": pgettext_lazy("assessor", "occupational therapist"),
    "fysioterapeut": pgettext_lazy("assessor", "physiotherapist"),
    "mas": pgettext_lazy("assessor", "chief responsible nurse (MAS)"),
    "mar": pgettext_lazy("assessor", "chief responsible for rehabilitation (MAR)"),
}

WHY_NOT_LABELS = {
    "voided": _("It was withdrawn."),
    "source": _("It comes from a source that the employer has not accepted."),
    "elsewhere": _("It was earned with another employer and is not approved in common."),
    "unreviewed": _("The course was not reviewed, and the employer counts only reviewed courses."),
    "claim": _("The course did not claim this competency when it was taken."),
    "role": _("The rule asks for an assessor with another role or licence."),
    "in_person": _("The rule asks for an observation in person."),
    "checklist": _("The rule asks for an observation by the checklist."),
    "incomplete": _("It is one part of what the rule asks for; the rest is missing."),
    "rule": _("The rule in force does not count this."),
    "expired": _("It has expired."),
    "negative": _("A later observation said otherwise."),
    "transition": _("A changed rule or course ended it earlier."),
    "failed": _("It was not passed or not approved."),
    "withdrawn": _("The licence was withdrawn."),
}
