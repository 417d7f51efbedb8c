"""Production settings refuse what must not reach real people."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

SOUND = {
    "DJANGO_SETTINGS_MODULE": "lms.settings.production",
    "SECRET_KEY": "".join(chr(33 + n) for n in range(60)),
    "ALLOWED_HOSTS": "larnara.example.org",
    "SITE_URL": "https://larnara.example.org",
}


def run_python(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python with nothing in the environment but what an operator has decided."""
    known = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env={**known, "LARNARA_DATA": str(tmp_path), **SOUND, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_sound_settings_pass_the_deployment_check(tmp_path: Path) -> None:
    done = run_python(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("environment", "what"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY"),
        ({"LARNARA_DEMO": "1"}, "LARNARA_DEMO"),
        ({"DEBUG": "1"}, "DEBUG"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
        ({"SITE_URL": "http://larnara.example.org"}, "SITE_URL"),
    ],
)
def test_production_refuses_to_start(tmp_path: Path, environment: dict[str, str], what: str) -> None:
    done = run_python(tmp_path, "-c", "import lms.settings.production", **environment)
    assert done.returncode != 0
    assert f"ImproperlyConfigured: {what}" in done.stderr
