"""Pages of practice occasions: arrange, book, give up, call off; and who finds what."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from competency.occasions.models import Occasion, OccasionNotice, Seat
from competency.occasions.services import arrange, book
from competency.queries import competency
from people.api import now, today
from tests.competency import world
from tests.competency.pages import hidden_fields, links_of, reads, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
HOME = "/handelser/"


def make(school, **changes) -> Occasion:
    values = {
        "place": "The practice room",
        "starts_at": now() + timedelta(days=7),
        "minutes": 30,
        "seats": 2,
    } | changes
    return arrange(school.ssk, school.norr, {competency("MED-02"): 3}, [school.ssk], now(), **values)


def test_a_nurse_arranges_practice(school):
    client = reads(school.ssk)
    assert f"{HOME}ny/norr/" in links_of(client.get(f"{HOME}ny/"))
    page = client.get(f"{HOME}ny/norr/")
    sent = hidden_fields(page) | {
        "competency_1": "MED-02",
        "level_1": "3",
        "day": str(today() + timedelta(days=7)),
        "time": "13:30",
        "minutes": "30",
        "place": "The practice room",
        "seats": "4",
        "assessors": [str(school.ssk.uuid)],
    }
    done = client.post(f"{HOME}ny/norr/", sent, follow=True)
    made = Occasion.objects.get()
    assert done.redirect_chain == [(f"{HOME}{made.uuid}/", 302)]
    for words in ("Competency MED-02 , up to level 3, Level 3", "Who assesses Sara Ek", "Seats 4 seats left"):
        assert words in text_of(done)
    client.post(f"{HOME}ny/norr/", sent)
    assert Occasion.objects.count() == 1, "sent twice it is one"


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(school):
    client = reads(school.ssk)
    sent = {"competency_1": "MED-02", "level_1": "4", "day": str(today() + timedelta(days=7)), "time": "13:30"}
    sent |= {"minutes": "30", "place": "The practice room", "seats": "4", "key": str(uuid4())}
    response = client.post(f"{HOME}ny/norr/", sent)
    assert "Choose at least one who assesses." in text_of(response)
    assert "The practice room" in response.content.decode()
    response = client.post(f"{HOME}ny/norr/", sent | {"assessors": [str(school.ssk.uuid)]})
    assert "may assess Competency MED-02 at these levels: 3. Choose one of them." in text_of(response)
    response = client.post(f"{HOME}ny/norr/", sent | {"assessors": [str(school.chef.uuid)]})
    assert "None of those who will be there may assess this level." in text_of(response)
    assert not Occasion.objects.exists()


def test_she_finds_it_in_her_plan_books_and_gives_up(school):
    made = make(school)
    client = reads(school.usk)
    plan = client.get("/plan/")
    assert f"{HOME}{made.uuid}/" in links_of(plan)
    assert "The practice room. 2 seats left" in text_of(plan)
    done = client.post(f"{HOME}{made.uuid}/plats/", {"step": "book"}, follow=True)
    assert "Seats You have a seat" in text_of(done)
    assert "You have a seat" in text_of(client.get(HOME))
    assert "Ulla Ek" in text_of(reads(school.ssk).get(f"{HOME}{made.uuid}/"))
    done = client.post(f"{HOME}{made.uuid}/plats/", {"step": "give_up"}, follow=True)
    assert "2 seats left" in text_of(done)


def test_a_full_occasion_says_so(school):
    made = make(school, seats=1)
    client = reads(school.usk)
    client.get(f"{HOME}{made.uuid}/")
    book(made, world.works_at(school.norr, "Vera", "underskoterska"), now())
    response = client.post(f"{HOME}{made.uuid}/plats/", {"step": "book"})
    assert response.status_code == 409
    assert "The last seat was just taken." in text_of(response)
    assert Seat.objects.count() == 1
    assert "Vera" not in text_of(response), "who has the seats is for those who lead it"


def test_it_is_called_off(school):
    made = make(school)
    vera = world.works_at(school.norr, "Vera", "underskoterska")
    book(made, vera, now())
    client = reads(school.ssk)
    done = client.post(f"{HOME}{made.uuid}/plats/", {"step": "call_off"}, follow=True)
    assert "It is called off." in text_of(done)
    assert reads(school.usk).post(f"{HOME}{made.uuid}/plats/", {"step": "book"}).status_code == 409
    assert f"{HOME}{made.uuid}/" not in links_of(reads(school.usk).get(HOME))
    assert "Called off" in text_of(reads(vera).get(HOME)), "whoever had a seat is told"


def test_outside_the_organisation_it_is_not_there(school):
    made = make(school)
    stranger = world.works_at(school.ekbacken, "Eva", "enhetschef")
    world.make.holds("manager", school.ekbacken, stranger)
    client = reads(stranger)
    assert client.get(f"{HOME}{made.uuid}/").status_code == 404
    assert client.post(f"{HOME}{made.uuid}/plats/", {"step": "book"}).status_code == 404
    assert client.get(f"{HOME}ny/norr/").status_code == 404
    assert "practice room" not in text_of(client.get(HOME))
    assert reads(school.usk).get(f"{HOME}ny/").status_code == 404


def test_what_does_not_exist_and_wrong_methods(school):
    client = reads(school.usk)
    assert client.get(f"{HOME}{uuid4()}/").status_code == 404
    assert client.get(f"{HOME}not-a-uuid/").status_code == 404
    assert client.post(HOME).status_code == 405
    assert client.get(f"{HOME}{make(school).uuid}/plats/").status_code == 405
    assert Client().get(HOME)["Location"].startswith("/konto/login/")


def test_who_may_assess_is_told_by_name_and_unit(school):
    page = text_of(reads(school.usk).get(f"/plan/{school.usk.uuid}/bedomare/MED-02/"))
    assert "Sara Ek registered nurse, Solrosen" in page
    assert "Clara Ek" not in page, "a manager may not observe this"
    assert "Clara Ek" in text_of(reads(school.usk).get(f"/plan/{school.usk.uuid}/bedomare/HYG-02/"))
    assert reads(school.usk).get(f"/plan/{school.usk.uuid}/bedomare/MED-01/").status_code == 404
    stranger = world.works_at(school.ekbacken, "Eva", "underskoterska")
    assert reads(stranger).get(f"/plan/{school.usk.uuid}/bedomare/MED-02/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_occasions(school, count, django_assert_num_queries):
    for _number in range(count):
        make(school)
    client = reads(school.usk)
    client.get(HOME)
    with django_assert_num_queries(11):
        client.get(HOME)


def test_her_start_page_says_that_it_is_called_off_until_she_puts_it_away(school):
    made = make(school)
    book(made, school.usk, now())
    reads(school.ssk).post(f"{HOME}{made.uuid}/plats/", {"step": "call_off"})
    client = reads(school.usk)
    assert "Practice where you had a seat is called off." in text_of(client.get("/"))
    address = f"{HOME}besked/{OccasionNotice.objects.get().uuid}/"
    assert client.get(address).status_code == 405
    assert reads(school.chef).post(address).status_code == 302
    assert OccasionNotice.objects.filter(read_at=None).count() == 1
    assert client.post(address).url == "/"
    assert "called off" not in text_of(client.get("/"))


def test_with_nothing_ahead_a_manager_is_told_to_arrange_something(school):
    assert "Arrange something: choose a time" in text_of(reads(school.chef).get(HOME))
    assert "Ask your manager, or a nurse who may assess" in text_of(reads(school.usk).get(HOME))
