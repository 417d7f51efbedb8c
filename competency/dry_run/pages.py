"""What the pages about requirements and trials show to those who may decide; for others they are not there."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise

from people.api import NotFound, Organisation, Person, employments_visible_to, now

from ..book import Book, book
from ..models import Competency, Profession, Setting
from ..pages import level_names
from ..rules import nodes_decided_by
from ..shown import RuleChange, rule_change
from .comparing import Outcome
from .forms import RequirementForm
from .models import DryRun, DryRunFinding
from .proposals import ACCEPTANCE, COURSE, REQUIREMENT, RULE, Proposal
from .requirements import AddedLine, added_at
from .services import is_outdated, may_publish, may_try, waiting_for
from .words import OUTCOME_LABELS

PEOPLE_PER_PAGE = 50
HURTS = (Outcome.LOSES, Outcome.NEW_GAP, Outcome.FALLS)


def nodes_of(reader: Person, on: date) -> list[Organisation]:
    """Return every node at which the reader may decide. Raises NotFound when there is none."""
    granted = nodes_decided_by(reader, on)
    paths = tuple(node.path for node in granted)
    if not paths:
        raise NotFound
    return [node for node in Organisation.objects.all() if node.path.startswith(paths)]


def added_lines(reader: Person, on: date) -> list[AddedLine]:
    return added_at(book(), nodes_of(reader, on), on)


def requirement_form(reader: Person, on: date, data: QueryDict | None, initial: dict[str, Any]) -> RequirementForm:
    return RequirementForm(
        data,
        nodes=nodes_of(reader, on),
        law_book=book(),
        level_names=level_names(),
        today=on,
        initial={"valid_from": on} | initial,
    )


def ending(reader: Person, key: str, on: date) -> tuple[Proposal, Organisation]:
    """Return the proposal to end the line of that key from today on. Raises NotFound."""
    line = next((line for line in added_lines(reader, on) if line.key == key), None)
    if line is None:
        raise NotFound
    proposal = {
        "kind": REQUIREMENT,
        "profession": line.profession.code,
        "competency": line.competency.code,
        "level": line.asked.level,
        "setting": line.asked.setting,
        "node": line.node.pk,
        "valid_from": max(on, line.asked.valid_from).isoformat(),
        "withdrawn": True,
    }
    return proposal, line.node


def run_of(reader: Person, uuid: UUID, on: date) -> DryRun:
    """Return a run that the reader could have asked for. Raises NotFound."""
    run = DryRun.objects.select_related("node", "asked_by").filter(uuid=uuid).first()
    if run is None or not may_try(reader, run.proposal, run.node, on):
        raise NotFound
    return run


@dataclass(frozen=True)
class Told:
    """An outcome and how many it concerns."""

    outcome: Outcome
    label: str | Promise
    count: int
    hurts: bool


@dataclass(frozen=True)
class UnitLine:
    unit: Organisation
    worse: int
    better: int
    other: int


@dataclass(frozen=True)
class RunPage:
    """A run as its reader may see it: numbers for the whole, names of those whom her roles reach."""

    run: DryRun
    reader: Person
    on: date
    page_number: str

    @cached_property
    def law_book(self) -> Book:
        return book()

    @property
    def is_outdated(self) -> bool:
        return is_outdated(self.run)

    @property
    def proposal(self) -> Proposal:
        return self.run.proposal

    @property
    def kind(self) -> str:
        return str(self.proposal["kind"])

    @property
    def may_publish(self) -> bool:
        return may_publish(self.reader, self.run, now())

    @cached_property
    def waiting(self) -> int:
        return waiting_for(self.run)

    @property
    def computed(self) -> int:
        return max(0, self.run.marked - self.waiting)

    @property
    def competency(self) -> Competency | None:
        """What a requirement or a rule is about; a course may claim several."""
        code = self.proposal.get("competency")
        return self.law_book.competency(code) if code else None

    @property
    def claims(self) -> list[tuple[Competency, int]]:
        return [(self.law_book.competency(code), level) for code, level in self.proposal.get("teaches", {}).items()]

    @cached_property
    def changes(self) -> RuleChange | None:
        return rule_change(self.law_book, self.proposal) if self.kind == RULE else None

    @property
    def ends_earlier_on(self) -> date | None:
        text = self.proposal.get("ends_earlier_on")
        return date.fromisoformat(text) if text else None

    @property
    def back_url(self) -> str:
        if self.kind == REQUIREMENT:
            return reverse("requirements")
        if self.kind == ACCEPTANCE:
            return reverse("acceptances")
        if self.kind == COURSE:
            return str(self.proposal.get("written_at") or reverse("rules"))
        return reverse("rule", args=[self.proposal["competency"]]) if self.kind == RULE else reverse("rules")

    @cached_property
    def giver(self) -> Organisation | None:
        """Whose findings would count."""
        return Organisation.objects.filter(pk=self.proposal.get("giver", 0)).first()

    @property
    def profession(self) -> Profession | None:
        return self.law_book.profession(self.proposal.get("profession", ""))

    @property
    def setting(self) -> Setting | None:
        return self.law_book.settings.get(self.proposal.get("setting", ""))

    @property
    def valid_from(self) -> date | None:
        text = self.proposal.get("valid_from")
        return date.fromisoformat(text) if text else None

    @cached_property
    def told(self) -> list[Told]:
        counts = dict(self.run.findings.order_by().values_list("outcome").annotate(Count("pk")))
        return [Told(each, OUTCOME_LABELS[each], counts[each], each in HURTS) for each in Outcome if each in counts]

    @cached_property
    def units(self) -> list[UnitLine]:
        """Return the units that it concerns, those first that lose most."""
        rows = self.run.findings.order_by().values_list("unit", "outcome").annotate(Count("pk"))
        worse: Counter[int] = Counter()
        better: Counter[int] = Counter()
        other: Counter[int] = Counter()
        for unit, outcome, number in rows:
            column = worse if outcome in HURTS else better if outcome in (Outcome.GAINS, Outcome.RISES) else other
            column[unit] += number
        units = Organisation.objects.in_bulk([*worse, *better, *other])
        lines = [UnitLine(unit, worse[pk], better[pk], other[pk]) for pk, unit in units.items()]
        return sorted(lines, key=lambda line: (-line.worse, line.unit.path))

    @cached_property
    def people(self) -> Page[DryRunFinding]:
        return Paginator(self._visible(), PEOPLE_PER_PAGE).get_page(self.page_number)

    def _visible(self) -> QuerySet[DryRunFinding]:
        seen = employments_visible_to(self.reader, self.on)
        rows = self.run.findings.filter(employment__in=seen).select_related("employment__person", "unit", "competency")
        return rows.order_by("since", "unit__path", "employment__person__family_name", "pk")
