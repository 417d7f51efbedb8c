"""Whatever people, the register and time do, in whatever order: an active delegation breaks no rule.

The rules are asked of the tables of employments, roles and licences themselves, not of the periods that the code under
test reckons with.
"""

from __future__ import annotations

import os
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from competency.api import load_framework
from competency.delegation.calendar import settle
from competency.delegation.life import State, latest_end
from competency.delegation.models import DelegableTask, Delegation, DelegationEvent
from competency.delegation.services import accept, draft, give_back, revoke, sign, take_over
from competency.delegation.tasks_file import load_tasks
from competency.queries import licences_of
from competency.services import verify_qualification, withdraw_qualification
from people.api import DomainError, Employment, change_employment, employments_of, responsible_provider, today
from tests.competency import world

from .ward import REASON, TASKS, stands

ENDED = {"returned", "revoked", "taken_over", "expired"}
PEOPLE = ("usk", "chef", "ssk", "mas")
PLACES = ("norr", "solrosen", "granvik", "omsorg_granvik", "ekbacken")
people, places = st.sampled_from(PEOPLE), st.sampled_from(PLACES)
verbs = st.sampled_from([revoke, give_back])
soon, lengths = st.sampled_from([0, 0, 1, 20, -3]), st.sampled_from([0, 30, 180, 364, 365, 380, -1])
at_work = st.sampled_from(["usk", "usk", "ssk", "chef", "mas"])


class Life(RuleBasedStateMachine):
    """Two municipalities, their people, and everything that may happen to a few delegations."""

    def __init__(self):
        super().__init__()
        self.story = transaction.atomic()
        self.story.__enter__()
        self.build()

    def teardown(self):
        transaction.set_rollback(True)
        self.story.__exit__(None, None, None)

    def build(self):
        self.town = world.town()
        load_framework(world.framework(), world.BEGAN, owner=self.town.region)
        load_tasks(TASKS, world.BEGAN)
        self.tasks = list(DelegableTask.objects.select_related("competency"))
        for nurse in (self.town.ssk, self.town.mas):
            world.licensed(nurse, self.town.granvik)
        self.now = world.NOW
        self.made: list[Delegation] = []

    def tries(self, verb, *args, **kwargs):
        """Do it, or be told in a sentence that it may not be done; nothing else may go wrong."""
        try:
            return verb(*args, **kwargs)
        except DomainError:
            return None

    def pick(self, number):
        return self.made[number % len(self.made)]

    @rule(
        giver=people,
        receiver=people,
        task=st.integers(0, 1),
        place=places,
        first=st.integers(-3, 20),
        length=st.integers(-1, 380),
    )
    def decide(self, giver, receiver, task, place, first, length):
        start = today(self.now) + timedelta(days=first)
        made = self.tries(
            draft,
            getattr(self.town, giver),
            getattr(self.town, receiver),
            self.tasks[task],
            getattr(self.town, place),
            start,
            start + timedelta(days=length),
            self.now,
        )
        self.made += [made] if made else []

    @rule(giver=st.sampled_from(["ssk", "mas"]), length=st.integers(1, 360))
    def agree(self, giver, length):
        """The ordinary way in one step, so that most stories have something to spoil."""
        start = today(self.now)
        made = self.tries(
            draft,
            getattr(self.town, giver),
            self.town.usk,
            self.tasks[0],
            self.town.norr,
            start,
            start + timedelta(days=length),
            self.now,
        )
        if made:
            self.made.append(made)
            self.tries(sign, made, made.giver, self.now, reason=REASON)
            self.tries(accept, made, made.receiver, self.now)

    @precondition(lambda self: self.made)
    @rule(which=st.integers(0), who=people, reason=st.sampled_from(["", REASON]))
    def sign(self, which, who, reason):
        self.tries(sign, self.pick(which), getattr(self.town, who), self.now, reason=reason)

    @precondition(lambda self: self.made)
    @rule(which=st.integers(0), who=people)
    def accept(self, which, who):
        self.tries(accept, self.pick(which), getattr(self.town, who), self.now)

    @precondition(lambda self: self.made)
    @rule(which=st.integers(0), who=people, verb=verbs)
    def end(self, which, who, verb):
        self.tries(verb, self.pick(which), getattr(self.town, who), self.now)

    @precondition(lambda self: self.made)
    @rule(which=st.integers(0), who=people, length=st.integers(0, 300))
    def take_over(self, which, who, length):
        last_day = today(self.now) + timedelta(days=length)
        made = self.tries(take_over, getattr(self.town, who), [self.pick(which)], last_day, self.now, reason=REASON)
        self.made += made or []

    @rule(who=at_work, days=soon)
    def leave(self, who, days):
        held = self.employment(who)
        on = today(self.now)
        self.tries(change_employment, held, valid_from=on, at=self.now, ends_on=on + timedelta(days=days))

    @rule(who=people)
    def come_back(self, who):
        self.tries(change_employment, self.employment(who), valid_from=today(self.now), at=self.now, ends_on=None)

    @rule(who=at_work, place=st.sampled_from(["norr", "solrosen", "solrosen"]), days=soon)
    def move(self, who, place, days):
        unit, on = getattr(self.town, place), today(self.now) + timedelta(days=days)
        self.tries(change_employment, self.employment(who), valid_from=on, at=self.now, unit=unit)

    @rule(town=st.sampled_from(["lyngfors", "lyngfors", "granvik"]))
    def hand_over(self, town):
        """Another municipality answers for home care from today on."""
        on, unit = today(self.now), self.town.norr
        unit.care_responsibilities.filter(valid_from__gte=on).delete()
        unit.care_responsibilities.filter(valid_to=None).update(valid_to=on - timedelta(days=1))
        world.make.answers_for(getattr(self.town, town), unit, on)

    @rule(who=st.sampled_from(["ssk", "ssk", "mas", "usk"]), holds=st.booleans())
    def licence(self, who, holds):
        verb = verify_qualification if holds else withdraw_qualification
        self.tries(verb, None, getattr(self.town, who), "sjukskoterska", self.now, organisation=self.town.granvik)

    @rule(days=st.sampled_from([0, 1, 30, 200]))
    def wait(self, days):
        self.now += timedelta(days=days, minutes=1)

    @rule()
    def look_through(self):
        settle(self.now)

    def employment(self, who):
        return Employment.objects.filter(person=getattr(self.town, who)).earliest("pk")

    @invariant()
    def an_active_delegation_breaks_no_rule(self):
        for made in self.made:
            life = stands(made, self.now)
            kinds = set(made.events.filter(happened_at__lte=self.now).values_list("kind", flat=True))
            if life.state is State.ACTIVE:
                self.breaks_no_rule(made, kinds)
            if kinds & {"returned", "revoked", "taken_over"}:
                assert life.state in (State.RETURNED, State.REVOKED, State.REPLACED)

    def breaks_no_rule(self, made, kinds):
        on = today(self.now)
        assert made.giver_id != made.receiver_id
        assert made.first_day <= on <= made.last_day < latest_end(made.first_day)
        assert {"drafted", "offered", "signed", "accepted"} <= kinds
        assert not kinds & ENDED
        assert DelegationEvent.objects.get(delegation=made, kind="accepted").actor_id == made.receiver_id
        assert DelegationEvent.objects.get(delegation=made, kind="signed").actor_id == made.giver_id
        there = [terms.unit for terms in employments_of(made.receiver, on)]
        assert any(unit.is_at_or_below(made.scope) for unit in there)
        provider = responsible_provider(made.scope, on)
        employers = [terms.employment.organisation for terms in employments_of(made.giver, on)]
        assert provider is not None
        assert any(employer.is_at_or_below(provider) for employer in employers)
        assert licences_of(made.giver, on, self.now) & set(made.task.decided_by)

    @invariant()
    def events_are_in_order_and_have_their_statements(self):
        for made in self.made:
            events = list(made.events.order_by("pk"))
            assert all(one.recorded_at <= two.recorded_at for one, two in pairwise(events))
            assert all(event.statement_id or event.kind == "drafted" for event in events)


@pytest.mark.django_db
def test_no_story_makes_an_active_delegation_that_breaks_a_rule():
    run_state_machine_as_test(Life, settings=settings(max_examples=12, stateful_step_count=25))


@pytest.mark.long
@pytest.mark.django_db
def test_no_story_of_very_many_does():
    examples = int(os.environ.get("LONG_N", "300"))
    run_state_machine_as_test(Life, settings=settings(max_examples=examples, stateful_step_count=40))
