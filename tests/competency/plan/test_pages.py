"""The plan: what is left in order of weight, what expires, what was closed; for oneself and for those one may see."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils.formats import date_format

from competency.api import Status, assess, competency, plan_of, rebuild_marked, require
from competency.plan.life import Goal, Side
from competency.plan.models import PlanEvent
from competency.plan.proposing import Today, Whose
from competency.plan.schedule import months_later
from competency.plan.services import set_goal, write_note
from people.api import Person, now, today
from tests.competency import world
from tests.competency.pages import ago, hidden_fields, links_of, reads, text_of, writes_her_password

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_it_lists_what_is_left_the_heaviest_first_with_offers_and_minutes(school):
    world.offer("lakemedel", minutes=4, teaches={"MED-02": 2})
    page = text_of(reads(school.usk).get("/plan/"))
    order = [page.index(f"Competency {gap.competency.code}") for gap in plan_of(school.usk, today()).gaps]
    assert order == sorted(order)
    assert len(order) == 3
    assert "3 things left to reach what the work asks. The courses that help take 11 minutes in all." in page
    assert "Lakemedel 4 minutes Or: Observation by registered nurse." in page
    assert "Asked of every uNDERSKOTERSKA" in page


def test_a_course_that_takes_somebody_part_of_the_way_says_so(school, hygiene):
    require("underskoterska", hygiene, 3, ago(30))
    page = text_of(reads(school.usk).get("/plan/"))
    assert "Level 0, 3 is asked" in page
    assert "The course takes you to level 2. Then: Observation by registered nurse." in page


def test_what_was_just_done_is_on_the_page(school):
    client = reads(school.usk)
    assert "Closed in the last 60 days Nothing yet." in text_of(client.get("/plan/"))
    world.takes(school.usk, school.granvik, "hygien", ago(1))
    page = text_of(client.get("/plan/"))
    assert "2 things left" in page
    assert page.index("Closed in the last 60 days") < page.index("Competency HYG-01")


def test_what_expires_within_60_days_is_by_itself_with_its_last_day(school, hygiene):
    assess(school.ssk, school.usk, hygiene, 3, ago(330))
    assert [gap.status for gap in plan_of(school.usk, today()).lapsing] == []
    page = text_of(reads(school.usk).get("/plan/"))
    until = plan_of(school.usk, today()).lapsing[0].valid_through
    assert plan_of(school.usk, today()).lapsing[0].status is Status.EXPIRES_SOON
    assert page.index("Expires within 60 days") < page.index("Competency HYG-01")
    assert f"Valid until {until.day} " in page


def test_nothing_left_is_said_kindly(school, hygiene):
    who = world.works_at(school.norr, "Vera", "vardbitrade")
    world.takes(who, school.granvik, "hygien", ago(100))
    page = text_of(reads(who).get("/plan/"))
    assert "Everything that the work asks is in place." in page
    assert "Nothing left to do" in page
    assert "Nothing that expires in the next 60 days." in page


def test_somebody_who_is_employed_nowhere_has_an_empty_plan(school):
    page = reads(world.make.person("Nina")).get("/plan/")
    assert "Nothing is asked yet." in text_of(page)


def test_a_manager_sees_the_plan_of_her_staff(school):
    response = reads(school.chef).get(f"/plan/{school.usk.uuid}/")
    assert "Ulla Ek" in text_of(response)
    assert f"/plan/{school.usk.uuid}/kompetens/HYG-01/" in links_of(response)
    assert "/team/norr/" in links_of(response)


def test_a_post_at_another_employer_is_not_shown_to_her_manager(school, hygiene):
    """Her other employer asks for more, and its people have said what they think: none of it may be seen."""
    world.works_at(school.ekbacken, school.usk, "sjukskoterska")
    require("sjukskoterska", hygiene, 4, ago(30), node=school.lyngfors)
    rebuild_marked(now())
    assert any(gap.organisation == school.lyngfors for gap in plan_of(school.usk, today()).gaps)
    for path in ("", "kompetens/", "kompetens/HYG-01/"):
        page = reads(school.chef).get(f"/plan/{school.usk.uuid}/{path}").content.decode()
        for secret in ("Lyngfors", "Ekbacken", "MED-01", "Level 0, 4 is asked", "SJUKSKOTERSKA"):
            assert secret.casefold() not in page.casefold(), (path, secret)


@pytest.mark.parametrize("path", ["", "kompetens/", "kompetens/HYG-01/"])
def test_whom_one_may_not_see_is_not_there(school, path):
    stranger = world.works_at(school.ekbacken, "Eva", "enhetschef")
    world.make.holds("manager", school.ekbacken, stranger)
    world.takes(school.usk, school.granvik, "hygien", ago(3))
    for reader in (stranger, school.ssk, world.works_at(school.norr, "Vera", "vardbitrade")):
        response = reads(reader).get(f"/plan/{school.usk.uuid}/{path}")
        assert response.status_code == 404
        assert "Ulla" not in response.content.decode()


def test_somebody_who_does_not_exist_answers_the_same(school):
    assert reads(school.chef).get(f"/plan/{uuid4()}/").status_code == 404
    assert reads(school.chef).get("/plan/not-a-uuid/").status_code == 404


def test_visitors_are_asked_to_sign_in_and_come_back(school):
    assert Client().get("/plan/")["Location"] == "/konto/login/?next=/plan/"


@pytest.mark.parametrize("path", ["/plan/", "/kompetens/", "/kompetens/HYG-01/", "/team/", "/team/norr/", "/roller/"])
def test_pages_that_are_read_cannot_be_posted_to(school, path):
    assert reads(school.chef).post(path).status_code == 405


def test_an_account_without_a_person_has_no_plan(school, django_user_model):
    client = Client()
    client.force_login(
        django_user_model.objects.create_user("root@demo.example.org", "x"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    assert client.get("/plan/").status_code == 404


@pytest.mark.parametrize("gap_count", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_gaps(school, gap_count, django_assert_num_queries):
    who = world.works_at(school.norr, "Vera", "vardbitrade" if gap_count == 1 else "underskoterska")
    client = reads(who)
    assert len(plan_of(who, today()).gaps) == gap_count
    client.get("/plan/")
    with django_assert_num_queries(17):
        client.get("/plan/")


# Goals, notes, time and signatures


def fresh(who) -> Client:
    """A browser whose reader has just written her password again."""
    client = reads(who)
    cache.clear()  # where allauth counts how often somebody tries
    return writes_her_password(client)


def address(school, what: str = "") -> str:
    return f"/plan/{school.usk.uuid}/{what}"


NOBODYS = "00000000-0000-4000-8000-000000000000"
PAGES = ("mal/", "samtal/", "underskrift/", "versioner/")


def test_she_sets_a_goal_of_her_own_and_both_see_it(school):
    client = reads(school.usk)
    page = client.get(address(school, "mal/"))
    sent = hidden_fields(page) | {"title": "Lead the meeting", "due_on": str(today()), "owner": "manager"}
    done = client.post(address(school, "mal/"), sent, follow=True)
    assert done.redirect_chain == [("/plan/", 302)]
    assert "Goals of your own Lead the meeting" in text_of(done)
    assert "The manager sees to it." in text_of(done)
    assert "Lead the meeting" in text_of(reads(school.chef).get(address(school)))


def test_what_is_wrong_with_a_goal_is_said_and_what_was_typed_is_kept(school):
    client = reads(school.usk)
    sent = {"measure": "Three times", "due_on": "2020-01-01", "owner": "employee", "key": str(uuid4())}
    response = client.post(address(school, "mal/"), sent)
    assert "Something needs another look" in text_of(response)
    assert "Say what you want to reach, or choose a competency." in text_of(response)
    assert "The day has passed." in text_of(response)
    assert "Three times" in response.content.decode()
    response = client.post(address(school, "mal/"), sent | {"title": "Ask 19800101-1239"})
    assert "This looks like a personal identity number." in text_of(response)
    assert not PlanEvent.objects.exists()


def test_a_goal_of_the_gap_gets_another_day_and_measure(school):
    plan = Today(Whose(school.usk, school.granvik), today())
    key = plan.whose.key_of("HYG-01")
    client = reads(school.usk)
    page = client.get(address(school, f"mal/{key}/"))
    assert "The goal is level 2." in text_of(page)
    assert "It is no longer a goal" not in text_of(page)
    day = today() + timedelta(days=30)
    sent = {"measure": "Sara has seen it", "due_on": str(day), "owner": "employee", "step": "save"}
    client.post(address(school, f"mal/{key}/"), sent)
    line = Today(plan.whose, today()).line(key)
    assert (line.goal.measure, line.goal.due_on, line.goal.level) == ("Sara has seen it", day, 2)
    client.post(address(school, f"mal/{key}/"), {"step": "dropped"})
    assert Today(plan.whose, today()).line(key).is_open, "what the work asks is not dropped"


def test_a_goal_of_ones_own_is_reached_and_opened_again(school):
    client = reads(school.usk)
    key = str(uuid4())
    sent = {"key": key, "title": "Lead the meeting", "due_on": str(today()), "owner": "employee"}
    client.post(address(school, "mal/"), sent)
    page = text_of(client.post(address(school, f"mal/{key}/"), {"step": "reached"}, follow=True))
    assert "1 goal reached Lead the meeting Reached" in page
    page = text_of(client.post(address(school, f"mal/{key}/"), {"step": "open"}, follow=True))
    assert "Goals of your own Lead the meeting" in page
    client.post(address(school, f"mal/{key}/"), {"step": "dropped"})
    assert client.get(address(school, f"mal/{key}/")).status_code == 404


def test_a_note_is_seen_by_both_and_by_nobody_else(school):
    client = reads(school.chef)
    sent = hidden_fields(client.get(address(school, "samtal/"))) | {
        "held_on": str(today()),
        "text": "She wants to teach.",
    }
    done = client.post(address(school, "samtal/"), sent, follow=True)
    assert "She wants to teach. Written by Clara Ek" in text_of(done)
    assert "She wants to teach." in text_of(reads(school.usk).get("/plan/"))
    world.make.holds("hr", school.granvik, world.works_at(school.norr, "Hedda", "enhetschef"))
    for reader in (school.mas, Person.objects.get(given_name="Hedda")):
        page = text_of(reads(reader).get(address(school)))
        assert "Competency HYG-01" in page, "they see the gap"
        assert "She wants to teach." not in page
        assert "What you have agreed" not in page


def test_a_note_is_worded_anew_by_who_wrote_it(school):
    client = reads(school.chef)
    key = str(uuid4())
    client.post(address(school, "samtal/"), {"key": key, "held_on": str(today()), "text": "First."})
    assert "First." in client.get(address(school, f"samtal/{key}/")).content.decode()
    client.post(address(school, f"samtal/{key}/"), {"key": key, "held_on": str(today()), "text": "Second."})
    page = text_of(reads(school.usk).get("/plan/"))
    assert "Second." in page
    assert "Worded anew; the earlier wording is kept." in page
    assert reads(school.usk).get(address(school, f"samtal/{key}/")).status_code == 404


def test_a_note_of_tomorrow_is_refused(school):
    sent = {"key": str(uuid4()), "held_on": str(today() + timedelta(days=1)), "text": "Soon."}
    response = reads(school.chef).post(address(school, "samtal/"), sent)
    assert "The day has not come yet." in text_of(response)


def test_the_manager_protects_time_and_the_employee_cannot(school):
    client = reads(school.chef)
    assert "With 15 minutes a week the courses are done by" in text_of(client.get(address(school)))
    client.post(address(school, "tid/"), {"minutes": 30, "from_day": str(today())})
    assert "With 30 minutes a week" in text_of(client.get(address(school)))
    assert reads(school.usk).get(address(school, "tid/")).status_code == 404
    assert "at least" not in text_of(client.post(address(school, "tid/"), {"minutes": 30, "from_day": str(today())}))
    refused = client.post(address(school, "tid/"), {"minutes": 5, "from_day": str(today())})
    assert "Something needs another look" in text_of(refused)


def test_both_read_check_and_sign(school):
    client = fresh(school.usk)
    check = client.get(address(school, "underskrift/"))
    assert "Check before you sign" in text_of(check)
    assert "Competency HYG-01 level 2" in text_of(check)
    done = client.post(address(school, "underskrift/"), hidden_fields(check) | {"step": "sign"}, follow=True)
    assert done.redirect_chain == [("/plan/", 302)]
    assert "Ulla Ek signed" in text_of(done)
    assert "It waits for your manager." in text_of(done)
    boss = fresh(school.chef)
    assert "It waits for you." in text_of(boss.get(address(school)))
    check = boss.get(address(school, "underskrift/"))
    assert "Ulla Ek signed this" in text_of(check)
    done = boss.post(address(school, "underskrift/"), hidden_fields(check) | {"step": "sign"}, follow=True)
    assert "Version 1, signed by both" in text_of(done)
    assert f"Follow it up on {date_format(months_later(today(), 3), 'j F Y')}." in text_of(done)
    assert "Version 1" in text_of(client.get(address(school, "versioner/")))
    version = text_of(client.get(address(school, "versioner/1/")))
    assert "Signed by both" in version
    assert "Clara Ek signed for the employer" in version
    assert "Competency HYG-01 level 2" in version


def test_signing_asks_for_the_password(school):
    client = reads(school.usk)
    shown = hidden_fields(client.get(address(school, "underskrift/")))
    client.session.flush()
    client = reads(school.usk)
    response = client.post(address(school, "underskrift/"), shown | {"step": "sign"})
    assert response.status_code == 302
    assert "reauthenticate" in response["Location"]
    assert not PlanEvent.objects.exists()


def test_a_plan_that_changed_under_the_reader_says_so_and_keeps_nothing(school):
    client = fresh(school.usk)
    shown = hidden_fields(client.get(address(school, "underskrift/")))
    world.takes(school.usk, school.granvik, "hygien", ago(0))
    response = client.post(address(school, "underskrift/"), shown | {"step": "sign"})
    assert response.status_code == 409
    assert "The plan changed while you were reading, so nothing was signed." in text_of(response)
    assert hidden_fields(response) != shown
    assert not PlanEvent.objects.exists()
    client.post(address(school, "underskrift/"), hidden_fields(response) | {"step": "sign"})
    assert PlanEvent.objects.get().kind == "signed"


def test_two_managers_who_sign_the_same_become_one_signature(school):
    deputy = world.works_at(school.norr, "Dina", "enhetschef")
    world.make.holds("manager", school.norr, deputy)
    first, second = fresh(school.chef), fresh(deputy)
    sent = [hidden_fields(each.get(address(school, "underskrift/"))) | {"step": "sign"} for each in (first, second)]
    assert first.post(address(school, "underskrift/"), sent[0]).status_code == 302
    refused = second.post(address(school, "underskrift/"), sent[1])
    assert refused.status_code == 409
    assert "This version is already signed for your side." in text_of(refused)
    assert PlanEvent.objects.count() == 1


@pytest.mark.parametrize("what", [*PAGES, "tid/", f"mal/{NOBODYS}/", f"samtal/{NOBODYS}/", "versioner/1/"])
def test_the_conversation_is_not_there_for_whoever_takes_no_part(school, what):
    stranger = world.works_at(school.ekbacken, "Eva", "enhetschef")
    world.make.holds("manager", school.ekbacken, stranger)
    world.make.holds("hr", school.granvik, world.works_at(school.norr, "Hedda", "enhetschef"))
    for reader in (stranger, school.ssk, school.mas, Person.objects.get(given_name="Hedda")):
        assert reads(reader).get(address(school, what)).status_code == 404
        assert reads(reader).post(address(school, what), {"step": "sign"}).status_code in (302, 404, 405)
    assert not PlanEvent.objects.exists()


@pytest.mark.parametrize("what", [f"mal/{NOBODYS}/", f"samtal/{NOBODYS}/", "versioner/1/", "mal/x/"])
def test_what_is_not_in_the_plan_is_not_there(school, what):
    assert reads(school.chef).get(address(school, what)).status_code == 404


def test_visitors_are_asked_to_sign_in_before_they_write(school):
    for what in PAGES:
        assert Client().get(address(school, what))["Location"].startswith("/konto/login/")


def test_what_is_held_and_not_asked_for_is_shown(school):
    assess(school.ssk, school.usk, competency("MED-01"), 3, ago(3))
    page = text_of(reads(school.usk).get("/plan/"))
    assert "Held, and not asked for" in page
    assert page.index("Held, and not asked for") < page.index("Competency MED-01 level 3, Level 3")


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow_with_goals_and_notes(school, count, django_assert_num_queries):
    hers = Whose(school.usk, school.granvik)
    for number in range(count):
        goal = Goal(str(uuid4()), f"Goal {number}", "", 0, "", today(), Side.EMPLOYEE)
        set_goal(hers, school.usk, goal, now())
        write_note(hers, school.chef, str(uuid4()), f"Note {number}", today(), now())
    client = reads(school.usk)
    client.get("/plan/")
    with django_assert_num_queries(18):
        client.get("/plan/")
