"""The law book: everything by which competence is judged, read once and kept in memory until it changes.

Each change of a framework, rule, requirement, offer, claim, review, policy or accepted source writes a new random
stamp in its own transaction. A reader compares stamps (one small query) and keeps the book of the last one. A
transaction that is rolled back takes its stamp with it, so a book can never outlive its contents.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from people.api import Organisation, whole_number, worded_once
from xapi.api import PLATFORM_AUTHORITY

from . import models
from .errors import UnknownCompetency
from .law import Acceptance, Claim, Inputs, Law, Policy, Review, Rule, Source, Succession, by_level
from .models import Area, Competency, Level, Offer, Profession, Setting
from .trees import RETENTION, Node, leaves, parse

MOST_LAWS = 128
Lineages = Mapping[int, tuple[int, ...]]
Dated = TypeVar("Dated", Rule, Claim, Acceptance, "Asked")


@dataclass(frozen=True, slots=True)
class Asked:
    """One row of a profile."""

    profession: str
    competency: int
    setting: str
    level: int
    node: Organisation | None
    valid_from: date
    recorded_at: datetime
    withdrawn: bool

    @property
    def key(self) -> tuple[Any, ...]:
        return self.profession, self.competency, self.setting, self.node and self.node.pk


@dataclass(frozen=True, slots=True)
class RiskRow:
    competency: int
    risk: int
    valid_from: date
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class AssessorRow:
    """Whoever judges as `role` holds `own_level` herself: of one competency, or (None) where none says otherwise."""

    competency: int | None
    role: str
    own_level: int
    valid_from: datetime
    recorded_at: datetime


@dataclass(frozen=True)
class Book:
    """What is written, with the answers that were already worked out from it."""

    stamp: UUID | None
    inputs: Inputs
    areas: tuple[Area, ...]
    levels: tuple[Level, ...]
    settings: dict[str, Setting]
    competencies: tuple[Competency, ...]
    professions: tuple[Profession, ...]
    offers: tuple[Offer, ...]
    asked: tuple[Asked, ...]
    risks: tuple[RiskRow, ...]
    assessors: tuple[AssessorRow, ...] = ()
    by_pk: dict[int, Competency] = field(default_factory=dict)
    by_code: dict[str, Competency] = field(default_factory=dict)
    by_uuid: dict[str, Competency] = field(default_factory=dict)
    place: dict[int, int] = field(default_factory=dict)
    rules: dict[str, dict[int, list[Rule]]] = field(default_factory=dict)
    claimed: set[str] = field(default_factory=set)
    """Every activity, and question set, that has ever claimed to teach something."""
    retention: set[tuple[str, int]] = field(default_factory=set)
    """Competency and level of every rule that has asked for what is still remembered."""
    _laws: dict[Any, Law] = field(default_factory=dict)
    _profiles: dict[Any, dict[str, list[Asked]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for place, competency in enumerate(self.competencies):
            self.by_pk[competency.pk] = competency
            self.by_code[competency.code] = competency
            self.by_uuid[str(competency.uuid)] = competency
            self.place[competency.pk] = place
        self.rules.update(by_level(self.inputs.rules))
        for rule in self.inputs.rules:
            if any(leaf.kind == RETENTION for leaf in leaves(rule.tree)):
                self.retention.add((rule.competency, rule.level))
        for claim in self.inputs.claims:
            self.claimed.update({claim.activity, claim.questions} - {""})

    def competency(self, code: str) -> Competency:
        if code not in self.by_code:
            raise UnknownCompetency
        return self.by_code[code]

    def profession(self, code: str) -> Profession | None:
        return next((profession for profession in self.professions if profession.code == code), None)

    def law(
        self, organisation: int, lineages: Lineages, as_of: datetime | None = None, known_at: datetime | None = None
    ) -> Law:
        """Return the law of an organisation as it held before `as_of` and was known at `known_at`."""
        # A law keeps its lineages, so no others can come to have their id.
        key = (organisation, as_of, known_at, id(lineages))
        if key not in self._laws:
            if len(self._laws) >= MOST_LAWS:
                self._laws.clear()
            inputs = self.inputs.known(as_of, known_at)
            self._laws[key] = Law(inputs, organisation, lineages, PLATFORM_AUTHORITY)
        return self._laws[key]

    def related(self, codes: Iterable[str]) -> set[str]:
        """Return these competencies and all that took over from one another with them: they are folded together."""
        found = set(codes)
        pairs = [{row.old, row.new} for row in self.inputs.successions]
        while more := [pair for pair in pairs if pair & found and not pair <= found]:
            found.update(*more)
        return found

    def profiles(self, as_of: date, known_at: datetime | None = None) -> dict[str, list[Asked]]:
        """Return what is asked of each profession on a day: the last row of each kind, unless it withdraws."""
        key = (as_of, known_at)
        if key not in self._profiles:
            if len(self._profiles) >= MOST_LAWS:
                self._profiles.clear()
            self._profiles[key] = self._profiles_on(as_of, known_at)
        return self._profiles[key]

    def risk_of(self, competency: int, as_of: date, known_at: datetime | None = None) -> int:
        rows = [
            row.risk
            for row in self.risks
            if row.competency == competency and row.valid_from <= as_of and _is_known(row, known_at)
        ]
        return rows[-1] if rows else 1

    def own_level_for(self, competency: int, role: str, moment: datetime) -> int:
        """Return the level that whoever judges as `role` must hold herself at `moment`; 0 where it does not matter."""
        held = [row for row in self.assessors if row.role == role and row.valid_from <= moment]
        for wanted in (competency, None):
            if rows := [row for row in held if row.competency == wanted]:
                return rows[-1].own_level
        return 0

    def _profiles_on(self, as_of: date, known_at: datetime | None) -> dict[str, list[Asked]]:
        newest = {row.key: row for row in self.asked if row.valid_from <= as_of and _is_known(row, known_at)}
        found: dict[str, list[Asked]] = defaultdict(list)
        for row in newest.values():
            if not row.withdrawn:
                found[row.profession].append(row)
        return dict(found)


def _is_known(row: Asked | RiskRow, known_at: datetime | None) -> bool:
    return known_at is None or row.recorded_at <= known_at


_last: Book | None = None


def book() -> Book:
    """Return the book as it stands in this transaction."""
    global _last  # one book per process: it is the same for every request until the stamp changes
    stamp = _stamp()
    if _last is None or stamp is None or _last.stamp != stamp:
        _last = _read(stamp)
    return _last


def _stamp() -> UUID | None:
    """Asked for with each statement that may concern somebody, so in plain SQL."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT stamp FROM competency_lawstamp WHERE id = 1")
        row = cursor.fetchone()
    return None if row is None else UUID(str(row[0]))


def lineages() -> Lineages:
    """Return for each organisation itself and those above it, nearest first: the same object while the tree is so."""
    return _lineages(tuple(_places()))


@worded_once
def _places() -> QuerySet[Organisation, tuple[str, int]]:
    return Organisation.objects.order_by("path").values_list("path", "pk")


@lru_cache(maxsize=4)
def _lineages(places: tuple[tuple[str, int], ...]) -> Lineages:
    by_path, step = dict(places), Organisation.steplen
    return {
        pk: tuple(by_path[path[:length]] for length in range(len(path), 0, -step) if path[:length] in by_path)
        for path, pk in places
    }


def _read(stamp: UUID | None) -> Book:
    return Book(
        stamp=stamp,
        inputs=_inputs(),
        areas=tuple(Area.objects.all()),
        levels=tuple(Level.objects.all()),
        settings={setting.code: setting for setting in Setting.objects.all()},
        competencies=tuple(Competency.objects.select_related("area")),
        professions=tuple(Profession.objects.all()),
        offers=tuple(Offer.objects.select_related("node").order_by("minutes", "title", "pk")),
        asked=tuple(_asked()),
        risks=tuple(
            RiskRow(*row)
            for row in models.CompetencyRisk.objects.values_list("competency", "risk", "valid_from", "recorded_at")
        ),
        assessors=tuple(
            AssessorRow(*row)
            for row in models.AssessorRule.objects.values_list(
                "competency", "role", "own_level", "valid_from", "recorded_at"
            )
        ),
    )


def _asked() -> list[Asked]:
    return [_asked_of(row) for row in models.ProfileRequirement.objects.select_related("profession", "node")]


def _asked_of(row: models.ProfileRequirement) -> Asked:
    return Asked(
        row.profession.code,
        row.competency_id,
        row.setting,
        row.level,
        row.node,
        row.valid_from,
        row.recorded_at,
        row.withdrawn,
    )


def _rule_of(row: models.EvidenceRule) -> Rule:
    return Rule(
        row.competency.code,
        row.level,
        _tree(json.dumps(row.tree)),
        row.validity_months,
        row.version,
        row.valid_from,
        row.recorded_at,
        row.ends_earlier_at,
    )


def _claim_of(row: models.Claim) -> Claim:
    return Claim(
        row.activity_iri,
        row.questions_iri,
        row.competency.code,
        row.level,
        row.major,
        row.valid_from,
        row.recorded_at,
        row.withdrawn,
        row.ends_earlier_at,
    )


def _acceptance_of(row: models.AcceptedEquivalent) -> Acceptance:
    return Acceptance(
        row.node_id,
        row.giver_id,
        row.competency.code if row.competency else "",
        row.level,
        row.freshness_months,
        row.valid_from,
        row.recorded_at,
        row.withdrawn,
    )


def _succession_of(row: models.Succession) -> Succession:
    pairs = sorted((int(old), new) for old, new in row.levels.items())
    levels = tuple(pairs)
    return Succession(row.old.code, row.new.code, levels, row.valid_from, row.recorded_at, row.withdrawn, row.reason)


def _inputs() -> Inputs:
    rules = models.EvidenceRule.objects.order_by("valid_from", "recorded_at", "version", "pk")
    claims = models.Claim.objects.select_related("competency")
    reviews = models.Review.objects.values_list("activity_iri", "revision", "node", "valid_from", "recorded_at")
    policies = models.Policy.objects.values_list("node", "counts_unreviewed", "valid_from", "recorded_at")
    sources = models.AcceptedSource.objects.values_list(
        "node", "authority", "activity_prefix", "valid_from", "recorded_at", "withdrawn"
    )
    successions = models.Succession.objects.select_related("old", "new")
    return Inputs(
        rules=tuple(map(_rule_of, rules.select_related("competency"))),
        claims=tuple(map(_claim_of, claims)),
        reviews=tuple(
            Review(activity, major_of(revision) or 0, node, since, recorded)
            for activity, revision, node, since, recorded in reviews
        ),
        policies=tuple(Policy(*row) for row in policies),
        sources=tuple(Source(*row) for row in sources),
        acceptances=tuple(map(_acceptance_of, models.AcceptedEquivalent.objects.select_related("competency"))),
        successions=tuple(_succession_of(row) for row in successions),
    )


# --- What is not written yet -----------------------------------------------------------------------------------------

Draft = models.EvidenceRule | models.ProfileRequirement | models.Claim | models.AcceptedEquivalent
"""A page of the book that is checked and not saved."""


def with_drafts(law_book: Book, drafts: Iterable[Draft]) -> Book:
    """Return the book as it would be if the drafts were in it. The book itself is as it was."""
    drafts = list(drafts)
    rules = [_rule_of(row) for row in drafts if isinstance(row, models.EvidenceRule)]
    claims = [_claim_of(row) for row in drafts if isinstance(row, models.Claim)]
    accepted = [_acceptance_of(row) for row in drafts if isinstance(row, models.AcceptedEquivalent)]
    asked = [_asked_of(row) for row in drafts if isinstance(row, models.ProfileRequirement)]
    return _rewritten(
        law_book,
        replace(
            law_book.inputs,
            rules=_in_order([*law_book.inputs.rules, *rules]),
            claims=_in_order([*law_book.inputs.claims, *claims]),
            acceptances=_in_order([*law_book.inputs.acceptances, *accepted]),
        ),
        _in_order([*law_book.asked, *asked]),
    )


def narrowed(law_book: Book, codes: Collection[str]) -> Book:
    """Return only what the book says of some competencies: folded by it, the others cost next to nothing."""
    inputs = law_book.inputs
    return _rewritten(
        law_book,
        replace(
            inputs,
            rules=tuple(rule for rule in inputs.rules if rule.competency in codes),
            claims=tuple(claim for claim in inputs.claims if claim.competency in codes),
        ),
        law_book.asked,
    )


def _rewritten(law_book: Book, inputs: Inputs, asked: tuple[Asked, ...]) -> Book:
    """Return a copy that says something else, with nothing worked out from it yet."""
    return replace(
        law_book,
        stamp=None,
        inputs=inputs,
        asked=asked,
        rules={},
        claimed=set(),
        retention=set(),
        _laws={},
        _profiles={},
    )


def _in_order(rows: Iterable[Dated]) -> tuple[Dated, ...]:
    return tuple(sorted(rows, key=lambda row: (row.valid_from, row.recorded_at)))


@lru_cache(maxsize=1024)
def _tree(text: str) -> Node:
    return parse(json.loads(text))


def major_of(revision: str | None) -> int | None:
    """Return the major version of “major.minor”, or None for what is not one of ours."""
    return whole_number((revision or "").split(".")[0])
