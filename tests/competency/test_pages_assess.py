"""Saying what one has seen: asked, checked, signed, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.utils.formats import date_format

from competency.api import assess, explanation, levels_of, refresh
from competency.signing import hash_of
from people.api import actor_keys_of, now, today
from xapi.api import full_statement, statements_about, vocabulary

from . import world
from .pages import PASSWORD, ago, hidden_fields, links_of, reads, text_of, writes_her_password

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture(autouse=True)
def _no_guesses_counted_yet():
    """Passwords that are tried are counted in the cache, which outlives a test."""
    cache.clear()


@pytest.fixture
def nurse(school):
    """The licensed nurse, trusted to see the people of home care."""
    world.make.holds("assessor", school.norr, school.ssk)
    return writes_her_password(reads(school.ssk))


@pytest.fixture
def page(school):
    return f"/team/norr/bedom/{school.usk.uuid}/HYG-01/"


def filled(client: Client, page: str, **changes: Any) -> dict[str, Any]:
    """Return the form as somebody fills it in after opening it."""
    values = {"kind": "observation", "level": 3, "outcome": "yes", "happened_on": str(today()), "comment": ""}
    return hidden_fields(client.get(page)) | values | changes


def signs(client: Client, page: str, form: dict[str, Any], **more: Any) -> HttpResponse:
    """Read the page that is to be signed, and sign it."""
    shown = hidden_fields(client.post(page, form | {"step": "check"})).get("shown", "")
    return client.post(page, form | {"step": "sign", "shown": shown} | more)


def levels(school):
    refresh(school.usk, now())
    return levels_of(school.usk, school.granvik, today())


def assessed(school):
    return [row for row in statements_about(actor_keys_of(school.usk)) if row.verb == vocabulary.own().assessed]


def test_an_observation_is_checked_and_then_signed(school, nurse, page):
    form = filled(nurse, page, comment="Bra handlag.\nLugn.")
    check = nurse.post(page, form | {"step": "check"})
    words = text_of(check)
    assert "Check before you sign" in words
    assert "Who Ulla Ek, Norr What Competency HYG-01 Level 3 Level 3" in words
    assert "Does it safely at this level How you know Observation" in words
    assert "Bra handlag. Lugn. Signed by Sara Ek" in words
    assert assessed(school) == []
    done = nurse.post(page, hidden_fields(check) | {"comment": form["comment"], "step": "sign"}, follow=True)
    assert done.redirect_chain == [(f"/plan/{school.usk.uuid}/kompetens/HYG-01/", 302)]
    assert "Thank you. It is recorded" in done.content.decode()
    assert "Level 3, Level 3: why" in text_of(done)
    assert levels(school) == {"HYG-01": 3}


def test_the_form_that_is_checked_carries_all_that_was_filled_in(school, nurse, page):
    check = nurse.post(page, filled(nurse, page) | {"step": "check"})
    assert {"statement", "opened_at", "kind", "level", "outcome", "happened_on"} <= hidden_fields(check).keys()


def test_signing_twice_is_one_statement(school, nurse, page):
    form = filled(nurse, page)
    assert [signs(nurse, page, form).status_code for _twice in range(2)] == [302, 302]
    assert len(assessed(school)) == 1


def test_changing_what_was_signed_is_a_new_statement(school, nurse, page):
    """Back in the browser after signing, another answer, and signed again: neither is lost, the later one counts."""
    form = filled(nurse, page)
    signs(nurse, page, form)
    assert signs(nurse, page, form | {"outcome": "no"}).status_code == 302
    assert len(assessed(school)) == 2
    assert levels(school) == {"HYG-01": 2}


def test_one_goes_back_to_change_with_everything_kept(school, nurse, page):
    form = filled(nurse, page, comment="Bra handlag", happened_on=str(today() - timedelta(days=2)))
    back = nurse.post(page, form | {"step": "change"})
    html = back.content.decode()
    assert "Say what you have seen" in text_of(back)
    assert "Bra handlag" in html
    assert f'value="{form["happened_on"]}"' in html
    assert assessed(school) == []


def test_not_yet_takes_the_level_away(school, hygiene, nurse, page):
    assess(school.ssk, school.usk, hygiene, 3, ago(20))
    assert levels(school) == {"HYG-01": 3}
    signs(nurse, page, filled(nurse, page, outcome="no"))
    assert levels(school) == {"HYG-01": 2}


def test_an_earlier_day_is_recorded_as_that_day(school, hygiene, nurse, page):
    day = today() - timedelta(days=40)
    signs(nurse, page, filled(nurse, page, happened_on=str(day)))
    assert explanation(school.usk, hygiene, day - timedelta(days=1), organisation=school.granvik).level == 0
    assert explanation(school.usk, hygiene, day, organisation=school.granvik).level == 3


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"happened_on": "2999-01-01"}, "The day has not come yet. Choose today or an earlier day."),
        ({"happened_on": "2020-01-01"}, "That is more than a year ago."),
        ({"happened_on": "igår"}, "When?: Enter a valid date."),
        ({"level": 2}, "Which level?: Select a valid choice."),
        ({"kind": "hearsay"}, "How do you know?: Select a valid choice."),
        ({"outcome": ""}, "What did you see?: This field is required."),
        ({"comment": "Gäller 19121212-1212"}, "This looks like a personal identity number."),
        ({"statement": "x"}, "Enter a valid UUID."),
    ],
)
def test_what_is_wrong_is_said_at_the_top_and_nothing_is_recorded(school, nurse, page, changes, sentence):
    for step in ("check", "sign"):
        response = nurse.post(page, filled(nurse, page, **changes) | {"step": step})
        assert response.status_code == 200
        assert sentence in text_of(response)
        assert "Something needs another look" in text_of(response)
    assert assessed(school) == []


def test_a_manager_confirms_and_is_not_asked_what_she_saw(school):
    client, page = writes_her_password(reads(school.chef)), f"/team/norr/bedom/{school.usk.uuid}/HYG-02/"
    assert "What did you see?" not in text_of(client.get(page))
    form = filled(client, page, kind="confirmation")
    assert [signs(client, page, form).status_code for _twice in range(2)] == [302, 302]
    assert levels(school) == {"HYG-02": 3}
    assert len(assessed(school)) == 1


# The signature


def test_what_was_shown_is_kept_as_a_hash_in_the_statement(school, nurse, page):
    day = date_format(today(), "j F Y")
    signs(nurse, page, filled(nurse, page, comment="Bra handlag.", checklist="on"))
    (found,) = assessed(school)
    lines = {
        "Who": "Ulla Ek, Norr",
        "What": "Competency HYG-01",
        "Level": "3 Level 3",
        "Your judgement": "Does it safely at this level",
        "How you know": "Observation, by the checklist",
        "When": day,
        "Comment": "Bra handlag.",
        "Signed by": "Sara Ek",
    }
    extensions = found.payload["context"]["extensions"]
    kept = hash_of([{"label": label, "value": value} for label, value in lines.items()])
    assert extensions[vocabulary.own().shown] == kept


@pytest.mark.parametrize("shown", ["", "0" * 64, "é"])
def test_what_was_not_shown_is_not_signed_but_shown_again(school, nurse, page, shown):
    again = nurse.post(page, filled(nurse, page, comment="Bra handlag") | {"step": "sign", "shown": shown})
    assert "Something changed while you were reading." in again.content.decode()
    assert "Bra handlag" in text_of(again)
    assert assessed(school) == []


def test_nothing_is_signed_without_her_password_and_nothing_typed_is_lost(school, nurse, page):
    tired = reads(school.ssk)
    asked = signs(tired, page, filled(tired, page, comment="Bra handlag"))
    assert asked["Location"].startswith("/konto/reauthenticate/?next=%2Fteam%2Fnorr%2Fbedom%2F")
    assert assessed(school) == []
    assert tired.post("/konto/reauthenticate/", {"password": "wrong", "next": page}).status_code == 200
    assert assessed(school) == []
    tired.post("/konto/reauthenticate/", {"password": PASSWORD, "next": page})
    (found,) = assessed(school)
    assert "Bra handlag" in str(full_statement(found.statement_id))


def test_a_password_written_six_minutes_ago_no_longer_signs(school, nurse, page):
    session = nurse.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 6 * 60
    session.save()
    assert signs(nurse, page, filled(nurse, page))["Location"].startswith("/konto/reauthenticate/")
    assert assessed(school) == []


# Who may


def test_who_sees_but_may_not_judge_is_told_so(school, page):
    response = reads(school.chef).get(page)
    assert response.status_code == 403
    assert "You do not hold the role or licence that this needs." in response.content.decode()
    assert writes_her_password(reads(school.chef)).post(page, {"step": "sign"}).status_code == 403


def test_nobody_judges_herself(school):
    world.make.holds("assessor", school.solrosen, school.ssk)
    own = f"/team/solrosen/bedom/{school.ssk.uuid}/HYG-01/"
    assert reads(school.ssk).get(own).status_code == 403


def test_whom_one_may_not_see_is_not_there(school, page):
    """The nurse holds the licence; without a role that reaches home care she does not even learn the name."""
    response = reads(school.ssk).get(page)
    assert response.status_code == 404
    assert "Ulla" not in response.content.decode()


def test_the_address_names_the_unit_that_she_works_in(school, nurse):
    assert nurse.get(f"/team/solrosen/bedom/{school.usk.uuid}/HYG-01/").status_code == 404
    assert nurse.get(f"/team/norr/bedom/{school.usk.uuid}/NOPE/").status_code == 404


def test_visitors_are_asked_to_sign_in(school, page):
    assert Client().get(page).status_code == 302
    assert Client().post(page, {"step": "sign"}).status_code == 302


def test_another_method_is_refused(school, nurse, page):
    assert nurse.put(page).status_code == 405


def test_a_right_that_ends_while_the_form_is_open_is_said_on_signing(school, nurse, page):
    form = filled(nurse, page) | {"step": "sign"}
    type(school.ssk).objects.get(pk=school.ssk.pk).role_grants.update(ends_on=today() - timedelta(days=1))
    assert nurse.post(page, form).status_code == 404
    assert assessed(school) == []


def test_the_form_leads_back(school, nurse, page):
    assert f"/plan/{school.usk.uuid}/kompetens/HYG-01/" in links_of(nurse.get(page))
