"""Statements for people: whose may be seen, found and put into words.

She sees what lies under her own keys. Of others she sees what was earned under the very employment by which her roles
reach them (`people.visibility`), so a statement of a combined post at another employer is never among them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.core import signing
from django.db.models import Q
from django.utils.translation import gettext as _

from people.api import (
    NotFound,
    Person,
    actor_keys_of_all,
    employments_visible_to,
    end_of_day,
    iri_base,
    start_of_day,
)

from . import vocabulary as words
from .identity import digest, identifier_from_key
from .languages import Preferences
from .models import Activity, Agent, Statement, StatementQuerySet
from .queries import body_of
from .sentences import name_of, plain, sentence_of, verb_words

ROWS = 30
RELATED = 50
ACTIVITIES = 200
SALT = "xapi.browse"
TITLED = (words.COURSE, words.QUESTION_SET, words.MODULE, words.COMPETENCY, words.CREDENTIAL)


@dataclass(frozen=True)
class Sight:
    """Whom a viewer sees, by key and by organisation; `people` has herself first, then by name."""

    viewer: Person
    people: tuple[Person, ...]
    keys: dict[int, frozenset[str]]
    organisations: dict[int, frozenset[int]]

    def name_of(self, key: str) -> str:
        return self._names.get(key, "")

    @cached_property
    def _names(self) -> dict[str, str]:
        return {key: person.full_name for person in self.people for key in self.keys[person.pk]}

    def statements(self, only: Person | None = None) -> StatementQuerySet:
        """All that the viewer may see, or what of it is about one person."""
        about = Q(pk__in=[])
        by_organisation: dict[int, set[str]] = defaultdict(set)
        for person in self.people if only is None else [only]:
            if person.pk == self.viewer.pk:
                about |= Q(actor__in=_agents(self.keys[person.pk]))
                continue
            for organisation in self.organisations[person.pk]:
                by_organisation[organisation] |= self.keys[person.pk]
        for organisation, keys in sorted(by_organisation.items()):
            about |= Q(organisation=organisation, actor__in=_agents(keys))
        return Statement.objects.filter(about)


def sight_of(viewer: Person, on: date) -> Sight:
    """Return whom a viewer sees on a day, in two queries."""
    organisations: dict[int, set[int]] = defaultdict(set)
    people = {viewer.pk: viewer}
    for employment in employments_visible_to(viewer, on).select_related("person"):
        organisations[employment.person_id].add(employment.organisation_id)
        people.setdefault(employment.person_id, employment.person)
    others = sorted(
        (each for each in people.values() if each.pk != viewer.pk), key=lambda each: (each.family_name, each.given_name)
    )
    keys = actor_keys_of_all([viewer, *others])
    return Sight(
        viewer,
        (viewer, *others),
        {pk: frozenset(found) for pk, found in keys.items()},
        {pk: frozenset(found) for pk, found in organisations.items()},
    )


@dataclass(frozen=True)
class Wanted:
    """What is looked for; days are in Stockholm, and of when it happened."""

    person: Person | None = None
    verb: str = ""
    activity: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Line:
    """A statement in a list."""

    statement_id: UUID
    sentence: str
    happened_at: datetime
    voided_at: datetime | None


@dataclass(frozen=True)
class LinePage:
    lines: tuple[Line, ...]
    older: str = ""


def page_of(sight: Sight, wanted: Wanted, preferences: Preferences, cursor: str = "") -> LinePage:
    """Return a page, the last stored first. Raises NotFound for a cursor that was not made here."""
    rows = sight.statements(wanted.person)
    if wanted.verb:
        rows = rows.filter(verb__key=digest(wanted.verb))
    if wanted.activity:
        rows = rows.filter(activity__key=digest(wanted.activity))
    if wanted.since:
        rows = rows.filter(happened_at__gte=start_of_day(wanted.since))
    if wanted.until:
        rows = rows.filter(happened_at__lt=end_of_day(wanted.until))
    if cursor:
        rows = rows.filter(pk__lt=_place(cursor))
    found = list(_whole(rows).order_by("-pk")[: ROWS + 1])
    page = found[:ROWS]
    older = signing.dumps(page[-1].pk, salt=SALT) if len(found) > ROWS else ""
    return LinePage(tuple(_line(row, sight, preferences) for row in page), older)


def activities_of(sight: Sight, preferences: Preferences) -> list[tuple[str, str]]:
    """Return what can be asked for by title, as IRI and title: what the seen statements are about."""
    rows = Activity.objects.filter(pk__in=sight.statements().values("activity"), definition__type__in=TITLED)
    found = [
        (row.iri, name_of(row.iri, row.definition, preferences), row.definition["type"])
        for row in rows.order_by("-pk")[:ACTIVITIES]
    ]
    return sorted(((iri, _titled(title, kind)) for iri, title, kind in found), key=lambda each: each[1].casefold())


@dataclass(frozen=True)
class Opened:
    """A statement by itself."""

    line: Line
    who: str
    verb: str
    verb_iri: str
    what: str
    activity_iri: str
    organisation: str
    assessor: str
    has_assessor: bool
    authority: str
    stored: datetime
    is_time_corrected: bool
    raw: str
    same_registration: tuple[Line, ...] = ()
    refers_to: tuple[Line, ...] = ()
    referred_by: tuple[Line, ...] = ()


def opened(sight: Sight, statement_id: UUID, preferences: Preferences) -> Opened:
    """Return one statement with what belongs to it. Raises NotFound, also for what the viewer may not see."""
    row = _whole(sight.statements()).select_related("organisation", "authority").filter(statement_id=statement_id)
    found = row.first()
    if found is None:
        raise NotFound
    body = body_of(found)
    near = Q(refers_to=statement_id)
    if found.registration:
        near |= Q(registration=found.registration)
    if found.refers_to:
        near |= Q(statement_id=found.refers_to)
    related = list(_whole(sight.statements()).filter(near).exclude(pk=found.pk).order_by("-pk")[:RELATED])
    lines = {each.pk: _line(each, sight, preferences) for each in related}
    instructor = body.get("context", {}).get("instructor", {}).get("account", {}).get("name", "")
    return Opened(
        line=_line(found, sight, preferences),
        who=_who(found, sight),
        verb=verb_words(found.verb.iri, found.verb.display, preferences),
        verb_iri=found.verb.iri,
        what=name_of(found.activity.iri, found.activity.definition, preferences) if found.activity else "",
        activity_iri=found.activity.iri if found.activity else "",
        organisation=found.organisation.name if found.organisation else "",
        assessor=sight.name_of(instructor),
        has_assessor="instructor" in body.get("context", {}),
        authority=plain(found.authority.ifi_value),
        stored=found.stored,
        is_time_corrected=found.happened_at != found.timestamp,
        raw=json.dumps(body, ensure_ascii=False, indent=2),
        same_registration=tuple(
            lines[each.pk] for each in related if found.registration and each.registration == found.registration
        ),
        refers_to=tuple(lines[each.pk] for each in related if each.statement_id == found.refers_to),
        referred_by=tuple(lines[each.pk] for each in related if each.refers_to == statement_id),
    )


def _whole(rows: StatementQuerySet) -> StatementQuerySet:
    return rows.with_voided_at().select_related("redactable", "actor", "verb", "activity")


def _line(row: Statement, sight: Sight, preferences: Preferences) -> Line:
    definitions = {row.activity.iri: row.activity.definition} if row.activity else {}
    sentence = sentence_of(body_of(row), _who(row, sight), {row.verb.iri: row.verb.display}, definitions, preferences)
    voided_at: datetime | None = getattr(row, "voided_at", None)
    return Line(row.statement_id, sentence, row.happened_at, voided_at)


def _who(row: Statement, sight: Sight) -> str:
    return sight.name_of(row.actor.ifi_value) if row.actor else ""


def _titled(title: str, kind: str) -> str:
    return _("%(title)s (the questions)") % {"title": title} if kind == words.QUESTION_SET else title


def _agents(keys: Iterable[str]) -> Any:
    base = iri_base()
    return Agent.objects.filter(key__in=[identifier_from_key(key, base).digest for key in sorted(keys)]).values("pk")


def _place(cursor: str) -> int:
    try:
        return int(signing.loads(cursor, salt=SALT))
    except signing.BadSignature as error:
        raise NotFound from error
