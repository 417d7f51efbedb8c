"""The reason behind a level, in parts that a page can put into words."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from people.api import Employment, Organisation, Person, chosen_employment
from xapi.api import StoredStatement

from ..book import Book, book, lineages
from ..evidence import evidence_of
from ..examining import Examination, Finding, Step, examine
from ..law import Law
from ..models import Competency, EvidenceRule
from ..segments import to_rows
from ..shapes import CarriedOver, Explanation, NextStep, NotCounted, OfferLine, Period, Reason, Requirement, RuleView
from ..standing import LEARNT, Kind, Segment
from ..trees import AllOf, Leaf
from .evidence import statements_by_person
from .offers import Shelf
from .requirements import requirements_by, terms_of
from .standings import Day


def explanation(
    person: Person,
    competency: Competency,
    as_of: date,
    known_at: datetime | None = None,
    *,
    organisation: Organisation | None = None,
) -> Explanation:
    """Return why the level is what it is by one employer's rules (default: her largest employment's).

    Folded anew from the statements. What was earned at another employer is there with level and date only.
    """
    organisation = organisation or _employer_of(person, as_of)
    return _Explainer(person, competency, organisation, as_of, known_at).explanation()


def _employer_of(person: Person, as_of: date) -> Organisation:
    chosen = chosen_employment(person, as_of)
    if chosen is None:
        chosen = Employment.objects.filter(person=person).select_related("organisation").latest("pk")
    return chosen.organisation


class _Explainer:
    def __init__(
        self, person: Person, competency: Competency, organisation: Organisation, as_of: date, known_at: datetime | None
    ) -> None:
        self.person = person
        self.competency = competency
        self.organisation = organisation
        self.known_at = known_at
        self.book: Book = book()
        self.day = Day(as_of)
        self.law: Law = self.book.law(organisation.pk, lineages(), self.day.moment, known_at)
        statements = statements_by_person([person], known_at)[person.pk]
        self.statements: dict[str, StoredStatement] = {str(each.statement_id): each for each in statements}
        evidence = evidence_of(statements, self.book.by_uuid)
        self.found: Examination = examine(competency.code, evidence, self.law, self.day.moment, known_at)
        self.offers = {offer.activity_iri: offer for offer in self.book.offers}
        self.offers |= {offer.questions_iri: offer for offer in self.book.offers if offer.questions_iri}
        self.rules = {(rule.level, rule.version): rule for rule in EvidenceRule.objects.filter(competency=competency)}

    def explanation(self) -> Explanation:
        requirement = self._requirement()
        asked = requirement.asked if requirement and requirement.is_meetable else 0
        row = to_rows(self.found.folded)
        held, status, until = self.day.judge(row, asked)
        segment = self.found.folded.at(self.day.moment)
        reasons = sorted(self.found.counted, key=lambda each: self._rank(each, segment))
        return Explanation(
            person=self.person,
            competency=self.competency,
            organisation=self.organisation,
            as_of=self.day.as_of,
            known_at=self.known_at,
            level=held,
            since=self.day.since(row),
            valid_until=datetime.fromisoformat(until) if until else None,
            rule=self._rule(segment.rule_level, segment.rule_version) if segment else None,
            reasons=tuple(self._reason(finding) for finding in reasons),
            not_counted=tuple(NotCounted(self._reason(finding), finding.why) for finding in self._refused()),
            history=tuple(self._period(each) for each in self.found.folded.segments if each.start < self.day.moment),
            next_level=self.found.next_level,
            next_step=self._step(self.found.next_step, self.found.next_level or 0) if self.found.next_step else None,
            offers=tuple(self._offers(held, asked)),
            requirement=requirement,
            status=status,
        )

    def _rank(self, finding: Finding, segment: Segment | None) -> tuple[bool, int, float, str]:
        """First the statements that the level rests on, then the strongest and the latest."""
        is_ground = segment is not None and finding.evidence.statement_id in segment.reasons
        return not is_ground, -finding.level, -finding.evidence.happened_at.timestamp(), finding.evidence.kind

    def _refused(self) -> list[Finding]:
        """Return what does not count, the latest first."""
        refused = [finding for finding in self.found.findings if finding.why]
        return sorted(refused, key=lambda each: (-each.evidence.happened_at.timestamp(), each.evidence.kind))

    def _requirement(self) -> Requirement | None:
        terms = terms_of(self.person, self.day.as_of, self.known_at, self.organisation)
        found = requirements_by(self.book, terms, self.day.as_of, self.known_at)
        return next((each for each in found if each.competency.pk == self.competency.pk), None)

    def _offers(self, held: int, asked: int) -> list[OfferLine]:
        shelf = Shelf(self.book, self.law, self.day.moment, self.organisation)
        return shelf.lines(self.competency.code, above=held, asked=asked or held + 1, professions=())

    def _reason(self, finding: Finding) -> Reason:
        evidence = finding.evidence
        if finding.from_elsewhere:
            return Reason(
                evidence.told_kind,
                finding.level,
                evidence.happened_at,
                finding.until,
                from_elsewhere=True,
                carried_over=self._carried_over(finding),
            )
        offer = self.offers.get(evidence.activity) if evidence.kind in LEARNT else None
        statement = self.statements[evidence.statement_id]
        return Reason(
            kind=evidence.kind,
            level=finding.level,
            happened_at=evidence.happened_at,
            valid_until=finding.until,
            statement_id=UUID(evidence.statement_id),
            stored=evidence.stored,
            activity_iri=evidence.activity,
            title=offer.title if offer else self._title(finding),
            path=offer.path if offer and offer.retired_at is None else "",
            revision=str((statement.payload.get("context") or {}).get("revision", "")),
            by=tuple(sorted(evidence.by)),
            licence=evidence.licence,
            from_start=evidence.from_start,
            is_of_employer=statement.organisation_id == self.organisation.pk,
            time_was_corrected=_was_corrected(statement),
            carried_over=self._carried_over(finding),
        )

    def _carried_over(self, finding: Finding) -> CarriedOver | None:
        taken = finding.taken_over
        return CarriedOver(self.book.by_code[taken.old], taken.since, taken.reason) if taken else None

    def _title(self, finding: Finding) -> str:
        if finding.evidence.kind == Kind.QUALIFICATION:
            profession = self.book.profession(finding.evidence.licence)
            return profession.title if profession else finding.evidence.licence
        if finding.evidence.kind in LEARNT:
            return ""
        assessed = self.book.by_code.get(finding.evidence.competency, self.competency)
        return assessed.title

    def _period(self, segment: Segment) -> Period:
        by_id = {finding.evidence.statement_id: finding for finding in self.found.findings}
        grounds = [by_id[statement_id] for statement_id in segment.reasons if statement_id in by_id]
        return Period(
            since=segment.start,
            until=segment.end,
            level=segment.level,
            rule=self._rule(segment.rule_level, segment.rule_version),
            reasons=tuple(self._reason(finding) for finding in grounds),
        )

    def _rule(self, level: int, version: int) -> RuleView | None:
        rule = self.rules.get((level, version))
        if rule is None:
            return None
        return RuleView(
            level=level,
            version=version,
            valid_from=rule.valid_from,
            published_at=rule.recorded_at,
            validity_months=rule.validity_months,
            ends_earlier_at=rule.ends_earlier_at,
            reason=rule.reason,
        )

    def _step(self, step: Step, level: int) -> NextStep:
        if isinstance(step.node, Leaf):
            return NextStep.of(step.node, level, is_done=step.is_done)
        kind = "all_of" if isinstance(step.node, AllOf) else "any_of"
        return NextStep(kind, step.is_done, level, tuple(self._step(child, level) for child in step.children))


def _was_corrected(statement: StoredStatement) -> bool:
    """Whether the store did not believe the sender's clock (semantics 8)."""
    claimed = statement.payload.get("timestamp")
    if not isinstance(claimed, str):
        return False
    return datetime.fromisoformat(claimed) != statement.happened_at
