"""Finds a Chromium for the journeys: the system's, else Playwright's, which `python -m tests.browser` fetches."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Nothing that calls home, and no sandbox, which containers do not allow.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NOT_RUN = "no Chromium was found on this machine"


def find_chromium() -> str | None:
    """Return the path of a Chromium that can be started, or None."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    path = _playwrights_own()
    return path if Path(path).exists() else None


def _playwrights_own() -> str:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def fetch() -> None:
    """Let Playwright download its Chromium, once for each of its versions; if it cannot, the tests go on without."""
    tried = Path(sys.prefix, f"chromium-{version('playwright')}.tried")
    if tried.exists() or find_chromium():
        return
    sys.stdout.write("No Chromium here: asking Playwright for its own (once) ...\n")
    done = subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], capture_output=True, text=True)
    if done.returncode:
        sys.stdout.write(f"That did not work: {(done.stderr or done.stdout).strip().splitlines()[-1:]}\n")
    tried.touch()


if __name__ == "__main__":
    fetch()
