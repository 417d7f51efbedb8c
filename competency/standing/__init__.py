"""The fold: what a person can do, from what statements show and what the law of one employer says. Pure.

The answer is a row of dated segments per competency. A segment says what was known to hold from its start on: the
level, until when each level up to it holds as things then stood, and the statements that make it so. So the answer as
of a day is read off the segments, and equals the fold of what had happened by then; nothing here asks the time.

Levels (`docs/decisions/` gives the choices and their reasons):

- A level is shown when its rule is satisfied, and by whatever shows a level above it.
- Evidence is judged by the version of the rule in force when it happened; a combination, when its last part happened.
- All-of ends at its earliest part, any-of at its latest. `course` and `quiz` of one all-of share a registration.
- What an older competency shows counts for the one that took over from it, at the level stated, from the day stated.
- A failed observation at n removes n and above; each of them comes back with a later positive one that reaches it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from ..law import FOREVER, Counted, Law, Period, common, union
from .lending import lent_items
from .pieces import Matcher, judged_by, months_after, shown_pieces, undominated
from .shapes import ASSESSED, LEARNT, TOP, Evidence, Folded, Item, Kind, Piece, Pile, Segment
from .succeeding import INHERITED, NOTHING, Shown, inherited
from .timeline import blocks_of, segments_of, until_or_never

__all__ = [
    "INHERITED",
    "LEARNT",
    "TOP",
    "Evidence",
    "Folded",
    "Item",
    "Kind",
    "Matcher",
    "Piece",
    "Pile",
    "Segment",
    "collect",
    "fold",
    "inherited",
    "items_of",
    "judged_by",
    "months_after",
    "narrow",
    "shown_by_own_rules",
    "shown_pieces",
]


def fold(
    evidence: Iterable[Evidence], law: Law, as_of: datetime | None = None, known_at: datetime | None = None
) -> dict[str, Folded]:
    """Return what holds of every competency that anything speaks for.

    With `as_of`, only what happened before it; with `known_at`, only what was stored by then. The caller narrows the
    law alike (`Inputs.known`).
    """
    piles = collect(narrow(evidence, as_of, known_at), law)
    shown = shown_by_own_rules(piles, law)
    codes = [*shown, *(code for code in law.taken_over if code not in shown)]
    folded = {code: _fold_one(code, shown, law) for code in codes}
    return {code: each for code, each in folded.items() if each.segments or each.under_way}


def narrow(
    evidence: Iterable[Evidence], as_of: datetime | None = None, known_at: datetime | None = None
) -> list[Evidence]:
    """Return each statement once, in the order it happened, without the voided and what was not yet so or not known."""
    each = {item.statement_id: item for item in evidence if _is_known(item, as_of, known_at)}
    return sorted(each.values(), key=lambda item: (item.happened_at, item.statement_id))


def collect(evidence: Iterable[Evidence], law: Law) -> dict[str, Pile]:
    """Lay each piece of evidence on the piles of the competencies that it counts for."""
    piles: dict[str, Pile] = defaultdict(dict)
    evidence = list(evidence)
    for item in evidence:
        for competency, counted in items_of(item, law):
            piles[competency].setdefault(item.kind, []).append(counted)
    if law.inputs.acceptances:
        for competency, counted in _lent(evidence, law):
            piles[competency].setdefault(Kind.EQUIVALENT, []).append(counted)
    return piles


def items_of(item: Evidence, law: Law) -> Iterator[tuple[str, Item]]:
    """Yield each competency that the evidence counts for, and how far."""
    accepted = law.accepted(item.authority, item.activity)
    if not accepted:
        return
    if item.kind in LEARNT:
        for claim in law.claims_of(item.activity, item.major, item.happened_at):
            periods = common(accepted, _approved(item, claim, law))
            if periods:
                yield claim.competency, Item(item, claim.level, periods, claim.cuts)
    elif law.is_home(item.organisation):
        if item.kind == Kind.QUALIFICATION:
            for competency in {code for each in item.licences for code in law.by_licence.get(each, ())}:
                yield competency, Item(item, 0, accepted)
        elif item.competency in law.rules:
            yield item.competency, Item(item, item.level, accepted)


def _lent(evidence: list[Evidence], law: Law) -> Iterator[tuple[str, Item]]:
    """Yield what other organisations have found by their own law, where it is accepted here."""
    givers = {item.organisation for item in evidence if item.organisation and not law.is_home(item.organisation)}
    for giver in sorted(givers):
        own, terms = law.lent_by(giver)
        if terms:
            for competency, pile in collect(evidence, own).items():
                pieces = _shown(competency, pile, own)[0]
                for item in lent_items(competency, pieces, blocks_of(competency, pile, own), terms, evidence):
                    yield competency, item


def _is_known(item: Evidence, as_of: datetime | None, known_at: datetime | None) -> bool:
    if as_of is not None and item.happened_at >= as_of:
        return False
    if known_at is None:
        return item.voided_at is None
    return item.stored <= known_at and (item.voided_at is None or item.voided_at > known_at)


def _approved(item: Evidence, claim: Counted, law: Law) -> tuple[Period, ...]:
    """Return when what was learnt counts; that something has begun needs no review to be seen."""
    if item.kind == Kind.STARTED:
        return ((item.happened_at, FOREVER),) if law.is_home(item.organisation) else ()
    return law.approved(claim.activity, claim.major, item.organisation)


def shown_by_own_rules(piles: Mapping[str, Pile], law: Law) -> dict[str, Shown]:
    """Return what each pile shows, before anything is carried over from one competency to another."""
    found = {}
    for competency, pile in piles.items():
        pieces, parts = _shown(competency, pile, law)
        touched = union([*_started(competency, pile, law), *(piece[:2] for piece in parts)])
        found[competency] = Shown(pieces, blocks_of(competency, pile, law), touched)
    return found


def _fold_one(competency: str, shown: Mapping[str, Shown], law: Law) -> Folded:
    own = shown.get(competency, NOTHING)
    pieces = own.pieces
    if competency in law.taken_over:
        pieces = [*pieces, *(piece for _taken, piece in inherited(competency, shown, law))]
    under_way = tuple([(start, until_or_never(end)) for start, end in own.under_way])
    return Folded(tuple(segments_of(undominated(pieces), own.blocks)), under_way)


def _shown(competency: str, pile: Pile, law: Law) -> tuple[list[Piece], list[Piece]]:
    """Return when the rules of all levels are satisfied, and when single leaves of them are."""
    pieces: list[Piece] = []
    parts: list[Piece] = []
    is_stated = Kind.CERTIFICATE in pile or any(item.evidence.from_start for k in ASSESSED for item in pile.get(k, ()))
    reach = _reach(pile)
    for level, kinds in law.kinds.get(competency, {}).items():
        if level <= reach and (is_stated or not kinds.isdisjoint(pile)):
            shown, satisfied = shown_pieces(competency, level, pile, law)
            pieces += shown
            parts += satisfied
    return pieces, parts


def _reach(pile: Pile) -> int:
    """Return the highest level that anything in the pile may show; a licence shows whichever level a rule says."""
    return TOP if Kind.QUALIFICATION in pile else max(item.level for items in pile.values() for item in items)


def _started(competency: str, pile: Pile, law: Law) -> list[Period]:
    """Return the periods in which an offer begun counts as under way: as long as what it leads to would hold."""
    found: list[Period] = []
    for item in pile.get(Kind.STARTED, ()):
        happened_at = item.evidence.happened_at
        levels = [level for level in law.rules.get(competency, {}) if level <= item.level]
        rule = law.rule_at(competency, max(levels), happened_at) if levels else None
        if rule:
            months = rule.validity_months
            end = FOREVER if months is None else months_after(happened_at, months)
            found += [(max(start, rule.valid_from), min(end, stop)) for start, stop in item.periods]
    return [(start, end) for start, end in found if start < end]
