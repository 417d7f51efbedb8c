"""Before a version of a course goes out: who would gain or lose what, seen from the workshop, with nothing written."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from competency.api import advance_dry_runs, load_framework, rebuild_marked, review
from competency.dry_run.models import DryRun, DryRunFinding
from competency.models import Claim, Standing
from competency.segments import END
from competency.segments import text_of as text_of_moment
from courses.models import CoursePage, CourseTeaching
from courses.publishing import renew_edition
from people.api import Person, User, activity_iri, create_account, now, today
from tests.competency import world
from tests.competency.pages import ago, links_of, reads, rows_of, text_of
from tests.competency.world import BEGAN, Town
from tests.courses import workshop as make
from tests.courses.test_content_workshop import course_form, kept
from tests.people import factories
from xapi.api import vocabulary

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def town(db: None) -> Town:
    made = world.town()
    load_framework(world.framework(), BEGAN, owner=made.region)
    return made


@pytest.fixture
def course(town: Town) -> CoursePage:
    """A live course of the region that shows HYG-01 to level 2, reviewed in Granvik."""
    page = make.published(owner=town.region)
    review(town.mas, activity_iri("course", page.key), "1.0", town.granvik, ago(40))
    return page


@pytest.fixture
def educator(town: Town) -> User:
    return make.account("educator", town.region, "Eda")


def takes(who: Person, town: Town, page: CoursePage) -> None:
    said: dict[str, Any] = {"registration": uuid4(), "revision": "1.0"}
    for verb, kind in (("INITIALIZED", "course"), ("COMPLETED", "course"), ("PASSED", "questions")):
        world.says(who, town.granvik, getattr(vocabulary, verb), activity_iri(kind, page.key), now(), **said)
    rebuild_marked(now())


def retaken(page: CoursePage, **fields: Any) -> CoursePage:
    """Save a draft by which learners must take the course again."""
    draft = CoursePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    draft.ask_for_retake(True)
    for name, value in fields.items():
        setattr(draft, name, value)
    draft.save_revision()
    return page


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def desk(page: CoursePage) -> str:
    return reverse("courses_try", args=[page.pk])


def tried(client: Client, page: CoursePage, **form: Any) -> str:
    """Try it, let the worker do its part, and return where the answer is."""
    address: str = client.post(desk(page), form)["Location"]
    while advance_dry_runs(now()):
        pass
    advance_dry_runs(now())
    return address


def test_an_educator_sees_numbers_for_each_workplace_and_no_name(
    town: Town, course: CoursePage, educator: User
) -> None:
    takes(town.usk, town, course)
    client = signed_in(educator)
    words = text_of(client.get(desk(retaken(course))))
    assert (
        "The newest saved draft would become version 2.0. Now it is 1.0. Learners must take the course again." in words
    )
    page = client.get(tried(client, course, ends_earlier_on=str(today() + timedelta(days=30))))
    assert "Of 4 people Would no longer meet what is asked 1" in text_of(page)
    assert rows_of(page)[1:] == ["Norr 1 0 0"]
    assert town.usk.full_name not in page.content.decode()
    assert "Nothing has been changed. The course is published where it is written." in text_of(page)
    assert reverse("wagtailadmin_pages:edit", args=[course.pk]) in links_of(page)


def test_a_chief_nurse_sees_the_names_of_those_she_answers_for(town: Town, course: CoursePage, educator: User) -> None:
    takes(town.usk, town, course)
    factories.holds("chief_nurse", town.region, town.mas)
    address = tried(signed_in(educator), retaken(course), ends_earlier_on=str(today() + timedelta(days=30)))
    assert f"{town.usk.full_name} Norr · Competency HYG-01 · Would no longer meet" in text_of(
        reads(town.mas).get(address)
    )


def test_what_counts_as_long_as_it_would_have_is_lost_by_nobody(town: Town, course: CoursePage, educator: User) -> None:
    takes(town.usk, town, course)
    client = signed_in(educator)
    page = client.get(tried(client, retaken(course)))
    assert "It changes nothing for anybody who works here today." in text_of(page)


def test_trying_writes_nothing_but_the_trial(town: Town, course: CoursePage, educator: User) -> None:
    takes(town.usk, town, course)
    before = [list(model.objects.order_by("pk").values()) for model in (Claim, Standing)]
    tried(signed_in(educator), retaken(course), ends_earlier_on=str(today()))
    assert [list(model.objects.order_by("pk").values()) for model in (Claim, Standing)] == before
    assert [edition.version for edition in course.editions.all()] == ["1.0"]


def test_a_trial_that_runs_can_be_stopped_and_leads_back_to_the_course(
    town: Town, course: CoursePage, educator: User
) -> None:
    client = signed_in(educator)
    address = client.post(desk(retaken(course)), {"ends_earlier_on": str(today())})["Location"]
    advance_dry_runs(now(), 2)
    assert "2 of 4 people looked at" in text_of(client.get(address))
    stopped = client.post(f"{address}beslut/", {"step": "cancel"})
    assert stopped["Location"] == reverse("wagtailadmin_pages:edit", args=[course.pk])
    assert (DryRun.objects.get().cancelled_at is not None, DryRunFinding.objects.count()) == (True, 0)


def test_it_is_not_published_from_its_trial(town: Town, course: CoursePage, educator: User) -> None:
    client = signed_in(educator)
    address = tried(client, retaken(course), ends_earlier_on=str(today()))
    client.post(f"{address}beslut/", {"step": "publish"})
    assert [edition.version for edition in course.editions.all()] == ["1.0"]
    assert DryRun.objects.get().published_at is None


def test_what_is_tried_comes_true_when_the_course_is_published(town: Town, course: CoursePage, educator: User) -> None:
    takes(town.usk, town, course)
    last = today() + timedelta(days=30)
    draft = retaken(course, earlier_until=last, earlier_reason="Ny föreskrift")
    tried(signed_in(educator), draft, ends_earlier_on=str(last))
    found = DryRunFinding.objects.get()
    make.publish(course)
    rebuild_marked(now())
    segments = Standing.objects.get(person=town.usk, competency__code="HYG-01").segments
    assert [edition.version for edition in course.editions.all()] == ["1.0", "2.0"]
    assert segments[-1][END] == text_of_moment(found.since)


def test_a_last_day_that_has_passed_is_the_day_of_publishing(town: Town, course: CoursePage) -> None:
    draft = retaken(course, earlier_until=today() - timedelta(days=9), earlier_reason="Ny föreskrift")
    make.publish(draft)
    assert [edition.version for edition in course.editions.all()] == ["1.0", "2.0"]
    assert Claim.objects.get(major=2).ends_earlier_at is not None
    assert renew_edition(course.pk, now()) == course.editions.get(is_current=True)


def test_the_last_day_belongs_to_one_main_version(town: Town, course: CoursePage) -> None:
    make.publish(retaken(course, earlier_until=today() + timedelta(days=9), earlier_reason="Ny föreskrift"))
    make.change(CoursePage.objects.get(pk=course.pk), title="Igen")
    assert [edition.version for edition in course.editions.all()] == ["1.0", "2.0", "2.1"]
    assert [claim.ends_earlier_at is not None for claim in Claim.objects.order_by("pk")] == [False, True]


def test_a_version_that_shows_what_the_last_one_showed_is_not_tried(
    town: Town, course: CoursePage, educator: User
) -> None:
    client = signed_in(educator)
    page = client.get(desk(course))
    assert "Publishing changes nothing of what people have shown." in text_of(page)
    assert "Try it" not in rows_of(page, "button")
    assert "Publishing takes nothing from anybody." in text_of(client.get(desk(make.course("ny", owner=town.region))))
    assert client.post(desk(course), {}).status_code == 200
    assert not DryRun.objects.exists()


def test_what_it_shows_now_stands_beside_what_it_would_show(town: Town, course: CoursePage, educator: User) -> None:
    draft = course.get_latest_revision_as_object()
    draft.teaches = [CourseTeaching(competency="HYG-02", level=1)]
    draft.save_revision()
    client = signed_in(educator)
    words = text_of(client.get(desk(course)))
    assert "Competency HYG-01 : nothing, level 2 before" in words
    assert "Competency HYG-02 : level 1, nothing before" in words
    assert DryRun.objects.count() == 0
    tried(client, course)
    assert DryRun.objects.get().proposal["teaches"] == {"HYG-02": 1}


@pytest.mark.parametrize("day", ["2020-01-01", "snart"])
def test_a_day_that_cannot_be_is_said_beside_the_field(
    town: Town, course: CoursePage, educator: User, day: str
) -> None:
    answer = signed_in(educator).post(desk(retaken(course)), {"ends_earlier_on": day})
    assert answer.status_code == 200
    assert not DryRun.objects.exists()


def test_for_others_neither_the_page_nor_the_trial_is_there(town: Town, course: CoursePage, educator: User) -> None:
    address = tried(signed_in(educator), retaken(course), ends_earlier_on=str(today()))
    elsewhere = make.account("educator", town.lyngfors, "Lena")
    for user in (elsewhere, make.account("manager", town.norr, "Mona")):
        assert signed_in(user).get(address).status_code == 404
        assert signed_in(user).post(f"{address}beslut/", {"step": "cancel"}).status_code == 404
    assert signed_in(elsewhere).get(desk(course)).status_code == 404
    assert signed_in(elsewhere).post(desk(course), {}).status_code == 404
    assert signed_in(educator).get(reverse("courses_try", args=[10**6])).status_code == 404
    assert signed_in(educator).delete(desk(course)).status_code == 405
    assert DryRun.objects.count() == 1


def test_an_educator_of_a_municipality_counts_only_her_own(town: Town) -> None:
    page = make.published(owner=town.granvik)
    world.works_at(town.ekbacken, "Elsa", "underskoterska")
    client = signed_in(make.account("educator", town.granvik, "Gunn"))
    run = DryRun.objects.get(uuid=tried(client, retaken(page)).split("/")[-2])
    assert (run.node, run.total) == (town.granvik, 4)


# --- Who decides the last day ---------------------------------------------------------------------------------------


def edited(client: Client, page: CoursePage, **changes: Any) -> Any:
    # As the workshop's own test fills it in; the professions are those of another framework.
    form = course_form(teaches=kept(page), owner_node=str(page.owner_node_id), target_professions=[], **changes)
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form)


def drafted(page: CoursePage) -> tuple[bool, Any, str]:
    draft = CoursePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    return draft.asks_for_retake, draft.earlier_until, draft.earlier_reason


def test_an_educator_asks_for_a_retake_and_not_for_its_last_day(town: Town, course: CoursePage, educator: User) -> None:
    said = {"must_retake": "on", "earlier_until": str(today()), "earlier_reason": "Jag vill"}
    edited(signed_in(educator), course, **said)
    assert drafted(course) == (True, None, "")


def test_a_chief_of_the_owner_decides_it_with_a_reason(town: Town, course: CoursePage, educator: User) -> None:
    factories.holds("chief_nurse", town.region, educator.person)
    client, last = signed_in(educator), today() + timedelta(days=20)
    for wrong in (
        {"must_retake": "on", "earlier_until": str(last), "earlier_reason": ""},
        {"must_retake": "on", "earlier_until": "2020-01-01", "earlier_reason": "Ny"},
        {"earlier_until": str(last), "earlier_reason": "Ny"},
    ):
        edited(client, course, **wrong)
        assert drafted(course) == (False, None, "")
    edited(client, course, must_retake="on", earlier_until=str(last), earlier_reason="Ny föreskrift")
    assert drafted(course) == (True, last, "Ny föreskrift")
    edited(client, course)
    assert drafted(course) == (False, None, "")


def test_a_chief_of_another_organisation_does_not(town: Town, course: CoursePage, educator: User) -> None:
    factories.holds("chief_nurse", town.granvik, educator.person)
    edited(signed_in(educator), course, must_retake="on", earlier_until=str(today()), earlier_reason="Ny")
    assert drafted(course) == (True, None, "")


def test_the_way_there_stands_where_the_course_is_published(town: Town, course: CoursePage, educator: User) -> None:
    client = signed_in(educator)
    for name in ("wagtailadmin_pages:edit", "courses_publish_whole"):
        assert desk(course) in links_of(client.get(reverse(name, args=[course.pk])))


def test_an_account_without_a_person_tries_nothing(course: CoursePage) -> None:
    create_account(factories.person("Ada"), "ada@example.org", "en hemlig mening")
    assert Client().get(desk(course)).status_code == 302
    assert not DryRun.objects.exists()
