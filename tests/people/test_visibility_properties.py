"""For any tree, any employments and any roles: the people seen are those that a plain reading of the rules names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from people.models import Organisation, Person
from people.queries import staff_of
from people.visibility import people_visible_to, units_visible_to
from tests.people import factories as make

ON = make.ON
TREE = ("manager", "assessor", "hr", "auditor", "admin")
HISTORY = ("hr", "auditor", "admin")
CARE = ("chief_nurse", "chief_rehab")

near = st.integers(-2, 2).map(lambda days: ON + timedelta(days=days))


@dataclass(frozen=True)
class Job:
    person: int
    unit: int
    starts_on: date
    ends_on: date | None

    def is_over(self) -> bool:
        return self.ends_on is not None and self.ends_on < ON

    def is_current(self) -> bool:
        return self.starts_on <= ON and not self.is_over()


@dataclass(frozen=True)
class Grant:
    role: str
    node: int


@dataclass(frozen=True)
class World:
    """`parents[n]` is the node above node n+1; node 0 is the region. `answers` names a care provider for a unit."""

    kinds: tuple[str, ...]
    parents: tuple[int, ...]
    answers: dict[int, int]
    jobs: tuple[Job, ...]
    grants: tuple[Grant, ...]

    def above(self, node: int) -> list[int]:
        """The node and all above it, the nearest first."""
        return [node] if node == 0 else [node, *self.above(self.parents[node - 1])]

    def employer(self, node: int) -> int:
        return next(n for n in self.above(node) if self.kinds[n] != "unit")

    def provider(self, node: int) -> int | None:
        for n in self.above(node):
            if n in self.answers:
                return self.answers[n]
            if self.kinds[n] == "municipality":
                return n
        return None

    def is_held(self, grant: Grant) -> bool:
        """The viewer is person 0."""
        there = [job for job in self.jobs if job.person == 0 and self.employer(job.unit) in self.above(grant.node)]
        return not there or any(job.is_current() for job in there)

    def reaches(self, grant: Grant, job: Job) -> bool:
        if grant.role in CARE:
            provider = self.provider(job.unit)
            return not job.is_over() and provider is not None and grant.node in self.above(provider)
        inside = grant.role in TREE and grant.node in self.above(job.unit)
        return inside and (not job.is_over() or grant.role in HISTORY)

    def seen(self) -> set[int]:
        held = [grant for grant in self.grants if self.is_held(grant)]
        return {0} | {job.person for job in self.jobs if any(self.reaches(grant, job) for grant in held)}


@st.composite
def worlds(draw: st.DrawFn) -> World:
    kinds, parents = ["region"], []
    for _ in range(draw(st.integers(2, 7))):
        parent = draw(st.integers(0, len(kinds) - 1))
        options = ["municipality", "private_provider"] if kinds[parent] == "region" else ["unit"]
        kinds.append(draw(st.sampled_from(options)))
        parents.append(parent)
    nodes = st.integers(0, len(kinds) - 1)
    municipalities = [n for n, kind in enumerate(kinds) if kind == "municipality"]
    units = [n for n, kind in enumerate(kinds) if kind == "unit"]
    answers = (
        draw(st.dictionaries(st.sampled_from(units), st.sampled_from(municipalities)))
        if units and municipalities
        else {}
    )
    jobs = []
    for person in draw(st.lists(st.integers(0, 4), max_size=6)):
        starts_on, length = draw(near), draw(st.none() | st.integers(0, 2))
        ends_on = None if length is None else starts_on + timedelta(days=length)
        jobs.append(Job(person, draw(nodes), starts_on, ends_on))
    grants = draw(
        st.lists(st.builds(Grant, st.sampled_from((*TREE, *CARE, "educator")), nodes), max_size=3, unique=True)
    )
    return World(tuple(kinds), tuple(parents), answers, tuple(jobs), tuple(grants))


def build(world: World) -> tuple[list[Organisation], list[Person]]:
    nodes = [make.region()]
    for number, (kind, parent) in enumerate(zip(world.kinds[1:], world.parents, strict=True), start=1):
        nodes.append(make.below(nodes[parent], kind, f"n{number}"))
    for node, provider in world.answers.items():
        make.answers_for(nodes[provider], nodes[node])
    people = [make.person(str(number)) for number in range(5)]
    for job in world.jobs:
        terms = {"starts_on": job.starts_on, "ends_on": job.ends_on, "on": ON - timedelta(days=9)}
        make.works_at(nodes[job.unit], people[job.person], **terms)
    for grant in world.grants:
        make.holds(grant.role, nodes[grant.node], people[0])
    return nodes, people


@pytest.mark.django_db
@settings(max_examples=60)
@given(world=worlds())
def test_exactly_those_inside_the_area_are_seen(world: World) -> None:
    with transaction.atomic():
        _, people = build(world)
        seen = people_visible_to(people[0], ON)
        assert sorted(int(someone.given_name) for someone in seen) == sorted(world.seen())
        for node in units_visible_to(people[0], ON):
            assert {e.person for e in staff_of(node, ON, include_absent=True)} <= set(seen)
        transaction.set_rollback(True)
