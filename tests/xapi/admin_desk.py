"""What the tests of the administration pages share: administrators at their desks."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from people.api import Organisation, Person, Role, create_account
from tests.competency.pages import PASSWORD, reads
from tests.people import factories as make


def administrator(node: Organisation, name: str = "Adina") -> Person:
    return make.holds(Role.ADMIN, node, name)


def root() -> Person:
    """The administrator of the installation."""
    someone = make.person("Rut")
    create_account(someone, "rut@demo.example.org", PASSWORD, is_superuser=True)
    return someone


def at_desk(who: Person) -> Client:
    """A browser in which she is signed in, and has just written her password again."""
    client = reads(who)
    response = client.post("/konto/reauthenticate/", {"password": PASSWORD})
    assert response.status_code == 302, response.content.decode()
    return client


def grows_old(client: Client, seconds: int = 301) -> None:
    """Let so many seconds pass since the password was written."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] = time.time() - seconds
    session.save()


def queries_of(ask: Callable[[], HttpResponse]) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert ask().status_code == 200
    return len(queries)
