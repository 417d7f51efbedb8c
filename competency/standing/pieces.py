"""Which evidence satisfies a rule, and when. Pure."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import lru_cache

from people.clock import STOCKHOLM, end_of_day

from ..law import BEGINNING, FOREVER, Law, Period, Rule
from ..trees import COURSE, QUALIFICATION, QUIZ, AllOf, AnyOf, Leaf, Node
from .shapes import ASSESSED, Evidence, Item, Kind, Piece, Pile

Cuts = Iterable[tuple[datetime, datetime]]
"""(known from, ends): from the first moment on it is known that what was shown ends at the second."""


def shown_pieces(competency: str, level: int, pile: Pile, law: Law) -> tuple[list[Piece], list[Piece]]:
    """Return when the rule of a level is satisfied, and when single leaves of it are, version by version."""
    versions = law.rules[competency][level]
    shown: list[Piece] = []
    parts: list[Piece] = []
    for index, rule in enumerate(versions):
        judged = judged_by(versions, index)
        later = [(each.valid_from, each.ends_earlier_at) for each in versions[index + 1 :] if each.ends_earlier_at]
        matcher = Matcher(rule, pile, law, judged)
        shown += _by_version(matcher.pieces(rule.tree) + matcher.stated(), rule, judged, later)
        parts += _by_version(matcher.leaves, rule, judged, later)
    return shown, parts


def judged_by(versions: list[Rule], index: int) -> Period:
    """Return when what happens is judged by a version: while it is in force; by the first, also what is older."""
    start = versions[index].valid_from if index else BEGINNING
    return start, versions[index + 1].valid_from if index + 1 < len(versions) else FOREVER


def _by_version(pieces: list[Piece], rule: Rule, judged: Period, later: Cuts) -> Iterator[Piece]:
    """Yield what this version judges, from when it holds, and ended where a later version says so."""
    for piece in pieces:
        if judged[0] <= piece.shown_at < judged[1]:
            if piece.start < rule.valid_from:
                piece = piece._replace(start=rule.valid_from)
            yield from cut(piece, later)


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
            return self._of_items(self.matching(node))
        if isinstance(node, AnyOf):
            return [piece for child in node.children for piece in self.pieces(child)]
        return self._all_of(node)

    def matching(self, leaf: Leaf) -> list[Item]:
        """Return the evidence that satisfies a leaf."""
        before = self.judged[1]
        return [
            item
            for item in self.pile.get(leaf.kind, ())
            if item.evidence.happened_at < before and self.misfit(leaf, item) is None
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
        items = [item for kind in (Kind.CERTIFICATE, *ASSESSED) for item in self.pile.get(kind, ())]
        return [piece for item in items if self._is_stated(item) for piece in self.pieces_of(item)]

    def pieces_of(self, item: Item) -> list[Piece]:
        """Return when an item by itself would show the level of the rule."""
        evidence, cuts = item.evidence, item.cuts
        until, happened_at = self.until(evidence), evidence.happened_at
        if evidence.kind == QUALIFICATION:
            cuts = tuple(withdrawals(evidence, self.pile))
        found: list[Piece] = []
        for start, end in item.periods:
            start, end = max(start, happened_at), min(end, until)
            if start < end:
                ids = (evidence.statement_id,)
                piece = Piece(start, end, until, happened_at, self.rule.level, self.rule.version, ids)
                found += cut(piece, cuts) if cuts else (piece,)
        return found

    def until(self, evidence: Evidence) -> datetime:
        """Return when the evidence lapses by itself: its own date, else the validity of the rule; a licence never."""
        if evidence.until is not None:
            return evidence.until
        if evidence.kind == QUALIFICATION or self.rule.validity_months is None:
            return FOREVER
        return months_after(evidence.happened_at, self.rule.validity_months)

    def _is_stated(self, item: Item) -> bool:
        evidence = item.evidence
        if not evidence.positive or evidence.level != self.rule.level or evidence.happened_at >= self.judged[1]:
            return False
        if evidence.from_start:
            return True
        if evidence.kind != Kind.CERTIFICATE:
            return False
        return self.law.takes_certificates(self.rule.competency, evidence.level, evidence.happened_at)

    def _of_items(self, items: list[Item]) -> list[Piece]:
        found = [piece for item in items for piece in self.pieces_of(item)]
        self.leaves += found
        return found

    def _all_of(self, node: AllOf) -> list[Piece]:
        learnt = [child for child in node.children if isinstance(child, Leaf) and child.kind in (COURSE, QUIZ)]
        parts = [self.pieces(child) for child in node.children if child not in learnt]
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
                pieces = self._of_items([item])
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
    for item in pile.get(QUALIFICATION, ()):
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
    return undominated(found, since)


def cut(piece: Piece, cuts: Cuts) -> list[Piece]:
    """Return the piece ended earlier by each cut: in two parts where that is learnt underway."""
    parts = [piece] if piece.start < piece.end else []
    for known_from, ends in cuts:
        parts = [part for each in parts for part in _cut_once(each, known_from, ends)]
    return parts


def _cut_once(piece: Piece, known_from: datetime, ends: datetime) -> Iterator[Piece]:
    if ends >= piece.until or known_from >= piece.end:
        yield piece
        return
    if piece.start < known_from:
        yield piece._replace(end=known_from)
    start, end = max(piece.start, known_from), min(piece.end, ends)
    if start < end:
        yield piece._replace(start=start, end=end, until=ends)


def undominated(pieces: list[Piece], since: datetime = BEGINNING) -> list[Piece]:
    """Return the pieces without those that another, begun no later, outlasts at the same level or above.

    `since`: a combination is judged by the time of its last part, so what was shown since then yields only to its like.
    """
    if len(pieces) < 2:
        return pieces
    kept: list[Piece] = []
    for piece in sorted(pieces, key=_begun):
        _start, end, until, shown_at, level, _version, _ids = piece
        for other in kept:
            if (
                other.level >= level
                and other.end >= end
                and other.until >= until
                and (other.shown_at >= since or shown_at < since)
            ):
                break
        else:
            kept.append(piece)
    return kept


def _begun(piece: Piece) -> tuple[datetime, int, tuple[str, ...]]:
    return piece.start, -piece.level, piece.ids


@lru_cache(maxsize=16384)
def months_after(moment: datetime, months: int) -> datetime:
    """Return the first instant after the last valid day: the same day `months` later, or the last of that month."""
    return _months_after(moment.astimezone(STOCKHOLM).date(), months)


@lru_cache(maxsize=16384)
def _months_after(day: date, months: int) -> datetime:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return end_of_day(date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1])))
