"""A version of a plan as a document: goals, protected time, what was said, both signatures.

It is what was read when it was signed, not how the goals stand since: that is on the plan's page. Times are of
Stockholm.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from people.api import STOCKHOLM, printed

from .life import Side, Version
from .pages import Desk, Read, Signed, read

TEMPLATE = "competency/plan/plan.typ"


def version_as_pdf(desk: Desk, number: int, at: datetime) -> bytes:
    """Return a version in the reader's language. Raises NotFound for a number that is not there."""
    version, signed = desk.version(number)
    return printed(TEMPLATE, version_data(desk, version, signed, at), get_language() or "sv", at)


def version_data(desk: Desk, version: Version, signed: Iterable[Signed], at: datetime) -> dict[str, Any]:
    content = read(dict(version.content))
    person, employer = desk.subject.person, desk.whose.organisation
    return {
        "title": _("Development plan for %(name)s") % {"name": person.full_name},
        "eyebrow": employer.name,
        "foot": _("Version %(number)s. Printed %(time)s; how the goals stand is on the page of the plan.")
        % {"number": version.number, "time": _time(at)},
        "page": _("Page {page} of {pages}"),
        "state": _("Signed by both") if version.is_agreed else _("Not signed by both"),
        "facts": [
            *_unit(desk),
            _fact(_("Protected time"), "\n".join(_times(content["times"]))),
        ],
        "goals": [_goal(each, person.given_name) for each in content["goals"]],
        "notes": [_note(each, person.given_name) for each in content["notes"]],
        "signatures": [_signature(each, version) for each in signed],
        "words": {
            "goals": _("Goals"),
            "no_goals": _("No goal is open."),
            "notes": _("From your conversations"),
            "signatures": _("Signatures"),
            "note": _(
                "Signed electronically: each signed with her own account and password. The fingerprint is the SHA-256 "
                "of what she read."
            ),
        },
    }


def _unit(desk: Desk) -> list[dict[str, str]]:
    terms = desk.subject.terms
    return [_fact(_("Unit"), terms.unit.name)] if terms else []


def _times(rows: Iterable[dict[str, Any]]) -> Iterable[str]:
    for row in rows:
        if row["from"]:
            words = _("%(minutes)s minutes a week from %(day)s.")
            yield words % {"minutes": row["minutes"], "day": date_format(row["from"], "j F Y")}
        else:
            yield _("%(minutes)s minutes a week.") % {"minutes": row["minutes"]}


def _goal(each: Read, name: str) -> dict[str, Any]:
    goal = each.goal
    owner = _("The manager") if goal.owner is Side.MANAGER else name
    rows = [
        (_("Level"), str(goal.level) if each.competency else ""),
        (_("What it is about"), goal.title if each.competency else ""),
        (_("How do we see that it is reached?"), goal.measure),
        (_("By when?"), date_format(goal.due_on, "j F Y")),
        (_("Who sees to it?"), owner),
    ]
    facts = [_fact(label, value) for label, value in rows if value]
    return {"title": each.title, "lang": each.lang or get_language() or "sv", "facts": facts}


def _note(note: dict[str, Any], name: str) -> dict[str, Any]:
    by = _("Written by the manager.") if note["side"] == Side.MANAGER else _("Written by %(name)s.") % {"name": name}
    return {"title": date_format(note["held_on"], "j F Y"), "lines": [*note["text"].splitlines(), by]}


def _signature(each: Signed, version: Version) -> dict[str, Any]:
    role = _("For the employer") if each.signature.side is Side.MANAGER else _("Employee")
    rows = [
        (_("Name"), each.name),
        (_("Signed"), _time(each.signature.at)),
        (_("Fingerprint"), version.shown),
    ]
    return {"role": role, "facts": [_fact(label, value) for label, value in rows]}


def _fact(label: str, value: str) -> dict[str, str]:
    return {"label": label, "value": value}


def _time(moment: datetime) -> str:
    return date_format(timezone.localtime(moment, STOCKHOLM), "j F Y H:i")
