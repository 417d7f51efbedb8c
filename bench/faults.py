"""A thousand kills under load, in rounds that can be continued: what `tests/killing.py` does, more often.

    python bench/faults.py [--kills 1000] [--a-round 50] [--seed 2026] [--progress FILE]

On SQLite, or with TEST_DATABASE_URL (an owner of databases, as for ./test) on PostgreSQL. Each round has an
installation of its own, which is looked through when the round is over: nothing that was acknowledged is lost, nothing
is done twice, and no standing and no count differs from a full refold. What a round came to is a line of JSON in the
progress file; rounds that stand there already are not done again. Ends with 1 if anything was found.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def one_round(number: int, kills: int, seed: int) -> dict[str, Any]:
    from tests.killing import installation, problems, run

    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="larnara-faults-") as folder, installation(Path(folder)) as installed:
        log = run(installed, kills, seed=seed + number)
        found = problems(installed, log)
        (standings,), (people,) = (
            installed.rows(f"SELECT count(*) FROM competency_{table}")[0] for table in ("standing", "computation")
        )
    return {
        "round": number,
        "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}",
        "kills": dict(log.kills),
        "batches": len(log.acknowledged),
        "retries": log.retries,
        "revocations": len(log.receipts),
        "standings": standings,
        "people": people,
        "seconds": round(time.monotonic() - began),
        "problems": found,
    }


def told(rounds: list[dict[str, Any]]) -> str:
    kills: Counter[str] = Counter()
    for each in rounds:
        kills.update(each["kills"])
    sums = {name: sum(each[name] for each in rounds) for name in ("batches", "retries", "revocations", "seconds")}
    found = [problem for each in rounds for problem in each["problems"]]
    parts = ", ".join(f"{count} of {name}" for name, count in sorted(kills.items()))
    return (
        f"{kills.total()} kills ({parts}) in {len(rounds)} rounds, {sums['seconds']} s: {sums['batches']} batches"
        f" acknowledged after {sums['retries']} retries, {sums['revocations']} revocations; {len(found)} problems"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Kills under load, and what is found afterwards.")
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--a-round", type=int, default=50, help="kills between two looks")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--progress", type=Path, help="where rounds are kept (default: in the temporary folder)")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.test")
    import django

    django.setup()
    from django.conf import settings

    kind = "postgresql" if settings.TEST_DATABASE_URL else "sqlite"
    progress = options.progress or Path(tempfile.gettempdir()) / f"larnara-faults-{kind}-{options.seed}.jsonl"
    rounds = [json.loads(line) for line in progress.read_text().splitlines()] if progress.exists() else []
    print(f"{kind}, {progress}: {told(rounds)}", flush=True)
    while (left := options.kills - sum(sum(each["kills"].values()) for each in rounds)) > 0:
        rounds.append(one_round(len(rounds), min(left, options.a_round), options.seed))
        with progress.open("a") as file:
            file.write(json.dumps(rounds[-1]) + "\n")
        print(json.dumps(rounds[-1]), flush=True)
    print(told(rounds))
    if any(each["problems"] for each in rounds):
        sys.exit(1)


if __name__ == "__main__":
    main()
