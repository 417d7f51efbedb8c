"""The demo's employments as workers: what is asked of each, and who in their area may say what they have seen."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from competency.api import Profession, professions, profile_of
from people.api import Employment, EmploymentTerms, Organisation, Role, RoleGrant, staff_of

from .life import SEED, Skill, Worker

LICENSED = ("sjukskoterska", "specialistsjukskoterska", "arbetsterapeut", "fysioterapeut")
IMPLIED = {"specialistsjukskoterska": ("specialistsjukskoterska", "sjukskoterska"), "mas": ("sjukskoterska",)}
OBSERVERS = {"sjukskoterska": 4, "specialistsjukskoterska": 2, "arbetsterapeut": 2, "fysioterapeut": 2}
"""How many of a profession at each employer are asked to observe the others."""
NO_HISTORY = frozenset({"900102"})
"""The substitute on her first day has done nothing yet."""


@dataclass(frozen=True)
class Colleague:
    """An employment, the worker it is lived as, and the profession it is in."""

    employment: Employment
    worker: Worker
    profession: Profession


class Staff:
    """Everybody who is employed on `today` or was since `started`, with the area's observers by role."""

    def __init__(self, started: date, today: date, framework: Path) -> None:
        self.started, self.today = started, today
        self.rules = json.loads(framework.read_text(encoding="utf-8"))
        self.professions = {profession.code: profession for profession in professions()}
        self.employers = list(Organisation.objects.exclude(kind=Organisation.Kind.UNIT))
        self.employments = list(_everybody(self.employers, today))

    def colleagues(self) -> list[Colleague]:
        return [
            Colleague(held, self._worker(held), self.professions[terms_of(held).profession])
            for held in self.employments
            if terms_of(held).profession in self.professions and held.employee_number not in NO_HISTORY
        ]

    def skills(self, teaching: dict[str, tuple[str, ...]]) -> dict[str, Skill]:
        """Return what may show each competency; `teaching` is competency -> slugs of courses that teach it enough."""
        return {
            row["code"]: Skill(row["code"], row["validity_months"], _shown_by(row), teaching.get(row["code"], ()))
            for row in self.rules["competencies"]
        }

    def licences(self) -> list[tuple[Employment, str]]:
        """Return the licences to register, most of them held since long."""
        return [(held, licence) for held in self.employments for licence in _licences_of(held) if licence in LICENSED]

    def observers(self) -> dict[tuple[int, str], list[Employment]]:
        """Return (employer or unit, role) -> who may judge there: some licensed staff, managers, chief nurses."""
        found: dict[tuple[int, str], list[Employment]] = defaultdict(list)
        for held in self.employments:
            for licence in _licences_of(held):
                place = found[held.organisation_id, licence]
                if licence in OBSERVERS and len(place) < OBSERVERS[licence]:
                    place.append(held)
        by_person = {held.person_id: held for held in self.employments}
        for grant in RoleGrant.objects.filter(role__in=ROLE_CODES):
            if grant.person_id in by_person:
                found[grant.node_id, ROLE_CODES[grant.role]].append(by_person[grant.person_id])
        return dict(found)

    def _worker(self, held: Employment) -> Worker:
        terms = terms_of(held)
        return Worker(
            key=f"{held.organisation.slug}/{held.employee_number}",
            required=_required(terms.profession, terms.unit.setting, self.today),
            from_day=max(terms.starts_on, self.started),
            to_day=self.today - timedelta(days=1),
            keenness=_keenness(terms.unit.slug, held.employee_number),
        )


ROLE_CODES: dict[str, str] = {Role.MANAGER: "enhetschef", Role.CHIEF_NURSE: "mas", Role.CHIEF_REHAB: "mar"}


def terms_of(held: Employment) -> EmploymentTerms:
    """Return the terms of the day; an employment from `staff_of` always carries them."""
    assert held.terms is not None
    return held.terms


def _licences_of(held: Employment) -> tuple[str, ...]:
    profession = terms_of(held).profession
    return IMPLIED.get(profession, (profession,))


def _everybody(employers: list[Organisation], today: date) -> list[Employment]:
    roots = [node for node in employers if not any(node != other and node.is_at_or_below(other) for other in employers)]
    return [held for root in roots for held in staff_of(root, today, include_absent=True)]


@cache
def _required(profession: str, setting: str, today: date) -> dict[str, int]:
    lines = profile_of(profession, today).lines
    asked = {line.competency.code: max([line.level, dict(line.in_settings).get(setting, 0)]) for line in lines}
    return {code: level for code, level in asked.items() if level}


def _keenness(unit: str, number: str) -> float:
    """Units differ more than the people in them."""
    base = 0.55 + 0.4 * Random(f"{SEED}/{unit}").random()
    return min(0.98, max(0.2, base + Random(f"{SEED}/{number}").gauss(0, 0.15)))


def _shown_by(row: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return (kind, role) of the observations and confirmations that show the third level."""
    leaves = next(rule for rule in row["evidence"] if rule["level"] == 3)["any_of"]
    return tuple((leaf["type"], leaf["by"][0]) for leaf in leaves if leaf["type"] in ("observation", "confirmation"))
