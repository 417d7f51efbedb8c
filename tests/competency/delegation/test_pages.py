"""Pages of delegations: give, answer, give back, revoke, renew, take over; and who finds what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client

from competency.delegation.life import State
from competency.delegation.models import Delegation, DelegationNotice, DelegationPolicy
from competency.delegation.services import accept, give_back, preconditions, revoke, sign
from competency.delegation.shown import shown_of
from competency.services import assess, rebuild_marked
from people.api import change_employment, now, today
from tests.competency import world
from tests.competency.pages import PASSWORD, hidden_fields, links_of, reads, text_of

from .ward import REASON, kinds, stands

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
HOME = "/delegeringar/"


def fresh(who) -> Client:
    """A browser whose reader has just written her password again."""
    client = reads(who)
    cache.clear()  # where allauth counts how often somebody tries
    response = client.post("/konto/reauthenticate/", {"password": PASSWORD, "next": HOME})
    assert response.status_code == 302
    return client


@pytest.fixture
def current(ward):
    """Make delegations as of today: pages ask the clock."""

    def make(kind="active", **changes: Any) -> Delegation:
        values = {"at": now() - timedelta(minutes=5), "first_day": today(), "last_day": today() + timedelta(days=100)}
        return getattr(ward, kind)(**(values | changes))

    return make


def filled(ward, client, address=f"{HOME}ny/norr/", **changes):
    values = {
        "receiver": str(ward.usk.uuid),
        "task": "insulin",
        "where": "norr",
        "kind": "period",
        "first_day": str(today()),
        "last_day": str(today() + timedelta(days=90)),
        "note": "",
    }
    return hidden_fields(client.get(address)) | values | changes


def checked(ward, client, address=f"{HOME}ny/norr/", **changes):
    """Return what the check page would send: everything hidden, with judgement and reason."""
    form = filled(ward, client, address, **changes)
    return hidden_fields(client.post(address, form | {"step": "check"})) | {"suited": "on", "reason": REASON}


# Giving


def test_a_nurse_chooses_a_unit_fills_in_checks_and_signs(ward):
    client = fresh(ward.ssk)
    assert f"{HOME}ny/norr/" in links_of(client.get(f"{HOME}ny/"))
    check = client.post(f"{HOME}ny/norr/", filled(ward, client, note="With the pen.") | {"step": "check"})
    words = text_of(check)
    assert "Check before you sign" in words
    assert "Task Give insulin Who may do it Ulla Ek Where Norr" in words
    assert "Not in place Competence: level 0 is held, but 3 is asked." in words
    assert "Something is not in place. You decide, and your reason is kept." in words
    assert "a delegation never proves competence" in words
    assert not Delegation.objects.exists()
    sent = hidden_fields(check) | {"suited": "on", "reason": REASON, "step": "sign"}
    done = client.post(f"{HOME}ny/norr/", sent, follow=True)
    made = Delegation.objects.get()
    assert done.redirect_chain == [(f"{HOME}{made.uuid}/", 302)]
    assert kinds(made) == ["drafted", "signed", "offered"]
    assert (made.note, made.scope, made.receiver) == ("With the pen.", ward.norr, ward.usk)
    assert made.events.get(kind="signed").shown_hash == shown_of(made, preconditions(made, today())).hash
    assert "Signed and offered. It holds as soon as it is accepted." in done.content.decode()


def test_signing_asks_for_the_password_and_goes_on_with_what_was_typed(ward):
    client = reads(ward.ssk)
    sent = checked(ward, client) | {"step": "sign"}
    asked = client.post(f"{HOME}ny/norr/", sent)
    assert asked["Location"] == f"/konto/reauthenticate/?next={HOME.replace('/', '%2F')}ny%2Fnorr%2F"
    assert not Delegation.objects.exists()
    wrong = client.post("/konto/reauthenticate/", {"password": "wrong", "next": f"{HOME}ny/norr/"})
    assert wrong.status_code == 200
    assert not Delegation.objects.exists()
    client.post("/konto/reauthenticate/", {"password": PASSWORD, "next": f"{HOME}ny/norr/"})
    assert kinds(Delegation.objects.get()) == ["drafted", "signed", "offered"]


def test_a_password_of_six_minutes_ago_is_not_fresh(ward):
    client = fresh(ward.ssk)
    session = client.session
    session["account_authentication_methods"][0]["at"] -= 360
    session.save()
    assert client.post(f"{HOME}ny/norr/", checked(ward, client) | {"step": "sign"}).status_code == 302
    assert not Delegation.objects.exists()


def test_sent_twice_it_is_one(ward):
    client = fresh(ward.ssk)
    sent = checked(ward, client) | {"step": "sign"}
    assert [client.post(f"{HOME}ny/norr/", sent).status_code for _twice in range(2)] == [302, 302]
    assert kinds(Delegation.objects.get()) == ["drafted", "signed", "offered"]


def test_a_reason_that_is_needed_is_asked_for_and_nothing_is_half_done(ward):
    client = fresh(ward.ssk)
    response = client.post(f"{HOME}ny/norr/", checked(ward, client) | {"reason": "", "step": "sign"})
    assert "Say why you delegate all the same." in text_of(response)
    assert not Delegation.objects.exists()


def test_what_changed_while_she_read_is_read_again(ward):
    client = fresh(ward.ssk)
    sent = checked(ward, client) | {"step": "sign"}
    assess(ward.ssk, ward.usk, ward.insulin.competency, 3, now())
    response = client.post(f"{HOME}ny/norr/", sent)
    assert "Something changed while you were reading." in text_of(response)
    assert "Competence: level 3 is held, 3 is asked." in text_of(response)
    assert not Delegation.objects.exists()
    assert client.post(f"{HOME}ny/norr/", sent | {"shown": hidden_fields(response)["shown"]}).status_code == 302


def test_a_draft_is_kept_seen_by_its_giver_alone_and_signed_later(ward):
    client = fresh(ward.ssk)
    client.post(f"{HOME}ny/norr/", checked(ward, client) | {"step": "draft"})
    made = Delegation.objects.get()
    assert kinds(made) == ["drafted"]
    for who in (ward.usk, ward.town.chef, ward.town.mas, ward.other_nurse):
        assert reads(who).get(f"{HOME}{made.uuid}/").status_code == 404
    assert "To sign" in text_of(client.get(HOME))
    page = f"{HOME}{made.uuid}/signera/"
    sent = hidden_fields(client.get(page)) | {"suited": "on", "reason": REASON, "step": "sign"}
    assert client.post(page, sent).status_code == 302
    assert stands(made, now()).state is State.OFFERED
    assert client.post(page, sent).status_code == 409


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"last_day": str(today() + timedelta(days=400))}, "at most twelve months: until"),
        ({"last_day": ""}, "Say the last day."),
        ({"last_day": str(today()), "first_day": str(today() + timedelta(days=1))}, "must not come before"),
        ({"first_day": "2020-01-01"}, "The day has passed."),
        ({"receiver": str(uuid4())}, "To whom?: Select a valid choice."),
        ({"task": "surgery"}, "Which task?: Select a valid choice."),
        ({"where": "solrosen"}, "Where?: Select a valid choice."),
        ({"note": "Gäller 19121212-1212"}, "This looks like a personal identity number."),
        ({"kind": "forever"}, "For how long?: Select a valid choice."),
    ],
)
def test_what_is_wrong_is_said_at_the_top_with_everything_typed_kept(ward, changes, sentence):
    client = fresh(ward.ssk)
    for step in ("check", "sign", "draft"):
        response = client.post(f"{HOME}ny/norr/", filled(ward, client, **changes) | {"step": step})
        assert sentence in text_of(response)
        assert "Something needs another look" in text_of(response)
    assert not Delegation.objects.exists()


def test_a_single_occasion_is_one_day(ward):
    client = fresh(ward.ssk)
    client.post(f"{HOME}ny/norr/", checked(ward, client, kind="single", last_day="") | {"step": "sign"})
    made = Delegation.objects.get()
    assert (made.single_occasion, made.first_day, made.last_day) == (True, today(), today())


def test_going_back_to_change_keeps_what_was_typed(ward):
    client = fresh(ward.ssk)
    back = client.post(f"{HOME}ny/norr/", checked(ward, client, note="With the pen.") | {"step": "change"})
    assert "With the pen." in back.content.decode()
    assert "New delegation" in text_of(back)


def test_only_licensed_staff_of_the_care_provider_find_the_form(ward):
    for who in (ward.usk, ward.town.chef):
        assert reads(who).get(f"{HOME}ny/").status_code == 404
        assert reads(who).get(f"{HOME}ny/norr/").status_code == 404
    assert reads(ward.ssk).get(f"{HOME}ny/ekbacken/").status_code == 404
    assert reads(ward.ssk).get(f"{HOME}ny/omsorg-granvik/").status_code == 200


# Receiving


def test_the_receiver_reads_says_that_she_can_and_signs(ward, current):
    made = current("offer")
    client = fresh(ward.usk)
    assert f"{HOME}{made.uuid}/svara/" in links_of(client.get(HOME))
    page = client.get(f"{HOME}{made.uuid}/svara/")
    assert REASON in text_of(page)
    sent = hidden_fields(page) | {"step": "sign"}
    unread = client.post(f"{HOME}{made.uuid}/svara/", sent)
    assert "Say that you can do the task safely, or decline the offer." in text_of(unread)
    done = client.post(f"{HOME}{made.uuid}/svara/", sent | {"can": "on"}, follow=True)
    assert "Both have signed now." in done.content.decode()
    assert stands(made, now()).is_active
    assert "Holds" in text_of(client.get(HOME))


def test_accepting_asks_for_the_password_too(ward, current):
    made = current("offer")
    client = reads(ward.usk)
    sent = hidden_fields(client.get(f"{HOME}{made.uuid}/svara/")) | {"can": "on", "step": "sign"}
    assert client.post(f"{HOME}{made.uuid}/svara/", sent).status_code == 302
    assert stands(made, now()).state is State.OFFERED
    client.post("/konto/reauthenticate/", {"password": PASSWORD, "next": f"{HOME}{made.uuid}/svara/"})
    assert stands(made, now()).is_active


def test_what_she_signs_is_what_she_read(ward, current):
    made = current("offer")
    sent = {"shown": "0" * 64, "can": "on", "step": "sign"}
    response = fresh(ward.usk).post(f"{HOME}{made.uuid}/svara/", sent)
    assert "Something changed while you were reading." in text_of(response)
    assert stands(made, now()).state is State.OFFERED


def test_an_offer_that_is_gone_is_said_to_be(ward, current):
    made = current("offer")
    revoke(made, ward.ssk, now())
    assert fresh(ward.usk).get(f"{HOME}{made.uuid}/svara/").status_code == 409


def test_nobody_answers_for_another(ward, current):
    made = current("offer")
    for who in (ward.ssk, ward.town.chef, ward.other_nurse):
        assert fresh(who).get(f"{HOME}{made.uuid}/svara/").status_code == 404
        assert fresh(who).post(f"{HOME}{made.uuid}/lamna/", {}).status_code == 404


def test_giving_back_takes_one_question_and_no_password(ward, current):
    made = current()
    client = reads(ward.usk)
    assert "Give the delegation back?" in text_of(client.get(f"{HOME}{made.uuid}/lamna/"))
    done = client.post(f"{HOME}{made.uuid}/lamna/", {"reason": "I feel unsure."}, follow=True)
    event = made.events.get(kind="returned")
    assert f"Receipt: {event.uuid}." in done.content.decode()
    assert stands(made, now()).state is State.RETURNED
    again = client.post(f"{HOME}{made.uuid}/lamna/", {"reason": ""})
    assert again.status_code == 302
    assert kinds(made).count("returned") == 1


# Revoking


def test_revoking_takes_one_question_and_gives_a_receipt(ward, current):
    made = current()
    client = reads(ward.ssk)
    assert f"{HOME}{made.uuid}/aterkalla/" in links_of(client.get(f"{HOME}{made.uuid}/"))
    done = client.post(f"{HOME}{made.uuid}/aterkalla/", {"reason": "Safety."}, follow=True)
    event = made.events.get(kind="revoked")
    words = text_of(done)
    assert f"Receipt : {event.uuid}" in words or f"Receipt: {event.uuid}" in words
    assert "Safety." in words
    assert stands(made, now()).state is State.REVOKED
    assert client.get(f"{HOME}{made.uuid}/aterkalla/").status_code == 409
    assert client.post(f"{HOME}{made.uuid}/aterkalla/", {}).status_code == 302


def test_the_receiver_and_her_manager_read_of_it_on_today_and_put_it_away(ward, current):
    made = current()
    revoke(made, ward.ssk, now())
    for who in (ward.usk, ward.town.chef):
        client = reads(who)
        assert "A delegation was revoked. It no longer holds." in text_of(client.get("/"))
        notice = DelegationNotice.objects.get(recipient=who, delegation=made, key="revoked")
        assert client.post(f"{HOME}meddelande/{notice.uuid}/", {"from": "home"})["Location"] == "/"
        assert "A delegation was revoked." not in text_of(client.get("/"))
    assert client.get(f"{HOME}meddelande/{notice.uuid}/").status_code == 405


def test_reasons_are_read_for_personal_identity_numbers(ward, current):
    made = current()
    response = reads(ward.ssk).post(f"{HOME}{made.uuid}/aterkalla/", {"reason": "19121212-1212"})
    assert "This looks like a personal identity number." in text_of(response)
    assert stands(made, now()).is_active


# Renewing and taking over


def test_a_renewal_starts_from_the_last_one(ward, current):
    made = current(note="With the pen.")
    client = fresh(ward.ssk)
    address = f"{HOME}{made.uuid}/fornya/"
    page = client.get(address).content.decode()
    first = made.last_day + timedelta(days=1)
    for value in ("With the pen.", f'value="{first}"', f'value="{first + timedelta(days=100)}"'):
        assert value in page
    sent = checked(ward, client, address, first_day=str(first), last_day=str(first + timedelta(days=100)))
    client.post(address, sent | {"step": "sign"})
    new = Delegation.objects.latest("pk")
    assert (new.follows, new.takes_over, new.first_day) == (made, False, first)
    accept(new, ward.usk, now())
    assert stands(made, now()).is_active
    assert stands(new, now()).state is State.UPCOMING


def test_a_colleague_takes_over_what_a_leaving_nurse_has_given(ward, current):
    leaving, staying = current(), current(giver=ward.town.mas, task=ward.kateter)
    change_employment(ward.ssk.employments.get(), valid_from=today(), at=now(), ends_on=today() + timedelta(days=40))
    client = fresh(ward.other_nurse)
    assert "To take over" in text_of(client.get(HOME))
    page = client.get(f"{HOME}overta/")
    assert str(leaving.uuid) in page.content.decode()
    assert str(staying.uuid) not in page.content.decode()
    sent = {"delegations": [str(leaving.uuid)], "last_day": str(today() + timedelta(days=90)), "step": "sign"}
    refused = client.post(f"{HOME}overta/", sent)
    assert "Say why you delegate all the same." in text_of(refused)
    assert client.post(f"{HOME}overta/", sent | {"reason": REASON}).status_code == 302
    new = Delegation.objects.latest("pk")
    assert (new.giver, new.follows, new.takes_over) == (ward.other_nurse, leaving, True)
    assert "Nothing to take over" in text_of(client.get(f"{HOME}overta/"))
    accept(new, ward.usk, now())
    assert stands(leaving, now()).state is State.REPLACED


def test_the_queue_comes_60_days_ahead_to_mas_and_colleagues_and_to_nobody_else(ward, current):
    current(last_day=today() + timedelta(days=200))
    held = ward.ssk.employments.get()
    change_employment(held, valid_from=today(), at=now(), ends_on=today() + timedelta(days=61))
    assert "To take over" not in text_of(reads(ward.other_nurse).get(HOME))
    change_employment(held, valid_from=today(), at=now(), ends_on=today() + timedelta(days=60))
    for who in (ward.other_nurse, ward.town.mas):
        assert "To take over" in text_of(reads(who).get(HOME))
    for who in (ward.ssk, ward.usk, ward.town.chef):
        assert "To take over" not in text_of(reads(who).get(HOME))


def test_a_municipality_chooses_who_gets_the_queue_and_how_early(ward, current):
    current(last_day=today() + timedelta(days=200))
    change_employment(ward.ssk.employments.get(), valid_from=today(), at=now(), ends_on=today() + timedelta(days=80))
    DelegationPolicy.objects.create(
        node=ward.town.granvik, valid_from=today(), recorded_at=now(), queue_days=90, queue_colleagues=False
    )
    assert "To take over" in text_of(reads(ward.town.mas).get(HOME))
    assert "To take over" not in text_of(reads(ward.other_nurse).get(HOME))


# Seeing


def test_who_sees_what(ward, current):
    made = current()
    stranger = world.works_at(ward.town.ekbacken, "Lova", "sjukskoterska")
    world.licensed(stranger, ward.town.lyngfors)
    colleague = world.works_at(ward.norr, "Kim", "underskoterska")
    for who in (ward.usk, ward.ssk, ward.town.chef, ward.town.mas, ward.other_nurse):
        assert reads(who).get(f"{HOME}{made.uuid}/").status_code == 200
    for who in (stranger, colleague):
        for page in ("", "svara/", "lamna/", "aterkalla/", "signera/", "fornya/"):
            assert reads(who).get(f"{HOME}{made.uuid}/{page}").status_code == 404
    for page in ("", "svara/", "lamna/", "aterkalla/", "signera/", "fornya/"):
        assert reads(ward.ssk).get(f"{HOME}{uuid4()}/{page}").status_code == 404
        assert Client().get(f"{HOME}{made.uuid}/{page}").status_code == 302
    assert Client().get(HOME).status_code == 302


def test_the_manager_sees_but_does_not_revoke(ward, current):
    made = current()
    client = reads(ward.town.chef)
    assert f"{HOME}{made.uuid}/aterkalla/" not in links_of(client.get(f"{HOME}{made.uuid}/"))
    assert client.post(f"{HOME}{made.uuid}/aterkalla/", {}).status_code == 403


def test_the_page_tells_who_signed_what_and_when(ward, current):
    words = text_of(reads(ward.usk).get(f"{HOME}{current().uuid}/"))
    assert "What has happened Drafted" in words
    assert "Signed by the giver" in words
    assert "Accepted and signed by the receiver" in words
    assert "A course never gives permission" in words


def test_mas_sees_every_unit_that_her_municipality_answers_for_private_ones_too(ward, current):
    private = world.works_at(ward.town.omsorg_granvik, "Petra", "underskoterska")
    current()
    current(receiver=private, scope=ward.town.omsorg_granvik)
    words = text_of(reads(ward.town.mas).get(f"{HOME}enheter/"))
    assert "Norr Granvik 1 0 0" in words
    assert "Omsorg-Granvik Omsorg 1 0 0" in words
    assert "Ulla Ek" in words
    assert "Petra Ek" in words


def test_a_manager_sees_her_own_unit_alone(ward, current):
    current()
    private = world.works_at(ward.town.omsorg_granvik, "Petra", "underskoterska")
    current(receiver=private, scope=ward.town.omsorg_granvik)
    words = text_of(reads(ward.town.chef).get(f"{HOME}enheter/"))
    assert "Ulla Ek" in words
    assert "Petra" not in words
    assert reads(ward.usk).get(f"{HOME}enheter/").status_code == 404


def test_a_competence_that_lapses_after_signing_lands_with_the_giver(ward, current):
    assess(ward.ssk, ward.usk, ward.insulin.competency, 3, now() - timedelta(days=9))
    rebuild_marked(now())
    made = current()
    assert "To look at again" not in text_of(reads(ward.ssk).get(HOME))
    assess(ward.ssk, ward.usk, ward.insulin.competency, 3, now(), positive=False)
    rebuild_marked(now())
    words = text_of(reads(ward.ssk).get(HOME))
    assert "To look at again" in words
    assert "Decide whether it still holds." in words
    assert stands(made, now()).is_active


def test_the_menu_leads_there_for_those_who_work_somewhere(ward):
    def has_link(who):
        cache.clear()
        return HOME in links_of(reads(who).get("/konto/"))

    assert has_link(ward.usk)
    assert has_link(ward.town.chef)
    assert not has_link(world.make.person("Utan"))


@pytest.mark.parametrize("page", ["", "enheter/"])
def test_the_number_of_questions_does_not_grow(
    ward, current, page, django_assert_max_num_queries, django_assert_num_queries
):
    client = reads(ward.town.mas)
    made = [current()]
    client.get(HOME + page)
    with django_assert_max_num_queries(80) as asked:
        client.get(HOME + page)
    made += [current(task=task) for task in (ward.kateter, ward.insulin)]
    give_back(made[0], ward.usk, now())
    sign(current("draft"), ward.ssk, now(), reason=REASON)
    with django_assert_max_num_queries(len(asked)):
        client.get(HOME + page)


def test_another_method_is_refused(ward, current):
    made = current()
    for page in ("", "enheter/", "overta/", "ny/", "ny/norr/", f"{made.uuid}/", f"{made.uuid}/svara/"):
        assert fresh(ward.ssk).put(HOME + page).status_code in (404, 405)
