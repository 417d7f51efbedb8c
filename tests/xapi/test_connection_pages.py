"""/anslutningar/: which systems are connected, a new one, a new secret, the end; for administrators alone."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client, override_settings

from people.api import Organisation, Person, Role, User, now, today
from tests.competency.pages import hidden_fields, links_of, reads, text_of
from tests.people import factories as make
from xapi.credentials import create_credential, end_old_secret
from xapi.models import ConnectionEvent, Credential

from .admin_desk import administrator, at_desk, grows_old, queries_of, root
from .conftest import authorization

pytestmark = pytest.mark.django_db
PLACE = "/anslutningar/"
ACTIONS = ("hemlighet", "gamla-hemligheten", "avsluta")


@pytest.fixture(autouse=True)
def _nobody_has_tried_before() -> None:
    """The limit on passwords tried counts by account, and the tests' accounts have the same numbers."""
    cache.clear()


@pytest.fixture
def adina(granvik: Organisation) -> Person:
    return administrator(granvik)


@pytest.fixture
def desk(adina: Person) -> Client:
    return at_desk(adina)


def connected(organisation: Organisation | None, name: str = "Simulatorn", **options: Any) -> tuple[Credential, str]:
    options = {"scopes": ["statements/write", "state"], "at": now() - timedelta(days=3), **options}
    return create_credential(name, organisation=organisation, **options)


def place(credential: Credential, action: str = "") -> str:
    return f"{PLACE}{credential.uuid}/" + (f"{action}/" if action else "")


def account(who: Person) -> UUID:
    who.refresh_from_db()
    assert who.user is not None
    return who.user.uuid


def said(organisation: Organisation | None, **changes: Any) -> dict[str, Any]:
    """What somebody types about a new connection."""
    whose = str(organisation.uuid) if organisation else "installation"
    return {
        "uuid": str(uuid4()),
        "name": "Simulatorn",
        "organisation": whose,
        "scopes": ["statements/write", "state"],
    } | changes


def secrets_in(html: str) -> list[str]:
    return re.findall(r"data-once>([^<]+)<", html)


def opened(credential: Credential, secret: str) -> int:
    """What the store answers; 403 is let in, but not to this."""
    return Client(headers=authorization(credential.key, secret)).get("/xapi/statements").status_code


# --- Who -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_other_roles_find_nothing_and_see_no_door(granvik: Organisation, role: Role) -> None:
    credential, _secret = connected(granvik)
    client = at_desk(make.holds(role, granvik, make.works_at(granvik).person))
    for address in (PLACE, f"{PLACE}ny/", place(credential), *(place(credential, each) for each in ACTIONS)):
        assert client.get(address).status_code == 404
    assert client.post(f"{PLACE}ny/", said(granvik)).status_code == 404
    assert client.post(place(credential, "avsluta"), {"reason": "x"}).status_code == 404
    assert PLACE not in links_of(client.get("/konto/"))
    assert Credential.objects.get().revoked_at is None


def test_an_administrator_of_a_unit_and_an_ordinary_member_of_staff_find_nothing(granvik: Organisation) -> None:
    norr = make.unit("norr", granvik)
    for who in (administrator(norr), make.works_at(norr).person):
        assert reads(who).get(PLACE).status_code == 404


def test_a_visitor_signs_in_first(client: Client) -> None:
    assert client.get(PLACE)["Location"] == f"/konto/login/?next={PLACE}"
    assert client.post(f"{PLACE}ny/", {})["Location"].startswith("/konto/login/")


def test_administrators_find_the_door_on_their_account_page(desk: Client) -> None:
    html = desk.get("/konto/").content.decode()
    assert html.count(f'href="{PLACE}"') == 2  # in the menu and on the page


def test_an_account_without_a_person_administers_the_installation(client: Client) -> None:
    client.force_login(User.objects.create_superuser("root@demo.example.org", "four wooden horses"))
    client.post("/konto/reauthenticate/", {"password": "four wooden horses"})
    page = client.post(f"{PLACE}ny/", said(None))
    assert len(secrets_in(page.content.decode())) == 1
    assert "root@demo.example.org" in text_of(client.get(PLACE))
    assert PLACE in links_of(client.get("/konto/"))


def test_connections_of_others_are_not_there(desk: Client, lyngfors: Organisation) -> None:
    for theirs in (connected(lyngfors, "Deras")[0], connected(None, "Allas")[0]):
        assert theirs.name not in text_of(desk.get(PLACE))
        for action in ("", *ACTIONS):
            assert desk.get(place(theirs, action)).status_code == 404
            if action:
                answer = desk.post(place(theirs, action), {"reason": "x", "days": "0", "replacing": "x"})
                assert answer.status_code == 404
        theirs.refresh_from_db()
        assert (theirs.revoked_at, theirs.old_secret_hash) == (None, "")


def test_she_cannot_make_one_for_others(desk: Client, lyngfors: Organisation, granvik: Organisation) -> None:
    page = desk.get(f"{PLACE}ny/").content.decode()
    assert str(granvik.uuid) in page
    assert str(lyngfors.uuid) not in page
    for whose in (lyngfors, None, make.unit("norr", granvik)):
        answer = desk.post(f"{PLACE}ny/", said(whose))
        assert secrets_in(answer.content.decode()) == []
    assert Credential.objects.count() == 0


# --- Is it still she? ------------------------------------------------------------------------------------------------


def test_what_gives_or_takes_asks_for_the_password_also_just_after_she_signed_in(
    adina: Person, granvik: Organisation
) -> None:
    credential, _secret = connected(granvik)
    client = reads(adina)
    assert client.get(PLACE).status_code == client.get(place(credential)).status_code == 200
    for address in (f"{PLACE}ny/", *(place(credential, each) for each in ACTIONS)):
        answer = client.get(address)
        assert answer["Location"] == f"/konto/reauthenticate/?next={address.replace('/', '%2F')}"


def test_after_five_minutes_nothing_is_done_and_nothing_that_was_typed_is_kept(
    desk: Client, granvik: Organisation
) -> None:
    credential, _secret = connected(granvik)
    grows_old(desk, 299)
    assert desk.get(f"{PLACE}ny/").status_code == 200
    grows_old(desk, 301)
    for address, typed in ((f"{PLACE}ny/", said(granvik)), (place(credential, "avsluta"), {"reason": "Skrotad"})):
        assert desk.post(address, typed)["Location"].startswith("/konto/reauthenticate/")
    assert Credential.objects.get().revoked_at is None
    assert "Skrotad" not in str([each.get_decoded() for each in Session.objects.all()])
    assert "Simulatorn" not in str([each.get_decoded() for each in Session.objects.all()])
    assert "inget gjordes" in desk.get(f"/konto/reauthenticate/?next={PLACE}").content.decode()


def test_an_account_with_no_password_is_never_let_through(adina: Person) -> None:
    client = reads(adina)
    adina.user.set_unusable_password()
    adina.user.save()
    client.force_login(adina.user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"{PLACE}ny/")["Location"].startswith("/konto/reauthenticate/")


# --- The list and the page of one ------------------------------------------------------------------------------------


def test_nothing_here_yet_says_what_a_connection_is_for(desk: Client) -> None:
    page = desk.get(PLACE)
    assert "Inget system är anslutet än" in text_of(page)
    assert f"{PLACE}ny/" in links_of(page)
    assert "no-store" in page["Cache-Control"]


def test_the_list_says_all_of_each(desk: Client, adina: Person, granvik: Organisation) -> None:
    with override_settings(PSEUDONYM_KEY="k" * 32):
        credential, secret = connected(granvik, by=account(adina), until=now() + timedelta(days=10), pseudonymise=True)
    words = text_of(desk.get(PLACE))
    for part in ("Simulatorn", credential.key, "Granvik", "Skicka påståenden", "Spara läget", "under pseudonym"):
        assert part in words
    assert "av Adina Ek" in words
    assert "aldrig" in words  # not used yet
    opened(credential, secret)
    page = desk.get(place(credential))
    assert "aldrig" not in text_of(page)
    assert str(today().year) in text_of(page)


def test_what_is_over_stands_by_itself_with_its_reason(desk: Client, granvik: Organisation) -> None:
    expired, _ = connected(granvik, "Utgången", until=now() - timedelta(days=1))
    revoked, _ = connected(granvik, "Avslutad")
    desk.post(place(revoked, "avsluta"), {"reason": "Bytt leverantör"})
    words = text_of(desk.get(PLACE))
    assert words.index("Inget system kan skicka eller läsa här nu") < words.index("Utgången")
    assert "Har gått ut" in text_of(desk.get(place(expired)))
    assert "Bytt leverantör" in text_of(desk.get(place(revoked)))
    for over in (expired, revoked):
        assert place(over, "hemlighet") not in links_of(desk.get(place(over)))


def test_who_made_it_has_a_name_for_those_who_may_see_her(
    desk: Client, granvik: Organisation, lyngfors: Organisation
) -> None:
    rut = root()
    credential, _ = connected(granvik, by=account(rut))
    connected(granvik, "Från servern")
    page = text_of(desk.get(PLACE))
    assert "Rut" not in page
    assert "av en annan administratör" in page
    assert "av ett kommando på servern" in page
    assert "av Rut Ek" in text_of(reads(rut).get(place(credential)))


@pytest.mark.parametrize("address", [PLACE, f"{PLACE}{UUID(int=1)}/"])
def test_the_pages_that_show_cannot_be_posted_to(desk: Client, address: str) -> None:
    assert desk.post(address).status_code == 405


@pytest.mark.parametrize("action", ["", *ACTIONS])
def test_an_unknown_connection_is_not_found(desk: Client, action: str) -> None:
    address = f"{PLACE}{uuid4()}/" + (f"{action}/" if action else "")
    assert desk.get(address).status_code == 404
    assert desk.get(f"{PLACE}simulatorn/").status_code == 404
    if action:
        assert desk.post(address, {"reason": "x"}).status_code == 404
        assert desk.put(address).status_code == 405


def test_more_connections_ask_no_more_queries(desk: Client, adina: Person, granvik: Organisation) -> None:
    first, _ = connected(granvik, by=account(adina))
    addresses = (PLACE, place(first), f"{PLACE}ny/", *(place(first, each) for each in ACTIONS))
    desk.get(PLACE)
    few = [queries_of(lambda address=address: desk.get(address)) for address in addresses]
    for number in range(2):
        connected(granvik, f"System {number}", by=make.holds(Role.ADMIN, granvik, "Bo").uuid)
    assert [queries_of(lambda address=address: desk.get(address)) for address in addresses] == few


def test_foreign_markup_in_a_name_is_shown_and_never_obeyed(desk: Client, granvik: Organisation) -> None:
    credential, _ = connected(granvik, "<script>alert(1)</script>")
    for address in (PLACE, place(credential), place(credential, "avsluta")):
        assert "<script>alert" not in desk.get(address).content.decode()


def test_it_speaks_english_to_those_who_want_it(desk: Client, granvik: Organisation) -> None:
    connected(granvik)
    desk.post("/i18n/setlang/", {"language": "en"})
    words = text_of(desk.get(PLACE))
    assert "by a command on the server" in words
    assert "Send statements" in words


# --- A new one -------------------------------------------------------------------------------------------------------


def test_a_new_connection_opens_the_store_and_its_secret_is_shown_once(
    desk: Client, adina: Person, granvik: Organisation, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    typed = said(granvik, scopes=["statements/read"], until=(today() + timedelta(days=5)).isoformat())
    page = desk.post(f"{PLACE}ny/", typed)
    (secret,) = secrets_in(page.content.decode())
    credential = Credential.objects.get()
    assert opened(credential, secret) == 200
    assert (credential.organisation, credential.scopes) == (granvik, ["statements/read"])
    assert credential.expires_at is not None
    assert "no-store" in page["Cache-Control"]
    assert credential.key in text_of(page)
    event = ConnectionEvent.objects.get()
    assert (event.kind, event.by, event.connection) == ("made", account(adina), credential.uuid)

    # Reloading, or going back and forth to it, sends the form again.
    again = desk.post(f"{PLACE}ny/", typed)
    assert again["Location"] == place(credential)
    pages = [desk.get(place(credential)), desk.get(PLACE), desk.get(f"{PLACE}ny/"), desk.get("/konto/")]
    everywhere = "".join(each.content.decode() for each in pages) + caplog.text
    everywhere += str(list(Credential.objects.values())) + str(list(ConnectionEvent.objects.values()))
    everywhere += str([each.get_decoded() for each in Session.objects.all()])
    everywhere += str(getattr(cache, "_cache", ""))
    assert secret not in everywhere
    assert Credential.objects.count() == 1


def test_the_installation_is_chosen_and_never_left(granvik: Organisation) -> None:
    client = at_desk(root())
    page = client.post(f"{PLACE}ny/", said(None) | {"organisation": ""})
    assert secrets_in(page.content.decode()) == []
    assert secrets_in(client.post(f"{PLACE}ny/", said(None)).content.decode())
    assert Credential.objects.get().organisation is None


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("name", "Karl 850709-9805"),
        ("name", "x" * 201),
        ("scopes", []),
        ("scopes", ["everything"]),
        ("organisation", "nowhere"),
        ("until", "yesterday"),
        ("until", "2020-01-01"),
        ("pseudonymise", "on"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    desk: Client, granvik: Organisation, field: str, typed: Any, settings: Any
) -> None:
    settings.PSEUDONYM_KEY = ""
    html = desk.post(f"{PLACE}ny/", said(granvik) | {field: typed}).content.decode()
    assert f'id="id_{field}_error"' in html
    assert "error-summary" in html
    assert Credential.objects.count() == 0


def test_a_form_without_its_number_or_with_nothing_makes_nothing(desk: Client, granvik: Organisation) -> None:
    for typed in ({}, said(granvik) | {"uuid": "x"}):
        assert desk.post(f"{PLACE}ny/", typed).status_code == 200
    assert Credential.objects.count() == 0


def test_the_number_of_somebody_elses_connection_leads_nowhere(desk: Client, granvik, lyngfors: Organisation) -> None:
    theirs, _ = connected(lyngfors)
    answer = desk.post(f"{PLACE}ny/", said(granvik) | {"uuid": str(theirs.uuid)})
    assert desk.get(answer["Location"]).status_code == 404
    assert Credential.objects.count() == 1


# --- A new secret ----------------------------------------------------------------------------------------------------


def change(desk: Client, credential: Credential, days: str, **typed: str) -> Any:
    address = place(credential, "hemlighet")
    return desk.post(address, hidden_fields(desk.get(address)) | {"days": days} | typed)


def test_a_changed_secret_is_shown_once_and_the_old_one_opens_meanwhile(desk: Client, granvik: Organisation) -> None:
    credential, old = connected(granvik, scopes=["all/read"])
    typed = hidden_fields(desk.get(place(credential, "hemlighet"))) | {"days": "7"}
    page = desk.post(place(credential, "hemlighet"), typed)
    (new,) = secrets_in(page.content.decode())
    assert "no-store" in page["Cache-Control"]
    assert [opened(credential, each) for each in (old, new)] == [200, 200]
    again = desk.post(place(credential, "hemlighet"), typed)
    assert again["Location"] == place(credential)
    assert opened(credential, new) == 200
    words = text_of(desk.get(place(credential)))
    assert "Den gamla hemligheten fungerar också" in words
    assert new not in desk.get(place(credential)).content.decode()

    assert desk.post(place(credential, "gamla-hemligheten"))["Location"] == place(credential)
    assert desk.post(place(credential, "gamla-hemligheten"))["Location"] == place(credential)
    assert [opened(credential, each) for each in (old, new)] == [401, 200]
    assert "Den gamla hemligheten fungerar också" not in text_of(desk.get(place(credential)))


def test_the_old_secret_can_end_at_once(desk: Client, granvik: Organisation) -> None:
    credential, old = connected(granvik, scopes=["all/read"])
    (new,) = secrets_in(change(desk, credential, "0").content.decode())
    assert [opened(credential, each) for each in (old, new)] == [401, 200]


@pytest.mark.parametrize("typed", [{"days": "4000"}, {"days": ""}, {"replacing": ""}])
def test_a_change_that_is_not_on_offer_is_not_made(desk: Client, granvik: Organisation, typed: dict[str, str]) -> None:
    credential, old = connected(granvik, scopes=["all/read"])
    page = change(desk, credential, typed.pop("days", "7"), **typed)
    assert secrets_in(page.content.decode()) == []
    credential.refresh_from_db()
    assert credential.old_secret_hash == ""
    assert opened(credential, old) == 200


def test_what_is_over_gets_no_new_secret(desk: Client, granvik: Organisation) -> None:
    credential, _ = connected(granvik, until=now() - timedelta(days=1))
    assert desk.get(place(credential, "hemlighet"))["Location"] == place(credential)
    end_old_secret(credential, at=now())
    assert ConnectionEvent.objects.filter(kind="old_secret_ended").count() == 0


# --- The end ---------------------------------------------------------------------------------------------------------


def test_a_connection_is_ended_at_once_with_a_reason_and_once(
    desk: Client, adina: Person, granvik: Organisation
) -> None:
    credential, secret = connected(granvik, scopes=["all/read"])
    assert "Avsluta Simulatorn?" in text_of(desk.get(place(credential, "avsluta")))
    assert opened(credential, secret) == 200
    assert desk.post(place(credential, "avsluta"), {"reason": "Skrotad"})["Location"] == PLACE
    assert opened(credential, secret) == 401
    event = ConnectionEvent.objects.get(kind="revoked")
    assert (event.by, event.reason) == (account(adina), "Skrotad")
    for answer in (desk.get(place(credential, "avsluta")), desk.post(place(credential, "avsluta"), {"reason": "x"})):
        assert answer["Location"] == place(credential)
    assert ConnectionEvent.objects.filter(kind="revoked").count() == 1


@pytest.mark.parametrize("reason", ["", "   ", "Karl 850709-9805", "x" * 501])
def test_without_a_usable_reason_nothing_ends(desk: Client, granvik: Organisation, reason: str) -> None:
    credential, secret = connected(granvik, scopes=["all/read"])
    page = desk.post(place(credential, "avsluta"), {"reason": reason})
    assert 'id="id_reason_error"' in page.content.decode()
    assert opened(credential, secret) == 200


def test_a_post_from_elsewhere_is_refused(adina: Person, granvik: Organisation) -> None:
    credential, secret = connected(granvik, scopes=["all/read"])
    guarded = Client(enforce_csrf_checks=True)
    at_desk(adina)
    guarded.force_login(adina.user, "django.contrib.auth.backends.ModelBackend")
    assert guarded.post(place(credential, "avsluta"), {"reason": "x"}).status_code == 403
    assert opened(credential, secret) == 200


def test_every_link_of_the_pages_leads_somewhere(desk: Client, granvik: Organisation) -> None:
    credential, _ = connected(granvik)
    change(desk, credential, "7")
    for address in (PLACE, place(credential)):
        for link in {each for each in links_of(desk.get(address)) if each.startswith(PLACE)}:
            assert desk.get(link).status_code == 200, link


def test_ids_are_uuids(desk: Client, granvik: Organisation) -> None:
    """So that one address does not tell the next."""
    credential, _ = connected(granvik)
    assert UUID(place(credential).split("/")[2]) == credential.uuid
