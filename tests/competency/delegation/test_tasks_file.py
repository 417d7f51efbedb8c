"""The tasks that may be delegated, from a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.conf import settings

from competency.api import load_framework
from competency.delegation.models import DelegableTask
from competency.delegation.tasks_file import START_SET, load_tasks
from competency.errors import RuleError
from competency.models import Competency
from tests.competency import world

from .ward import BEGAN, NOW, TASKS

pytestmark = pytest.mark.django_db
FRAMEWORK = Path(settings.BASE_DIR, "competency", "data", "competency_framework.json")


def test_what_a_task_asks_follows_its_competency(ward):
    task = DelegableTask.objects.get(code="insulin")
    assert task.preconditions == {"level": 3, "theory": True, "practice": True}
    assert task.decided_by == ["sjukskoterska", "specialistsjukskoterska"]


def test_loading_again_changes_nothing_and_what_is_left_out_is_retired(ward):
    before = list(DelegableTask.objects.values())
    load_tasks(TASKS, NOW)
    assert list(DelegableTask.objects.values()) == before
    load_tasks(TASKS[:1], NOW)
    assert DelegableTask.objects.get(code="kateter").retired_at == NOW
    load_tasks(TASKS, NOW)
    assert not DelegableTask.objects.exclude(retired_at=None).exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code": "Två ord"}, "is not a code"),
        ({"competency": "NOPE"}, "names a competency that the framework does not have"),
        ({"decided_by": ["underskoterska"]}, "somebody without a licence"),
        ({"decided_by": ["sjukskoterska", "enhetschef"]}, "somebody without a licence"),
    ],
)
def test_a_wrong_row_is_refused_by_its_code_and_nothing_changes(ward, changes, words):
    with pytest.raises(RuleError, match=words):
        load_tasks([{**TASKS[0], "code": "ny"}, {**TASKS[0], **changes}], NOW)
    assert set(DelegableTask.objects.values_list("code", flat=True)) == {"insulin", "kateter"}


def test_the_start_set_has_a_task_for_every_competency_that_may_require_delegation(db):
    world.make.region()
    load_framework(FRAMEWORK, BEGAN)
    assert load_tasks(START_SET, BEGAN) == len(json.loads(START_SET.read_text(encoding="utf-8"))["tasks"])
    named = set(DelegableTask.objects.values_list("competency__code", flat=True))
    asked = Competency.objects.filter(may_require_delegation=True).values_list("code", flat=True)
    assert named == set(asked)
