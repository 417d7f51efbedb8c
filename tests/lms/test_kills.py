"""Web and worker processes killed while people use them: nothing that was acknowledged is lost, nothing done twice."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.killing import installation, problems, run

KILLS = max(5, min(20, int(os.environ.get("LONG_N", "400")) // 20))


@pytest.mark.long
def test_killed_processes_lose_nothing_and_tell_nobody_twice(tmp_path: Path, django_db_setup: None):
    with installation(tmp_path) as installed:
        log = run(installed, KILLS, seed=26)
        assert sum(log.kills.values()) == KILLS
        assert len(log.acknowledged) > KILLS
        assert problems(installed, log) == []
