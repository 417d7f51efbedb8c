"""Loads the demo region into an empty database: content, people and a year of history, in the order of time.

Only this may tell the record store that it is an earlier day (semantics 34). All of it goes through the services of
daily use; what a year holds is collected first, so that it can be recorded in the order in which it happened.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from uuid import uuid5

from django.conf import settings
from django.db import transaction

from competency.api import (
    Assessor,
    StartUpReport,
    assessment,
    competencies,
    load_framework,
    rebuild_marked,
    set_policy,
    start_up_import,
)
from courses.api import (
    Attempt,
    CourseContent,
    CoursePage,
    Profile,
    Registration,
    catalogue,
    course_content,
    import_collection,
    review_live,
)
from people.api import Employment, Organisation, start_of_day, today
from xapi.api import Entry, record_entries

from . import decided, practice, region
from .delegations import Delegations
from .history import NAMESPACE, visit
from .life import SEED, Life, Seen, Taking, live
from .plans import talk_about_plans
from .staff import Colleague, Staff, terms_of
from .titles import register_titles

DAYS_BACK = 395
DAYS_OF_HISTORY = 365
FRAMEWORK = settings.BASE_DIR / "competency" / "data" / "competency_framework.json"
COURSE_DATA = settings.BASE_DIR / "courses" / "data"
BATCH = 500
REVIEWED_SHARE = 0.4
"""How many of the courses a chief nurse has already reviewed; the rest say that they are drafts."""
GROUND = "Bedömt på arbetsplatsen före införandet"
COLUMNS = (
    "organisation",
    "employee_number",
    "kind",
    "competency_or_licence",
    "level",
    "date",
    "until",
    "ground",
    "registrar",
)


def load(now: datetime) -> None:
    """Fill an empty database. `now` is the end of the demo's year."""
    began = now - timedelta(days=DAYS_BACK)
    with transaction.atomic():
        _content(began, today(now))
        _Year(now - timedelta(days=DAYS_OF_HISTORY), now).record()
    while rebuild_marked(now):
        pass
    with transaction.atomic():
        decided.assign(now)
        talk_about_plans(now)


def _content(at: datetime, today: date) -> None:
    """Framework, organisations, people, courses and reviews, as of thirteen months ago."""
    region.build(at, today)
    root = Organisation.objects.get(slug=region.REGION)
    load_framework(FRAMEWORK, at, owner=root)
    set_policy(root, at, counts_unreviewed=True)
    import_collection(COURSE_DATA / "courses.json", COURSE_DATA / "course_bodies", at, past=True)
    _review(at)
    decided.decide_at_the_start(at + timedelta(days=2))


def _review(at: datetime) -> None:
    chosen = Random(SEED)
    reviewers = [region.employment(slug, "M1").person for slug in region.MUNICIPALITIES]
    for course in CoursePage.objects.live().order_by("slug"):
        for reviewer in reviewers:
            if chosen.random() < REVIEWED_SHARE:
                review_live(course, reviewer, at + timedelta(days=1))


@dataclass
class _Year:
    """Twelve months at every workplace: what was known when it began, then everything in the order of time."""

    started: datetime
    now: datetime

    def record(self) -> None:
        self.staff = Staff(today(self.started), today(self.now), FRAMEWORK)
        self.courses = {card.slug: course_content(card.slug) for card in catalogue()}
        self.competencies = {row.code: row for row in competencies()}
        skills = self.staff.skills(_teaching(self.courses.values()))
        lives = [(who, live(who.worker, skills, today(self.started))) for who in self.staff.colleagues()]
        _assert_whole(start_up_import(io.StringIO(self._known_before(lives)), self.started))
        entries = [*self._visits(lives), *self._seen(lives)]
        entries.sort(key=lambda entry: entry.at)
        delegations = Delegations(self.staff.employments, today(self.now), self.started)
        for first in range(0, len(entries), BATCH):
            delegations.make_until(entries[first].at)
            record_entries(entries[first : first + BATCH])
        delegations.make_until(self.now)
        delegations.put_away(before=self.now - timedelta(days=7))
        register_titles(self.staff.employments, self.now)
        practice.log(self.now)
        practice.arrange(self.now)
        decided.change_rules(self.now)

    def _known_before(self, lives: list[tuple[Colleague, Life]]) -> str:
        file = io.StringIO()
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow(COLUMNS)
        for held, licence in self.staff.licences():
            writer.writerow(
                [*_key(held), "licence", licence, "", self._issued(held), "", "Legitimation kontrollerad", ""]
            )
        for who, life in lives:
            for seen in life.before:
                key = _key(who.employment)
                writer.writerow([*key, seen.kind, seen.competency, seen.level, seen.day.isoformat(), "", GROUND, ""])
        return file.getvalue()

    def _issued(self, held: Employment) -> str:
        """A licence is older than the employment that asks for it."""
        return (min(terms_of(held).starts_on, today(self.started)) - timedelta(days=200)).isoformat()

    def _visits(self, lives: list[tuple[Colleague, Life]]) -> list[Entry]:
        made = [
            visit(
                taking, self.courses[taking.course], who.employment, Profile(who.profession.uuid, who.profession.title)
            )
            for who, taking in takings(lives)
        ]
        Registration.objects.bulk_create([each.registration for each in made])
        Attempt.objects.bulk_create([attempt for each in made for attempt in each.attempts])
        return [entry for each in made for entry in each.entries if entry.at <= self.now]

    def _seen(self, lives: list[tuple[Colleague, Life]]) -> list[Entry]:
        observers = self.staff.observers()
        self.assessors: dict[int, Assessor] = {}
        return [
            entry
            for who, life in lives
            for seen in life.seen
            if (entry := self._observation(who, seen, observers)) is not None
        ]

    def _observation(
        self, who: Colleague, seen: Seen, observers: dict[tuple[int, str], list[Employment]]
    ) -> Entry | None:
        """Return the statement of what somebody saw, or None where nobody with that role works."""
        held = who.employment
        places = ((terms_of(held).unit_id, seen.role), (held.organisation_id, seen.role))
        near = next((observers[place] for place in places if place in observers), [])
        judges = [
            judge for judge in near if judge.person_id != held.person_id and terms_of(judge).starts_on <= seen.day
        ]
        if not judges:
            return None
        random = Random(f"{SEED}/{who.worker.key}/{seen.competency}/{seen.day}")
        judge = random.choice(judges)
        assessor = self.assessors.setdefault(judge.person_id, Assessor(judge.person))
        return assessment(
            assessor,
            held.person,
            self.competencies[seen.competency],
            seen.level,
            # On the first day, not before the licences of whoever judges were registered.
            max(start_of_day(seen.day) + timedelta(hours=9, minutes=random.randrange(480)), self.started),
            kind=seen.kind,
            positive=seen.outcome,
            organisation=held.organisation,
            checklist=True,
            statement_id=uuid5(NAMESPACE, f"{held.uuid}/{seen.competency}/{seen.day}"),
        )


def takings(lives: list[tuple[Colleague, Life]]) -> list[tuple[Colleague, Taking]]:
    """Return who takes what, each person a course once: who has two posts takes it in the first of them."""
    taken: dict[tuple[int, str], tuple[Colleague, Taking]] = {}
    for who, life in lives:
        for taking in life.takings:
            taken.setdefault((who.employment.person_id, taking.course), (who, taking))
    return list(taken.values())


def _assert_whole(report: StartUpReport) -> None:
    wrong = [row for row in report.rows if row.outcome == "rejected"]
    if wrong:
        raise RuntimeError(f"The demo's own rows were rejected, {len(wrong)} of them; the first: {wrong[0]}")


def _teaching(courses: Iterable[CourseContent]) -> dict[str, tuple[str, ...]]:
    """Return competency -> slugs of the courses that, with their questions, show the second level, shortest first."""
    found: dict[str, list[CourseContent]] = {}
    for course in courses:
        for taught in course.teaches:
            if taught.level >= 2:
                found.setdefault(taught.competency, []).append(course)
    return {code: tuple(each.slug for each in sorted(some, key=_length)) for code, some in found.items()}


def _length(course: CourseContent) -> tuple[int, str]:
    return course.minutes, course.slug


def _key(held: Employment) -> tuple[str, str]:
    return held.organisation.slug, held.employee_number
