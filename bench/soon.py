"""How soon what is recorded is on a page: on her own plan at once, on her manager's team page while much comes in."""

from __future__ import annotations

import gzip
import json
import random
import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import population
from bench.population import ROOT, session_of

LOADERS = 3
GIVEN_UP = 20


@contextmanager
def worker() -> Iterator[None]:
    """The job worker beside the web server, as `./run` starts it."""
    process = subprocess.Popen([sys.executable, str(ROOT / "manage.py"), "worker"])
    try:
        yield
    finally:
        process.terminate()
        process.wait()


class System:
    """Another system of one municipality, whose statements are accepted there as evidence."""

    def __init__(self, port: int) -> None:
        from bench.statements import Client
        from competency.api import accept_source
        from people.api import Organisation, Person, iri_base
        from xapi.credentials import create_credential

        at = datetime.now(UTC)
        employer = Organisation.objects.filter(kind="municipality").first()
        made, secret = create_credential("bench", scopes=["all"], organisation=employer, at=at)
        accept_source(employer, made.authority_key, f"{iri_base()}/activities/", at)
        self.people = Person.objects.filter(given_name__startswith="Förnamn", employments__organisation=employer)
        self.units = list(Organisation.objects.filter(kind="unit", path__startswith=employer.path).order_by("path"))
        self.credential = f"{made.key}:{secret}"
        self.port, self.client = port, Client(port, f"{made.key}:{secret}")

    def another(self) -> Any:
        from bench.statements import Client

        return Client(self.port, self.credential)


def taken(person: Any, slug: str) -> list[bytes]:
    """The statements of a course taken now, each to be sent by itself: begun, completed, passed."""
    said = list(population.course_taken(person, slug, datetime.now(UTC)))
    return [json.dumps(body).encode() for body in (said[0], said[-2], said[-1])]


def send(client: Any, bodies: list[bytes]) -> None:
    for body in bodies:
        client.ask("POST", "/xapi/statements", body)


def measure_plan(port: int, times: int) -> None:
    """What is recorded about somebody is right on her plan as soon as it is acknowledged."""
    from bench.pages import Browser
    from competency.services import rebuild
    from people.api import now

    system, spent, right, news = System(port), [], 0, 0
    people = list(system.people.order_by("-pk")[:times])
    for number, person in enumerate(people):
        browser = Browser(port, session_of(person))
        before = words_of(browser, "/plan/")
        bodies = taken(person, population.courses()[number * 5 % 36]["slug"])
        start = time.perf_counter()
        send(system.client, bodies)
        after = words_of(browser, "/plan/")
        spent.append((time.perf_counter() - start) * 1000)
        rebuild(person.pk, now())
        right += words_of(browser, "/plan/") == after
        news += before != after
    print(
        f"a course recorded in three statements, and the plan: median {statistics.median(spent):.0f} ms;"
        f" {right} of {len(people)} plans right at once, {news} of them changed by it",
        flush=True,
    )


def words_of(browser: Any, path: str) -> str:
    """The main part of a page, without the moment at which it was computed and what is new in every answer."""
    body = browser.get(path)
    html = (gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode()
    main = re.search(r"<main.*?>(.*)</main>", html, re.DOTALL)
    return re.sub(r'<p class="meta">[^<]*\d\d:\d\d[^<]*</p>|csrfmiddlewaretoken[^>]*', "", main[1] if main else html)


def measure_lag(port: int, seconds: float, a_second: int) -> None:
    """How far a manager's team page is behind while so many statements a second come in about others."""
    from bench.pages import Browser
    from people.api import EmploymentTerms, Person

    system = System(port)
    *rest, unit = system.units
    staff = EmploymentTerms.objects.filter(unit=unit).select_related("employment__person")
    watched = [each.employment.person for each in staff]
    others = system.people.filter(employments__all_terms__unit__in=rest).order_by("pk")[:400]
    browser = Browser(port, session_of(Person.objects.get(user__email=population.MANAGER)))
    with loading(system, list(others), a_second) as sent:
        began, first = time.perf_counter(), sum(sent)
        lags = list(lags_of(system, browser, f"/team/{unit.slug}/", watched, seconds))
        rate = (sum(sent) - first) / (time.perf_counter() - began)
    if not lags:
        raise SystemExit("Nothing recorded was news to anybody: measure in a folder where they have not been watched.")
    print(
        f"team page of {len(watched)} while {rate:.0f} statements a second come in: {len(lags)} changes seen,"
        f" after {statistics.median(lags):.2f} s in the median and {max(lags):.2f} s at most (asked 2)",
        flush=True,
    )


def lags_of(system: System, browser: Any, path: str, watched: list[Any], seconds: float) -> Iterator[float]:
    """Yield how long after a statement was acknowledged the page showed what it changed."""
    courses, number, end = population.courses(), 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        person, slug = watched[number % len(watched)], courses[number * 7 % len(courses)]["slug"]
        number += 1
        before, recorded = words_of(browser, path), datetime.now(UTC)
        send(system.client, taken(person, slug))
        start = time.perf_counter()
        while words_of(browser, path) == before:
            if time.perf_counter() - start > GIVEN_UP:
                raise SystemExit("The team page never showed what was recorded.")
            if time.perf_counter() - start > 1 and not is_news(person, recorded):
                break  # it taught her nothing new
        else:
            yield time.perf_counter() - start


def is_news(person: Any, since: datetime) -> bool:
    """Whether she still waits, or a standing of hers has changed since then."""
    from competency.models import DirtyMark, Standing

    changed = Standing.objects.filter(person=person, computed_at__gte=since).exists()
    return changed or DirtyMark.objects.filter(person=person).exists()


@contextmanager
def loading(system: System, people: list[Any], a_second: int) -> Iterator[list[int]]:
    """Let so many statements a second come in about these people. Yields how many each sender has sent."""
    stop, sent = threading.Event(), [0] * LOADERS

    def load(place: int) -> None:
        client, chooser, due = system.another(), random.Random(place), time.perf_counter()
        while not stop.is_set():
            for body in taken(chooser.choice(people), chooser.choice(population.courses())["slug"]):
                send(client, [body])
                sent[place] += 1
                due += LOADERS / a_second
                time.sleep(max(0.0, due - time.perf_counter()))

    threads = [threading.Thread(target=load, args=(place,)) for place in range(LOADERS)]
    for thread in threads:
        thread.start()
    try:
        yield sent
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def serve(port: int) -> None:
    """Serve the database that the environment names, as `./run` does."""
    import django

    django.setup()
    from lms import web

    web.serve(f"127.0.0.1:{port}", lambda: None)


if __name__ == "__main__":
    serve(int(sys.argv[sys.argv.index("--serve") + 1]))
