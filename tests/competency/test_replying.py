"""Her own answer to what somebody has said that she can do: once, by herself, beside the reason, never a veto."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from competency.api import (
    AlreadyReplied,
    assess,
    confirm,
    explanation,
    levels_of,
    rebuild_marked,
    replies_of,
    reply,
    verify_standings,
)
from competency.models import DirtyMark, Standing
from competency.queries import competency
from people.api import NotFound, now, today
from xapi.api import full_statement, statement, vocabulary

from . import world
from .pages import ago, links_of, reads, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def seen(school, hygiene):
    """What the nurse said ten days ago."""
    said = assess(school.ssk, school.usk, hygiene, 3, ago(10), comment="Bra handlag")
    rebuild_marked(now())
    return said


def standings(who):
    return list(Standing.objects.filter(person=who).order_by("pk").values())


def address(said, code="HYG-01"):
    return f"/kompetens/{code}/svar/{said}/"


# The service


def test_an_answer_refers_to_what_it_answers_and_is_hers(school, hygiene, seen):
    uuid = reply(school.usk, hygiene, seen, now(), agrees=False, comment="Jag hade bråttom")
    body = full_statement(uuid)
    assert body["object"] == {"objectType": "StatementRef", "id": str(seen)}
    assert body["actor"]["account"]["name"] == school.usk.actor_key
    assert body["verb"]["id"] == "http://activitystrea.ms/schema/1.0/disagree"
    assert body["result"] == {"extensions": {vocabulary.own().comment: "Jag hade bråttom"}}
    assert statement(uuid).organisation_id == school.granvik.pk


def test_what_she_wrote_lies_in_the_part_that_can_be_disposed_of(school, hygiene, seen):
    uuid = reply(school.usk, hygiene, seen, now(), agrees=True, comment="Jag hade bråttom")
    assert "bråttom" not in str(statement(uuid).payload)
    assert replies_of(school.usk, hygiene)[seen].comment == "Jag hade bråttom"


@pytest.mark.parametrize("agrees", [True, False])
def test_an_answer_is_never_a_veto(school, hygiene, seen, agrees):
    before, marks = standings(school.usk), DirtyMark.objects.count()
    reply(school.usk, hygiene, seen, now(), agrees=agrees, comment="Nej")
    assert DirtyMark.objects.count() == marks
    assert verify_standings(now()) == []
    assert standings(school.usk) == before
    assert levels_of(school.usk, school.granvik, today()) == {"HYG-01": 3}
    assert explanation(school.usk, hygiene, today()).level == 3


def test_there_is_one_answer_and_it_stands(school, hygiene, seen):
    reply(school.usk, hygiene, seen, now(), agrees=True)
    with pytest.raises(AlreadyReplied):
        reply(school.usk, hygiene, seen, now(), agrees=False)
    assert replies_of(school.usk, hygiene)[seen].agrees


def test_nobody_answers_for_another(school, hygiene, seen):
    with pytest.raises(NotFound):
        reply(school.ssk, hygiene, seen, now(), agrees=True)
    assert replies_of(school.usk, hygiene) == {}


def test_what_is_not_an_assessment_of_that_competency_is_not_answered(school, hygiene, seen):
    answer = reply(school.usk, hygiene, seen, now(), agrees=True)
    for which, said in ((competency("HYG-02"), seen), (hygiene, uuid4()), (hygiene, answer)):
        with pytest.raises(NotFound):
            reply(school.usk, which, said, now(), agrees=True)


def test_what_was_not_known_then_is_not_there_then(school, hygiene, seen):
    reply(school.usk, hygiene, seen, now(), agrees=True)
    assert replies_of(school.usk, hygiene, ago(5)) == {}


# The pages


def test_she_answers_from_the_page_of_her_competence(school, seen):
    client = reads(school.usk)
    assert address(seen) in links_of(client.get("/kompetens/HYG-01/"))
    form = client.get(address(seen))
    assert "Do you agree? I agree I do not agree" in text_of(form)
    assert f"/handelselogg/{seen}/" in links_of(form)
    done = client.post(address(seen), {"agrees": "no", "comment": "Det var <b>en</b> gång"}, follow=True)
    assert done.redirect_chain == [("/kompetens/HYG-01/", 302)]
    assert "You do not agree." in text_of(done)
    assert "&lt;b&gt;en&lt;/b&gt;" in done.content.decode()
    assert address(seen) not in links_of(done)


def test_the_assessor_and_the_manager_read_it_beside_the_reason(school, hygiene, seen):
    world.make.holds("assessor", school.norr, school.ssk)
    reply(school.usk, hygiene, seen, now(), agrees=False, comment="Det var en gång")
    for who in (school.ssk, school.chef):
        page = reads(who).get(f"/plan/{school.usk.uuid}/kompetens/HYG-01/")
        assert "Ulla does not agree." in text_of(page)
        assert "Det var en gång" in text_of(page)


def test_others_are_not_asked_for_her_answer(school, seen):
    page = reads(school.chef).get(f"/plan/{school.usk.uuid}/kompetens/HYG-01/")
    assert not any("svar" in link for link in links_of(page))


def test_what_a_manager_confirmed_is_answered_alike(school):
    (said,) = confirm(school.chef, school.usk, {competency("HYG-02"): 3}, ago(3))
    client = reads(school.usk)
    assert client.post(address(said, "HYG-02"), {"agrees": "yes"}).status_code == 302
    assert "You agree." in text_of(client.get("/kompetens/HYG-02/"))


def test_another_method_is_refused(school, seen):
    assert reads(school.usk).put(address(seen)).status_code == 405


@pytest.mark.parametrize("who", ["ssk", "chef"])
def test_for_everybody_else_it_is_not_there(school, hygiene, seen, who):
    client = reads(getattr(school, who))
    assert client.get(address(seen)).status_code == 404
    assert client.post(address(seen), {"agrees": "yes"}).status_code == 404
    assert replies_of(school.usk, hygiene) == {}


def test_visitors_are_asked_to_sign_in(seen):
    assert Client().post(address(seen), {"agrees": "yes"}).status_code == 302


def test_what_does_not_exist_is_not_there(school, seen):
    client = reads(school.usk)
    assert client.get(address(uuid4())).status_code == 404
    assert client.get(address(seen, "NOPE")).status_code == 404
    assert client.get(address("x")).status_code == 404


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Do you agree?: This field is required."),
        ({"agrees": "maybe"}, "Do you agree?: Select a valid choice."),
        ({"agrees": "yes", "comment": "Gäller 19121212-1212"}, "This looks like a personal identity number."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_recorded(school, hygiene, seen, typed, sentence):
    response = reads(school.usk).post(address(seen), typed)
    assert sentence in text_of(response)
    assert replies_of(school.usk, hygiene) == {}


def test_who_has_answered_is_told_so(school, hygiene, seen):
    reply(school.usk, hygiene, seen, now(), agrees=True)
    client = reads(school.usk)
    for response in (client.get(address(seen), follow=True), client.post(address(seen), {"agrees": "no"}, follow=True)):
        assert response.redirect_chain == [("/kompetens/HYG-01/", 302)]
        assert "You have already answered." in response.content.decode()
    assert replies_of(school.usk, hygiene)[seen].agrees


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_answers(school, hygiene, django_assert_num_queries, count):
    for each in range(count):
        said = assess(school.ssk, school.usk, hygiene, 3, ago(10 + each))
        reply(school.usk, hygiene, said, now(), agrees=True, comment="Ja")
    rebuild_marked(now())
    with django_assert_num_queries(4):
        assert len(replies_of(school.usk, hygiene)) == count
