"""Revoking over HTTP: by her own session, at once, with a receipt."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client

from competency.delegation.life import State
from competency.delegation.services import give_back
from people.api import now, today
from tests.competency import world
from tests.competency.pages import reads

from .test_check_endpoint import reason, system
from .ward import stands

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def made(ward):
    return ward.active(at=now() - timedelta(minutes=1), first_day=today(), last_day=today() + timedelta(days=100))


def post(client, uuid, body=None):
    return client.post(f"/api/v1/delegations/{uuid}/revoke", body, content_type="application/json")


def test_it_ends_and_the_receipt_names_the_event_and_the_statement(ward, made):
    response = post(reads(ward.ssk), made.uuid, {"reason": "Safety."})
    body = response.json()
    event = made.events.get(kind="revoked")
    assert response.status_code == 200
    assert (body["state"], body["revoked_at"]) == ("revoked", event.happened_at.isoformat())
    assert (UUID(body["receipt"]), UUID(body["statement"])) == (event.uuid, event.statement_id)
    assert event.reason == "Safety."
    assert reason(system(), ward.usk.uuid) == "revoked"


def test_sent_again_it_is_the_same_receipt(ward, made):
    client = reads(ward.ssk)
    first, second = (post(client, made.uuid).json() for _twice in range(2))
    assert first == second


def test_what_has_ended_in_another_way_is_a_conflict(ward, made):
    give_back(made, ward.usk, now())
    response = post(reads(ward.ssk), made.uuid)
    assert (response.status_code, response.json()["code"]) == (409, "delegation_not_now")


def test_a_service_token_never_revokes(ward, made):
    assert post(system(scopes=("all",)), made.uuid).status_code == 401
    assert stands(made, now()).is_active


def test_who_sees_it_but_may_not_is_told_so_and_who_does_not_see_it_finds_nothing(ward, made):
    for who in (ward.usk, ward.town.chef):
        assert post(reads(who), made.uuid).status_code == 403
    stranger = world.works_at(ward.town.ekbacken, "Lova", "sjukskoterska")
    world.licensed(stranger, ward.town.lyngfors)
    for client, uuid in ((reads(stranger), made.uuid), (reads(ward.ssk), uuid4())):
        response = post(client, uuid)
        assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert stands(made, now()).state is State.ACTIVE


@pytest.mark.parametrize("body", ['{"reason": 3}', "[]", "{", '"x"', '{"reason": "a\\u0000"}'])
def test_a_body_that_means_nothing_is_a_problem(ward, made, body):
    response = reads(ward.ssk).post(f"/api/v1/delegations/{made.uuid}/revoke", body, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (400, "body")


def test_a_reason_holds_no_personal_identity_number(ward, made):
    response = post(reads(ward.ssk), made.uuid, {"reason": "19121212-1212"})
    assert (response.status_code, response.json()["code"]) == (400, "delegation_personnummer")


def test_another_page_cannot_make_a_browser_revoke(ward, made):
    client = Client(enforce_csrf_checks=True)
    client.force_login(reads(ward.ssk) and ward.ssk.user, backend="django.contrib.auth.backends.ModelBackend")
    assert post(client, made.uuid).status_code == 403
    assert stands(made, now()).is_active


def test_another_method_is_refused(ward, made):
    response = reads(ward.ssk).get(f"/api/v1/delegations/{made.uuid}/revoke")
    assert (response.status_code, response["Allow"]) == (405, "POST")
