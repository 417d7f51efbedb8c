"""What a unit can do, and what it could without somebody: counted, never guessed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from competency.api import assess, rebuild_marked
from competency.coverage.counting import FRAGILE_AT, Count, Level, State, count
from competency.coverage.models import CoverageNeed, PartOfDay
from competency.coverage.queries import Coverage, Line, Scenario, coverage_of
from competency.coverage.services import say_need
from competency.delegation.models import DelegableTask, Delegation
from competency.delegation.services import accept, draft, revoke, sign
from competency.delegation.tasks_file import load_tasks
from competency.errors import NotEntitled, RuleError
from competency.models import Competency
from people.api import Person, change_employment, mark_absent, now, today

from . import world
from .pages import ago, reads, text_of
from .world import NOW, TODAY, Town, days

# --- Counting, pure --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("holders", "needed", "state"),
    [
        (0, 0, State.NOBODY),
        (0, 2, State.NOBODY),
        (1, 2, State.SHORT),
        (3, 4, State.SHORT),
        (1, 1, State.FRAGILE),
        (2, 0, State.FRAGILE),
        (3, 0, State.ENOUGH),
        (3, 3, State.ENOUGH),
    ],
)
def test_how_a_unit_stands(holders: int, needed: int, state: State) -> None:
    assert Count(2, 5, tuple(range(holders))).state(needed) is state


def test_who_holds_the_lowest_level_asked_of_anybody_counts() -> None:
    levels = [Level(1, 2, 2), Level(2, 2, 3), Level(3, 1, 2), Level(4, 3, 0)]
    assert count(levels) == Count(level=2, asked_of=3, holders=(1, 2, 4))


def test_who_is_away_takes_her_competence_along_and_not_the_work() -> None:
    levels = [Level(1, 3, 2), Level(2, 2, 3)]
    assert count(levels, without={1}) == Count(level=2, asked_of=1, holders=(2,))


people = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=8).map(
    lambda each: [Level(number, held, asked) for number, (held, asked) in enumerate(each)]
)


@given(levels=people, away=st.sets(st.integers(0, 7)))
def test_nothing_gets_better_when_somebody_goes(levels: list[Level], away: set[int]) -> None:
    order = list(State)
    whole, left = count(levels), count(levels, without=away)
    assert set(left.holders) == set(whole.holders) - away
    assert order.index(left.state()) <= order.index(whole.state())


# --- A unit ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def unit(school: Town, hygiene: Competency) -> tuple[Town, list[Person]]:
    """Four of home care of whom three hold hygiene at the level asked."""
    more = [world.works_at(school.norr, name, "underskoterska") for name in ("Tea", "Tuva", "Tyra")]
    for who, day in zip([school.usk, *more[:2]], (300, 200, 100), strict=True):
        assess(school.ssk, who, hygiene, 3, days(day))
    rebuild_marked(NOW)
    return school, more


def line_of(coverage: Coverage, code: str = "HYG-01") -> Line:
    return next(line for line in coverage.lines if line.competency.code == code)


def seen(school: Town, on: date = TODAY, **scenario: Any) -> Coverage:
    return coverage_of(school.norr, TODAY, Scenario(on, **scenario))


def test_who_holds_what_is_counted(unit: tuple[Town, list[Person]]) -> None:
    school, more = unit
    line = line_of(seen(school))
    assert (line.state, line.then.level, line.then.asked_of) == (State.ENOUGH, 2, 4)
    assert {who.pk for who in line.holders} == {school.usk.pk, more[0].pk, more[1].pk}
    assert line_of(seen(school), "MED-02").state is State.NOBODY


def test_what_only_two_hold_without_somebody_is_fragile(unit: tuple[Town, list[Person]]) -> None:
    school, _more = unit
    line = line_of(seen(school, without=frozenset({school.usk.pk})))
    assert (line.state, line.is_worse, line.lost) == (State.FRAGILE, True, (school.usk,))
    assert len(line.holders) == FRAGILE_AT


def test_on_a_day_to_come_what_has_lapsed_and_who_has_left_are_gone(unit: tuple[Town, list[Person]]) -> None:
    school, more = unit
    change_employment(more[1].employments.get(), at=NOW, valid_from=TODAY, ends_on=TODAY + timedelta(days=10))
    line = line_of(seen(school, TODAY + timedelta(days=11)))
    assert set(line.lost) == {more[1]}
    assert line_of(seen(school, days(300 + 366).date())).holders == ()


def test_those_not_in_service_are_left_out(unit: tuple[Town, list[Person]]) -> None:
    school, _more = unit
    mark_absent(school.usk.employments.get(), TODAY, None, at=NOW)
    assert school.usk not in line_of(seen(school)).holders


def test_who_is_hired_is_asked_and_holds_nothing_yet(unit: tuple[Town, list[Person]]) -> None:
    school, _more = unit
    line = line_of(seen(school, hired=("vardbitrade",)))
    assert (line.then.asked_of, len(line.holders)) == (5, 3)


def test_a_need_says_when_a_unit_is_short_and_zero_takes_it_away(
    unit: tuple[Town, list[Person]], hygiene: Competency
) -> None:
    school, _more = unit
    for at_least, state in ((4, State.SHORT), (3, State.ENOUGH), (0, State.ENOUGH)):
        say_need(school.chef, school.norr, hygiene, 2, PartOfDay.NIGHT, at_least, NOW)
        line = line_of(seen(school))
        assert (line.state, line.needed) == (state, at_least)


def test_a_need_of_another_unit_says_nothing_here(unit: tuple[Town, list[Person]], hygiene: Competency) -> None:
    school, _more = unit
    say_need(school.mas, school.solrosen, hygiene, 2, PartOfDay.DAY, 9, NOW)
    assert line_of(seen(school)).needs == ()


def test_only_who_answers_for_a_unit_says_what_it_needs(school: Town, hygiene: Competency) -> None:
    for nobody in (school.usk, school.ssk):
        with pytest.raises(NotEntitled):
            say_need(nobody, school.norr, hygiene, 2, PartOfDay.DAY, 1, NOW)
    for level, part, at_least in ((0, "day", 1), (5, "day", 1), (2, "lunch", 1), (2, "day", -1), (2, "day", 100)):
        with pytest.raises(RuleError):
            say_need(school.chef, school.norr, hygiene, level, part, at_least, NOW)
    assert not CoverageNeed.objects.exists()


def test_the_database_refuses_to_change_what_was_said(school: Town, hygiene: Competency) -> None:
    row = say_need(school.chef, school.norr, hygiene, 2, PartOfDay.DAY, 1, NOW)
    for statement in ("UPDATE competency_coverageneed SET at_least = 9", "DELETE FROM competency_coverageneed"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert CoverageNeed.objects.get() == row


# --- The page --------------------------------------------------------------------------------------------------------


@pytest.fixture
def page(school: Town, hygiene: Competency) -> str:
    assess(school.ssk, school.usk, hygiene, 3, ago(20))
    rebuild_marked(now())
    return "/team/norr/tackning/"


@pytest.mark.usefixtures("english")
class TestPage:
    def test_it_says_what_is_fragile_and_who_holds_it(self, school: Town, page: str) -> None:
        words = text_of(reads(school.chef).get(page))
        assert "Nobody can" in words
        assert "Fragile: one or two can 1 Competency HYG-01 level 2 · Ulla Ek 1 can, asked of 1" in words

    def test_it_says_what_would_be_worse_without_her(self, school: Town, page: str) -> None:
        words = text_of(reads(school.chef).get(page, {"without": str(school.usk.uuid)}))
        assert "1 thing would be worse on" in words
        assert "Competency HYG-01 Without Ulla Ek 1 today, 0 then" in words

    def test_htmx_gets_the_body_alone(self, school: Town, page: str) -> None:
        html = reads(school.chef).get(page, headers={"HX-Request": "true"}).content.decode()
        assert "Competency HYG-01" in html
        assert "<html" not in html

    def test_what_is_no_choice_is_passed_over(self, school: Town, page: str) -> None:
        client = reads(school.chef)
        plain = text_of(client.get(page))
        for query in ({"on": "snart"}, {"without": "drake"}, {"hired": "drake"}, {"on": "1999-01-01"}):
            assert "Competency HYG-01 level 2 · Ulla Ek" in text_of(client.get(page, query))
        assert "would be worse" not in plain

    def test_a_need_is_said_and_counted(self, school: Town, page: str) -> None:
        client = reads(school.chef)
        form = {"competency": "HYG-01", "level": 2, "part": "night", "at_least": 2}
        done = client.post(f"{page}behov/", form, follow=True)
        assert "Saved. The coverage is counted with it from today." in done.content.decode()
        assert "Fewer than you need 1 Competency HYG-01 level 2 · Ulla Ek · At night: at least 2" in text_of(done)

    def test_a_wrong_need_is_said_beside_the_field(self, school: Town, page: str) -> None:
        form = {"competency": "HYG-99", "level": 9, "part": "lunch", "at_least": -1}
        words = text_of(reads(school.chef).post(f"{page}behov/", form))
        assert words.count("Select a valid choice") >= 3
        assert not CoverageNeed.objects.exists()

    def test_for_those_who_may_not_see_the_unit_it_is_not_there(self, school: Town, page: str) -> None:
        world.make.holds("manager", school.ekbacken, school.ssk)
        for who in (school.usk, school.ssk):
            assert reads(who).get(page).status_code == 404
            assert reads(who).get(f"{page}behov/").status_code == 404

    def test_who_sees_the_unit_and_does_not_decide_for_it_says_no_needs(self, school: Town, page: str) -> None:
        world.make.holds("assessor", school.norr, school.ssk)
        client = reads(school.ssk)
        assert "Say how many you need" not in text_of(client.get(page))
        assert client.post(f"{page}behov/", {}).status_code == 404

    def test_only_the_stated_methods(self, school: Town, page: str) -> None:
        assert reads(school.chef).post(page).status_code == 405

    @pytest.mark.parametrize("people", [1, 3])
    def test_it_asks_as_many_questions_whatever_the_number_of_people(
        self, school: Town, page: str, people: int, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(people - 1):
            world.works_at(school.norr, f"Usk {number}", "underskoterska")
        client = reads(school.chef)
        client.get(page)
        with django_assert_max_num_queries(24):
            client.get(page, {"on": str(today() + timedelta(days=30)), "without": str(school.usk.uuid)})


# --- Permission ------------------------------------------------------------------------------------------------------

SOON = TODAY + timedelta(days=1)


@pytest.fixture
def insulin(unit: tuple[Town, list[Person]]) -> Any:
    """Delegate giving insulin (MED-02) in home care to somebody, by the nurse unless another is said."""
    school, _more = unit
    load_tasks([{"code": "insulin", "title_sv": "Ge insulin", "competency": "MED-02"}], NOW)
    task = DelegableTask.objects.get()

    def give(receiver: Person, giver: Person = school.ssk, last_day: date = TODAY + timedelta(days=90)) -> Delegation:
        made = draft(giver, receiver, task, school.norr, TODAY, last_day, NOW)
        sign(made, giver, NOW, reason="She has done it for years.")
        accept(made, receiver, NOW)
        return made

    return give


def names(people: tuple[Person, ...]) -> set[str]:
    return {person.given_name for person in people}


def medicine(school: Town, on: date = SOON, **scenario: Any) -> Line:
    return line_of(seen(school, on, **scenario), "MED-02")


def test_where_a_delegation_is_needed_who_may_is_counted_and_not_who_can(unit, insulin) -> None:
    school, more = unit
    assess(school.ssk, more[0], Competency.objects.get(code="MED-02"), 3, NOW)
    assess(school.ssk, more[1], Competency.objects.get(code="MED-02"), 3, NOW)
    rebuild_marked(NOW)
    insulin(school.usk)
    insulin(more[1])
    line = medicine(school)
    assert (line.is_delegated, line.state) == (True, State.FRAGILE)
    assert (names(line.holders), names(line.may_not), names(line.unproven)) == ({"Ulla", "Tuva"}, {"Tea"}, {"Ulla"})
    assert not line_of(seen(school, SOON)).is_delegated


def test_a_licence_that_decides_on_the_task_is_permission_enough(unit, insulin) -> None:
    school, _more = unit
    nurse = world.works_at(school.norr, "Nora", "sjukskoterska")
    world.licensed(nurse, school.granvik)
    rebuild_marked(NOW)
    assert names(medicine(school).holders) == {"Nora"}


def test_an_offer_that_is_not_accepted_and_one_that_is_revoked_permit_nothing(unit, insulin) -> None:
    school, more = unit
    revoke(insulin(school.usk), school.ssk, NOW)
    made = draft(school.ssk, more[0], DelegableTask.objects.get(), school.norr, TODAY, SOON, NOW)
    sign(made, school.ssk, NOW, reason="x")
    assert medicine(school).holders == ()


def test_a_delegation_elsewhere_permits_nothing_here(unit, insulin) -> None:
    school, _more = unit
    made = draft(
        school.ssk, school.mas, DelegableTask.objects.get(), school.solrosen, TODAY, SOON, NOW
    )  # at another unit, to somebody there
    sign(made, school.ssk, NOW, reason="x")
    accept(made, school.mas, NOW)
    assert medicine(school).holders == ()


def test_what_ends_before_the_day_is_not_renewed(unit, insulin) -> None:
    school, _more = unit
    insulin(school.usk, last_day=TODAY + timedelta(days=9))
    assert names(medicine(school, TODAY + timedelta(days=9)).holders) == {"Ulla"}
    line = medicine(school, TODAY + timedelta(days=10))
    assert (line.holders, names(line.lost), line.state) == ((), {"Ulla"}, State.NOBODY)


def test_who_leaves_for_good_takes_what_she_has_delegated_along(unit, insulin) -> None:
    school, more = unit
    other = world.works_at(school.solrosen, "Nora", "sjukskoterska")
    world.licensed(other, school.granvik)
    rebuild_marked(NOW)
    insulin(school.usk)
    insulin(more[0], giver=other)
    assert names(medicine(school).holders) == {"Ulla", "Tea"}
    assert names(medicine(school, gone=frozenset({school.ssk.pk})).holders) == {"Tea"}
    assert names(medicine(school, without=frozenset({more[0].pk})).holders) == {"Ulla"}


def test_those_not_in_service_are_not_counted_though_they_may(unit, insulin) -> None:
    school, _more = unit
    insulin(school.usk)
    mark_absent(school.usk.employments.get(), TODAY, None, at=NOW)
    assert medicine(school).holders == ()


def test_whoever_is_hired_may_nothing_yet(unit, insulin) -> None:
    school, _more = unit
    insulin(school.usk)
    line = medicine(school, hired=("underskoterska",))
    assert (names(line.holders), line.then.asked_of) == ({"Ulla"}, 5)


def test_the_page_says_who_may_and_takes_the_giver_away(unit, insulin, english) -> None:
    school, _more = unit
    task, day = DelegableTask.objects.get(), today()
    made = draft(school.ssk, school.usk, task, school.norr, day, day + timedelta(days=90), ago(1))
    sign(made, school.ssk, ago(1), reason="x")
    accept(made, school.usk, ago(1))
    client = reads(school.chef)
    words = text_of(client.get("/team/norr/tackning/"))
    assert "Needs a delegation: those who may are counted." in words
    assert "May, but has not shown the level: Ulla Ek." in words
    assert "1 may, asked of 4" in words
    assert "If these, who have delegated tasks here, left for good Sara Ek" in words
    words = text_of(client.get(f"/team/norr/tackning/?gone={school.ssk.uuid}"))
    assert "1 today, 0 then" in words


def test_who_may_not_know_of_delegations_is_shown_levels(unit, insulin, english) -> None:
    school, _more = unit
    clerk = world.make.holds("hr", school.granvik, "Hilda")
    insulin(school.usk)
    words = text_of(reads(clerk).get(f"/team/norr/tackning/?gone={school.ssk.uuid}"))
    assert "Delegations are not shown to you" in words
    for told in ("Sara Ek", "Needs a delegation", "has not shown the level"):
        assert told not in words
