"""Small words for the pages about competence: durations, who asks, what else shows a level."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from competency.shapes import Asking, NextStep, Reason, RuleView, Way
from competency.status import Status

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
def named(level: int | None, names: Mapping[int, str]) -> str:
    """Return the name of a level on the scale."""
    return names.get(level or 0, "")


@register.filter
def or_list(words: tuple[str, ...]) -> str:
    return get_text_list(words, pgettext("one of", "or"))


@register.filter
def asked_words(asking: Asking) -> str:
    """Return who asks and why, in one line."""
    who = asking.node.name if asking.node else pgettext("who asks", "The shared framework")
    names = {"who": who, "profession": _lower(asking.profession.title)}
    if asking.setting == "all":
        return _("%(who)s asks it of every %(profession)s") % names
    return _("%(who)s asks it of every %(profession)s in this kind of workplace") % names


@register.filter
def way_words(way: Way | NextStep) -> str:
    """Return what else shows a level, and by whom: “Observation by registered nurse or MAS”."""
    if way.kind in ("observation", "confirmation") and way.by:
        return _("%(what)s by %(who)s") % {"what": way.label, "who": or_list(way.by_labels)}
    return way.label


@register.filter
def reason_words(reason: Reason) -> str:
    """Return what a statement says, without its date."""
    if reason.from_elsewhere:
        return _("Shown with another employer.")
    what = reason.title and _("%(what)s: %(title)s") % {"what": reason.label, "title": reason.title}
    return f"{what or reason.label}."


@register.filter
def rule_words(rule: RuleView) -> str:
    """Return how long what shows a level holds by a rule."""
    if rule.validity_months is None:
        return _("It does not end by itself.")
    months = rule.validity_months
    return ngettext("It holds for %(count)d month.", "It holds for %(count)d months.", months) % {"count": months}


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]
