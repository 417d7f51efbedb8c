"""/anslutningar/vidaresandning/: what waits and what went wrong; pause, resume, add, remove, send again."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.test import Client

from people.api import Organisation, Role, now, today
from tests.competency.pages import links_of, reads, text_of
from tests.people import factories as make
from xapi.administration.words import what_went_wrong
from xapi.api import add_forward, pause_forward, record
from xapi.models import ConnectionEvent, Forward, Outgoing, PauseCause
from xapi.sending import LEADS_INSIDE

from .admin_desk import administrator, at_desk, grows_old, queries_of, root
from .bodies import plain

pytestmark = pytest.mark.django_db
PLACE = "/anslutningar/vidaresandning/"
FORMS = ("pausa", "skicka-igen", "ta-bort")
ACTIONS = (*FORMS, "fortsatt")
SECRET = "mycket-hemligt-hos-dem"


@pytest.fixture(autouse=True)
def _nobody_has_tried_passwords(told: list[Any]) -> None:
    cache.clear()


@pytest.fixture
def desk(granvik: Organisation) -> Client:
    return at_desk(administrator(granvik))


def forward_to(organisation: Organisation | None, name: str = "Arkivet", **options: Any) -> Forward:
    options = {"key": "granvik-1", "secret": SECRET, "at": now() - timedelta(days=3), **options}
    return add_forward(name, "https://lrs.example.org/xapi", organisation=organisation, **options)


def place(forward: Forward, action: str = "") -> str:
    return f"{PLACE}{forward.uuid}/" + (f"{action}/" if action else "")


def say(organisation: Organisation, number: int = 1) -> None:
    for _ in range(number):
        record([plain() | {"id": str(uuid4())}], organisation=organisation, at=now())


def said(organisation: Organisation | None, **changes: str) -> dict[str, str]:
    return {
        "uuid": str(uuid4()),
        "name": "Arkivet",
        "organisation": str(organisation.uuid) if organisation else "installation",
        "endpoint": "https://lrs.example.org/xapi",
        "key": "granvik-1",
        "secret": SECRET,
        "version": "1.0.3",
        "verbs": "",
        "activities": "",
    } | changes


# --- Who -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_other_roles_find_nothing(granvik: Organisation, role: Role) -> None:
    forward = forward_to(granvik)
    client = at_desk(make.holds(role, granvik))
    for address in (PLACE, f"{PLACE}ny/", place(forward), *(place(forward, each) for each in FORMS)):
        assert client.get(address).status_code == 404
    for action in ACTIONS:
        assert client.post(place(forward, action), {"reason": "x"}).status_code == 404
    forward.refresh_from_db()
    assert forward.paused_at is None


def test_a_visitor_signs_in_first(client: Client) -> None:
    assert client.get(PLACE)["Location"] == f"/konto/login/?next={PLACE}"
    assert client.post(f"{PLACE}{uuid4()}/fortsatt/")["Location"].startswith("/konto/login/")


def test_forwards_of_others_are_not_there(desk: Client, lyngfors: Organisation) -> None:
    for theirs in (forward_to(lyngfors, "Deras"), forward_to(None, "Allas")):
        pause_forward(theirs, "vi byter", now())
        assert theirs.name not in text_of(desk.get(PLACE))
        for action in ("", *FORMS):
            assert desk.get(place(theirs, action)).status_code == 404
        for action in ACTIONS:
            answer = desk.post(place(theirs, action), {"reason": "x", "since": today().isoformat()})
            assert answer.status_code == 404
        theirs.refresh_from_db()
        assert theirs.pause_reason == "vi byter"


def test_only_the_administrator_of_the_installation_adds_one(desk: Client, granvik: Organisation) -> None:
    page = desk.get(PLACE)
    assert "Be den som är administratör för hela installationen" in text_of(page)
    assert f"{PLACE}ny/" not in links_of(page)
    assert desk.get(f"{PLACE}ny/").status_code == 404
    assert desk.post(f"{PLACE}ny/", said(granvik)).status_code == 404
    assert f"{PLACE}ny/" in links_of(reads(root()).get(PLACE))
    assert Forward.objects.count() == 0


def test_what_gives_or_takes_away_asks_for_the_password_and_stopping_does_not(
    desk: Client, granvik: Organisation
) -> None:
    forward = forward_to(granvik)
    grows_old(desk)
    for action in ("skicka-igen", "ta-bort"):
        for answer in (desk.get(place(forward, action)), desk.post(place(forward, action), {"since": "2026-01-01"})):
            assert answer["Location"].startswith("/konto/reauthenticate/")
    assert desk.post(place(forward, "pausa"), {"reason": "Fel adress"})["Location"] == place(forward)
    assert desk.post(place(forward, "fortsatt"))["Location"] == place(forward)
    assert Forward.objects.count() == 1


# --- What is shown ---------------------------------------------------------------------------------------------------


def test_the_list_says_how_it_goes(desk: Client, granvik: Organisation) -> None:
    forward = forward_to(granvik)
    assert "Allt är skickat" in text_of(desk.get(PLACE))
    say(granvik, 2)
    words = text_of(desk.get(PLACE))
    assert "2 påståenden" in words
    assert "Skickar" in words
    at = now()
    Forward.objects.update(failures=2, last_error="503 overloaded", last_error_at=at, next_at=at, last_sent_at=None)
    for page in (desk.get(PLACE), desk.get(place(forward))):
        assert "Något är fel hos mottagaren just nu" in text_of(page)
        assert "2 försök i rad har misslyckats" in text_of(page)
    assert "503 overloaded" in text_of(desk.get(place(forward)))
    Forward.objects.update(failures=0, last_sent_at=at + timedelta(minutes=1))
    assert "Det har fungerat sedan dess" in text_of(desk.get(PLACE))


def test_why_the_worker_paused_it_is_said(desk: Client, granvik: Organisation) -> None:
    forward = forward_to(granvik)
    pause_forward(forward, "401 <b>no</b>", now(), cause=PauseCause.NO_ACCESS)
    page = desk.get(place(forward))
    assert "Mottagaren släpper inte in oss" in text_of(page)
    assert "<b>no</b>" not in page.content.decode()
    assert not ConnectionEvent.objects.filter(kind="paused").exists()  # nobody did it


def test_what_was_refused_stands_with_its_reason(
    desk: Client, granvik: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xapi.administration.forward_views.REFUSED", 2)
    forward = forward_to(granvik)
    say(granvik, 3)
    Outgoing.objects.update(answer="400 bad \u202eactor\n<script>")
    page = desk.get(place(forward))
    words = text_of(page)
    assert words.count("Mottagaren avvisade det vi skickade") == 2
    assert "De senaste 2 av 3 visas" in words
    assert "400 bad actor <script>" in words
    assert "<script>" not in page.content.decode().partition("<main")[2]


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("401 Unauthorized", "It does not know the key, or the secret is wrong."),
        ("403", "It knows the key, but the key may not send statements."),
        ("404 <html>", "There is no record store at that address."),
        ("413 x", "It says that what we send is too large."),
        ("429 x", "It asks us to send more slowly."),
        ("400 x", "It refused what we sent."),
        ("307 x", "It has moved to another address."),
        ("500 x", "Something is wrong with it right now."),
        ("NameResolutionError: HTTPSConnection", "There is no machine with that name."),
        ("gaierror: [Errno -2]", "There is no machine with that name."),
        (LEADS_INSIDE, "The address leads into a private network, and this installation sends only to the internet."),
        ("NewConnectionError: refused", "Nothing answers at that address."),
        ("ReadTimeoutError: x", "It did not answer in time."),
        ("SSLError: certificate verify failed", "Its certificate is not one that this server trusts."),
        ("ProtocolError: closed", "It did not work this time."),
        ("", "It did not work this time."),
        ("40123 x", "It did not work this time."),
    ],
)
def test_an_error_is_said_in_a_sentence(answer: str, sentence: str) -> None:
    assert str(what_went_wrong(answer)) == sentence


def test_the_secret_is_on_no_page(desk: Client, granvik: Organisation) -> None:
    forward = forward_to(granvik)
    for address in (PLACE, place(forward), *(place(forward, each) for each in FORMS)):
        html = desk.get(address).content.decode()
        assert SECRET not in html
        assert forward.sealed_secret not in html


def test_more_forwards_ask_no_more_queries(desk: Client, granvik: Organisation) -> None:
    first = forward_to(granvik, by=uuid4())
    say(granvik)
    addresses = (PLACE, place(first), *(place(first, each) for each in FORMS))
    desk.get(PLACE)
    few = [queries_of(lambda address=address: desk.get(address)) for address in addresses]
    for number in range(2):
        forward_to(granvik, f"Arkiv {number}", by=uuid4())
    say(granvik, 2)
    Outgoing.objects.filter(forward=first).update(answer="400 x")
    assert [queries_of(lambda address=address: desk.get(address)) for address in addresses] == few


@pytest.mark.parametrize("action", ["", *ACTIONS])
def test_an_unknown_forward_is_not_found(desk: Client, action: str) -> None:
    address = f"{PLACE}{uuid4()}/" + (f"{action}/" if action else "")
    if action != "fortsatt":
        assert desk.get(address).status_code == 404
    if action:
        assert desk.post(address, {"reason": "x", "since": today().isoformat()}).status_code == 404
    assert desk.get(f"{PLACE}arkivet/").status_code == 404


def test_the_wrong_method_is_refused(desk: Client, granvik: Organisation) -> None:
    forward = forward_to(granvik)
    assert desk.get(place(forward, "fortsatt")).status_code == 405
    for address in (PLACE, place(forward)):
        assert desk.post(address).status_code == 405
    for action in FORMS:
        assert desk.put(place(forward, action)).status_code == 405


# --- What is done ----------------------------------------------------------------------------------------------------


def test_it_is_paused_with_a_reason_and_resumed(desk: Client, granvik: Organisation) -> None:
    forward = forward_to(granvik)
    assert desk.post(place(forward, "pausa"), {"reason": ""}).status_code == 200
    assert desk.post(place(forward, "pausa"), {"reason": "Karl 850709-9805"}).status_code == 200
    forward.refresh_from_db()
    assert forward.paused_at is None
    for reason in ("Mottagaren byter server", "en gång till"):
        assert desk.post(place(forward, "pausa"), {"reason": reason})["Location"] == place(forward)
    words = text_of(desk.get(place(forward)))
    assert "Orsaken: Mottagaren byter server" in words
    assert "Pausad av Adina Ek: Mottagaren byter server" in words
    for _ in range(2):
        assert desk.post(place(forward, "fortsatt"))["Location"] == place(forward)
    forward.refresh_from_db()
    assert forward.paused_at is None
    kinds = ConnectionEvent.objects.filter(connection=forward.uuid).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["made", "paused", "resumed"]


def test_what_was_stored_since_a_day_is_sent_again(desk: Client, granvik: Organisation) -> None:
    say(granvik, 2)
    forward = forward_to(granvik)
    assert "2 påståenden väntar på nytt" in text_of(
        desk.post(place(forward, "skicka-igen"), {"since": today().isoformat()}, follow=True)
    )
    assert Outgoing.objects.count() == 2


@pytest.mark.parametrize("days", [None, -1, 32])
def test_not_from_a_day_to_come_nor_from_long_ago(desk: Client, granvik: Organisation, days: int | None) -> None:
    forward = forward_to(granvik)
    since = "" if days is None else (today() - timedelta(days=days)).isoformat()
    page = desk.post(place(forward, "skicka-igen"), {"since": since})
    assert 'id="id_since_error"' in page.content.decode()
    assert not ConnectionEvent.objects.filter(kind="resent").exists()


def test_a_removed_one_is_gone_with_what_waited(desk: Client, granvik: Organisation) -> None:
    forward = forward_to(granvik)
    say(granvik)
    assert "1 påstående som väntar skickas aldrig" in text_of(desk.get(place(forward, "ta-bort")))
    assert Forward.objects.count() == 1
    assert desk.post(place(forward, "ta-bort"))["Location"] == PLACE
    assert (Forward.objects.count(), Outgoing.objects.count()) == (0, 0)
    assert desk.post(place(forward, "ta-bort")).status_code == 404
    assert ConnectionEvent.objects.get(kind="removed").connection == forward.uuid


def test_a_new_one_is_added_once_and_its_secret_is_told_to_nobody(
    granvik: Organisation, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = at_desk(root())
    typed = said(granvik, verbs="http://adlnet.gov/expapi/verbs/passed\nhttp://x/", activities=" http://y/ ")
    answer = client.post(f"{PLACE}ny/", typed)
    forward = Forward.objects.get()
    assert answer["Location"] == place(forward)
    assert (forward.organisation, forward.version, forward.key) == (granvik, "1.0.3", "granvik-1")
    assert (len(forward.verbs), forward.activities) == (2, ["http://y/"])
    assert client.post(f"{PLACE}ny/", typed)["Location"] == place(forward)
    assert Forward.objects.count() == 1
    shown = client.get(place(forward)).content.decode() + client.get(f"{PLACE}ny/").content.decode()
    assert SECRET not in shown + caplog.text + str(list(Forward.objects.values()))
    assert ConnectionEvent.objects.get().by is not None


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("organisation", ""),
        ("endpoint", "http://lrs.example.org"),
        ("endpoint", "https://key:secret@lrs.example.org"),
        ("endpoint", ""),
        ("key", "a:b"),
        ("secret", ""),
        ("version", "0.95"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_the_secret_is_not_said_again(
    granvik: Organisation, field: str, typed: str
) -> None:
    html = at_desk(root()).post(f"{PLACE}ny/", said(granvik) | {field: typed}).content.decode()
    assert f'id="id_{field}_error"' in html
    assert SECRET not in html
    assert Forward.objects.count() == 0


def test_nothing_typed_adds_nothing(granvik: Organisation) -> None:
    client = at_desk(root())
    assert client.post(f"{PLACE}ny/", {}).status_code == 200
    assert Forward.objects.count() == 0


def test_ids_are_uuids(granvik: Organisation) -> None:
    forward = forward_to(granvik)
    assert UUID(place(forward).split("/")[3]) == forward.uuid
