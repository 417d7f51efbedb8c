"""A signed decision as a document: what the rules ask of a written delegation, both signatures, all that has happened.

SOSFS 1997:14 asks for task, giver, receiver, day and how long it holds, in writing, for one person. Times are of
Stockholm. The document says when it was printed: what happens afterwards is on the decision's page, not on paper.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from people.api import STOCKHOLM, NotFound, printed

from ..models import Profession
from .life import Kind, State
from .models import Delegation, DelegationEvent
from .overview import history_of
from .queries import Line
from .shown import Shown, shown_to_receiver

TEMPLATE = "competency/delegation/decision.typ"


def is_printable(line: Line) -> bool:
    """Whether there is a decision to print: a draft is none."""
    return line.state is not State.DRAFT and _signature(line.delegation, Kind.SIGNED) is not None


def decision_as_pdf(line: Line, at: datetime) -> bytes:
    """Return a decision in the reader's language, as it stands at `at`. Raises NotFound for what is not signed."""
    if not is_printable(line):
        raise NotFound
    return printed(TEMPLATE, decision_data(line, at), get_language() or "sv", at)


def decision_data(line: Line, at: datetime) -> dict[str, Any]:
    made = line.delegation
    shown = shown_to_receiver(made)
    number = {"number": made.uuid, "time": _time(at)}
    return {
        "title": _("Delegation decision"),
        "eyebrow": made.provider.name,
        "foot": _("Decision %(number)s. Printed %(time)s; the page of the decision says what has happened since.")
        % number,
        "page": _("Page {page} of {pages}"),
        "holds": line.life.is_active,
        "state": _state(line),
        "cause": line.cause,
        "facts": list(_facts(made, shown)),
        "checks": [[words, _("In place") if is_met else _("Not in place")] for is_met, words in shown.check_lines],
        "reason": shown.reason,
        "terms": _terms(),
        "signatures": list(_signatures(made)),
        "event_heads": [_("Event"), _("When"), _("Who"), pgettext("noun", "Reason")],
        "events": [
            [step.label, _time(step.happened_at), step.actor.full_name if step.actor else "", step.reason or step.cause]
            for step in history_of(made)
        ],
        "words": {
            "checks": _("What was looked at before signing"),
            "nothing": _("This task asks for nothing that can be looked up."),
            "asked": _("Condition"),
            "stands": _("When it was signed"),
            "reason": pgettext("noun", "Reason"),
            "terms": _("What applies"),
            "signatures": _("Signatures"),
            "events": _("What has happened"),
            "note": _(
                "Signed electronically: each signed with her own account and password. The fingerprint is the SHA-256 "
                "of what she read, and can be worked out anew from the archive's copy."
            ),
        },
    }


def _state(line: Line) -> str:
    if line.life.is_active:
        return _("It holds until %(date)s, that day included.") % {"date": _day(line.through)}
    return line.label


def _facts(made: Delegation, shown: Shown) -> Iterable[dict[str, str]]:
    yield {"label": _("Task"), "value": made.task.title, "lang": made.task.title_lang}
    if made.note:
        yield {"label": _("About the task"), "value": made.note}
    yield {"label": _("Who may do it"), "value": made.receiver.full_name}
    yield {"label": _("Given by"), "value": _with(made.giver.full_name, _licences(made))}
    yield {"label": _("Where"), "value": _with(made.scope.name, "" if made.scope.is_unit else _("the whole area"))}
    yield {"label": _("Care provider"), "value": made.provider.name}
    yield {"label": _("When"), "value": _when(shown)}
    if made.follows:
        label = _("Takes over an earlier one") if made.takes_over else _("Renews an earlier one")
        yield {"label": label, "value": str(made.follows.uuid)}


def _when(shown: Shown) -> str:
    if shown.single_occasion:
        return _("A single occasion, %(day)s") % {"day": _day(shown.first_day)}
    return _("%(first)s to %(last)s") % {"first": _day(shown.first_day), "last": _day(shown.last_day)}


def _terms() -> list[str]:
    return [
        _("The delegation is personal. It may not be handed on."),
        _("Whoever gives it answers for the receiver having what it takes to do the task safely."),
        _(
            "Whoever receives it is health care staff when doing the task, answers for how it is done, "
            "and says no whenever unsure."
        ),
        _(
            "It can be revoked and given back at any time. "
            "It stops holding if the receiver leaves the workplace, or the giver the care provider."
        ),
    ]


def _signatures(made: Delegation) -> Iterable[dict[str, Any]]:
    roles = ((Kind.SIGNED, pgettext("signature", "The giver")), (Kind.ACCEPTED, pgettext("signature", "The receiver")))
    for kind, role in roles:
        event = _signature(made, kind)
        if event and event.actor:
            facts = [(_("Name"), event.actor.full_name), (_("Signed"), _time(event.happened_at))]
            facts += [(_("Receipt"), str(event.uuid)), (_("Fingerprint of what was read"), event.shown_hash or "–")]
        else:
            facts = [(_("Signed"), _("Not yet"))]
        yield {"role": role, "facts": [{"label": label, "value": value} for label, value in facts]}


def _signature(made: Delegation, kind: Kind) -> DelegationEvent | None:
    return next((event for event in made.events.all() if event.kind == kind), None)


def _licences(made: Delegation) -> str:
    """Return the licences that the giver held when she signed, in words."""
    signed = _signature(made, Kind.SIGNED)
    codes = signed.details.get("licences", []) if signed else []
    return ", ".join(each.title for each in Profession.objects.filter(code__in=codes).order_by("code"))


def _with(text: str, more: str) -> str:
    return f"{text}, {more}" if more else text


def _day(day: date) -> str:
    return date_format(day, "j F Y")


def _time(moment: datetime) -> str:
    return date_format(timezone.localtime(moment, STOCKHOLM), "j F Y H:i")
