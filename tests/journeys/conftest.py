"""The demo region, with its eight accounts open to the tours."""

from __future__ import annotations

import pytest

from lms.demo import region
from lms.demo.load import load
from people.api import now
from tests.journeys.visiting import PASSWORD


@pytest.fixture
def demo(live_server: object) -> None:
    load(now())
    region.open_accounts(PASSWORD)
