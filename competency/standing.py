"""The fold: what a person can do, from what statements show and what the law of one employer says. Pure.

The answer is a row of dated segments per competency. A segment says what was known to hold from its start on: the
level, until when each level up to it holds as things then stood, and the statements that make it so. So the answer as
of a day is read off the segments, and equals the fold of what had happened by then; nothing here asks the time.

Levels (`docs/decisions/0010` to `0013` give the choices and their reasons):

- A level is shown when its rule is satisfied, and by whatever shows a level above it.
- Evidence is judged by the version of the rule in force when it happened; a combination, when its last part happened.
- All-of ends at its earliest part, any-of at its latest. `course` and `quiz` of one all-of share a registration.
- A failed observation at n removes n and above; each of them comes back with a later positive one that reaches it.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from people.clock import STOCKHOLM, end_of_day

from .law import BEGINNING, FOREVER, Counted, Law, Period, Rule, common, union
from .trees import CERTIFICATE, CONFIRMATION, COURSE, OBSERVATION, QUALIFICATION, QUIZ, AllOf, AnyOf, Leaf, Node


class Kind(StrEnum):
    """What a statement is evidence of; the first six are also the leaves of a rule."""

    COURSE = COURSE
    QUIZ = QUIZ
    OBSERVATION = OBSERVATION
    CONFIRMATION = CONFIRMATION
    QUALIFICATION = QUALIFICATION
    CERTIFICATE = CERTIFICATE
    STARTED = "started"


TOP = 4
ASSESSED = (Kind.OBSERVATION, Kind.CONFIRMATION)
LEARNT = (Kind.COURSE, Kind.QUIZ, Kind.STARTED)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one statement shows, without free text. `by` holds the roles and licences of whoever judged it."""

    statement_id: str
    kind: Kind
    happened_at: datetime
    stored: datetime
    authority: str
    organisation: int | None
    activity: str
    registration: str | None = None
    major: int | None = None
    competency: str = ""
    level: int = 0
    positive: bool = True
    by: frozenset[str] = frozenset()
    licence: str = ""
    licences: frozenset[str] = frozenset()
    until: datetime | None = None
    in_person: bool = False
    checklist: bool = False
    from_start: bool = False
    voided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """`level` from `start` until `end`. `ends[n - 1]` is until when level n holds, as known at `start` (None: ever)."""

    start: datetime
    end: datetime | None
    level: int
    ends: tuple[datetime | None, ...]
    rule_level: int
    rule_version: int
    reasons: tuple[str, ...]

    def covers(self, moment: datetime) -> bool:
        return self.start < moment and (self.end is None or moment <= self.end)


@dataclass(frozen=True, slots=True)
class Folded:
    """One competency: the segments in order, and the periods in which something was under way towards it."""

    segments: tuple[Segment, ...] = ()
    under_way: tuple[tuple[datetime, datetime | None], ...] = ()

    def at(self, moment: datetime) -> Segment | None:
        """Return the segment that holds just before `moment` (the end of the day asked about)."""
        return next((segment for segment in self.segments if segment.covers(moment)), None)

    def is_under_way(self, moment: datetime) -> bool:
        return any(start < moment and (end is None or moment <= end) for start, end in self.under_way)

    def last_held(self, level: int, moment: datetime) -> Segment | None:
        """Return the last segment begun before `moment` that reached `level`."""
        return next((s for s in reversed(self.segments) if s.level >= level and s.start < moment), None)


@dataclass(frozen=True, slots=True)
class Piece:
    """From `start` until `end` some evidence shows `level`; as things stood then, it would hold until `until`."""

    start: datetime
    end: datetime
    until: datetime
    shown_at: datetime
    level: int
    version: int
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """Evidence that counts for a competency: to which level, in which periods, and cut short from when on."""

    evidence: Evidence
    level: int
    periods: tuple[Period, ...]
    cuts: tuple[tuple[datetime, datetime], ...] = ()


@dataclass
class Pile:
    """All that counts for one competency, by kind."""

    items: dict[Kind, list[Item]] = field(default_factory=lambda: defaultdict(list))

    def __iter__(self) -> Iterator[Item]:
        for items in self.items.values():
            yield from items


def fold(
    evidence: Iterable[Evidence], law: Law, as_of: datetime | None = None, known_at: datetime | None = None
) -> dict[str, Folded]:
    """Return what holds of every competency that anything speaks for.

    With `as_of`, only what happened before it; with `known_at`, only what was stored by then. The caller narrows the
    law alike (`Inputs.known`).
    """
    piles = collect(narrow(evidence, as_of, known_at), law)
    folded = {code: _fold_one(code, pile, law) for code, pile in piles.items()}
    return {code: each for code, each in folded.items() if each.segments or each.under_way}


def narrow(
    evidence: Iterable[Evidence], as_of: datetime | None = None, known_at: datetime | None = None
) -> list[Evidence]:
    """Return each statement once, in the order it happened, without the voided and what was not yet so or not known."""
    each = {item.statement_id: item for item in evidence if _is_known(item, as_of, known_at)}
    return sorted(each.values(), key=lambda item: (item.happened_at, item.statement_id))


def _is_known(item: Evidence, as_of: datetime | None, known_at: datetime | None) -> bool:
    if known_at is None:
        return item.voided_at is None and (as_of is None or item.happened_at < as_of)
    is_voided = item.voided_at is not None and item.voided_at <= known_at
    return item.stored <= known_at and not is_voided and (as_of is None or item.happened_at < as_of)


def collect(evidence: Iterable[Evidence], law: Law) -> dict[str, Pile]:
    """Lay each piece of evidence on the piles of the competencies that it counts for."""
    piles: dict[str, Pile] = defaultdict(Pile)
    for item in evidence:
        for competency, counted in items_of(item, law):
            piles[competency].items[item.kind].append(counted)
    return piles


def items_of(item: Evidence, law: Law) -> Iterator[tuple[str, Item]]:
    """Yield each competency that the evidence counts for, and how far."""
    accepted = law.accepted(item.authority, item.activity)
    if not accepted:
        return
    if item.kind in LEARNT:
        course = law.course_of(item.activity)
        for claim in law.claims_of(item.activity, item.major, item.happened_at):
            periods = common(accepted, _approved(item, course, claim, law))
            if periods:
                yield claim.competency, Item(item, claim.level, periods, claim.cuts)
    elif law.is_home(item.organisation):
        if item.kind is Kind.QUALIFICATION:
            for competency in set().union(*(law.by_licence.get(code, ()) for code in item.licences)):
                yield competency, Item(item, 0, accepted)
        elif item.competency in law.rules:
            yield item.competency, Item(item, item.level, accepted)


def _approved(item: Evidence, course: str, claim: Counted, law: Law) -> tuple[Period, ...]:
    if item.kind is Kind.STARTED:
        return ((item.happened_at, FOREVER),) if law.is_home(item.organisation) else ()
    return law.approved(course, claim.major, item.organisation)


def _fold_one(competency: str, pile: Pile, law: Law) -> Folded:
    pieces: list[Piece] = []
    touched: list[Period] = []
    for level in law.rules.get(competency, {}):
        shown, leaves = shown_pieces(competency, level, pile, law)
        pieces += shown
        touched += [(piece.start, piece.end) for piece in leaves]
    touched += _started(competency, pile, law)
    under_way = tuple((start, _open(end)) for start, end in union(touched))
    return Folded(tuple(_segments(_undominated(pieces), _blocks(competency, pile, law))), under_way)


def shown_pieces(competency: str, level: int, pile: Pile, law: Law) -> tuple[list[Piece], list[Piece]]:
    """Return when the rule of a level is satisfied, and when single leaves of it are, version by version."""
    versions = law.rules[competency][level]
    shown: list[Piece] = []
    parts: list[Piece] = []
    for index, rule in enumerate(versions):
        judged = judged_by(versions, index)
        later = [(each.valid_from, each.ends_earlier_at) for each in versions[index + 1 :] if each.ends_earlier_at]
        matcher = Matcher(rule, pile, law, judged)
        found = matcher.pieces(rule.tree) + matcher.stated()
        shown += _by_version(found, rule, judged, later)
        parts += _by_version(matcher.leaves, rule, judged, later)
    return shown, parts


def judged_by(versions: list[Rule], index: int) -> Period:
    """Return when what happens is judged by a version: while it is in force; by the first, also what is older."""
    start = versions[index].valid_from if index else BEGINNING
    return start, versions[index + 1].valid_from if index + 1 < len(versions) else FOREVER


def _by_version(
    pieces: list[Piece], rule: Rule, judged: Period, later: list[tuple[datetime, datetime]]
) -> Iterator[Piece]:
    """Yield what this version judges, from when it holds, and ended where a later version says so."""
    for piece in pieces:
        if judged[0] <= piece.shown_at < judged[1]:
            yield from _cut(_from(piece, rule.valid_from), later)


class Matcher:
    """Which pieces satisfy one version of a rule. Each leaf that is satisfied is kept in `leaves`."""

    def __init__(self, rule: Rule, pile: Pile, law: Law, judged: Period) -> None:
        self.rule = rule
        self.pile = pile
        self.law = law
        self.judged = judged
        self.leaves: list[Piece] = []

    def pieces(self, node: Node) -> list[Piece]:
        if isinstance(node, Leaf):
            found = [piece for item in self.matching(node) for piece in self.pieces_of(item)]
            self.leaves += found
            return found
        if isinstance(node, AnyOf):
            return [piece for child in node.children for piece in self.pieces(child)]
        return self._all_of(node)

    def matching(self, leaf: Leaf) -> list[Item]:
        """Return the evidence that satisfies a leaf."""
        items = self.pile.items.get(Kind(leaf.kind), ())
        return [
            item for item in items if item.evidence.happened_at < self.judged[1] and self.misfit(leaf, item) is None
        ]

    def misfit(self, leaf: Leaf, item: Item) -> str | None:
        """Return why evidence of the leaf's kind does not satisfy it, or None."""
        evidence = item.evidence
        if leaf.kind == QUALIFICATION:
            return None if evidence.positive and not leaf.licences.isdisjoint(evidence.licences) else "rule"
        if not evidence.positive:
            return "failed"
        if evidence.from_start or item.level < self.rule.level:
            return "rule"
        if leaf.by and leaf.by.isdisjoint(evidence.by):
            return "role"
        if leaf.in_person and not evidence.in_person:
            return "in_person"
        return "checklist" if leaf.checklist and not evidence.checklist else None

    def stated(self) -> list[Piece]:
        """Return what is shown because its approver stated the level: certificates, and what comes from the start."""
        if not is_open(self.rule.tree):
            return []
        items = [item for kind in (Kind.CERTIFICATE, *ASSESSED) for item in self.pile.items.get(kind, ())]
        return [piece for item in items if self.is_stated(item) for piece in self.pieces_of(item)]

    def is_stated(self, item: Item) -> bool:
        evidence = item.evidence
        if not evidence.positive or evidence.level != self.rule.level or evidence.happened_at >= self.judged[1]:
            return False
        if evidence.from_start:
            return True
        takes = self.law.takes_certificates(self.rule.competency, evidence.level, evidence.happened_at)
        return evidence.kind is Kind.CERTIFICATE and takes

    def pieces_of(self, item: Item) -> list[Piece]:
        evidence = item.evidence
        until = self.until(evidence)
        cuts = item.cuts
        if evidence.kind is Kind.QUALIFICATION:
            cuts = tuple(withdrawals(evidence, self.pile))
        found: list[Piece] = []
        for start, end in item.periods:
            start, end = max(start, evidence.happened_at), min(end, until)
            if start < end:
                ids = (evidence.statement_id,)
                piece = Piece(start, end, until, evidence.happened_at, self.rule.level, self.rule.version, ids)
                found += _cut(piece, cuts) if cuts else (piece,)
        return found

    def until(self, evidence: Evidence) -> datetime:
        if evidence.until is not None:
            return evidence.until
        if evidence.kind is Kind.QUALIFICATION or self.rule.validity_months is None:
            return FOREVER
        return months_after(evidence.happened_at, self.rule.validity_months)

    def _all_of(self, node: AllOf) -> list[Piece]:
        learnt = [child for child in node.children if isinstance(child, Leaf) and child.kind in (COURSE, QUIZ)]
        others = [child for child in node.children if child not in learnt]
        parts = [self.pieces(child) for child in others]
        if len(learnt) > 1:
            parts.append(self._of_one_registration(learnt))
        elif learnt:
            parts.append(self.pieces(learnt[0]))
        found = parts[0]
        for part in parts[1:]:
            found = _both(found, part, self.judged[0])
        return found

    def _of_one_registration(self, leaves: list[Leaf]) -> list[Piece]:
        """Return when each leaf is satisfied by evidence of one and the same registration."""
        by_registration: dict[str, list[list[Piece]]] = defaultdict(lambda: [[] for _ in leaves])
        for index, leaf in enumerate(leaves):
            for item in self.matching(leaf):
                pieces = self.pieces_of(item)
                self.leaves += pieces
                if item.evidence.registration is not None:
                    by_registration[item.evidence.registration][index] += pieces
        found: list[Piece] = []
        for first, *rest in by_registration.values():
            for part in rest:
                first = _both(first, part, self.judged[0])
            found += first
        return found


def withdrawals(evidence: Evidence, pile: Pile) -> Iterator[tuple[datetime, datetime]]:
    """Yield when a licence was later withdrawn: known then, ended then."""
    for item in pile.items.get(Kind.QUALIFICATION, ()):
        other = item.evidence
        if not other.positive and other.licence in evidence.licences and other.happened_at >= evidence.happened_at:
            yield other.happened_at, other.happened_at


def is_open(tree: Node) -> bool:
    """False for an empty tree: nothing shows that level any longer."""
    return isinstance(tree, Leaf) or bool(tree.children)


def _both(first: list[Piece], second: list[Piece], since: datetime) -> list[Piece]:
    """Return when a piece of each holds: from the later start until the earlier end."""
    found: list[Piece] = []
    for a in first:
        for b in second:
            start, end = max(a.start, b.start), min(a.end, b.end)
            if start < end:
                shown_at, ids = max(a.shown_at, b.shown_at), tuple(sorted({*a.ids, *b.ids}))
                found.append(Piece(start, end, min(a.until, b.until), shown_at, a.level, a.version, ids))
    return _undominated(found, since)


def _from(piece: Piece, moment: datetime) -> Piece:
    return piece if piece.start >= moment else replace(piece, start=moment)


def _cut(piece: Piece, cuts: Iterable[tuple[datetime, datetime]]) -> list[Piece]:
    """Return the piece ended earlier by each (known from, ends): in two parts where that is learnt underway."""
    parts = [piece] if piece.start < piece.end else []
    for known_from, ends in cuts:
        parts = [part for each in parts for part in _cut_once(each, known_from, ends)]
    return parts


def _cut_once(piece: Piece, known_from: datetime, ends: datetime) -> Iterator[Piece]:
    if ends >= piece.until or known_from >= piece.end:
        yield piece
        return
    if piece.start < known_from:
        yield replace(piece, end=known_from)
    start, end = max(piece.start, known_from), min(piece.end, ends)
    if start < end:
        yield replace(piece, start=start, end=end, until=ends)


def _started(competency: str, pile: Pile, law: Law) -> list[Period]:
    """Return the periods in which an offer begun counts as under way: as long as what it leads to would hold."""
    found: list[Period] = []
    for item in pile.items.get(Kind.STARTED, ()):
        happened_at = item.evidence.happened_at
        levels = [level for level in law.rules.get(competency, {}) if level <= item.level]
        rule = law.rule_at(competency, max(levels), happened_at) if levels else None
        if rule:
            months = rule.validity_months
            end = FOREVER if months is None else months_after(happened_at, months)
            found += [(max(start, rule.valid_from), min(end, stop)) for start, stop in item.periods]
    return [(start, end) for start, end in found if start < end]


def _blocks(competency: str, pile: Pile, law: Law) -> list[tuple[datetime, datetime, int]]:
    """Return (from, until, lowest level removed) for each failed assessment, until later ones lift it."""
    judged = [item for kind in ASSESSED for item in pile.items.get(kind, ())]
    if all(item.evidence.positive for item in judged):
        return []
    judged = [item for item in judged if _is_entitled(competency, item.evidence, law)]
    found: list[tuple[datetime, datetime, int]] = []
    for item in judged:
        if not item.evidence.positive:
            found += _block(item, [other for other in judged if _may_lift(item.evidence, other.evidence)])
    return found


def _block(item: Item, lifts: list[Item]) -> Iterator[tuple[datetime, datetime, int]]:
    since, lowest = _counts_from(item), item.evidence.level
    for moment, level in sorted((_counts_from(lift), lift.evidence.level) for lift in lifts):
        if level >= lowest:
            if since < moment:
                yield since, moment, lowest
            since, lowest = max(since, moment), level + 1
    yield since, FOREVER, lowest


def _counts_from(item: Item) -> datetime:
    """Return the first moment at which the evidence has happened and its source is accepted."""
    happened_at = item.evidence.happened_at
    return next((max(start, happened_at) for start, end in item.periods if end > happened_at), FOREVER)


def _may_lift(failed: Evidence, other: Evidence) -> bool:
    """A failed observation is lifted by a later positive observation; a failed confirmation by either."""
    is_after = other.positive and other.happened_at > failed.happened_at
    return is_after and (other.kind is Kind.OBSERVATION or failed.kind is Kind.CONFIRMATION)


def _is_entitled(competency: str, evidence: Evidence, law: Law) -> bool:
    if evidence.from_start:
        return True
    return law.accepts_assessor(competency, evidence.kind, evidence.by, evidence.happened_at)


def _undominated(pieces: list[Piece], since: datetime = BEGINNING) -> list[Piece]:
    """Return the pieces without those that another, begun no later, outlasts at the same level or above.

    `since`: a combination is judged by the time of its last part, so what was shown since then yields only to its like.
    """
    if len(pieces) < 2:
        return pieces
    kept: list[Piece] = []
    for piece in sorted(pieces, key=lambda p: (p.start, -p.level, p.ids)):
        if not any(_outlasts(o, piece) and (o.shown_at >= since or piece.shown_at < since) for o in kept):
            kept.append(piece)
    return kept


def _outlasts(other: Piece, piece: Piece) -> bool:
    return (
        other.level >= piece.level
        and other.start <= piece.start
        and other.end >= piece.end
        and other.until >= piece.until
    )


def _segments(pieces: list[Piece], blocks: list[tuple[datetime, datetime, int]]) -> Iterator[Segment]:
    """Yield the segments in order: what the pieces show, less what is blocked."""
    edges = {edge for piece in pieces for edge in (piece.start, piece.end)}
    edges |= {edge for start, end, _ in blocks for edge in (start, end)}
    coming = sorted(pieces, key=lambda piece: piece.start, reverse=True)
    active: list[Piece] = []
    last: Segment | None = None
    for start, end in pairwise(sorted(edges)):
        active = [piece for piece in active if piece.end > start]
        while coming and coming[-1].start <= start:
            active.append(coming.pop())
        lowest = min((level for since, until, level in blocks if since <= start and end <= until), default=TOP + 1)
        segment = _segment(start, end, active, lowest - 1) if active else None
        if segment and last and _continues(last, segment):
            last = replace(last, end=segment.end)
            continue
        if last:
            yield last
        last = segment
    if last:
        yield last


def _segment(start: datetime, end: datetime, active: list[Piece], cap: int) -> Segment | None:
    top = min(cap, max(piece.level for piece in active))
    if top < 1:
        return None
    best = max((piece for piece in active if piece.level >= top), key=_strength)
    ends = tuple(_open(max(p.until for p in active if p.level >= level)) for level in range(1, top + 1))
    return Segment(start, _open(end), top, ends, best.level, best.version, best.ids)


def _strength(piece: Piece) -> tuple[datetime, timedelta, tuple[str, ...]]:
    """The longest, then the one begun first: so that a reason, once given, stays until a better one comes."""
    return piece.until, FOREVER - piece.start, piece.ids


def _continues(last: Segment, segment: Segment) -> bool:
    return last.end == segment.start and (
        (last.level, last.ends, last.rule_level, last.rule_version, last.reasons)
        == (segment.level, segment.ends, segment.rule_level, segment.rule_version, segment.reasons)
    )


def _open(moment: datetime) -> datetime | None:
    return None if moment == FOREVER else moment


def months_after(moment: datetime, months: int) -> datetime:
    """Return the first instant after the last valid day: the same day `months` later, or the last of that month."""
    return _months_after(moment.astimezone(STOCKHOLM).date(), months)


@lru_cache(maxsize=8192)
def _months_after(day: date, months: int) -> datetime:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return end_of_day(date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1])))
