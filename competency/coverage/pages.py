"""The page of a unit's coverage, for those whose roles reach the unit; for anyone else it is not there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict

from people.api import Organisation, Person, staff_of

from ..book import book
from ..delegation.rules import sees_delegations_at
from ..pages import level_names
from ..rules import may_decide
from ..teampages import unit_of, views_of
from .counting import State
from .forms import NeedForm, ScenarioForm
from .permission import Permitted, permitted
from .queries import Coverage, Line, coverage_of
from .words import STATE_LABELS


@dataclass(frozen=True)
class CoveragePage:
    coverage: Coverage
    form: ScenarioForm
    may_decide: bool
    is_scenario: bool
    sees_permission: bool

    @property
    def unit(self) -> Organisation:
        return self.coverage.unit

    @property
    def people(self) -> int:
        return len(self.coverage.staff)

    @property
    def views(self) -> list[dict[str, Any]]:
        return views_of(self.unit, "coverage")

    @property
    def groups(self) -> list[tuple[str, list[Line]]]:
        """Return the lines under the word for how the unit stands, the worst first, without empty ones."""
        lines = self.coverage.lines
        found = [(str(STATE_LABELS[state]), [line for line in lines if line.state is state]) for state in State]
        return [(label, some) for label, some in found if some]

    @property
    def worse(self) -> list[Line]:
        """Return what the scenario makes worse."""
        return [line for line in self.coverage.lines if self.is_scenario and line.is_worse]


def coverage_page(reader: Person, slug: str, on: date, query: QueryDict) -> CoveragePage:
    unit = unit_of(reader, slug, on)
    staff = {held.person_id: held.person for held in staff_of(unit, on)}
    sees_permission = sees_delegations_at(reader, unit, on)
    permission = permitted(unit, staff.values(), on) if sees_permission else Permitted({})
    form = ScenarioForm(query, staff=staff.values(), givers=permission.givers, law_book=book(), today=on)
    scenario = form.scenario
    is_scenario = bool(scenario.without or scenario.hired or scenario.gone) or scenario.on != on
    coverage = coverage_of(unit, on, scenario, permission)
    return CoveragePage(coverage, form, may_decide(reader, unit, on), is_scenario, sees_permission)


def need_form(data: Mapping[str, Any] | None, initial: Mapping[str, Any]) -> NeedForm:
    return NeedForm(data, law_book=book(), level_names=level_names(), initial=dict(initial))
