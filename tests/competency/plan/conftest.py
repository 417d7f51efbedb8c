"""The school with somebody's plan in it, as of today: pages ask the clock."""

from __future__ import annotations

import pytest

from competency.plan.proposing import Whose


@pytest.fixture
def hers(school) -> Whose:
    """The plan of the assistant nurse with Granvik."""
    return Whose(school.usk, school.granvik)
