"""Starts a fresh clone as a newcomer would, looks at it, stops it, starts it again. Leaves nothing behind or fails."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

FIRST_START_SECONDS = 300  # downloads and a busy machine included
SECOND_START_SECONDS = 8
PAGES = ["/", "/roller/", "/konto/login/", "/healthz", "/readyz"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(clone: Path, port: int, within: float) -> tuple[subprocess.Popen[str], float]:
    """Run ./run in a session of its own and return it with the seconds until it could serve."""
    begun = time.monotonic()
    log = (clone / "smoke.log").open("a", encoding="utf-8")
    command = ["./run", "--port", str(port)]
    process = subprocess.Popen(command, cwd=clone, stdout=log, stderr=log, start_new_session=True)
    while time.monotonic() - begun < within:
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).close()
            return process, time.monotonic() - begun
        except OSError:
            time.sleep(0.1)
    stop(process)
    raise SystemExit((clone / "smoke.log").read_text(encoding="utf-8") + f"\n./run did not serve within {within} s.")


def stop(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> None:
    process.send_signal(number)
    process.wait(timeout=20)


def left_behind(session: int) -> list[str]:
    listed = subprocess.run(["ps", "-eo", "sess=,pid=,args="], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if line.split()[0] == str(session)]


def check(holds: bool, sentence: str) -> None:
    if not holds:
        raise SystemExit(sentence)


def main(clone: Path) -> None:
    port = free_port()
    for number, within in ((signal.SIGTERM, FIRST_START_SECONDS), (signal.SIGINT, SECOND_START_SECONDS)):
        process, seconds = start(clone, port, within)
        sys.stdout.write(f"Serving after {seconds:.1f} s.\n")
        for page in PAGES:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{page}", timeout=20) as answer:
                check(answer.status == 200, f"{page} answered {answer.status}.")
                if page == "/":
                    check("Logga in" in answer.read().decode(), "The first page does not speak Swedish.")
        stop(process, number)
        check(process.returncode == 0, f"./run ended with {process.returncode}.")
        check(left_behind(process.pid) == [], f"Left behind: {left_behind(process.pid)}")
    printed = (clone / "smoke.log").read_text(encoding="utf-8")
    check(printed.count("Demo password: ") == 2, "The demo's password was not printed at each start:\n" + printed)


if __name__ == "__main__":
    os.environ.pop("LARNARA_DATA", None)
    main(Path(sys.argv[1]))
