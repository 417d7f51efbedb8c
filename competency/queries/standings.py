"""What people hold beside what is asked of them: standings, gaps and plans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings

from people.api import Employment, Organisation, Person, end_of_day, today

from ..book import Book, book, lineages
from ..models import Competency, Computation, DirtyMark, Standing
from ..segments import END, ENDS, LEVEL, START, is_under_way, last_row_with, row_at, text_of, to_rows
from ..shapes import Counts, Gap, OfferLine, Plan, Requirement, StandingLine, Way
from ..standing import Evidence, fold
from ..status import Status, status
from ..trees import COURSE, EQUIVALENT, QUIZ, leaves
from .evidence import evidence_about
from .offers import Shelf
from .requirements import requirements_by, terms_of

Row = tuple[list[Any], list[Any]]
Rows = dict[tuple[int, int], Row]
"""Segments and periods under way by (organisation, competency)."""

NONE: Row = ([], [])


class Day:
    """The end of the day that is asked about, as the stored segments are compared with it."""

    def __init__(self, as_of: date) -> None:
        self.as_of = as_of
        self.moment = end_of_day(as_of)
        self.text = text_of(self.moment)
        self.soon = text_of(self.moment + timedelta(days=settings.EXPIRES_SOON_DAYS))

    def judge(self, row: Row, asked: int) -> tuple[int, Status | None, str | None]:
        """Return the level held, the status of what is asked (None: nothing is) and the moment that it turns on."""
        segment = row_at(row[0], self.text)
        held = segment[LEVEL] if segment else 0
        if not asked:
            return held, None, segment[ENDS][-1] if segment else None
        is_met = held >= asked
        met_before = None if is_met else last_row_with(row[0], asked, self.text)
        until = segment[ENDS][min(held, asked) - 1] if segment else None
        found = status(
            asked=asked,
            held=held,
            lapses_soon=is_met and until is not None and until <= self.soon,
            was_met=met_before is not None,
            is_under_way=held > 0 or is_under_way(row[1], self.text),
        )
        return held, found, met_before[END] if met_before else until

    def since(self, row: Row) -> datetime | None:
        """Return when the level held began, without a break."""
        held = row_at(row[0], self.text)
        if held is None:
            return None
        start = held[START]
        for earlier in reversed(row[0][: row[0].index(held)]):
            if earlier[END] != start or earlier[LEVEL] < held[LEVEL]:
                break
            start = earlier[START]
        return datetime.fromisoformat(start)


def levels_of(person: Person, organisation: Organisation, as_of: date) -> dict[str, int]:
    """Return the level held by competency code (only those above 0)."""
    law_book, day = book(), Day(as_of)
    found = {}
    for pk, segments in Standing.objects.filter(person=person, organisation=organisation).values_list(
        "competency", "segments"
    ):
        segment = row_at(segments, day.text)
        if segment:
            found[law_book.by_pk[pk].code] = segment[LEVEL]
    return found


def standings_of(
    person: Person,
    organisation: Organisation | None = None,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> list[StandingLine]:
    """Return what a person holds or is asked for, at one employer or (None) at every one, in the framework's order.

    `known_at` asks what was known at that moment and is folded anew; without it, the stored standings answer.
    """
    law_book, day = book(), Day(as_of or today())
    rows = _rows_of(person, organisation, known_at, law_book)
    terms = terms_of(person, day.as_of, known_at, organisation)
    asked = {(r.organisation.pk, r.competency.pk): r for r in requirements_by(law_book, terms, day.as_of, known_at)}
    employers = {row.employment.organisation_id: row.employment.organisation for row in terms}
    missing = {pk for pk, _competency in rows} - employers.keys()
    if missing:
        employers |= Organisation.objects.in_bulk(list(missing))
    lines = []
    for key in sorted(rows.keys() | asked.keys(), key=lambda key: (law_book.place[key[1]], key[0])):
        requirement = asked.get(key)
        level = requirement.asked if requirement and requirement.is_meetable else 0
        held, found, until = day.judge(rows.get(key, NONE), level)
        if held or level:
            since = day.since(rows.get(key, NONE))
            competency = law_book.by_pk[key[1]]
            lines.append(StandingLine(competency, employers[key[0]], held, since, _moment(until), level, found))
    return lines


def gaps_of(person: Person, as_of: date, *, organisation: Organisation | None = None) -> list[Gap]:
    """Return every requirement beside what is held, met ones too, heaviest first (semantics 16).

    With several employers and no `organisation`, a competency that more than one asks for is there once, at its worst.
    """
    return _Weighing(person, as_of, organisation).gaps()


def counts_of(person: Person, as_of: date, *, organisation: Organisation | None = None) -> Counts:
    """Return the four counts of one person."""
    return count(gap.status for gap in gaps_of(person, as_of, organisation=organisation))


def plan_of(person: Person, as_of: date, *, organisation: Organisation | None = None) -> Plan:
    """Return what to do next, in order of weight."""
    weighing = _Weighing(person, as_of, organisation)
    gaps = weighing.gaps()
    lapsing = [gap for gap in gaps if gap.status is Status.EXPIRES_SOON]
    return Plan(
        person=person,
        as_of=as_of,
        gaps=tuple(gap for gap in gaps if not gap.status.is_met),
        lapsing=tuple(sorted(lapsing, key=lambda gap: (gap.valid_until or weighing.day.moment, -gap.risk))),
        met=tuple(gap for gap in gaps if gap.status is Status.MET),
        unmeetable=tuple(weighing.unmeetable),
        counts=count(gap.status for gap in gaps),
        computed_at=computed_at(person),
    )


def computed_at(person: Person) -> datetime | None:
    """Return when her standings were last worked out: while it is the same, so are they."""
    return Computation.objects.filter(person=person).values_list("computed_at", flat=True).first()


def pending_of(person: Person) -> bool:
    """True when something about the person waits to be computed."""
    return DirtyMark.objects.filter(person=person).exists()


def count(statuses: Iterable[Status | None]) -> Counts:
    """Return the four counts (semantics 18)."""
    numbers: dict[Status | None, int] = defaultdict(int)
    for each in statuses:
        numbers[each] += 1
    return Counts(
        met=numbers[Status.MET] + numbers[Status.EXPIRES_SOON],
        on_the_way=numbers[Status.ON_THE_WAY],
        missing=numbers[Status.MISSING] + numbers[Status.EXPIRED],
        lapsing=numbers[Status.EXPIRES_SOON],
    )


class _Weighing:
    """The requirements of one person on one day, laid on the scales."""

    def __init__(self, person: Person, as_of: date, organisation: Organisation | None) -> None:
        self.law_book = book()
        self.day = Day(as_of)
        terms = terms_of(person, as_of, None, organisation)
        requirements = requirements_by(self.law_book, terms, as_of, None)
        self.asked = [each for each in requirements if each.is_meetable]
        self.unmeetable = [each for each in requirements if not each.is_meetable]
        self.rows = stored_rows(person, organisation)
        above = lineages() if terms else {}
        self.shelves = {
            row.employment.organisation_id: Shelf(
                self.law_book,
                self.law_book.law(row.employment.organisation_id, above, self.day.moment),
                self.day.moment,
                row.employment.organisation,
            )
            for row in terms
        }

    def gaps(self) -> list[Gap]:
        by_competency: dict[int, list[Gap]] = defaultdict(list)
        for requirement in self.asked:
            by_competency[requirement.competency.pk].append(self._gap(requirement))
        worst = [_worst(gaps) for gaps in by_competency.values()]
        return sorted(worst, key=self._order)

    def _order(self, gap: Gap) -> tuple[Any, ...]:
        """Weight, then what has lapsed, then the fewest minutes; what is met comes last, first what lapses soon."""
        minutes = gap.minutes if gap.minutes is not None else 10**6
        place = self.law_book.place[gap.competency.pk]
        return -gap.weight, gap.status is not Status.EXPIRED, gap.status is Status.MET, minutes, place

    def _gap(self, requirement: Requirement) -> Gap:
        competency, asked = requirement.competency, requirement.asked
        row = self.rows.get((requirement.organisation.pk, competency.pk), NONE)
        held, found, until = self.day.judge(row, asked)
        assert found is not None, "a requirement asks for at least level 1"
        risk = self.law_book.risk_of(competency.pk, self.day.as_of)
        shelf = self.shelves[requirement.organisation.pk]
        return Gap(
            competency=competency,
            organisation=requirement.organisation,
            asked=asked,
            held=held,
            status=found,
            valid_until=_moment(until),
            weight=max(0, asked - held) * risk,
            risk=risk,
            offers=tuple(self._offers(requirement, held, found, shelf)),
            ways=() if found is Status.MET else tuple(ways_to(competency, asked, shelf)),
            asked_by=requirement.asked_by,
        )

    def _offers(self, requirement: Requirement, held: int, found: Status, shelf: Shelf) -> list[OfferLine]:
        """Return the offers that raise the level held; for what lapses soon, those that renew the level asked."""
        if found is Status.MET:
            return []
        above = requirement.asked - 1 if found is Status.EXPIRES_SOON else held
        professions = {asking.profession.code for asking in requirement.asked_by}
        code = requirement.competency.code
        return shelf.lines(code, above=above, asked=requirement.asked, professions=professions)


def ways_to(competency: Competency, asked: int, shelf: Shelf) -> list[Way]:
    """Return what other people can say that shows the level: the leaves of the nearest rule that are not courses."""
    found: dict[Way, None] = {}
    for level in shelf.law.rules.get(competency.code, {}):
        rule = shelf.law.rule_at(competency.code, level, shelf.moment) if level >= asked and not found else None
        for leaf in leaves(rule.tree) if rule else ():
            if leaf.kind not in (COURSE, QUIZ, EQUIVALENT):
                by, licences = tuple(sorted(leaf.by)), tuple(sorted(leaf.licences))
                found[Way(leaf.kind, level, by, licences, leaf.in_person, leaf.checklist)] = None
    return list(found)


def stored_rows(person: Person, organisation: Organisation | None) -> Rows:
    rows = Standing.objects.filter(person=person)
    if organisation is not None:
        rows = rows.filter(organisation=organisation)
    return {
        (employer, competency): (segments, under_way)
        for employer, competency, segments, under_way in rows.values_list(
            "organisation", "competency", "segments", "under_way"
        )
    }


def folded_rows(person: Person, organisations: Iterable[int], law_book: Book, known_at: datetime | None) -> Rows:
    """Return what the statements known at a moment say, folded now."""
    evidence = evidence_about([person], law_book, known_at=known_at)[person.pk]
    return rows_from(evidence, organisations, law_book, known_at)


def rows_from(
    evidence: list[Evidence], organisations: Iterable[int], law_book: Book, known_at: datetime | None
) -> Rows:
    above = lineages()
    return {
        (organisation, law_book.by_code[code].pk): to_rows(each)
        for organisation in organisations
        for code, each in fold(evidence, law_book.law(organisation, above, None, known_at), None, known_at).items()
    }


def _rows_of(person: Person, organisation: Organisation | None, known_at: datetime | None, law_book: Book) -> Rows:
    if known_at is None:
        return stored_rows(person, organisation)
    employers = Employment.objects.filter(person=person).order_by().values_list("organisation", flat=True).distinct()
    return folded_rows(person, [organisation.pk] if organisation else employers, law_book, known_at)


def _worst(gaps: list[Gap]) -> Gap:
    """Return the heaviest gap of one competency at several employers, asked by all of them."""
    order = [Status.EXPIRED, Status.MISSING, Status.ON_THE_WAY, Status.EXPIRES_SOON, Status.MET]
    worst = min(gaps, key=lambda gap: (-gap.weight, order.index(gap.status), gap.organisation.pk))
    return replace(worst, asked_by=tuple(asking for gap in gaps for asking in gap.asked_by))


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
