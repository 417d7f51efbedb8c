"""A pack as a document: the lines of its file, person by person, each with its number in the file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from people.api import STOCKHOLM, printed

from ..delegation.life import State
from ..delegation.words import STATE_LABELS
from ..status import Status
from ..trees import EQUIVALENT
from ..words import KIND_LABELS, STATUS_LABELS
from .models import InspectionPack

TEMPLATE = "competency/inspection/pack.typ"
Line = dict[str, Any]


def pack_as_pdf(pack: InspectionPack) -> bytes:
    """Return a whole pack in the language that it was asked for in: the same bytes each time."""
    lines = [json.loads(text) for text in pack.rows.values_list("text", flat=True)]
    with override(pack.language):
        return printed(TEMPLATE, pack_data(lines, pack.head), pack.language, pack.asked_at)


def pack_data(lines: list[Line], head: str) -> dict[str, Any]:
    first = lines[0]
    day = _day(first["as_of"])
    return {
        "title": _("%(unit)s on %(day)s") % {"unit": first["unit"]["name"], "day": day},
        "eyebrow": _("Inspection pack"),
        "foot": _("%(unit)s on %(day)s. Head %(head)s …")
        % {"unit": first["unit"]["name"], "day": day, "head": head[:16]},
        "page": _("Page {page} of {pages}"),
        "facts": list(_facts(first, lines, head)),
        "heads": [
            pgettext("noun", "Competency"),
            pgettext("level", "Asked"),
            pgettext("level", "Held"),
            _("Status"),
            _("Through"),
            pgettext("inspection", "Evidence"),
            pgettext("inspection", "Line"),
        ],
        "delegation_heads": [
            _("Task"),
            _("Given by"),
            _("Where"),
            _("When"),
            _("Status"),
            pgettext("inspection", "Line"),
        ],
        "people": list(_people(lines)),
        "words": {
            "people": _("Person by person"),
            "nothing": _("Nothing is asked of her here, and nothing is held."),
            "delegations": _("Delegations"),
            "about": _(
                "The numbers of lines refer to the file of lines that belongs to this pack. Each line of it is bound "
                "to the one before by its hash, and the head stands for all of them: manage.py inspection verify tells "
                "whether the file is whole and is the one that was taken. What was earned at another employer is there "
                "without its statement."
            ),
        },
    }


def _facts(first: Line, lines: list[Line], head: str) -> Iterable[Line]:
    provider = first["care_provider"]
    counts = Counter(line["status"] for line in lines if line["kind"] == "standing" and line["asked"])
    met = counts[Status.MET.value] + counts[Status.EXPIRES_SOON.value]
    active = sum(line["kind"] == "delegation" and line["state"] == State.ACTIVE.value for line in lines)
    known = timezone.localtime(datetime.fromisoformat(first["known_at"]), STOCKHOLM)
    told = [
        (_("Workplace"), first["unit"]["name"]),
        (_("Employer"), first["employer"]["name"]),
        (_("Care provider"), provider["name"] if provider else "–"),
        (_("As it stood at the end of"), _day(first["as_of"])),
        (_("As was known"), date_format(known, "j F Y H:i")),
        (_("Taken by"), first["asked_by"]["name"]),
        (_("People in service"), str(first["people"])),
        (_("Requirements met"), _("%(met)d of %(asked)d") % {"met": met, "asked": sum(counts.values())}),
        (_("Delegations that held"), str(active)),
        (_("Lines in the file"), str(len(lines))),
        (pgettext("inspection", "Head"), head),
    ]
    return ({"label": label, "value": value} for label, value in told)


def _people(lines: list[Line]) -> Iterable[Line]:
    found: dict[str, Line] = {}
    for line in lines:
        if line["kind"] == "person":
            work = sorted({f"{each['title']}, {each['unit']['name']}" for each in line["work"]})
            person = {"name": line["person"]["name"], "work": "; ".join(work), "rows": [], "delegations": []}
            found[line["person"]["uuid"]] = person
        elif line["kind"] == "standing":
            found[line["person"]]["rows"].append(_standing(line))
        elif line["kind"] == "delegation":
            found[line["person"]]["delegations"].append(_delegation(line))
    return found.values()


def _standing(line: Line) -> list[str]:
    return [
        line["competency"]["title"],
        str(line["asked"] or "–"),
        str(line["held"]),
        str(STATUS_LABELS[Status(line["status"])]) if line["status"] else "–",
        line["through"] or "–",
        "; ".join(_evidence(each) for each in line["evidence"]) or "–",
        str(line["n"]),
    ]


def _evidence(item: Line) -> str:
    said = f"{KIND_LABELS[item['kind']]} {date_of(item['happened_at'])}"
    is_learnt_elsewhere = item.get("from_elsewhere") and item["kind"] != EQUIVALENT
    return _("%(evidence)s (another employer)") % {"evidence": said} if is_learnt_elsewhere else said


def _delegation(line: Line) -> list[str]:
    return [
        line["task"]["title"],
        line["giver"]["name"],
        line["scope"]["name"],
        f"{line['first_day']} – {line['last_day']}",
        str(STATE_LABELS[State(line["state"])]),
        str(line["n"]),
    ]


def date_of(moment: str) -> str:
    """Return the day of a moment in Stockholm, as in 2026-11-27."""
    return timezone.localtime(datetime.fromisoformat(moment), STOCKHOLM).date().isoformat()


def _day(text: str) -> str:
    return date_format(date.fromisoformat(text), "j F Y")
