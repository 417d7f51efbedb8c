"""The pages about the title undersköterska, whole: menu, list, form, file, and one's own line."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from competency.api import load_framework
from people.api import Person, now, register_title_right
from people.csv_file import read_table
from people.titles.models import TitleRight
from tests.competency import world
from tests.competency.pages import links_of, reads, text_of
from tests.competency.world import Town

pytestmark = pytest.mark.usefixtures("_in_english")

LIST = "/titlar/"
FILE = "/titlar/lista.csv"
ANSWERS = {"ground": "certificate", "valid_from": "2024-03-01", "reason": "Seen in original"}


@pytest.fixture
def _in_english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def town(db: None) -> Town:
    return world.town()


def form_of(who: Person) -> str:
    return f"{LIST}{who.employments.get().uuid}/"


def certified(town: Town, who: Person) -> None:
    register_title_right(town.chef, who.employments.get(), "certificate", date(2024, 3, 1), now(), reason="=1+1")


class TestList:
    def test_it_says_who_has_the_right_and_of_whom_nothing_is_known(self, town: Town) -> None:
        certified(town, world.works_at(town.norr, "Tea", "underskoterska"))
        page = reads(town.chef).get(LIST)
        words = text_of(page)
        assert "1 of 2 people lack the certificate" in words
        assert "Nothing is known Ulla Ek Granvik, Norr Register : Ulla Ek Has a certificate Tea Ek" in words
        assert form_of(town.usk) in links_of(page)

    def test_it_is_narrowed_to_those_who_stand_so(self, town: Town) -> None:
        certified(town, world.works_at(town.norr, "Tea", "underskoterska"))
        client = reads(town.chef)
        assert "Ulla" not in text_of(client.get(LIST, {"show": "certificate"}))
        assert "Nobody stands so." in text_of(client.get(LIST, {"show": "waiting"}))
        assert "Ulla" in text_of(client.get(LIST, {"show": "drake", "page": "drake"}))

    def test_the_chief_nurse_reads_and_registers_nothing(self, town: Town) -> None:
        client = reads(town.mas)
        page = client.get(LIST)
        assert "Ulla Ek" in text_of(page)
        assert form_of(town.usk) not in links_of(page)
        assert client.get(form_of(town.usk)).status_code == 404
        assert client.post(form_of(town.usk), {**ANSWERS, "step": "register"}).status_code == 404

    def test_for_others_it_is_not_there_and_not_in_their_menu(self, town: Town) -> None:
        world.make.holds("assessor", town.norr, town.ssk)
        for who in (town.usk, town.ssk):
            client = reads(who)
            assert [client.get(url).status_code for url in (LIST, FILE, form_of(town.usk))] == [404] * 3
            assert LIST not in links_of(client.get("/om/"))
        assert LIST in links_of(reads(town.chef).get("/om/"))

    def test_strangers_are_asked_to_sign_in(self, client: Any, town: Town) -> None:
        for url in (LIST, FILE, form_of(town.usk)):
            assert client.get(url)["Location"].startswith("/konto/login/")

    def test_only_the_stated_methods(self, town: Town) -> None:
        client = reads(town.chef)
        assert [client.post(LIST).status_code, client.post(FILE).status_code] == [405, 405]
        assert client.put(form_of(town.usk)).status_code == 405

    def test_where_nobody_is_called_so_it_says_so(self, town: Town) -> None:
        assert "Nobody works as" in text_of(reads(world.make.holds("hr", town.lyngfors, "Lo")).get(LIST))

    @pytest.mark.parametrize("people", [1, 3])
    def test_it_asks_as_much_for_three_as_for_one(
        self, town: Town, people: int, django_assert_num_queries: Any
    ) -> None:
        for number in range(people - 1):
            certified(town, world.works_at(town.norr, f"Usk {number}", "underskoterska"))
        client = reads(town.chef)
        client.get(LIST)
        with django_assert_num_queries(7):
            client.get(LIST)


def test_the_file_holds_everybody_and_no_formula(town: Town) -> None:
    certified(town, town.usk)
    answer = reads(town.chef).get(FILE)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    table = read_table(answer.content, ("Name", "Right", "Since", "Rests on"))
    number = town.employment.employee_number
    assert [row.cells for row in table.records] == [
        ("Ulla Ek", number, "Granvik", "Norr", "Has a certificate", "2024-03-01", "", "'=1+1")
    ]


class TestRegistering:
    def test_it_is_checked_and_then_registered(self, town: Town) -> None:
        client, url = reads(town.chef), form_of(town.usk)
        assert "What does the right rest on?" in text_of(client.get(url))
        check = client.post(url, ANSWERS)
        assert "Certificate from Socialstyrelsen From which day? 1 March 2024" in text_of(check)
        assert not TitleRight.objects.exists()
        assert "checked" in client.post(url, {**ANSWERS, "step": "change"}).content.decode()
        for _twice in range(2):
            done = client.post(url, {**ANSWERS, "step": "register"}, follow=True)
            assert "Registered. The list is up to date." in done.content.decode()
        assert TitleRight.objects.get().registrar == town.chef

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"ground": "drake"}, "Select a valid choice"),
            ({"valid_from": "in spring"}, "Enter a valid date"),
            ({"valid_from": "2023-06-30"}, "Choose a day from 1 July 2023"),
            ({"valid_from": "2999-01-01"}, "up to today"),
            ({"reason": "19811218-9876"}, "personal identity number"),
            ({"ground": "transition", "reason": ""}, "We know of no permanent employment"),
            ({"ground": ""}, "This field is required"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_is_registered(
        self, town: Town, wrong: dict[str, str], said: str
    ) -> None:
        answer = reads(town.chef).post(form_of(town.usk), {**ANSWERS, **wrong, "step": "register"})
        assert said in text_of(answer)
        assert not TitleRight.objects.exists()

    def test_who_is_elsewhere_or_nobody_or_herself_is_not_there(self, town: Town) -> None:
        client = reads(town.chef)
        other = world.works_at(town.ekbacken, "Lea", "underskoterska")
        own = world.make.holds("manager", town.solrosen, world.works_at(town.solrosen, "Eva", "underskoterska"))
        assert client.get(form_of(other)).status_code == 404
        assert client.get(f"{LIST}{uuid4()}/").status_code == 404
        assert client.get(f"{LIST}drake/").status_code == 404
        assert reads(own).post(form_of(own), {**ANSWERS, "step": "register"}).status_code == 404


@pytest.mark.parametrize(
    ("ground", "said"),
    [
        ("", "Your employer does not know yet"),
        ("certificate", "certificate of 1 March 2024"),
        ("transition", "by the transition rule until 30 June 2033"),
        ("applied", "you must not carry the title"),
        ("none", "You have no right to the title"),
    ],
)
def test_her_own_right_stands_with_her_competence(town: Town, ground: str, said: str) -> None:
    if ground:
        held = town.usk.employments.get()
        register_title_right(town.chef, held, ground, date(2024, 3, 1), now(), reason="Seen")
    load_framework(world.framework(), world.BEGAN, owner=town.region)
    assert said in reads(town.usk).get("/kompetens/").content.decode()
    assert "title undersköterska" not in text_of(reads(town.ssk).get("/kompetens/"))
