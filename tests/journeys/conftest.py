"""Where the journeys take place: the demo region for the tour, and for the others a small town of their own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from competency.api import load_framework, load_tasks, set_policy
from lms.demo import region
from lms.demo.load import load
from people.api import Person, Role, create_account, now
from tests.competency import world
from tests.competency.delegation.ward import TASKS
from tests.courses.workshop import published
from tests.journeys.visiting import PASSWORD
from tests.people import factories as make


@pytest.fixture
def demo(live_server: object) -> None:
    """The demo region, with its eight accounts open. Loading takes half a minute: for one journey only."""
    load(now())
    region.open_accounts(PASSWORD)


@pytest.fixture
def town(live_server: object) -> world.Town:
    """The town of the competence room since yesterday; its people have the addresses that the demo's have."""
    at = now() - timedelta(days=1)
    made = world.town()
    load_framework(world.framework(), at, owner=made.region)
    set_policy(made.region, at, counts_unreviewed=True)
    load_tasks(TASKS, at)
    world.licensed(made.ssk, made.granvik, at=at)
    for who in ("usk", "chef", "ssk", "mas"):
        may_sign_in(getattr(made, who), who)
    return made


@pytest.fixture
def school(town: world.Town) -> world.Town:
    """The town with a course in its catalogue, and an educator of the region."""
    published("handhygien", "Händerna", owner=town.region, focus_area="egenvard")
    may_sign_in(make.holds(Role.EDUCATOR, town.region, "Eva"), "utbildare")
    return town


def may_sign_in(person: Person, name: str) -> None:
    create_account(person, f"{name}@demo.example.org", PASSWORD)
