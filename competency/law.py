"""What competence is judged by at one employer: rules, claims, reviews, policies, what is accepted, dated. Pure.

Everything here is an append-only row with `valid_from` and `recorded_at`. A `Law` is those rows as one organisation
sees them: it answers which claims an activity had when something happened, and during which periods evidence counts.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from .trees import CERTIFICATE, COURSE, QUALIFICATION, QUIZ, Node, can_be_met, is_shown_by, leaves

BEGINNING = datetime.min.replace(tzinfo=UTC)
FOREVER = datetime.max.replace(tzinfo=UTC)

Period = tuple[datetime, datetime]
"""From the first moment until, and without, the second."""

ALWAYS: tuple[Period, ...] = ((BEGINNING, FOREVER),)


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of what shows `level`. `ends_earlier_at` ends what older versions were satisfied by."""

    competency: str
    level: int
    tree: Node
    validity_months: int | None
    version: int
    valid_from: datetime
    recorded_at: datetime
    ends_earlier_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    activity: str
    questions: str
    competency: str
    level: int
    major: int
    valid_from: datetime
    recorded_at: datetime
    withdrawn: bool = False
    ends_earlier_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """A review covers the major version it was made of: what is minor does not change what is taught."""

    activity: str
    major: int
    node: int
    valid_from: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Policy:
    node: int
    counts_unreviewed: bool
    valid_from: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Source:
    node: int
    authority: str
    prefix: str
    valid_from: datetime
    recorded_at: datetime
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Acceptance:
    """“What `giver`, or an organisation below it, has found counts at `node` and below, up to `level`.”

    `competency` is its code, or "" for all; `months` after it was shown it is no longer fresh enough (None: never).
    """

    node: int
    giver: int
    competency: str
    level: int
    months: int | None
    valid_from: datetime
    recorded_at: datetime
    withdrawn: bool = False


Lent = tuple[Acceptance, Period]
"""On what terms another organisation's levels are accepted, and when."""


@dataclass(frozen=True, slots=True)
class Succession:
    """“Whoever holds a level of `old` holds that level of `new`”; `levels` are pairs of both, from the lowest up."""

    old: str
    new: str
    levels: tuple[tuple[int, int], ...]
    valid_from: datetime
    recorded_at: datetime
    withdrawn: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Every row of the law, in the order of (valid_from, recorded_at, row)."""

    rules: tuple[Rule, ...] = ()
    claims: tuple[Claim, ...] = ()
    reviews: tuple[Review, ...] = ()
    policies: tuple[Policy, ...] = ()
    sources: tuple[Source, ...] = ()
    acceptances: tuple[Acceptance, ...] = ()
    successions: tuple[Succession, ...] = ()

    def known(self, as_of: datetime | None = None, known_at: datetime | None = None) -> Inputs:
        """Return what held before `as_of` and was recorded by `known_at` (None: all of it)."""
        if as_of is None and known_at is None:
            return self

        def holds(row: Rule | Claim | Review | Policy | Source | Acceptance | Succession) -> bool:
            return (as_of is None or row.valid_from < as_of) and (known_at is None or row.recorded_at <= known_at)

        return replace(
            self,
            rules=tuple(filter(holds, self.rules)),
            claims=tuple(filter(holds, self.claims)),
            reviews=tuple(filter(holds, self.reviews)),
            policies=tuple(filter(holds, self.policies)),
            sources=tuple(filter(holds, self.sources)),
            acceptances=tuple(filter(holds, self.acceptances)),
            successions=tuple(filter(holds, self.successions)),
        )


@dataclass(frozen=True, slots=True)
class Counted:
    """A claim in force: the level it reaches, and from when on (`known_from`) it ends earlier than evidence would."""

    activity: str
    competency: str
    level: int
    major: int
    cuts: tuple[tuple[datetime, datetime], ...]


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A stated equivalence while it is in force: what is shown of `old` counts for the newer one."""

    old: str
    levels: tuple[tuple[int, int], ...]
    since: datetime
    until: datetime
    reason: str

    def level(self, held: int) -> int:
        """Return the level of the newer competency that a level of the older one counts as, 0 if none."""
        return max((new for old, new in self.levels if old <= held), default=0)


class Law:
    """The inputs as one organisation is judged by them.

    `lineages` gives for each organisation itself and its ancestors, nearest first; `platform` is the platform's own
    authority, always accepted.
    """

    def __init__(
        self, inputs: Inputs, organisation: int, lineages: Mapping[int, tuple[int, ...]], platform: str
    ) -> None:
        self.inputs = inputs
        self.organisation = organisation
        self.lineage = lineages.get(organisation, (organisation,))
        self.platform = platform
        self._home = frozenset(self.lineage)
        self._lineages = lineages
        self.rules = by_level(inputs.rules)
        self.by_licence = _licences(inputs.rules)
        self._claims = _by_activity(inputs.claims)
        self._reviews: dict[tuple[str, int], list[Review]] = defaultdict(list)
        for review in inputs.reviews:
            self._reviews[review.activity, review.major].append(review)
        self.unreviewed = self._policy_periods()
        self._periods: dict[tuple[str, int, int | None], tuple[Period, ...]] = {}
        self.kinds = _kinds(self.rules)
        self.taken_over = _taken_over(inputs.successions)
        self._counted: dict[tuple[str, int | None], tuple[list[datetime], list[tuple[Counted, ...]]]] = {}
        self._claims_at: dict[datetime, dict[str, list[Claim]]] = {}
        self._sources: dict[tuple[str, str], tuple[Period, ...]] = {}
        self._givers: dict[int, tuple[Law, tuple[Lent, ...]]] = {}

    def is_home(self, organisation: int | None) -> bool:
        """True for what was earned here or under an organisation above."""
        return organisation in self._home

    def accepted(self, authority: str, activity: str) -> tuple[Period, ...]:
        """Return when statements by `authority` about `activity` are evidence here."""
        if authority == self.platform:
            return ALWAYS
        key = (authority, activity)
        if key not in self._sources:
            self._sources[key] = self._accepted(authority, activity)
        return self._sources[key]

    def lent_by(self, giver: int) -> tuple[Law, tuple[Lent, ...]]:
        """Return the law of another organisation, and on what terms its levels are accepted here.

        By that law it accepts nothing from others in turn: what is passed on at second hand counts nowhere, and no
        two organisations can keep a level alive by each other.
        """
        if giver not in self._givers:
            own = Law(replace(self.inputs, acceptances=()), giver, self._lineages, self.platform)
            self._givers[giver] = own, tuple(self._terms(giver))
        return self._givers[giver]

    def approved(self, activity: str, major: int, organisation: int | None) -> tuple[Period, ...]:
        """Return when a course earned under `organisation` counts here: reviewed, or counted though it is not.

        What was earned here needs a review here or above, or a policy that counts without; what was earned elsewhere
        needs a review at an ancestor that both have.
        """
        key = (activity, major, organisation)
        if key not in self._periods:
            self._periods[key] = self._approved(activity, major, organisation)
        return self._periods[key]

    def claims_of(self, activity: str, major: int | None, moment: datetime) -> tuple[Counted, ...]:
        """Return what the activity, or its question set, claimed at `moment` for that major version."""
        key = (activity, major)
        if key not in self._counted:
            self._counted[key] = self._claimed_from(activity, major)
        since, counted = self._counted[key]
        place = bisect_right(since, moment)
        return counted[place - 1] if place else ()

    def has_claimed(self, activity: str, competency: str) -> bool:
        return competency in self._claims.get(activity, {})

    def rule_at(self, competency: str, level: int, moment: datetime) -> Rule | None:
        """Return the version in force at `moment`; the first one, if that is older than the rule."""
        versions = self.rules.get(competency, {}).get(level, [])
        found = versions[0] if versions else None
        for version in versions:
            if version.valid_from <= moment:
                found = version
        return found

    def accepts_assessor(self, competency: str, kind: str, by: frozenset[str], moment: datetime) -> bool:
        """True when some rule of the competency, in force at `moment`, lets one of `by` observe, or confirm."""
        found = (leaf for rule in self._rules_at(competency, 1, moment) for leaf in leaves(rule.tree))
        return any(leaf.kind == kind and not by.isdisjoint(leaf.by) for leaf in found)

    def takes_certificates(self, competency: str, level: int, moment: datetime) -> bool:
        """True when a certificate alone shows this level or one above: then its approver states the level."""
        rules = self._rules_at(competency, level, moment)
        return any(is_shown_by(rule.tree, (CERTIFICATE,)) for rule in rules)

    def is_reviewed(self, activity: str, major: int, moment: datetime) -> bool:
        """True when the major version had been reviewed here or above before `moment`."""
        reviews = self._reviews.get((activity, major), ())
        return any(review.node in self._home and review.valid_from < moment for review in reviews)

    def reach_of(self, claim: Claim, moment: datetime) -> int:
        """Return the highest level that the course of a claim shows by itself, 0 if none."""
        rules = [rule for rule in self._rules_at(claim.competency, 1, moment) if rule.level <= claim.level]
        return max((rule.level for rule in rules if is_shown_by(rule.tree, (COURSE, QUIZ))), default=0)

    def is_meetable(self, competency: str, asked: int, moment: datetime) -> bool:
        """True when something could show the level: a rule at it or above that can be satisfied."""
        taught = max((claim.level for claim in self.claims_at(moment).get(competency, ())), default=0)
        lent = self._lent_up_to(competency, moment)
        rules = self._rules_at(competency, asked, moment)
        return any(
            can_be_met(rule.tree, is_taught=taught >= rule.level, is_accepted=lent >= rule.level) for rule in rules
        )

    def claims_at(self, moment: datetime) -> dict[str, list[Claim]]:
        """Return by competency what is claimed at `moment`, of each activity's newest major version."""
        if moment not in self._claims_at:
            found: dict[str, list[Claim]] = defaultdict(list)
            for activity, competencies in self._claims.items():
                for rows in competencies.values():
                    row = _in_force(rows, None, moment)
                    if row is not None and not row.withdrawn and row.activity == activity:
                        found[row.competency].append(row)
            self._claims_at = {moment: dict(found)}
        return self._claims_at[moment]

    def older_than(self, competency: str) -> set[str]:
        """Return the competencies that this one has taken over from, directly or through others."""
        found: set[str] = set()
        waiting = [competency]
        while waiting:
            for taken in self.taken_over.get(waiting.pop(), ()):
                if taken.old not in found and taken.old != competency:
                    found.add(taken.old)
                    waiting.append(taken.old)
        return found

    def _claimed_from(self, activity: str, major: int | None) -> tuple[list[datetime], list[tuple[Counted, ...]]]:
        """Return the moments at which the claims change, and what is claimed from each on."""
        rows = list(self._claims.get(activity, {}).values())
        moments = sorted({row.valid_from for each in rows for row in each})
        return moments, [tuple(_counted_at(rows, major, moment)) for moment in moments]

    def _rules_at(self, competency: str, lowest: int, moment: datetime) -> list[Rule]:
        """Return the rules in force at `moment` for level `lowest` and those above."""
        levels = [level for level in self.rules.get(competency, {}) if level >= lowest]
        return [rule for level in levels if (rule := self.rule_at(competency, level, moment))]

    def _accepted(self, authority: str, activity: str) -> tuple[Period, ...]:
        rows = [row for row in self.inputs.sources if row.authority == authority and activity.startswith(row.prefix)]
        by_choice: dict[tuple[int, str], list[tuple[datetime, bool]]] = defaultdict(list)
        for row in rows:
            if row.node in self._home:
                by_choice[row.node, row.prefix].append((row.valid_from, not row.withdrawn))
        return union(period for changes in by_choice.values() for period in periods_of(changes))

    def _terms(self, giver: int) -> Iterator[Lent]:
        """Yield each row by which the giver's levels are accepted here, and the time until the next replaces it."""
        by_choice: dict[tuple[int, int, str], list[Acceptance]] = defaultdict(list)
        for row in self.inputs.acceptances:
            if row.node in self._home and row.giver in self._lineages.get(giver, (giver,)):
                by_choice[row.node, row.giver, row.competency].append(row)
        for rows in by_choice.values():
            untils = [row.valid_from for row in rows[1:]] + [FOREVER]
            for row, until in zip(rows, untils, strict=True):
                if not row.withdrawn and row.valid_from < until:
                    yield row, (row.valid_from, until)

    def _lent_up_to(self, competency: str, moment: datetime) -> int:
        """Return the highest level that is accepted here from anybody at `moment`."""
        here = (row for row in self.inputs.acceptances if row.node in self._home)
        return highest_accepted(here, competency, moment)

    def _approved(self, activity: str, major: int, organisation: int | None) -> tuple[Period, ...]:
        at_home = self.is_home(organisation)
        nodes = self._home if at_home else self._home.intersection(self._lineages.get(organisation or 0, ()))
        reviews = self._reviews.get((activity, major), ())
        reviewed = [(review.valid_from, FOREVER) for review in reviews if review.node in nodes]
        return union([*reviewed, *self.unreviewed] if at_home else reviewed)

    def _policy_periods(self) -> tuple[Period, ...]:
        """Return when unreviewed courses count: by the nearest node that has decided."""
        moments = sorted({policy.valid_from for policy in self.inputs.policies if policy.node in self._home})
        return periods_of([(moment, self._policy_at(moment)) for moment in moments])

    def _policy_at(self, moment: datetime) -> bool:
        for node in self.lineage:
            rows = [row for row in self.inputs.policies if row.node == node and row.valid_from <= moment]
            if rows:
                return rows[-1].counts_unreviewed
        return False


def highest_accepted(rows: Iterable[Acceptance], competency: str, moment: datetime) -> int:
    """Return the highest level of a competency that any of these rows, in order, accepts at `moment`; 0 if none."""
    newest = {
        (row.node, row.giver, row.competency): row
        for row in rows
        if row.competency in ("", competency) and row.valid_from <= moment
    }
    return max((row.level for row in newest.values() if not row.withdrawn), default=0)


def by_level(rules: Iterable[Rule]) -> dict[str, dict[int, list[Rule]]]:
    """Return the versions of each competency's rules by level, in the order in which they take over."""
    found: dict[str, dict[int, list[Rule]]] = defaultdict(lambda: defaultdict(list))
    for rule in sorted(rules, key=lambda rule: (rule.valid_from, rule.version)):
        found[rule.competency][rule.level].append(rule)
    return {code: dict(sorted(levels.items())) for code, levels in found.items()}


def periods_of(changes: list[tuple[datetime, bool]]) -> tuple[Period, ...]:
    """Return the periods during which a dated yes-or-no was yes; later rows of the same moment win."""
    found: list[Period] = []
    for index, (moment, is_on) in enumerate(changes):
        until = changes[index + 1][0] if index + 1 < len(changes) else FOREVER
        if is_on and moment < until:
            found.append((moment, until))
    return union(found)


def union(periods: Iterable[Period]) -> tuple[Period, ...]:
    """Return the same time as few periods in order."""
    merged: list[Period] = []
    for start, end in sorted(periods):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def common(first: tuple[Period, ...], second: tuple[Period, ...]) -> tuple[Period, ...]:
    """Return the time that is in both."""
    if first is ALWAYS:
        return second
    if second is ALWAYS:
        return first
    both = [(max(a, c), min(b, d)) for a, b in first for c, d in second]
    return tuple((start, end) for start, end in both if start < end)


def _taken_over(successions: Iterable[Succession]) -> dict[str, list[TakenOver]]:
    """Return by the newer competency what it takes over and while what; the last row of a pair is in force."""
    by_pair: dict[tuple[str, str], list[Succession]] = defaultdict(list)
    for row in successions:
        by_pair[row.new, row.old].append(row)
    found: dict[str, list[TakenOver]] = defaultdict(list)
    for (new, old), rows in sorted(by_pair.items()):
        ends = [*(row.valid_from for row in rows[1:]), FOREVER]
        for row, until in zip(rows, ends, strict=True):
            if not row.withdrawn and row.valid_from < until:
                found[new].append(TakenOver(old, row.levels, row.valid_from, until, row.reason))
    return dict(found)


def _licences(rules: Iterable[Rule]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for rule in rules:
        for leaf in leaves(rule.tree):
            if leaf.kind == QUALIFICATION:
                for licence in leaf.licences:
                    found[licence].add(rule.competency)
    return dict(found)


def _by_activity(claims: Iterable[Claim]) -> dict[str, dict[str, list[Claim]]]:
    found: dict[str, dict[str, list[Claim]]] = defaultdict(lambda: defaultdict(list))
    for claim in claims:
        found[claim.activity][claim.competency].append(claim)
        if claim.questions:
            found[claim.questions][claim.competency].append(claim)
    return found


def _kinds(rules: Mapping[str, Mapping[int, list[Rule]]]) -> dict[str, dict[int, frozenset[str]]]:
    """Return by competency and level the kinds of evidence that any version of its rule asks for."""
    return {
        code: {
            level: frozenset(leaf.kind for rule in versions for leaf in leaves(rule.tree))
            for level, versions in levels.items()
        }
        for code, levels in rules.items()
    }


def _counted_at(competencies: list[list[Claim]], major: int | None, moment: datetime) -> Iterator[Counted]:
    for rows in competencies:
        row = _in_force(rows, major, moment)
        if row is not None and not row.withdrawn:
            yield Counted(row.activity, row.competency, row.level, row.major, _cuts(rows, row.major))


def _in_force(rows: list[Claim], major: int | None, moment: datetime) -> Claim | None:
    """Return the last row that held at `moment`, of that major version or (None) of the newest."""
    held = [row for row in rows if row.valid_from <= moment and (major is None or row.major == major)]
    if major is None and held:
        newest = max(row.major for row in held)
        held = [row for row in held if row.major == newest]
    return held[-1] if held else None


def _cuts(rows: list[Claim], major: int) -> tuple[tuple[datetime, datetime], ...]:
    return tuple((row.valid_from, row.ends_earlier_at) for row in rows if row.major > major and row.ends_earlier_at)
