"""Sending statements and reading them back."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

URL = "/xapi/statements"


def post(client: Client, body: object, **options: Any) -> Any:
    return client.post(URL, json.dumps(body), **{"content_type": "application/json"} | options)


def put(client: Client, body: object, query: str, **options: Any) -> Any:
    return client.put(f"{URL}?{query}", json.dumps(body), **{"content_type": "application/json"} | options)


def get(client: Client, statement_id: str, **parameters: str) -> Any:
    """One statement, as JSON."""
    response = client.get(URL, {"statementId": statement_id, **parameters})
    assert response.status_code == 200, response.content
    return response.json()


def found(client: Client, **parameters: Any) -> list[str]:
    """The ids of the statements that a query finds, in its order."""
    asked = {name: json.dumps(value) if isinstance(value, dict) else value for name, value in parameters.items()}
    response = client.get(URL, asked)
    assert response.status_code == 200, response.content
    return [one["id"] for one in response.json()["statements"]]
