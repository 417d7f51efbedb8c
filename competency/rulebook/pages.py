"""What the pages about rules show: to chiefs and administrators, and to nobody else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from people.api import NotFound, Organisation, Person, end_of_day, whole_number

from ..book import Book, book
from ..dry_run.proposals import ACCEPTANCE, Proposal
from ..models import TOP_LEVEL, AcceptedEquivalent, Area, Competency, EvidenceRule
from ..observing.models import Checklist
from ..observing.queries import checklist_of, steps_of
from ..observing.steps import Step
from ..pages import level_names
from ..rules import accepts_at, may_decide, may_end_earlier
from ..shown import ShownRule, shown_tree
from ..trees import NOTHING, leaves, parse
from .alternatives import MOST_ALTERNATIVES, Alternative, alternatives_of
from .forms import AcceptanceForm, AlternativeForm, RuleForm, filled_with, judge_labels


def check_reads(reader: Person, on: date) -> None:
    """Raise NotFound unless she decides about rules somewhere."""
    if not accepts_at(reader, on):
        raise NotFound


@dataclass(frozen=True)
class Version:
    """One version of a rule, as it was published."""

    row: EvidenceRule
    is_in_force: bool
    is_coming: bool

    @property
    def shown(self) -> ShownRule:
        return ShownRule(shown_tree(parse(self.row.tree), self.row.level), self.row.validity_months)


@dataclass(frozen=True)
class LevelRules:
    """The versions of one level's rule: the one in force, those to come, and those before, newest first."""

    level: int
    versions: tuple[Version, ...] = ()

    @property
    def current(self) -> Version | None:
        return next((each for each in self.versions if each.is_in_force), None)

    @property
    def coming(self) -> list[Version]:
        return [each for each in self.versions if each.is_coming]

    @property
    def earlier(self) -> list[Version]:
        return [each for each in self.versions if not each.is_coming and not each.is_in_force]


@dataclass(frozen=True)
class CompetencyRules:
    competency: Competency
    levels: tuple[LevelRules, ...]

    @property
    def latest(self) -> Version | None:
        """The version that came into force last."""
        found = [level.current for level in self.levels if level.current]
        return max(found, key=lambda each: (each.row.valid_from, each.row.level), default=None)

    @property
    def coming(self) -> list[Version]:
        return [version for level in self.levels for version in level.coming]

    @property
    def with_rule(self) -> list[int]:
        return [level.level for level in self.levels if level.current and level.current.row.tree]


@dataclass(frozen=True)
class AreaRules:
    area: Area
    competencies: tuple[CompetencyRules, ...]


def rules_by_area(on: date) -> list[AreaRules]:
    """Return every competency with its rules, in the framework's order. One query beside the book."""
    law_book, rows = book(), _rows()
    living = [each for each in law_book.competencies if each.retired_at is None]
    return [
        AreaRules(area, tuple(_rules_of(each, rows[each.pk], on) for each in living if each.area_id == area.pk))
        for area in law_book.areas
    ]


@dataclass(frozen=True)
class Judge:
    """Who may judge some levels, and which level she must hold herself (0: none)."""

    label: str
    levels: tuple[int, ...]
    own_level: int
    for_all: bool
    """Whether that is asked in all competencies, and not of this one."""


@dataclass(frozen=True)
class RulePage:
    """One competency: the rule of each level, how it is observed, and what the reader may do about it."""

    reader: Person
    on: date
    rules: CompetencyRules
    names: dict[int, str]
    checklist: Checklist | None

    @property
    def steps(self) -> tuple[Step, ...]:
        return steps_of(self.checklist)

    @cached_property
    def judges(self) -> list[Judge]:
        """Everybody whom a rule in force lets observe or confirm."""
        law_book, moment = book(), end_of_day(self.on)
        levels: dict[str, set[int]] = defaultdict(set)
        for level in self.rules.levels:
            for leaf in leaves(parse(level.current.row.tree)) if level.current else ():
                for code in leaf.by:
                    levels[code].add(level.level)
        labels, pk = judge_labels(law_book), self.competency.pk
        return [
            Judge(
                str(labels.get(code, code)),
                tuple(sorted(levels[code])),
                law_book.own_level_for(pk, code, moment),
                not any(row.role == code and row.competency == pk for row in law_book.assessors),
            )
            for code in labels
            if code in levels
        ]

    @property
    def competency(self) -> Competency:
        return self.rules.competency

    @property
    def may_publish(self) -> bool:
        return may_decide(self.reader, None, self.on)


def rule_page(reader: Person, code: str, on: date) -> RulePage:
    """Return the page of a competency. Raises NotFound for whoever decides nothing, and for an unknown code."""
    check_reads(reader, on)
    found = book().competency(code)
    rules = _rules_of(found, _rows(found)[found.pk], on)
    return RulePage(reader, on, rules, level_names(), checklist_of(found, end_of_day(on)))


def decided_page(reader: Person, code: str, on: date) -> RulePage:
    """Return the page of a competency to whoever decides for the framework. Raises NotFound for others."""
    page = rule_page(reader, code, on)
    if not page.may_publish:
        raise NotFound
    return page


def _rows(competency: Competency | None = None) -> dict[int, list[EvidenceRule]]:
    rows = EvidenceRule.objects.select_related("decided_by")
    found: dict[int, list[EvidenceRule]] = defaultdict(list)
    for row in rows.filter(competency=competency) if competency else rows:
        found[row.competency_id].append(row)
    return found


def _rules_of(competency: Competency, rows: list[EvidenceRule], on: date) -> CompetencyRules:
    moment = end_of_day(on)
    levels = (_level(level, [row for row in rows if row.level == level], moment) for level in range(1, TOP_LEVEL + 1))
    return CompetencyRules(competency, tuple(levels))


def _level(level: int, rows: list[EvidenceRule], moment: datetime) -> LevelRules:
    ordered = sorted(rows, key=lambda row: (row.valid_from, row.version), reverse=True)
    current = next((row for row in ordered if row.valid_from < moment), None)
    return LevelRules(level, tuple(Version(row, row is current, row.valid_from >= moment) for row in ordered))


class Editor:
    """The form of a new version: the alternatives one by one, then when it holds. Any button brings all that was typed.

    Whoever may not publish for everybody may still try it on her own organisation.
    """

    def __init__(self, reader: Person, code: str, level: int, on: date, data: QueryDict | None) -> None:
        check_reads(reader, on)
        self.book: Book = book()
        self.competency = self.book.competency(code)
        if not 1 <= level <= TOP_LEVEL:
            raise NotFound
        self.reader, self.level, self.on, self.data = reader, level, on, data
        versions = self.book.rules.get(code, {}).get(level, [])
        self.newest = versions[-1] if versions else None
        known = alternatives_of(self.newest.tree if self.newest else NOTHING)
        self.is_made_otherwise = known is None
        self.known: tuple[Alternative, ...] = known or ()
        self.form = RuleForm(
            data,
            today=on,
            may_end_earlier=may_end_earlier(reader, on),
            initial={"valid_from": on, "validity_months": self.newest.validity_months if self.newest else 12},
        )

    @property
    def node(self) -> Organisation | None:
        """Whom it is tried on: everybody, or those at the first node at which she decides."""
        return None if self.may_publish else accepts_at(self.reader, self.on)[0]

    @property
    def may_publish(self) -> bool:
        return may_decide(self.reader, None, self.on)

    @property
    def level_name(self) -> str:
        return level_names().get(self.level, "")

    @property
    def count(self) -> int:
        """How many alternatives are on the page; one more when she asks for it."""
        if self.data is None:
            return max(1, len(self.known))
        count = whole_number(self.data.get("alternatives", "")) or 1
        return min(MOST_ALTERNATIVES, count + (self.data.get("step") == "add"))

    @property
    def may_add(self) -> bool:
        return self.count < MOST_ALTERNATIVES

    @cached_property
    def alternatives(self) -> list[AlternativeForm]:
        return [self._alternative(place) for place in range(self.count)]

    def _alternative(self, place: int) -> AlternativeForm:
        known = self.known[place] if place < len(self.known) else ()
        return AlternativeForm(self.data, prefix=f"a{place}", law_book=self.book, initial=filled_with(known))

    def proposal(self) -> dict[str, Any] | None:
        """Return what is proposed, if all is in order; else the forms say what is not."""
        are_valid = [each.is_valid() for each in self.alternatives]
        if not self.form.is_valid() or not all(are_valid):
            return None
        alternatives = [each.parts for each in self.alternatives]
        if not any(alternatives):
            self.form.add_error(None, _("Say at least one thing that shows the level."))
            return None
        return self.form.proposal(self.competency, self.level, alternatives)


@dataclass(frozen=True)
class AcceptancePage:
    """What is accepted from others, at the nodes where the reader decides and above them."""

    reader: Person
    on: date

    @cached_property
    def nodes(self) -> list[Organisation]:
        """Employers at or below the nodes at which she decides."""
        granted = tuple(node.path for node in accepts_at(self.reader, self.on))
        if not granted:
            raise NotFound
        return [node for node in self._employers if node.path.startswith(granted)]

    @cached_property
    def _employers(self) -> list[Organisation]:
        return list(Organisation.objects.exclude(kind=Organisation.Kind.UNIT))

    @cached_property
    def givers(self) -> list[Organisation]:
        """Employers that do not belong together with every node at which she decides."""
        return [each for each in self._employers if not all(_are_one(each, node) for node in self.nodes)]

    @cached_property
    def lines(self) -> list[AcceptedEquivalent]:
        """What is accepted now at these nodes, by receiver and giver."""
        rows = AcceptedEquivalent.objects.filter(node__in=self.nodes).select_related(
            "node", "giver", "competency", "decided_by"
        )
        newest = {(row.node_id, row.giver_id, row.competency_id): row for row in rows}
        kept = [row for row in newest.values() if not row.withdrawn]
        return sorted(
            kept, key=lambda row: (row.node.path, row.giver.path, row.competency.code if row.competency else "")
        )

    def line(self, pk: str) -> AcceptedEquivalent:
        found = next((row for row in self.lines if str(row.pk) == pk), None)
        if found is None:
            raise NotFound
        return found

    def form(self, data: Mapping[str, Any] | None) -> AcceptanceForm:
        return AcceptanceForm(data, nodes=self.nodes, givers=self.givers, law_book=book(), level_names=level_names())


def ending_of(line: AcceptedEquivalent) -> Proposal:
    """Return the proposal to stop counting what is accepted now."""
    return {
        "kind": ACCEPTANCE,
        "node": line.node_id,
        "giver": line.giver_id,
        "competency": line.competency.code if line.competency else "",
        "level": line.level,
        "withdrawn": True,
    }


def _are_one(one: Organisation, other: Organisation) -> bool:
    return one.is_at_or_below(other) or other.is_at_or_below(one)
