"""Voiding (Data 2.3.2; 2.0: 4.2.5)."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from tests.xapi.bodies import VOIDED, agent, named, plain, voiding

from .asking import URL, found, get, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def voided(client: Client) -> tuple[str, str]:
    """The id of a voided statement and of the one that voided it."""
    body, by = named(), voiding("x", id=str(uuid4()))
    by["object"]["id"] = body["id"]
    assert [post(client, one).status_code for one in (body, by)] == [200, 200]
    return body["id"], by["id"]


def test_a_voided_statement_is_not_found_by_its_id(client: Client, voided: tuple[str, str]) -> None:
    """XAPI-00018, XAPI-00163"""
    assert client.get(URL, {"statementId": voided[0]}).status_code == 404
    assert client.get(URL, {"voidedStatementId": voided[0]}).json()["id"] == voided[0]
    assert client.get(URL, {"voidedStatementId": voided[1]}).status_code == 404
    assert voided[0] not in found(client)


def test_what_voids_is_known_by_its_verb_and_is_found(client: Client, voided: tuple[str, str]) -> None:
    """XAPI-00019"""
    assert get(client, voided[1])["verb"]["id"] == VOIDED
    assert found(client, verb=VOIDED) == [voided[1]]


def test_what_refers_to_a_voided_statement_is_found_and_it_is_not(client: Client, voided: tuple[str, str]) -> None:
    """XAPI-00162"""
    reference = named(actor=agent("c" * 32), object={"objectType": "StatementRef", "id": voided[0]})
    post(client, reference)
    assert found(client, agent=agent()) == [reference["id"], voided[1]]
    assert found(client, since="2026-01-01T00:00:00Z", ascending="true") == [voided[1], reference["id"]]


def test_a_statement_that_voids_is_not_voided(client: Client, voided: tuple[str, str]) -> None:
    """XAPI-00016"""
    post(client, voiding(voided[1]))
    assert get(client, voided[1])["id"] == voided[1]
    assert client.get(URL, {"statementId": voided[0]}).status_code == 404


def test_voiding_again_changes_nothing(client: Client, voided: tuple[str, str]) -> None:
    """2.0:4.2.5-1"""
    post(client, voiding(voided[0]))
    assert client.get(URL, {"voidedStatementId": voided[0]}).status_code == 200


def test_what_voids_a_statement_that_is_not_here_is_taken(client: Client) -> None:
    """2.0:4.2.4.1-1: the statement may come later, and is voided then."""
    body = named()
    assert post(client, voiding(body["id"])).status_code == 200
    assert post(client, body).status_code == 200
    assert client.get(URL, {"voidedStatementId": body["id"]}).status_code == 200


def test_voiding_something_else_than_a_statement_is_refused(client: Client) -> None:
    """XAPI-00017"""
    assert post(client, plain(verb={"id": VOIDED})).status_code == 400
