"""What the next person on a shared phone may find in its browser: nothing of the last one."""

from __future__ import annotations

import pytest
from django.test import Client

from people.api import create_account, create_person, now

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client: Client) -> Client:
    person = create_person("Amina", "Lindqvist", at=now())
    client.force_login(create_account(person, "amina@example.org", None))
    return client


@pytest.mark.parametrize("path", ["/", "/plan/", "/kompetens/", "/konto/", "/kurser/", "/roller/", "/finns-inte/"])
def test_no_page_of_a_signed_in_person_is_kept_by_the_browser(signed_in: Client, path: str) -> None:
    assert signed_in.get(path).headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", ["/", "/kurser/", "/roller/"])
def test_a_page_for_everyone_may_be_kept(client: Client, path: str) -> None:
    assert "no-store" not in client.get(path).headers.get("Cache-Control", "")


def test_what_says_for_itself_how_long_it_is_kept_is_left_alone(signed_in: Client) -> None:
    assert signed_in.get("/healthz").headers["Cache-Control"].startswith("max-age=0")
