"""Keys, secrets, scopes: who gets in, and what is kept of it."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from django.test import override_settings

from xapi import credentials as door
from xapi.credentials import NotAuthenticated, UnknownScope, authenticate, create_credential
from xapi.models import Credential

from .bodies import AT

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def header(key: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()


def made(**options: object) -> tuple[Credential, str]:
    return create_credential("Simulatorn", **{"scopes": ["all"], "organisation": None, "at": AT, **options})


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
    assert compared == [64, 64]


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
