"""Why a level is what it is: each statement that was looked at, whether it counts, and if not, why. Pure.

The same parts as the fold, asked in the other direction; a test holds that the two agree.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from .law import FOREVER, Law, Rule, TakenOver
from .standing import (
    LEARNT,
    Evidence,
    Folded,
    Item,
    Kind,
    Matcher,
    Piece,
    Pile,
    Segment,
    collect,
    fold,
    inherited,
    items_of,
    judged_by,
    narrow,
    shown_by_own_rules,
    shown_pieces,
)
from .trees import Leaf, Node, leaves


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement. `why` is empty when it counts; `level` is what it shows, `until` when that lapses.

    `taken_over`: it counts only because this competency took over from the one that the statement speaks for.
    """

    evidence: Evidence
    why: str
    level: int
    until: datetime | None
    from_elsewhere: bool
    taken_over: TakenOver | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A node of a rule, with whether it is satisfied."""

    node: Node
    is_done: bool
    children: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Examination:
    folded: Folded
    findings: tuple[Finding, ...]
    next_level: int | None
    next_step: Step | None

    @property
    def counted(self) -> list[Finding]:
        return [finding for finding in self.findings if not finding.why]


def examine(
    competency: str,
    evidence: Iterable[Evidence],
    law: Law,
    moment: datetime,
    known_at: datetime | None = None,
) -> Examination:
    """Judge every statement that concerns a competency, as of just before `moment` and as known at `known_at`.

    The law is narrowed alike by the caller (`Inputs.known`).
    """
    looked_at = [item for item in evidence if _was_stored(item, moment, known_at)]
    older = law.older_than(competency)
    concerned = [item for item in looked_at if any(concerns(code, item, law) for code in (competency, *older))]
    held = narrow(concerned, moment, known_at)
    piles = collect(held, law)
    folded = fold(concerned, law, moment, known_at).get(competency, Folded())
    examiner = _Examiner(competency, law, moment, piles, folded)
    kept = {item.statement_id for item in held}
    findings = [examiner.finding(item, item.statement_id in kept) for item in _once(concerned)]
    # Why something does not count for an older competency is told where that one is explained.
    findings = [each for each in findings if not each.why or concerns(competency, each.evidence, law)]
    level, step = examiner.next_step()
    return Examination(folded, tuple(findings), level, step)


def concerns(competency: str, item: Evidence, law: Law) -> bool:
    """True when the statement could have spoken for the competency, whether or not it counts."""
    if item.kind in LEARNT:
        return law.has_claimed(item.activity, competency)
    if item.kind == Kind.QUALIFICATION:
        return any(competency in law.by_licence.get(code, ()) for code in item.licences)
    return item.competency == competency


def _was_stored(item: Evidence, moment: datetime, known_at: datetime | None) -> bool:
    return item.happened_at < moment and (known_at is None or item.stored <= known_at)


def _once(evidence: list[Evidence]) -> list[Evidence]:
    each = {item.statement_id: item for item in evidence}
    return sorted(each.values(), key=lambda item: (item.happened_at, item.statement_id))


class _Examiner:
    def __init__(self, competency: str, law: Law, moment: datetime, piles: dict[str, Pile], folded: Folded) -> None:
        self.competency = competency
        self.law = law
        self.moment = moment
        self.pile = pile = piles.get(competency, Pile())
        self.segment: Segment | None = folded.at(moment)
        self.shown: list[Piece] = []
        self.parts: list[Piece] = []
        for level in law.rules.get(competency, {}):
            shown, parts = shown_pieces(competency, level, pile, law)
            self.shown += shown
            self.parts += parts
        self.inherited = list(inherited(competency, shown_by_own_rules(piles, law), law))

    def finding(self, item: Evidence, is_kept: bool) -> Finding:
        why = self._why(item) if is_kept else "voided"
        level, until = item.level, item.until
        if not why and self.segment:
            best = max(self._showing(item), key=lambda piece: (piece.level, piece.until))
            level, until = min(best.level, self.segment.level), best.until
        elif pieces := self._all(item):
            until = max(piece.until for piece in pieces)
        is_elsewhere = not self.law.is_home(item.organisation)
        taken_over = None if why else self._taken_over(item)
        return Finding(item, why, level, None if until == FOREVER else until, is_elsewhere, taken_over)

    def next_step(self) -> tuple[int | None, Step | None]:
        """Return the next level that has a rule, and that rule with what is done of it."""
        held = self.segment.level if self.segment else 0
        for level in self.law.rules.get(self.competency, {}):
            rule = self.law.rule_at(self.competency, level, self.moment)
            if level > held and rule and list(leaves(rule.tree)):
                return level, self._step(rule.tree, self._matcher(rule))
        return None, None

    def _step(self, node: Node, matcher: Matcher) -> Step:
        if isinstance(node, Leaf):
            return Step(node, any(self._is_active(piece) for piece in matcher.pieces(node)))
        children = tuple(self._step(child, matcher) for child in node.children)
        # All parts may be done and the whole not: a course and its questions of different registrations.
        return Step(node, any(self._is_active(piece) for piece in matcher.pieces(node)), children)

    def _why(self, item: Evidence) -> str:
        """Return why a statement that is known and not voided does not count now, or nothing."""
        if self._showing(item):
            # A failed assessment may have removed every level that the statement shows.
            return "" if self.segment else "negative"
        if item.kind not in LEARNT and not self.law.is_home(item.organisation):
            return "elsewhere"
        if not item.positive:
            return "withdrawn" if item.kind == Kind.QUALIFICATION else "failed"
        if self._inherited(item):
            return "" if self.segment else "negative"
        counted = [found for code, found in items_of(item, self.law) if code == self.competency]
        if not counted:
            return self._why_not_here(item)
        if item.kind == Kind.STARTED:
            return "incomplete"
        if not any(self._is_within(found) for found in counted):
            return "unreviewed" if item.kind in LEARNT else "source"
        return self._why_not_now(item, counted[0])

    def _why_not_here(self, item: Evidence) -> str:
        if not self.law.accepted(item.authority, item.activity):
            return "source"
        if item.kind in LEARNT and not self._was_claimed(item):
            return "claim"
        if not self.law.is_home(item.organisation):
            return "elsewhere"
        return "unreviewed" if item.kind in LEARNT else "rule"

    def _was_claimed(self, item: Evidence) -> bool:
        claims = self.law.claims_of(item.activity, item.major, item.happened_at)
        return any(claim.competency == self.competency for claim in claims)

    def _why_not_now(self, item: Evidence, counted: Item) -> str:
        shown = [piece for piece in self.shown if item.statement_id in piece.ids]
        parts = [piece for piece in self.parts if item.statement_id in piece.ids]
        if not shown and any(self._is_active(piece) for piece in parts):
            return "incomplete"
        if not shown and not parts:
            return self._misfit(counted)
        last = max(shown or parts, key=lambda piece: piece.end)
        if item.kind == Kind.QUALIFICATION:
            return "withdrawn"
        return "transition" if last.until < self._natural_end(item, last) else "expired"

    def _natural_end(self, item: Evidence, piece: Piece) -> datetime:
        """Return when the statement would have lapsed had nothing ended it earlier."""
        versions = self.law.rules[self.competency][piece.level]
        rule = next(rule for rule in versions if rule.version == piece.version)
        return self._matcher(rule).until(item)

    def _matcher(self, rule: Rule) -> Matcher:
        versions = self.law.rules[self.competency][rule.level]
        return Matcher(rule, self.pile, self.law, judged_by(versions, versions.index(rule)))

    def _misfit(self, counted: Item) -> str:
        """Return what kept the statement from satisfying the leaf of its kind that it came closest to."""
        order = ["in_person", "checklist", "role", "failed", "rule"]
        found = ["rule"]
        for level in self.law.rules.get(self.competency, {}):
            rule = self.law.rule_at(self.competency, level, counted.evidence.happened_at)
            if rule and level <= counted.evidence.level:
                matcher = self._matcher(rule)
                same_kind = [leaf for leaf in leaves(rule.tree) if leaf.kind == counted.evidence.kind]
                found += [matcher.misfit(leaf, counted) or "rule" for leaf in same_kind]
        return min(found, key=order.index)

    def _is_within(self, found: Item) -> bool:
        return any(start < self.moment <= end for start, end in found.periods)

    def _is_active(self, piece: Piece) -> bool:
        return piece.start < self.moment <= piece.end

    def _showing(self, item: Evidence) -> list[Piece]:
        """Return what the statement shows now, by this competency's own rules or carried over from an older one."""
        own = [piece for piece in self.shown if item.statement_id in piece.ids and self._is_active(piece)]
        return own + [piece for _taken, piece in self._inherited(item)]

    def _inherited(self, item: Evidence) -> list[tuple[TakenOver, Piece]]:
        return [each for each in self.inherited if item.statement_id in each[1].ids and self._is_active(each[1])]

    def _taken_over(self, item: Evidence) -> TakenOver | None:
        """Return by which equivalence the statement counts, if it does not show as much by the rules here."""
        carried = self._inherited(item)
        if not carried:
            return None
        best = max(carried, key=lambda each: (each[1].level, each[1].until))
        own = [piece.level for piece in self.shown if item.statement_id in piece.ids and self._is_active(piece)]
        return best[0] if best[1].level > max(own, default=0) else None

    def _all(self, item: Evidence) -> list[Piece]:
        return [piece for piece in (*self.shown, *self.parts) if item.statement_id in piece.ids]
