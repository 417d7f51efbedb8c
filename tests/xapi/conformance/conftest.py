"""A client of each version, of the whole installation."""

from __future__ import annotations

import pytest
from django.test import Client

from .rules import VERSIONS


@pytest.fixture(params=VERSIONS)
def client(request: pytest.FixtureRequest, machine: Client) -> Client:
    machine.defaults["HTTP_X_EXPERIENCE_API_VERSION"] = request.param
    return machine
