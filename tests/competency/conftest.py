"""A town with a framework, a reviewed course and a licensed nurse, as they stood when 2025 began."""

from __future__ import annotations

import pytest

from competency.api import load_framework, rebuild_marked, review
from competency.queries import competency

from . import world
from .world import BEGAN, Town


@pytest.fixture
def town(db: None) -> Town:
    made = world.town()
    load_framework(world.framework(), BEGAN, owner=made.region)
    return made


@pytest.fixture
def school(town: Town) -> Town:
    """The town when the course in hygiene is published and reviewed in Granvik, and its nurse's licence is verified."""
    world.offer("hygien")
    review(town.mas, world.course_iri("hygien"), "1.0", town.granvik, BEGAN)
    world.licensed(town.ssk, town.granvik)
    rebuild_marked(BEGAN)
    return town


@pytest.fixture
def hygiene(town: Town):
    return competency("HYG-01")


@pytest.fixture
def english(settings):
    """Pages in the words of the code; that the Swedish catalogue is complete is tested as a whole elsewhere."""
    settings.LANGUAGE_CODE = "en"
