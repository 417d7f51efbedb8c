"""Two organisations, their credentials, and the receivers of a test put back after it."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from django.test import Client

from people.models import Organisation
from tests.people import factories as make
from xapi import services
from xapi.credentials import create_credential
from xapi.entries import StatementRow
from xapi.models import Credential

from .bodies import AT

Headers = dict[str, str]


@pytest.fixture
def granvik(db: None) -> Organisation:
    return make.municipality("granvik", make.region())


@pytest.fixture
def lyngfors(granvik: Organisation) -> Organisation:
    return make.municipality("lyngfors", granvik.get_parent())


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> list[StatementRow]:
    """What a receiver has been told; it is the only one, since those of the rooms above are theirs to test."""
    rows: list[StatementRow] = []
    monkeypatch.setattr(services, "_receivers", [rows.extend])
    return rows


MakeCredential = Callable[..., tuple[Credential, Headers]]


@pytest.fixture
def credential(db: None) -> MakeCredential:
    """Make a credential; return it with the headers that use it."""

    def made(organisation: Organisation | None = None, scopes: str = "all") -> tuple[Credential, Headers]:
        row, secret = create_credential("system", scopes=scopes.split(","), organisation=organisation, at=AT)
        return row, authorization(row.key, secret)

    return made


def authorization(key: str, secret: str) -> Headers:
    encoded = base64.b64encode(f"{key}:{secret}".encode()).decode()
    return {"Authorization": f"Basic {encoded}", "X-Experience-API-Version": "2.0.0"}


@pytest.fixture
def machine(credential: MakeCredential) -> Client:
    """A client of the whole installation that speaks 2.0."""
    _row, headers = credential()
    return Client(headers=headers)
