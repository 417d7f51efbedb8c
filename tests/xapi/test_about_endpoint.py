"""The about resource (2.0: 4.1.6.7, 1.0.3: Communication 2.8)."""

from __future__ import annotations

from django.test import Client


def test_it_tells_the_versions_to_anybody(client: Client) -> None:
    response = client.get("/xapi/about")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert response["X-Experience-API-Version"] == "2.0.0"
    assert response.json() == {"version": ["2.0.0", "1.0.3"]}


def test_it_takes_no_other_method(client: Client) -> None:
    assert client.post("/xapi/about").status_code == 405


def test_what_is_not_built_is_not_found(client: Client) -> None:
    """(semantics 35)"""
    for path in ("activities/state", "agents", "activities", "agents/profile", "activities/profile"):
        assert client.get(f"/xapi/{path}").status_code == 404
