"""The live answer of several web processes: never a yes after the answer to a revocation, whichever is asked."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection

from people.api import now, today
from tests.competency.pages import reads
from xapi.credentials import create_credential

from .ward import Ward

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(bool(os.environ.get("TEST_DATABASE_URL")), reason="serves the embedded database of the test"),
]
PROCESSES = 3
CSRF = "a" * 32


@pytest.fixture
def site(tmp_path) -> Iterator[str]:
    """The address of three web processes on the database of this test."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "lms.settings.local",
        "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}",
        "LARNARA_DATA": str(tmp_path),
        "SECRET_KEY": settings.SECRET_KEY,
    }
    words = ["-m", "gunicorn", "lms.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", str(PROCESSES)]
    process = subprocess.Popen([sys.executable, *words], cwd=settings.BASE_DIR, env=environment)
    try:
        _wait(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(address: str) -> None:
    for _attempt in range(300):
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("no answer")


def test_no_process_says_yes_once_a_revocation_is_answered(ward: Ward, site: str) -> None:
    credential, secret = create_credential("signering", scopes=["delegations/check"], organisation=None, at=now())
    pair = b64encode(f"{credential.key}:{secret}".encode()).decode()
    question = urlencode({"person": str(ward.usk.uuid), "task": "insulin", "unit": "norr"})

    def answer() -> str:
        asked = urllib.request.Request(
            f"{site}/api/v1/delegations/check?{question}", headers={"Authorization": f"Basic {pair}"}
        )
        return str(json.load(urllib.request.urlopen(asked, timeout=30))["answer"])

    cookie = reads(ward.ssk).cookies[settings.SESSION_COOKIE_NAME].value
    for _round in range(3):
        days = {"first_day": today(), "last_day": today() + timedelta(days=9)}
        made = ward.active(now() - timedelta(minutes=5), **days)
        assert {answer() for _ask in range(4 * PROCESSES)} == {"yes"}
        headers = {
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}; {settings.CSRF_COOKIE_NAME}={CSRF}",
            "X-CSRFToken": CSRF,
        }
        revocation = f"{site}/api/v1/delegations/{made.uuid}/revoke"
        with urllib.request.urlopen(urllib.request.Request(revocation, b"", headers), timeout=30) as done:
            assert re.fullmatch(r"[0-9a-f-]{36}", json.load(done)["receipt"])
        assert [answer() for _ask in range(4 * PROCESSES)] == ["no"] * (4 * PROCESSES)
