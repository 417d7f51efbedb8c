"""The two books of a trial, and what the difference between them means for people. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F

from people.api import EmploymentTerms, Organisation, Person, start_of_day, today

from ..book import Book, Draft, Lineages, book, lineages, narrowed, with_drafts
from ..errors import RuleError
from ..models import Competency, ProfileRequirement
from ..queries.evidence import evidence_about
from ..queries.requirements import Profiles
from ..standing import Evidence, Folded, fold
from .comparing import Effect, effect

UNSHOWN = Folded()


@dataclass(frozen=True, slots=True)
class Found:
    """What a trial means for one person in one competency at one employer; `terms` say where she works."""

    terms: EmploymentTerms
    competency: Competency
    effect: Effect


@dataclass(frozen=True)
class Trial:
    """The book as it is and as it would be, both narrowed to the competencies that the drafts speak of."""

    before: Book
    after: Book
    competencies: tuple[Competency, ...]
    since: datetime
    above: Lineages

    @property
    def day(self) -> date:
        return today(self.since)

    @property
    def changes_law(self) -> bool:
        """False when only what is asked changes: then what is held by both is the same."""
        return self.before.inputs != self.after.inputs


def trial_of(drafts: Collection[Draft], at: datetime) -> Trial:
    """Return the trial of some drafts, from when the first of them holds, at the earliest now. Raises RuleError."""
    if not drafts:
        raise RuleError
    law_book = book()
    codes = law_book.related(_concerned(drafts, law_book))
    return Trial(
        before=narrowed(law_book, codes),
        after=narrowed(with_drafts(law_book, drafts), codes),
        competencies=tuple(law_book.by_code[code] for code in sorted(codes)),
        since=max(at, min(_begins(draft) for draft in drafts)),
        above=lineages(),
    )


def _concerned(drafts: Collection[Draft], law_book: Book) -> set[str]:
    """Return the competencies that the drafts speak of: all that are used, where one accepts findings of all."""
    living = {each.code for each in law_book.competencies if each.retired_at is None}
    named = [{draft.competency.code} if draft.competency else living for draft in drafts]
    return set().union(*named)


def found_for(trial: Trial, people: Iterable[Person], *, below: Organisation | None = None) -> list[Found]:
    """Return every difference for these people at each employer they have on the day. A handful of queries in all.

    `below`: only what concerns employments at that node or below it; another employer's are not looked at.
    """
    people = list(people)
    evidence = evidence_about(people, trial.after, of=trial.competencies)
    comparison = _Comparison(trial)
    return [
        found
        for terms in _terms_by_employer(people, trial.day, below)
        for found in comparison.of(terms, evidence[terms[0].employment.person_id])
    ]


class _Comparison:
    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self.profiles = (Profiles(trial.before, trial.day), Profiles(trial.after, trial.day))

    def of(self, terms: list[EmploymentTerms], evidence: list[Evidence]) -> Iterator[Found]:
        """Yield what changes for one person at one employer."""
        before, after = self._folded(terms[0].employment.organisation_id, evidence)
        for competency in self.trial.competencies:
            asked = [max(profiles.highest(each).get(competency.pk, 0) for each in terms) for profiles in self.profiles]
            code = competency.code
            found = effect(before.get(code, UNSHOWN), after.get(code, UNSHOWN), asked[0], asked[1], self.trial.since)
            if found:
                yield Found(terms[0], competency, found)

    def _folded(self, organisation: int, evidence: list[Evidence]) -> tuple[dict[str, Folded], dict[str, Folded]]:
        trial = self.trial
        before = fold(evidence, trial.before.law(organisation, trial.above))
        if not trial.changes_law:
            return before, before
        return before, fold(evidence, trial.after.law(organisation, trial.above))


def _terms_by_employer(people: list[Person], day: date, below: Organisation | None) -> list[list[EmploymentTerms]]:
    """Return the employments of each person at each employer, the largest share first."""
    rows = (
        EmploymentTerms.objects.in_force(day)
        .current(day)
        .filter(employment__person__in=people, unit__path__startswith=below.path if below else "")
        .select_related("employment__organisation", "unit")
        .order_by(F("share").desc(nulls_last=True), "starts_on", "pk")
    )
    found: dict[tuple[int, int], list[EmploymentTerms]] = defaultdict(list)
    for row in rows:
        found[row.employment.person_id, row.employment.organisation_id].append(row)
    return list(found.values())


def _begins(draft: Draft) -> datetime:
    return start_of_day(draft.valid_from) if isinstance(draft, ProfileRequirement) else draft.valid_from
