"""A checklist gone through at the bedside, and what is asked of whoever judges."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from competency.api import NotEntitled, RuleError, assess, assessable_levels, rebuild_marked
from competency.models import AssessorRule, Checklist
from competency.observing.following import Followed
from competency.observing.queries import checklist_of
from competency.observing.services import set_checklist, set_own_level
from competency.observing.steps import Step, StepsError, failed_steps, steps_in, text_of
from people.api import Person, actor_keys_of, now, today
from xapi.api import full_statement, statements_about, vocabulary

from . import world
from .pages import ago, hidden_fields, reads, writes_her_password
from .pages import text_of as words_of
from .world import NOW, Town, days

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

STEPS = (Step("Spritar händerna", required=True), Step("Berättar vad hon gör"), Step("Dokumenterar", required=True))


@pytest.fixture(autouse=True)
def _no_guesses_counted_yet() -> None:
    cache.clear()


@pytest.fixture
def owner(school: Town) -> Person:
    """The chief nurse of the region, who owns the framework."""
    who = world.works_at(school.solrosen, "Rut", "sjukskoterska")
    world.make.holds("chief_nurse", school.region, who)
    return who


@pytest.fixture
def steps(hygiene: Any, owner: Person) -> Checklist:
    return set_checklist(hygiene, STEPS, owner, ago(30))


@pytest.fixture
def nurse(school: Town) -> Client:
    world.make.holds("assessor", school.norr, school.ssk)
    return writes_her_password(reads(school.ssk))


@pytest.fixture
def page(school: Town) -> str:
    return f"/team/norr/bedom/{school.usk.uuid}/HYG-01/"


def filled(client: Client, page: str, **changes: Any) -> dict[str, Any]:
    values = {"kind": "observation", "level": 3, "outcome": "yes", "checklist": "on", "happened_on": str(today())}
    return hidden_fields(client.get(page)) | values | {"comment": ""} | changes


def goes_on(client: Client, page: str, shown: HttpResponse, comment: str = "", **said: str) -> HttpResponse:
    return client.post(page, hidden_fields(shown) | {"comment": comment} | said)


def followed(client: Client, page: str, *outcomes: str, **changes: Any) -> HttpResponse:
    shown = client.post(page, filled(client, page, **changes) | {"step": "check"})
    for place, outcome in enumerate(outcomes):
        shown = goes_on(client, page, shown, **{f"step_{place}": outcome})
    return shown


def assessed(town: Town) -> list[dict[str, Any]]:
    rows = statements_about(actor_keys_of(town.usk), verbs=[vocabulary.own().assessed])
    return [full_statement(row.statement_id) for row in rows]


@pytest.mark.usefixtures("steps")
def test_the_steps_come_one_by_one_and_are_kept_in_the_statement(
    school: Town, nurse: Client, page: str, steps: Checklist
) -> None:
    shown = nurse.post(page, filled(nurse, page) | {"step": "check"})
    assert "Spritar händerna This step must be done for the level to be shown. Step 1 of 3" in words_of(shown)
    shown = goes_on(nurse, page, shown, step_0="done")
    assert "Berättar vad hon gör Step 2 of 3" in words_of(shown)
    shown = goes_on(nurse, page, shown, step_1="not_seen")
    shown = goes_on(nurse, page, shown, step_2="done")
    words = words_of(shown)
    assert "Check before you sign" in words
    assert "The checklist 2 of 3 steps done Berättar vad hon gör: I did not see it" in words
    assert goes_on(nurse, page, shown, step="sign").status_code == 302
    (body,) = assessed(school)
    own = vocabulary.own()
    assert body["result"]["extensions"][own.checklist] == {"id": str(steps.uuid), "steps": ["done", "not_seen", "done"]}
    assert body["context"]["extensions"][own.assessor]["checklist"] is True
    assert body["result"]["success"] is True


@pytest.mark.usefixtures("steps")
@pytest.mark.parametrize("failed", ["not_done", "not_seen"])
def test_with_a_required_step_left_nobody_has_shown_the_level(
    school: Town, nurse: Client, page: str, failed: str
) -> None:
    shown = followed(nurse, page, "done", "done", failed)
    assert "“Dokumenterar” must be done for the level to be shown." in words_of(shown)
    assert "Go through the checklist again" in words_of(shown)
    form = (
        hidden_fields(shown)
        | filled(nurse, page, outcome="no")
        | {"step_0": "done", "step_1": "done", "step_2": failed}
    )
    check = nurse.post(page, form | {"step": "check"})
    assert "Not yet, more practice is needed" in words_of(check)
    assert goes_on(nurse, page, check, step="sign").status_code == 302
    (body,) = assessed(school)
    assert body["result"]["success"] is False


@pytest.mark.usefixtures("steps")
def test_one_goes_back_a_step_and_to_the_form_with_all_kept(nurse: Client, page: str) -> None:
    shown = followed(nurse, page, "done", "done", comment="Lugn")
    assert "Step 3 of 3" in words_of(shown)
    back = goes_on(nurse, page, shown, comment="Lugn", back="1")
    assert "Step 2 of 3" in words_of(back)
    assert {"step_0": "done"}.items() <= hidden_fields(back).items()
    form = goes_on(nurse, page, shown, comment="Lugn", step="change")
    assert "Say what you have seen" in words_of(form)
    assert "Lugn</textarea>" in form.content.decode()
    assert hidden_fields(form)["step_1"] == "done"


@pytest.mark.usefixtures("steps")
def test_a_checklist_changed_meanwhile_is_gone_through_from_the_beginning(
    hygiene: Any, owner: Person, nurse: Client, page: str
) -> None:
    shown = followed(nurse, page, "done", "done", "done")
    assert "Check before you sign" in words_of(shown)
    set_checklist(hygiene, STEPS[:2], owner, now())
    again = goes_on(nurse, page, shown, step="sign")
    assert "Step 1 of 2" in words_of(again)


def test_without_a_checklist_it_is_as_before(school: Town, nurse: Client, page: str) -> None:
    check = nurse.post(page, filled(nurse, page) | {"step": "check"})
    assert "by the checklist" in words_of(check)
    assert goes_on(nurse, page, check, step="sign").status_code == 302
    assert vocabulary.own().checklist not in assessed(school)[0]["result"]["extensions"]


@pytest.mark.usefixtures("steps")
def test_whoever_leaves_the_checklist_out_is_not_asked_for_steps(nurse: Client, page: str) -> None:
    form = filled(nurse, page)
    del form["checklist"]
    words = words_of(nurse.post(page, form | {"step": "check"}))
    assert "Check before you sign" in words
    assert "by the checklist" not in words


def test_the_door_behind_the_form_checks_the_same(school: Town, hygiene: Any, steps: Checklist) -> None:
    for outcomes in (("done", "done"), ("done", "done", "kanske"), ("done", "done", "not_done")):
        with pytest.raises(RuleError):
            assess(school.ssk, school.usk, hygiene, 3, now(), steps=Followed(steps, outcomes))
    assert assessed(school) == []
    failed = Followed(steps, ("done", "done", "not_done"))
    assert isinstance(assess(school.ssk, school.usk, hygiene, 3, now(), positive=False, steps=failed), UUID)


def test_the_newest_checklist_in_force_holds_until_it_has_no_steps(school: Town, hygiene: Any, owner: Person) -> None:
    first = set_checklist(hygiene, STEPS, owner, days(1))
    assert checklist_of(hygiene, days(0.5)) is None
    assert checklist_of(hygiene, days(2)) == first
    set_checklist(hygiene, (), owner, days(3))
    assert checklist_of(hygiene, days(4)) is None
    with pytest.raises(NotEntitled):
        set_checklist(hygiene, STEPS, school.mas, days(5))


@pytest.mark.parametrize("model", [Checklist, AssessorRule])
def test_the_database_itself_refuses_to_change_them(hygiene: Any, owner: Person, steps: Checklist, model: Any) -> None:
    set_own_level(hygiene, "sjukskoterska", 3, owner, NOW)
    table = connection.ops.quote_name(model._meta.db_table)
    for change in (f"UPDATE {table} SET recorded_at = recorded_at", f"DELETE FROM {table}"):
        refused = pytest.raises(DatabaseError, match=r"append-only|permission denied")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


# --- Who may judge ----------------------------------------------------------------------------------------------------


def may_judge(town: Town, hygiene: Any, at: float = 300) -> list[int]:
    return assessable_levels(town.ssk, town.usk, hygiene, today(days(at)))["observation"]


def test_whoever_judges_may_be_asked_to_hold_the_level_herself(school: Town, hygiene: Any, owner: Person) -> None:
    assert may_judge(school, hygiene) == [3]
    set_own_level(hygiene, "sjukskoterska", 2, owner, days(20))
    assert may_judge(school, hygiene) == []
    with pytest.raises(NotEntitled):
        assess(school.ssk, school.usk, hygiene, 3, days(21))
    world.takes(school.ssk, school.granvik, "hygien", days(30))
    rebuild_marked(days(30))
    assert may_judge(school, hygiene, 40) == [3]
    assess(school.ssk, school.usk, hygiene, 3, days(41))
    assert may_judge(school, hygiene, 10) == [3], "nothing was asked of her then"


def test_a_competency_s_own_row_comes_before_the_one_for_all(school: Town, hygiene: Any, owner: Person) -> None:
    set_own_level(None, "sjukskoterska", 3, owner, days(1))
    assert may_judge(school, hygiene) == []
    set_own_level(hygiene, "sjukskoterska", 0, owner, days(2))
    assert may_judge(school, hygiene) == [3]
    set_own_level(hygiene, "mas", 4, owner, days(3))
    assert may_judge(school, hygiene) == [3]


def test_what_is_asked_of_assessors_is_decided_by_the_framework_s_owner(
    school: Town, hygiene: Any, owner: Person
) -> None:
    with pytest.raises(NotEntitled):
        set_own_level(hygiene, "sjukskoterska", 3, school.mas, NOW)
    for role, level in (("sjukskoterska", 5), ("sjukskoterska", -1), ("kungen", 3)):
        with pytest.raises(RuleError):
            set_own_level(hygiene, role, level, owner, NOW)
    assert not AssessorRule.objects.exists()


# --- Their pages ------------------------------------------------------------------------------------------------------


def test_the_owner_writes_a_checklist(owner: Person, hygiene: Any) -> None:
    client = reads(owner)
    assert "There is no checklist." in words_of(client.get("/regler/HYG-01/"))
    page = client.post("/regler/HYG-01/checklista/", {"steps": "* Spritar händerna\n\nBerättar"}, follow=True)
    assert "Spritar händerna (must be done) Berättar" in words_of(page)
    assert "decided by Rut Ek" in words_of(page)
    assert "* Spritar händerna\nBerättar</textarea>" in client.get("/regler/HYG-01/checklista/").content.decode()
    client.post("/regler/HYG-01/checklista/", {"steps": "*Spritar händerna\nBerättar"})
    assert Checklist.objects.count() == 1, "the same again is no new row"
    client.post("/regler/HYG-01/checklista/", {"steps": " "})
    assert checklist_of(hygiene, now()) is None


@pytest.mark.parametrize(
    ("steps", "words"),
    [("a\n" * 31, "At most 30 steps"), ("a" * 201, "at most 200 characters"), ("19121212-1212", "identity")],
)
def test_steps_that_cannot_be_used_are_refused_and_kept_in_the_form(owner: Person, steps: str, words: str) -> None:
    page = reads(owner).post("/regler/HYG-01/checklista/", {"steps": steps})
    assert words in words_of(page)
    assert steps.strip() in page.content.decode()
    assert not Checklist.objects.exists()


def test_the_page_says_who_may_judge_and_what_is_asked_of_her(owner: Person) -> None:
    client = reads(owner)
    words = words_of(client.get("/regler/HYG-01/"))
    assert "registered nurse Level 3 · whatever level she holds herself" in words
    page = client.post("/regler/HYG-01/bedomare/", {"role": "sjukskoterska", "own_level": "3"}, follow=True)
    assert "registered nurse Level 3 · must hold level 3, Level 3, herself" in words_of(page)
    form = {"role": "mas", "own_level": "2", "everywhere": "on"}
    page = client.post("/regler/HYG-01/bedomare/", form, follow=True)
    assert "must hold level 2, Level 2, herself (as in all competencies)" in words_of(page)
    wrong = client.post("/regler/HYG-01/bedomare/", {"role": "kungen", "own_level": "9"})
    assert "Select a valid choice" in words_of(wrong)
    assert AssessorRule.objects.count() == 2


def test_only_the_owner_of_the_framework_comes_to_these_pages(school: Town) -> None:
    for who in (school.usk, school.chef, school.mas):
        for name in ("checklista", "bedomare"):
            assert reads(who).get(f"/regler/HYG-01/{name}/").status_code == 404
            assert reads(who).post(f"/regler/HYG-01/{name}/", {"steps": "a"}).status_code == 404
    assert "Write a checklist" not in words_of(reads(school.mas).get("/regler/HYG-01/"))


# --- Steps, pure ------------------------------------------------------------------------------------------------------

WORDS = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=20)


@given(st.lists(st.builds(Step, WORDS, st.booleans()), max_size=30))
def test_steps_are_the_same_after_they_were_written_as_lines(steps: list[Step]) -> None:
    assert steps_in(text_of(steps)) == tuple(steps)


@given(st.lists(st.tuples(st.builds(Step, WORDS, st.booleans()), st.sampled_from(["done", "not_done", "not_seen"]))))
def test_only_a_required_step_that_was_not_done_fails(pairs: list[tuple[Step, str]]) -> None:
    failed = failed_steps([step for step, _outcome in pairs], [outcome for _step, outcome in pairs])
    assert failed == [step for step, outcome in pairs if step.required and outcome != "done"]


def test_too_many_steps_and_too_long_ones_are_refused() -> None:
    assert steps_in("\n \n* \n") == ()
    for text, limit in (("a\n" * 31, "number"), ("a" * 201, "length")):
        with pytest.raises(StepsError, match=limit):
            steps_in(text)
