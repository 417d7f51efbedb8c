"""Idag: the first line says what must be done now, the second what can be done in five minutes."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from competency.api import assess, plan_of, review, set_policy
from courses import player
from courses.player import Learner
from lms.start import Step, most_pressing, steps_of, unreviewed
from people.api import activity_iri, chosen_employment, now, today
from tests.competency import world
from tests.competency.pages import ago, links_of, reads, text_of
from tests.courses import taking

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


@pytest.fixture
def course(school):
    """The course that the plan offers, with a module of three minutes and one of eight."""
    return taking.publish(
        "hygien", [taking.module("Händer", taking.question("Varför")), taking.module("Kläder", minutes=8)]
    )


def go_through_first_module(who, course):
    learner = Learner(who, chosen_employment(who))
    walk = taking.Walk(learner, course)
    walk.open()
    for question in course.modules[0].questions:
        walk.answer(question)
    if not walk.taking.progress.is_completed(course.modules[0].key):
        walk.finish(course.modules[0])


# What must I do now?


def test_with_nothing_lapsed_it_is_the_heaviest_gap_and_its_shortest_offer(school):
    world.offer("lakemedel", minutes=12, teaches={"MED-02": 2})
    world.offer("lakemedel-kort", minutes=9, teaches={"MED-02": 2})
    page = text_of(reads(school.usk).get("/"))
    assert page.startswith("What must I do now? Learn: Competency MED-02 Missing Level 2 is asked, you have 0.")
    assert "Lakemedel-Kort · 9 minutes 2 more things in your plan" in page
    assert "/kurser/lakemedel-kort/" in links_of(reads(school.usk).get("/"))


def test_what_expires_soon_comes_before_what_was_never_there(school, hygiene):
    assess(school.ssk, school.usk, hygiene, 3, ago(330))
    page = text_of(reads(school.usk).get("/"))
    assert page.startswith("What must I do now? Renew in time: Competency HYG-01 Expires soon It is valid until ")
    assert "Hygien · 7 minutes" in page


def test_what_has_expired_comes_before_everything(school, hygiene):
    assess(school.ssk, school.usk, hygiene, 3, ago(400))
    medicine = type(hygiene).objects.get(code="MED-02")
    assess(school.ssk, school.usk, medicine, 3, ago(690))
    reads(school.usk).get("/")
    assert [gap.competency.code for gap in plan_of(school.usk, today()).lapsing] == ["MED-02"]
    page = text_of(reads(school.usk).get("/"))
    assert page.startswith("What must I do now? Renew: Competency HYG-01 Expired It was last valid on ")


def test_what_no_course_closes_says_who_can(school):
    page = text_of(reads(school.chef).get("/"))
    assert "Learn: Competency HYG-02" in page
    assert "What closes it: Confirmation by unit manager." in page


def test_everything_in_place_is_said(school):
    who = world.works_at(school.norr, "Vera", "vardbitrade")
    world.takes(who, school.granvik, "hygien", ago(100))
    page = text_of(reads(who).get("/"))
    assert page.startswith("What must I do now? Nothing just now Everything that your work asks is in place")
    assert most_pressing(plan_of(who, today())) is None


def test_somebody_whose_profession_is_not_known_yet_is_shown_around(school):
    page = text_of(reads(world.works_at(school.norr, "Nina", "")).get("/"))
    assert "Look around Nothing is asked of you here yet." in page


def test_an_account_without_a_person_is_told_whom_to_ask(school, django_user_model):
    client = Client()
    root = django_user_model.objects.create_user("root@demo.example.org", "x")
    client.force_login(root, backend="django.contrib.auth.backends.ModelBackend")
    assert "Your account is not connected to an employee." in text_of(client.get("/"))


def test_only_the_employer_she_acts_for_asks(school, hygiene):
    """A combined post: what the other employer asks is on Idag when she has chosen to act there."""
    world.works_at(school.ekbacken, school.usk, "sjukskoterska", share=20)
    first = school.usk.employments.get(organisation=school.granvik)
    client = reads(school.usk)
    client.post("/konto/anstallning/", {"employment": str(first.uuid)})
    assert "MED-01" not in text_of(client.get("/"))
    client.post("/konto/anstallning/", {"employment": str(school.usk.employments.exclude(pk=first.pk).get().uuid)})
    assert "MED-01" in text_of(client.get("/"))


# What can I do in five minutes?


def test_a_short_first_module_of_what_the_plan_offers(school, course):
    step = next(steps_of(school.usk, plan_of(school.usk, today())))
    assert step == Step("/kurser/hygien/händer/", "Händer", "Hygien", 3, False)
    page = text_of(reads(school.usk).get("/"))
    assert "What can I do in five minutes? Begin Händer Hygien 3 minutes" in page


def test_going_on_where_she_stopped_comes_first_however_long_it_is(school, course):
    go_through_first_module(school.usk, course)
    step = next(steps_of(school.usk, plan_of(school.usk, today())))
    assert step == Step("/kurser/hygien/kläder/", "Kläder", "Hygien", 8, True)
    assert "Go on where you stopped Kläder" in text_of(reads(school.usk).get("/"))


def test_another_persons_course_is_not_hers(school, course):
    go_through_first_module(school.chef, course)
    assert [step.is_begun for step in steps_of(school.usk, plan_of(school.usk, today()))] == [False]


def test_a_long_module_is_nothing_for_five_minutes(school):
    taking.publish("hygien", [taking.module("Allt", minutes=6)])
    assert list(steps_of(school.usk, plan_of(school.usk, today()))) == []
    assert "Nothing that your plan asks fits in five minutes." in text_of(reads(school.usk).get("/"))


def test_at_most_three_are_shown(school):
    for place in range(5):
        world.offer(f"kurs-{place}", teaches={"HYG-02": 2, "MED-02": 2, "HYG-01": 2}, minutes=1 + place)
        taking.publish(f"kurs-{place}", [taking.module(f"Del {place}")])
    assert text_of(reads(school.usk).get("/")).count(" Begin ") <= 3


# Then


def test_what_expires_and_what_was_gained_are_listed(school, hygiene):
    world.takes(school.usk, school.granvik, "hygien", ago(2))
    page = text_of(reads(school.usk).get("/"))
    assert "Expires within 60 days Nothing that expires in the next 60 days." in page
    gained = page.partition("What you have gained lately")[2]
    assert gained.strip().startswith("Competency HYG-01 level 2, ")
    assert "1 of 3 things that your work asks are in place." in page


# Those who lead, teach and review


def test_a_manager_meets_her_team_first(school):
    page = text_of(reads(school.chef).get("/"))
    assert page.startswith("Your team now Norr: 4 things are missing Met 0 ")
    assert "See the team" in page
    assert page.index("See the team") < page.index("What must I do now?")
    assert "/team/norr/" in links_of(reads(school.chef).get("/"))


def test_an_ordinary_member_of_staff_has_no_such_line(school):
    assert "Your team now" not in text_of(reads(school.usk).get("/"))


def test_a_chief_nurse_meets_the_courses_that_wait_for_her(school, course):
    client = reads(school.mas)
    assert text_of(client.get("/")).startswith("Your review 1 course waits for your review To the review list")
    review(school.mas, activity_iri("course", course.key), course.revision, school.granvik, now())
    assert text_of(client.get("/")).startswith("Your review No course waits for your review")


def test_a_yes_counts_for_the_version_and_the_organisations_it_was_given_for(school, course):
    elsewhere = world.make.holds("chief_nurse", school.lyngfors)
    review(elsewhere, activity_iri("course", course.key), course.revision, school.lyngfors, now())
    assert unreviewed([school.granvik], today()) == 1
    assert unreviewed([school.lyngfors], today()) == 0
    assert unreviewed([school.granvik, school.lyngfors], today()) == 1
    assert unreviewed([], today()) == 0
    taking.publish("hygien", [taking.module("Händer")], major=2)
    assert unreviewed([school.lyngfors], today()) == 1


def test_an_educator_meets_the_courses_nobody_has_reviewed(school, course):
    world.make.holds("educator", school.region, school.usk)
    page = text_of(reads(school.usk).get("/"))
    assert page.startswith("Your courses 1 course is not reviewed yet To the workshop")


# What it costs


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow_with_gaps_and_courses(school, count, django_assert_num_queries):
    set_policy(school.granvik, ago(30), counts_unreviewed=True)
    for place in range(count):
        world.offer(f"kurs-{place}", teaches={"HYG-02": 2, "MED-02": 2})
        go_through_first_module(
            school.usk,
            taking.publish(f"kurs-{place}", [taking.module(f"Del {place}"), taking.module(f"Nästa {place}")]),
        )
    client = reads(school.usk)
    client.get("/")
    with django_assert_num_queries(23):
        client.get("/")


def test_it_cannot_be_posted_to(school):
    assert reads(school.usk).post("/").status_code == 405


def test_player_is_the_one_that_opens(school, course):
    """Looking at Idag opens nothing."""
    reads(school.usk).get("/")
    assert player.taking_of(school.usk, course).registration is None
