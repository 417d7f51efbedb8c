"""Small words for the pages about competence: durations, who asks, what else shows a level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django import template
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from competency.models import ProfileRequirement
from competency.observing.words import supervisor_labels
from competency.plan.models import PlanNotice
from competency.queries import Reply, professions
from competency.shapes import Asking, NextStep, Reason, RuleView, Way, last_day
from competency.shown import ShownRule
from competency.status import Status
from competency.trees import QUALIFICATION, RETENTION

register = template.Library()


@register.filter
def state(status: Status | None) -> str:
    """Return the status as the style sheet and `components/status.html` spell it."""
    return status.name.lower() if status else ""


@register.filter
def duration(minutes: int | None) -> str:
    """Return minutes as a person says them: “25 minutes”, “1 h 35 min”."""
    if minutes is None:
        return ""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return ngettext("%(count)d minute", "%(count)d minutes", rest) % {"count": rest}
    if not rest:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}


@register.filter
def short_day(day: date | datetime | None) -> str:
    """Return a day where there is little room, as its language writes it: “3 Dec 2026”, “3 dec 2026”."""
    return date_format(day, pgettext("format of a short date", "j M Y")) if day else ""


@register.filter
def named(level: int | None, names: Mapping[int, str]) -> str:
    """Return the name of a level on the scale."""
    return names.get(level or 0, "")


@register.filter
def reply_to(statement_id: UUID | None, replies: Mapping[UUID, Reply]) -> Reply | None:
    """Return what she has answered to a statement about her."""
    return replies.get(statement_id) if statement_id else None


@register.filter
def or_list(words: tuple[str, ...]) -> str:
    return get_text_list(list(words), pgettext("one of", "or"))


@register.filter
def asked_words(asking: Asking) -> str:
    """Return who asks and of whom, in one line: “Asked of every undersköterska in home care, by Granvik”."""
    names = {"profession": _lower(asking.profession.title), "setting": _lower(asking.unit.get_setting_display())}
    everywhere = asking.setting == ProfileRequirement.EVERYWHERE
    words = _("Asked of every %(profession)s") if everywhere else _("Asked of every %(profession)s in %(setting)s")
    of_whom = words % names
    return _("%(of_whom)s, by %(who)s") % {"of_whom": of_whom, "who": asking.node.name} if asking.node else of_whom


@register.filter
def way_words(way: Way | NextStep) -> str:
    """Return what else shows a level, and by whom: “Observation by registered nurse or MAS”."""
    if way.kind in ("observation", "confirmation") and way.by:
        return _("%(what)s by %(who)s") % {"what": way.label, "who": or_list(way.by_labels)}
    if isinstance(way, NextStep) and way.kind == RETENTION:
        return _("%(what)s: right on %(answers)d days, at least %(days)d days apart") % {
            "what": way.label,
            "answers": way.answers,
            "days": way.days,
        }
    return way.label


@register.filter
def ways_words(ways: Sequence[Way]) -> str:
    """Return what else shows a level. A licence is left out where something nearer does: nobody takes one for a gap."""
    near = [way for way in ways if way.kind != QUALIFICATION] or ways
    words = dict.fromkeys(way_words(way) for way in near)
    return or_list(tuple(words))


@register.filter
def reason_words(reason: Reason) -> str:
    """Return what a statement says, without its date."""
    if reason.from_elsewhere:
        return _("Shown with another employer.")
    what = reason.title and _("%(what)s: %(title)s") % {"what": reason.label, "title": reason.title}
    return f"{what or reason.label}."


@register.filter
def supervisor_words(code: str) -> str:
    """Return who stood beside somebody who practised."""
    return str(supervisor_labels().get(code, code))


@register.filter
def licence_titles(codes: tuple[str, ...]) -> str:
    """Return the names of the professions whose licences these are: “registered nurse or physiotherapist”."""
    known = {each.code: _lower(each.title) for each in professions()}
    return or_list(tuple(known.get(code, code) for code in codes))


@register.filter
def last_day_words(until: datetime | None) -> str:
    """Return the last day of something, given the first instant after it."""
    day = last_day(until)
    return date_format(day, "j F Y") if day else ""


@register.filter
def rule_words(rule: RuleView | ShownRule) -> str:
    """Return how long what shows a level holds by a rule."""
    if rule.validity_months is None:
        return _("It does not end by itself.")
    months = rule.validity_months
    return ngettext("It holds for %(count)d month.", "It holds for %(count)d months.", months) % {"count": months}


@register.filter
def plan_notice_words(notice: PlanNotice) -> str:
    """Return what is told about a plan, in a sentence."""
    if notice.key.startswith("sign-"):
        return _("A plan is signed by the other one, and waits for your signature.")
    months = int(notice.key.rpartition("-")[2])
    return _("%(months)d months have passed since you signed: follow the plan up.") % {"months": months}


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]
