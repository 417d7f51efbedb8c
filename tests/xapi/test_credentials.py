"""Keys, secrets, scopes: who gets in, and what is kept of it."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import override_settings

from xapi import credentials as door
from xapi.credentials import (
    AlreadyMade,
    NotAuthenticated,
    NotInForce,
    UnknownScope,
    authenticate,
    change_secret,
    create_credential,
    end_old_secret,
    revoke_credential,
    secret_mark,
)
from xapi.models import ConnectionEvent, Credential

from .bodies import AT

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def header(key: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()


def made(**options: object) -> tuple[Credential, str]:
    return create_credential("Simulatorn", **{"scopes": ["all"], "organisation": None, "at": AT, **options})


def changed(credential: Credential, **options: Any) -> str:
    """Change the secret of a credential as somebody does who has just read it."""
    credential.refresh_from_db()
    return change_secret(
        credential, **{"replacing": secret_mark(credential), "old_until": AT + DAY, "at": AT, **options}
    )


def opens(credential: Credential, secret: str, at: datetime = AT) -> bool:
    try:
        return authenticate(header(credential.key, secret), at) == credential
    except NotAuthenticated:
        return False


def events(credential: Credential) -> list[tuple[str, UUID | None, str]]:
    rows = ConnectionEvent.objects.filter(connection=credential.uuid).order_by("pk")
    return list(rows.values_list("kind", "by", "reason"))


def test_the_secret_opens_and_is_not_kept() -> None:
    credential, secret = made()
    assert authenticate(header(credential.key, secret), AT) == credential
    kept = Credential.objects.values().get()
    assert secret not in str(kept)
    assert len(secret) >= 43


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Basic",
        "Basic !",
        "Basic " + base64.b64encode(b"no colon").decode(),
        "Basic " + base64.b64encode(b"\xff:\xff").decode(),
        "Basic " + base64.b64encode(b"\x00:x").decode(),
        header("unknown", "x"),
        "Bearer abc",
    ],
)
def test_what_is_no_credential_is_refused(authorization: str) -> None:
    with pytest.raises(NotAuthenticated):
        authenticate(authorization, AT)


def test_a_wrong_secret_is_refused() -> None:
    credential, secret = made()
    for wrong in (secret[:-1], secret + "a", "", secret.swapcase()):
        with pytest.raises(NotAuthenticated):
            authenticate(header(credential.key, wrong), AT)


def test_the_secret_of_another_credential_is_refused() -> None:
    first, _secret = made()
    _second, secret = made()
    with pytest.raises(NotAuthenticated):
        authenticate(header(first.key, secret), AT)


def test_a_credential_holds_until_its_end_and_not_after_it_is_revoked() -> None:
    credential, secret = made(until=AT)
    authenticate(header(credential.key, secret), AT - MINUTE)
    with pytest.raises(NotAuthenticated):
        authenticate(header(credential.key, secret), AT)
    credential, secret = made()
    Credential.objects.filter(pk=credential.pk).update(revoked_at=AT)
    with pytest.raises(NotAuthenticated):
        authenticate(header(credential.key, secret), AT)


def test_an_unknown_key_is_compared_as_a_known_one_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the time of the answer would tell which keys there are."""
    compared: list[int] = []
    compare = door.constant_time_compare

    def counting(first: str, second: str) -> bool:
        compared.append(len(second))
        return compare(first, second)

    monkeypatch.setattr(door, "constant_time_compare", counting)
    credential, _secret = made()
    for key in (credential.key, "unknown"):
        with pytest.raises(NotAuthenticated):
            authenticate(header(key, "wrong"), AT)
    assert compared == [64] * 4
    changed(credential)
    with pytest.raises(NotAuthenticated):
        authenticate(header(credential.key, "wrong"), AT)
    assert compared == [64] * 6


def test_a_new_secret_key_of_the_installation_keeps_old_credentials_while_the_old_one_is_listed() -> None:
    with override_settings(SECRET_KEY="old"):
        credential, secret = made()
    with override_settings(SECRET_KEY="new"), pytest.raises(NotAuthenticated):
        authenticate(header(credential.key, secret), AT)
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["older", "old"]):
        assert authenticate(header(credential.key, secret), AT) == credential


def test_use_is_noted_once_a_minute() -> None:
    credential, secret = made()
    for moment, noted in ((AT, AT), (AT + MINUTE / 2, AT), (AT + MINUTE, AT + MINUTE)):
        authenticate(header(credential.key, secret), moment)
        credential.refresh_from_db()
        assert credential.last_used_at == noted


@pytest.mark.parametrize("scopes", [["everything"], [], [""], ["all", "statement/write"]])
def test_a_scope_that_does_not_exist_is_refused(scopes: list[str]) -> None:
    with pytest.raises(UnknownScope):
        made(scopes=scopes)
    assert Credential.objects.count() == 0


# --- A new secret, and the end ---------------------------------------------------------------------------------------


def test_the_old_secret_opens_for_as_long_as_was_said_and_the_new_one_at_once() -> None:
    credential, old = made()
    new = changed(credential)
    assert new != old
    assert [opens(credential, each, AT) for each in (old, new)] == [True, True]
    assert [opens(credential, each, AT + DAY - MINUTE) for each in (old, new)] == [True, True]
    assert [opens(credential, each, AT + DAY) for each in (old, new)] == [False, True]


def test_the_old_secret_can_end_at_once_and_later_too() -> None:
    credential, old = made()
    new = changed(credential, old_until=AT)
    assert [opens(credential, each) for each in (old, new)] == [False, True]
    newer = changed(credential)
    end_old_secret(credential, at=AT + MINUTE)
    end_old_secret(credential, at=AT + MINUTE)
    assert [opens(credential, each, AT + MINUTE) for each in (new, newer)] == [False, True]
    assert [kind for kind, _by, _reason in events(credential)].count("old_secret_ended") == 1


def test_at_most_two_secrets_open() -> None:
    credential, first = made()
    second = changed(credential)
    third = changed(credential)
    assert [opens(credential, each) for each in (first, second, third)] == [False, True, True]


def test_use_of_the_old_secret_is_noted_by_itself() -> None:
    credential, old = made()
    new = changed(credential)
    opens(credential, new)
    credential.refresh_from_db()
    assert (credential.last_used_at, credential.old_secret_used_at) == (AT, None)
    opens(credential, old)
    credential.refresh_from_db()
    assert (credential.last_used_at, credential.old_secret_used_at) == (AT, AT)


def test_the_same_change_asked_for_twice_is_made_once() -> None:
    credential, _secret = made()
    mark = secret_mark(credential)
    new = changed(credential, replacing=mark)
    with pytest.raises(AlreadyMade):
        changed(credential, replacing=mark)
    with pytest.raises(AlreadyMade):
        # Somebody else read it before, too, and comes second.
        change_secret(Credential(pk=credential.pk, secret_hash="x"), replacing="y", old_until=AT, at=AT)
    assert opens(credential, new)


def test_what_has_ended_gets_no_new_secret() -> None:
    for credential, _secret in (made(until=AT), made()):
        if credential.expires_at is None:
            revoke_credential(credential, at=AT)
        with pytest.raises(NotInForce):
            changed(credential)


def test_revoking_ends_every_secret_at_once_and_is_done_once() -> None:
    credential, old = made()
    new, by = changed(credential), uuid4()
    revoke_credential(credential, at=AT + MINUTE, reason="Simulatorn är skrotad", by=by)
    assert [opens(credential, each, AT + MINUTE) for each in (old, new)] == [False, False]
    with pytest.raises(NotInForce):
        revoke_credential(credential, at=AT + DAY, reason="En gång till")
    assert events(credential)[-1] == ("revoked", by, "Simulatorn är skrotad")


def test_one_form_makes_one_credential() -> None:
    uuid, by = uuid4(), uuid4()
    credential, _secret = made(uuid=uuid, by=by)
    with pytest.raises(AlreadyMade):
        made(uuid=uuid)
    assert Credential.objects.get() == credential
    assert events(credential) == [("made", by, "")]


def test_nothing_that_is_kept_holds_a_secret() -> None:
    credential, old = made()
    new = changed(credential)
    kept = str(list(Credential.objects.values())) + str(list(ConnectionEvent.objects.values()))
    assert old not in kept
    assert new not in kept
