"""The roof's own pages: public start, accessibility, about, the theme; and the menu of every page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from people.api import end_role, today
from tests.competency import world
from tests.competency.pages import links_of, reads, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

PUBLIC = ("/", "/om/", "/tillganglighet/")


@pytest.fixture
def menu():
    """Return the doors of somebody's menu; what is kept of a menu is forgotten first."""

    def doors(who):
        cache.clear()
        links = links_of(reads(who).get("/om/"))
        return {link for link in links if link in ("/", "/plan/", "/kompetens/", "/team/", "/team/norr/", "/cms/")}

    return doors


@pytest.mark.parametrize("path", PUBLIC)
def test_anyone_may_read_them_and_they_ask_the_database_nothing(db, path, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert Client().get(path).status_code == 200


@pytest.mark.parametrize("path", PUBLIC)
def test_they_cannot_be_posted_to(db, path):
    assert Client().post(path).status_code == 405


def test_a_visitor_is_told_what_it_is_for_whom_and_where_the_doors_are(db):
    response = Client().get("/")
    page = text_of(response)
    assert page.startswith("Learn what your work in care asks")
    assert {"/kurser/", "/roller/", "/om/", "/konto/login/"} <= links_of(response)
    assert "For whom?" in page


def test_the_statement_names_its_law_its_shortcomings_and_where_to_report(db, settings):
    page = text_of(Client().get("/tillganglighet/"))
    for words in ("2018:1937", "WCAG 2.2", "What does not work well yet", "Tell your manager", "Digg"):
        assert words in page
    settings.CONTACT_EMAIL = "tillganglighet@example.org"
    assert "mailto:tillganglighet@example.org" in links_of(Client().get("/tillganglighet/"))


def test_about_says_that_competence_and_permission_are_two_things(db):
    assert "A course never gives permission, and a delegation never proves competence." in text_of(Client().get("/om/"))


# Light and dark


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_theme_is_remembered_on_the_device(db, theme):
    client = Client()
    assert client.post("/tema/", {"theme": theme, "next": "/om/"})["Location"] == "/om/"
    assert f'data-theme="{theme}"' in client.get("/om/").content.decode()


def test_as_the_device_says_forgets_the_theme(db):
    client = Client()
    client.post("/tema/", {"theme": "dark"})
    client.post("/tema/", {"theme": "system"})
    assert "data-theme=" not in client.get("/om/").content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example.org/", "//evil.example.org", "javascript:alert(1)", ""])
def test_the_theme_never_leads_away_from_here(db, elsewhere):
    assert Client().post("/tema/", {"theme": "dark", "next": elsewhere})["Location"] == "/"


def test_the_theme_is_not_chosen_by_a_link(db):
    assert Client().get("/tema/?theme=dark").status_code == 405


def test_the_language_is_changed_where_one_stands(db):
    client = Client()
    response = client.post("/i18n/setlang/", {"language": "sv", "next": "/om/"}, follow=True)
    assert response.redirect_chain == [("/om/", 302)]
    assert '<html lang="sv"' in response.content.decode()


# The menu


def test_the_menu_shows_only_the_doors_one_has(school, menu):
    world.make.holds("educator", school.region, school.ssk)
    own = {"/", "/plan/", "/kompetens/"}
    assert menu(school.usk) == own
    assert menu(school.chef) == own | {"/team/norr/"}
    assert menu(school.mas) == own | {"/team/", "/cms/"}
    assert menu(school.ssk) == own | {"/cms/"}


def test_a_role_that_ends_closes_its_door(school, menu):
    grant = school.chef.role_grants.get()
    end_role(grant, today())
    assert "/team/norr/" in menu(school.chef)
    end_role(grant, today() - timedelta(days=1))
    assert "/team/norr/" not in menu(school.chef)


def test_a_manager_of_two_units_chooses(school, menu):
    world.make.holds("manager", school.solrosen, school.chef)
    assert "/team/" in menu(school.chef)


def test_the_menu_names_the_employment_one_acts_under_and_offers_the_others(school):
    world.works_at(school.ekbacken, school.usk, "vardbitrade")
    html = reads(school.usk).get("/om/").content.decode()
    assert "Ekbacken" in html
    assert "Norr" in html
    assert html.count('action="/konto/anstallning/"') == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_menu_costs_the_same_for_many_employments_and_little_when_kept(school, count, django_assert_num_queries):
    someone = world.make.person("Nina")
    for _ in range(count):
        world.works_at(school.ekbacken, someone, "vardbitrade")
    client = reads(someone)
    # The session, the account with its person, her roles and employments.
    with django_assert_num_queries(4):
        client.get("/om/")
    with django_assert_num_queries(2):
        client.get("/om/")


def test_the_frame_that_is_kept_is_each_readers_own(town):
    """Name, token and address are of this answer; language and theme as she has chosen."""
    cache.clear()
    first, other = reads(town.usk), reads(town.chef)
    for client, name in ((first, "Ulla Ek"), (other, "Clara Ek"), (first, "Ulla Ek")):
        page = client.get("/om/?a=1&b=2").content.decode()
        assert page.count(name) > 1
        assert page.count('name="csrfmiddlewaretoken"') > 1
        assert 'value="/om/?a=1&amp;b=2"' in page
        assert "hole-" not in page
    first.cookies["theme"] = "dark"
    assert 'value="dark" aria-pressed="true"' in first.get("/om/").content.decode()
    assert 'value="dark" aria-pressed="false"' in other.get("/om/").content.decode()
    assert ">Logga ut<" in first.get("/om/", headers={"Accept-Language": "sv"}).content.decode()


def test_a_kept_frame_sends_forms_that_are_accepted(town):
    client = reads(town.usk)
    client.handler.enforce_csrf_checks = True
    for _time in range(2):
        page = client.get("/om/").content.decode()
        token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        response = client.post("/tema/", {"theme": "dark", "next": "/om/", "csrfmiddlewaretoken": token})
        assert response.status_code == 302
