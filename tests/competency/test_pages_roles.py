"""What is expected of each profession: open to everyone, and about nobody."""

from __future__ import annotations

import pytest
from django.test import Client

from competency.api import competency, require, withdraw_offer

from . import world
from .pages import ago, links_of, reads, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_every_profession_has_its_page(town):
    links = links_of(Client().get("/roller/"))
    assert {link for link in links if link.startswith("/roller/") and link != "/roller/"} == {
        f"/roller/{code}/"
        for code in ("underskoterska", "vardbitrade", "sjukskoterska", "specialistsjukskoterska", "enhetschef")
    }


def test_ones_own_role_is_marked(town):
    assert "UNDERSKOTERSKA Your role" in text_of(reads(town.usk).get("/roller/"))
    assert "Your role" not in text_of(Client().get("/roller/"))


def test_a_role_lists_levels_in_words_and_the_courses_that_teach(school):
    page = text_of(Client().get("/roller/underskoterska/"))
    assert "3 competencies, each with the level that the work asks." in page
    assert "Competency HYG-01 2 Level 2 Hygien 7 minutes" in page
    assert "Competency HYG-02 2 Level 2 Learned at work, together with a colleague" in page
    assert "/kurser/hygien/" in links_of(Client().get("/roller/underskoterska/"))


def test_a_higher_level_in_one_setting_is_said_and_can_be_chosen(school):
    page = text_of(Client().get("/roller/underskoterska/"))
    assert "Competency MED-02 2 Level 2 Higher in Särskilt boende : 3 Level 3" in page
    there = text_of(Client().get("/roller/underskoterska/?setting=säbo"))
    assert "Competency MED-02 3 Level 3" in there
    assert "Särskilt boende :" not in there


def test_what_only_one_setting_asks_is_left_out_elsewhere(school):
    require("vardbitrade", competency("MED-01"), 1, ago(5), setting="säbo")
    require("vardbitrade", competency("MED-02"), 2, ago(5), setting="hemtjänst")
    assert "Only in Särskilt boende : 1 Level 1" in text_of(Client().get("/roller/vardbitrade/"))
    there = text_of(Client().get("/roller/vardbitrade/?setting=hemtjänst"))
    assert "Competency MED-02 2 Level 2" in there
    assert "MED-01" not in there


@pytest.mark.parametrize("setting", ["nowhere", "all", "korttid", "%00"])
def test_a_setting_that_asks_nothing_of_its_own_shows_everything(school, setting):
    page = text_of(Client().get(f"/roller/underskoterska/?setting={setting}"))
    assert "Higher in Särskilt boende : 3 Level 3" in page


def test_the_few_courses_that_reach_furthest_are_shown_the_shortest_first(school):
    for minutes, slug in enumerate(("ett", "tva", "tre", "fyra"), start=1):
        world.offer(slug, minutes=minutes, teaches={"HYG-01": 2})
    world.offer("halvvags", minutes=1, teaches={"HYG-01": 1})
    page = text_of(Client().get("/roller/underskoterska/"))
    assert "Competency HYG-01 2 Level 2 Ett 1 minute Tva 2 minutes Tre 3 minutes Competency HYG-02" in page


def test_a_withdrawn_course_is_gone(school):
    withdraw_offer(world.course_iri("hygien"), ago(1))
    assert "Hygien 7 minutes" not in text_of(Client().get("/roller/underskoterska/"))


def test_what_one_employer_asks_on_top_is_not_public(school):
    """The page is the shared framework's: a municipality's own demands are seen by its own people, in their plans."""
    require("underskoterska", competency("MED-01"), 4, ago(5), node=school.granvik)
    page = text_of(Client().get("/roller/underskoterska/"))
    assert "MED-01" not in page
    assert "granvik" not in page.casefold()


def test_an_unknown_role_is_not_there(town):
    assert Client().get("/roller/astronaut/").status_code == 404


@pytest.mark.parametrize("path", ["/roller/", "/roller/underskoterska/"])
def test_it_cannot_be_posted_to(town, path):
    assert Client().post(path).status_code == 405


@pytest.mark.parametrize(("code", "count"), [("vardbitrade", 1), ("underskoterska", 3)])
def test_the_number_of_queries_does_not_grow_with_the_profile(school, code, count, django_assert_num_queries):
    client = Client()
    assert text_of(client.get(f"/roller/{code}/")).count("Competency ") == count
    with django_assert_num_queries(4):
        client.get(f"/roller/{code}/")
