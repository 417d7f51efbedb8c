"""What *Idag* answers: what must I do now, what can I do in five minutes, what expires, what did I gain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from competency.api import (
    AssignmentLine,
    Counts,
    DelegationTold,
    Gap,
    OccasionNotice,
    Plan,
    PlanNotice,
    StandingLine,
    Status,
    assignments_told,
    delegation_notices,
    occasion_notices,
    plan_notices,
    plan_of,
    refresh,
    reviewed_courses,
    standings_of,
    team_counts,
)
from courses.api import CourseCard, Shown, catalogue, is_short, progress_of, shelf, show
from people.api import (
    Organisation,
    Person,
    Role,
    WaitingImport,
    activity_iri,
    chosen_employment,
    person_of,
    roles_of,
    start_of_day,
    waiting_files_for,
)

AT_MOST = 3
RECENT_DAYS = 60
REVIEWERS = frozenset({Role.CHIEF_NURSE, Role.CHIEF_REHAB})


@dataclass(frozen=True)
class Lead:
    """A first line for those who lead, teach or review: what waits for them, and where to go."""

    eyebrow: str
    title: str
    url: str
    action: str
    counts: Counts | None = None


@dataclass(frozen=True)
class Step:
    """Something short to do now: a module to go on with, or the first one of a course that the plan asks for."""

    url: str
    title: str
    course: str
    minutes: int
    is_begun: bool


@dataclass(frozen=True)
class Today:
    """The start page of one person. `plan` is None for an account that stands for nobody."""

    plan: Plan | None = None
    leads: tuple[Lead, ...] = ()
    steps: tuple[Step, ...] = ()
    gained: tuple[StandingLine, ...] = ()
    told: tuple[DelegationTold, ...] = ()
    plans_told: tuple[PlanNotice, ...] = ()
    occasions_told: tuple[OccasionNotice, ...] = ()
    assigned: tuple[AssignmentLine, ...] = ()

    @property
    def now(self) -> Gap | None:
        return most_pressing(self.plan) if self.plan else None

    @property
    def left(self) -> int:
        """How many things the plan holds besides the one shown first."""
        return len(self.plan.gaps) + len(self.plan.lapsing) - 1 if self.plan and self.now else 0

    @property
    def picture(self) -> str:
        return (self.now.offers[0].focus_area if self.now and self.now.offers else "") or "start"

    @property
    def heading(self) -> int:
        """The heading level of what must be done now: the page's own, unless a first line of another kind has it."""
        return 2 if self.leads else 1


def today_of(request: HttpRequest, on: date, moment: datetime) -> Today:
    person = person_of(request.user)
    if person is None:
        return Today()
    employment = chosen_employment(request, on)
    organisation = employment.organisation if employment else None
    refresh(person, moment)
    plan = plan_of(person, on, organisation=organisation)
    return Today(
        plan=plan,
        leads=tuple(leads_of(person, on)),
        steps=tuple(islice(steps_of(person, plan), AT_MOST)),
        gained=gained(standings_of(person, organisation, on), on),
        told=delegation_notices(person),
        plans_told=tuple(plan_notices(person, on)),
        occasions_told=tuple(occasion_notices(person, moment)),
        assigned=tuple(assignments_told(person, moment, organisation)),
    )


def most_pressing(plan: Plan) -> Gap | None:
    """Return the one thing to do first: what has expired, else what goes out soonest, else the heaviest gap."""
    expired = next((gap for gap in plan.gaps if gap.status is Status.EXPIRED), None)
    return expired or next(iter(plan.lapsing), None) or next(iter(plan.gaps), None)


def gained(lines: Iterable[StandingLine], on: date) -> tuple[StandingLine, ...]:
    """Return the levels that were reached lately, newest first."""
    first = start_of_day(on - timedelta(days=RECENT_DAYS))
    found = [(line.since, line) for line in lines if line.level and line.since and line.since >= first]
    found.sort(key=lambda pair: pair[0], reverse=True)
    return tuple(line for _since, line in found[:AT_MOST])


# --- Five minutes -----------------------------------------------------------------------------------------------------


def steps_of(person: Person, plan: Plan) -> Iterator[Step]:
    """Yield what she stopped in the middle of, then what the plan asks for and fits in five minutes, heaviest first."""
    items = shelf()
    shown = {each.item.card.url: each for each in show(items, progress_of(person, items))}
    yield from (_step(each) for each in shown.values() if each.is_under_way and each.next_module)
    for offer in plan.offers:
        each = shown.get(offer.path)
        if each and each.progress is None and is_short(each):
            yield _step(each)


def _step(shown: Shown) -> Step:
    card, module = shown.item.card, shown.next_module
    assert module is not None, "only a course with something left to take is a step"
    return Step(f"{card.url}{module.slug}/", module.title, card.title, module.minutes, shown.progress is not None)


# --- Those who lead, teach and review ---------------------------------------------------------------------------------


def leads_of(person: Person, on: date) -> Iterator[Lead]:
    """Yield what waits for somebody because of her roles; an ordinary member of staff has none."""
    nodes: dict[str, list[Organisation]] = {}
    for grant in roles_of(person, on):
        nodes.setdefault(grant.role, []).append(grant.node)
    waiting = waiting_files_for(person, on)
    if waiting:
        yield _file_lead(waiting)
    yield from (_team_lead(person, unit, on) for unit in nodes.get(Role.MANAGER, []) if unit.is_unit)
    answered_for = [node for role in REVIEWERS for node in nodes.get(role, [])]
    if answered_for:
        yield _review_lead(unreviewed(answered_for, on))
    elif Role.EDUCATOR in nodes:
        yield _teaching_lead(unreviewed([], on))


def _file_lead(waiting: list[WaitingImport]) -> Lead:
    number = len(waiting)
    title = ngettext("%(count)d staff file waits for a decision", "%(count)d staff files wait for a decision", number)
    url = reverse("waiting_file", args=[waiting[0].uuid]) if number == 1 else reverse("waiting_files")
    return Lead(_("Staff file"), title % {"count": number}, url, _("See what it would do"))


def _team_lead(person: Person, unit: Organisation, on: date) -> Lead:
    counts = team_counts(person, unit, on)
    number = counts.lapsing or counts.missing
    title = _("%(unit)s: everything is in place")
    if counts.lapsing:
        title = ngettext("%(unit)s: %(count)d thing expires soon", "%(unit)s: %(count)d things expire soon", number)
    elif counts.missing:
        title = ngettext("%(unit)s: %(count)d thing is missing", "%(unit)s: %(count)d things are missing", number)
    title %= {"unit": unit.name, "count": number}
    return Lead(_("Your team now"), title, reverse("team", args=[unit.slug]), _("See the team"), counts)


def _review_lead(waiting: int) -> Lead:
    title = ngettext("%(count)d course waits for your review", "%(count)d courses wait for your review", waiting)
    title = title % {"count": waiting} if waiting else _("No course waits for your review")
    return Lead(_("Your review"), title, reverse("courses_review"), _("To the review list"))


def _teaching_lead(waiting: int) -> Lead:
    title = ngettext("%(count)d course is not reviewed yet", "%(count)d courses are not reviewed yet", waiting)
    title = title % {"count": waiting} if waiting else _("Every course is reviewed")
    return Lead(_("Your courses"), title, reverse("wagtailadmin_home"), _("To the workshop"))


def unreviewed(nodes: list[Organisation], on: date) -> int:
    """Return how many published courses lack a yes that covers each of `nodes`; with none, any yes at all."""
    reviewed = reviewed_courses(on)
    return sum(not _is_reviewed(card, reviewed, nodes) for card in catalogue())


def _is_reviewed(card: CourseCard, reviewed: dict[tuple[str, int], list[Organisation]], nodes: list[Any]) -> bool:
    yes = reviewed.get((activity_iri("course", card.key), int(card.revision.partition(".")[0])), [])
    return bool(yes) and all(any(node.is_at_or_below(each) for each in yes) for node in nodes)
