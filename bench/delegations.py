"""What the live answer costs: `python -m bench.delegations`, on a database with the demo in it (`LARNARA_DATA`).

Each question goes through the whole application in this process, in turn with a floor: a page that asks nothing.
"""

from __future__ import annotations

import base64
import os
import sys
import time
from collections.abc import Callable
from statistics import quantiles
from typing import Any

ASKED = 400


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.local")
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test import Client

    from competency.delegation.models import Delegation
    from people.api import now
    from xapi.credentials import create_credential
    from xapi.models import Credential

    settings.ALLOWED_HOSTS = ["testserver"]
    rows = list(Delegation.objects.select_related("task", "scope", "receiver", "provider"))
    if not rows:
        sys.exit("There are no delegations here: load the demo first.")
    provider = rows[0].provider
    credential, secret = create_credential("bench", scopes=["delegations/check"], organisation=provider, at=now())
    pair = base64.b64encode(f"{credential.key}:{secret}".encode()).decode()
    client = Client(headers={"authorization": f"Basic {pair}"})
    ours = [row for row in rows if row.provider_id == provider.pk]

    def ask(number: int) -> Any:
        row = ours[number % len(ours)]
        asked = {"person": str(row.receiver.uuid), "task": row.task.code, "unit": row.scope.slug}
        return client.get("/api/v1/delegations/check", asked)

    try:
        answers = [ask(number).json()["allowed"] for number in range(len(ours))]
        spent = measured({"live answer": ask, "floor": lambda _number: client.get("/om/")})
    finally:
        Credential.objects.filter(pk=credential.pk).delete()
    print(f"{connection.vendor}: {len(ours)} delegations, {sum(answers)} hold; {ASKED} questions in turn, ms")
    for name, (wall, cpu) in spent.items():
        cuts, cpus = quantiles(wall, n=20), quantiles(cpu, n=20)
        print(f"{name:12} wall p50 {cuts[9]:5.1f}  p95 {cuts[18]:5.1f}")
        print(f"{'':12} processor p50 {cpus[9]:5.1f}  p95 {cpus[18]:5.1f}")


def measured(asks: dict[str, Callable[[int], Any]]) -> dict[str, tuple[list[float], list[float]]]:
    """Return the milliseconds of each question, by the wall and by the processor."""
    spent: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in asks}
    for number in range(ASKED):
        for name, ask in asks.items():
            wall, cpu = time.perf_counter(), time.process_time()
            response = ask(number)
            spent[name][0].append((time.perf_counter() - wall) * 1000)
            spent[name][1].append((time.process_time() - cpu) * 1000)
            assert response.status_code == 200, response.content
    return spent


if __name__ == "__main__":
    main()
