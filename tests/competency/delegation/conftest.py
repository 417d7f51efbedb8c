"""The ward that the tests of delegations stand on."""

from __future__ import annotations

import pytest

from competency.api import load_framework, rebuild_marked
from competency.delegation.models import DelegableTask
from competency.delegation.tasks_file import load_tasks
from tests.competency import world

from .ward import BEGAN, TASKS, Ward


@pytest.fixture
def ward(db: None) -> Ward:
    made = world.town()
    load_framework(world.framework(), BEGAN, owner=made.region)
    load_tasks(TASKS, BEGAN)
    other = world.works_at(made.solrosen, "Nora", "sjukskoterska")
    for nurse in (made.ssk, made.mas, other):
        world.licensed(nurse, made.granvik)
    rebuild_marked(BEGAN)
    tasks = {task.code: task for task in DelegableTask.objects.select_related("competency")}
    return Ward(made, tasks["insulin"], tasks["kateter"], other)
