"""Statements for people: whose may be seen, found and put into words.

She sees what lies under her own keys. Of others she sees what was earned under the very employment by which her roles
reach them (`people.visibility`), so a statement of a combined post at another employer is never among them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.core import signing
from django.db.models import Max, Q
from django.db.models.expressions import RawSQL
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
from .bulk import CHUNK, Question, ask, chunks, is_postgresql
from .identity import digest, identifier_from_key, identifier_of
from .languages import Preferences
from .models import Activity, Agent, Statement, StatementQuerySet, voidings_of
from .queries import body_of
from .sentences import Json, name_of, plain, sentence_of, verb_words
from .statement import ObjectKind

ROWS = 30
AT_ONCE = CHUNK
RELATED = 200
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

    def name_of(self, key: bytes) -> str:
        """The name of whom an agent's digest stands for; empty for whom the viewer does not see."""
        return self._names.get(key, "")

    @cached_property
    def _names(self) -> dict[bytes, str]:
        return {key: person.full_name for person in self.people for key in self._digests[person.pk]}

    @cached_property
    def _digests(self) -> dict[int, list[bytes]]:
        base = iri_base()
        return {pk: [identifier_from_key(key, base).digest for key in keys] for pk, keys in self.keys.items()}

    @cached_property
    def _agents(self) -> dict[bytes, int]:
        """The agents that statements have named so far, by digest."""
        wanted = {key for keys in self._digests.values() for key in keys}
        found = (ask(Question(Agent, "key", chunk, "uuid"))[0] for chunk in chunks(sorted(wanted), AT_ONCE))
        return {key: pk for some in found for key, (pk, _uuid) in some.items()}

    def statements(self, only: Iterable[Person] | None = None) -> StatementQuerySet:
        """All that the viewer may see, or what of it is about some of the people."""
        about = Q(pk__in=[])
        by_organisation: dict[int, set[int]] = defaultdict(set)
        for person in self.people if only is None else only:
            agents = {self._agents[key] for key in self._digests[person.pk] if key in self._agents}
            if person.pk == self.viewer.pk:
                about |= Q(actor__in=_any_of(agents))
                continue
            for organisation in self.organisations[person.pk]:
                by_organisation[organisation] |= agents
        for organisation, agents in sorted(by_organisation.items()):
            about |= Q(organisation=organisation, actor__in=_any_of(agents))
        return Statement.objects.filter(about)


def sight_of(viewer: Person, on: date) -> Sight:
    """Return whom a viewer sees on a day, in two queries (and one more for each 500 people)."""
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

    people: tuple[Person, ...] | None = None
    verb: str = ""
    activity: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Line:
    """A statement in a list. One that may not be opened is there because it voids one that may."""

    statement_id: UUID
    sentence: str
    happened_at: datetime
    voided_at: datetime | None
    may_open: bool = True


@dataclass(frozen=True)
class LinePage:
    lines: tuple[Line, ...]
    older: str = ""


def page_of(sight: Sight, wanted: Wanted, preferences: Preferences, cursor: str = "") -> LinePage:
    """Return a page, the last stored first. Raises NotFound for a cursor that was not made here."""
    rows = sight.statements(wanted.people)
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


def activities_of(sight: Sight, preferences: Preferences, asked: str = "") -> list[tuple[str, str]]:
    """Return what can be asked for by title, as IRI and title: what the newest seen statements are about.

    What is `asked` for already is among them, whatever it is, if a seen statement is about it.
    """
    seen = sight.statements()
    titled = seen.filter(activity__definition__type__in=TITLED)
    newest = titled.values("activity").annotate(newest=Max("pk")).order_by("-newest")[:ACTIVITIES]
    pks = [row["newest"] for row in newest]
    if asked:
        pks += seen.filter(activity__key=digest(asked)).order_by("-pk").values_list("pk", flat=True)[:1]
    found = {}
    for row in Statement.objects.filter(pk__in=pks).select_related("redactable", "activity").order_by("pk"):
        if row.activity:
            found[row.activity.iri] = _title(row.activity, _definition(row), preferences)
    return sorted(found.items(), key=lambda each: each[1].casefold())


def _title(activity: Activity, definition: Json, preferences: Preferences) -> str:
    title = name_of(activity.iri, definition, preferences)
    if definition.get("type") == words.QUESTION_SET:
        return _("%(title)s (the questions)") % {"title": title}
    return title


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
    instructor = identifier_of(body.get("context", {}).get("instructor", {}))

    referring = Q(refers_to=statement_id) | Q(statement_id=found.refers_to)

    def related(near: Q) -> tuple[Line, ...]:
        return _related(found, near, sight, preferences)

    return Opened(
        line=_line(found, sight, preferences),
        who=_who(found, sight),
        verb=verb_words(found.verb.iri, body["verb"].get("display", {}), preferences),
        verb_iri=found.verb.iri,
        what=name_of(found.activity.iri, _definition(found), preferences) if found.activity else "",
        activity_iri=found.activity.iri if found.activity else "",
        organisation=found.organisation.name if found.organisation else "",
        assessor=sight.name_of(instructor.digest) if instructor else "",
        has_assessor="instructor" in body.get("context", {}),
        authority=plain(found.authority.ifi_value),
        stored=found.stored,
        is_time_corrected=found.happened_at != found.timestamp,
        raw=json.dumps(body, ensure_ascii=False, indent=2),
        same_registration=related(Q(registration=found.registration) & ~referring) if found.registration else (),
        refers_to=related(Q(statement_id=found.refers_to)) if found.refers_to else (),
        referred_by=related(Q(refers_to=statement_id)) + _voiding_by_others(found, sight, preferences),
    )


def _related(found: Statement, near: Q, sight: Sight, preferences: Preferences) -> tuple[Line, ...]:
    rows = _whole(sight.statements()).filter(near).exclude(pk=found.pk).order_by("-pk")[:RELATED]
    return tuple(_line(row, sight, preferences) for row in rows)


def _voiding_by_others(found: Statement, sight: Sight, preferences: Preferences) -> tuple[Line, ...]:
    """What voids a statement and is about somebody else: told, since it concerns her, and not to be opened."""
    if found.object_kind == ObjectKind.VOIDED:
        return ()
    voiding = voidings_of(found.statement_id, found.organisation_id, found.credential_id).values("statement")
    rows = _whole(Statement.objects.filter(pk__in=voiding)).exclude(pk__in=sight.statements().values("pk"))
    return tuple(replace(_line(row, sight, preferences), may_open=False) for row in rows.order_by("-pk")[:RELATED])


def _whole(rows: StatementQuerySet) -> StatementQuerySet:
    return rows.with_voided_at().select_related("redactable", "actor", "verb", "activity")


def _line(row: Statement, sight: Sight, preferences: Preferences) -> Line:
    body = body_of(row)
    displays = {row.verb.iri: body["verb"].get("display", {})}
    definitions = {row.activity.iri: _definition(row)} if row.activity else {}
    sentence = sentence_of(body, _who(row, sight), displays, definitions, preferences)
    voided_at: datetime | None = getattr(row, "voided_at", None)
    return Line(row.statement_id, sentence, row.happened_at, voided_at)


def _definition(row: Statement) -> Json:
    """What a statement's activity is: for the platform's own, what it says of it today; else what was said here.

    What lies with an activity is every organisation's, and others may have put their words there.
    """
    if row.activity and row.credential_id is None and row.activity.iri.startswith(f"{iri_base()}/"):
        return dict(row.activity.definition)
    definition: Json = body_of(row)["object"].get("definition", {})
    return definition


def _who(row: Statement, sight: Sight) -> str:
    return (sight.name_of(bytes(row.actor.key)) if row.actor else "") or _("Somebody")


def _any_of(pks: Iterable[int]) -> Any:
    """Some primary keys to look among, however many: SQLite takes so many parameters only, and this is one."""
    found = sorted(pks)
    return found if is_postgresql() else RawSQL("SELECT value FROM json_each(%s)", [json.dumps(found)])


def _place(cursor: str) -> int:
    try:
        return int(signing.loads(cursor, salt=SALT))
    except signing.BadSignature as error:
        raise NotFound from error
