"""What a page costs the server: processor time beside a trivial view's, bytes and requests of a module's first view.

    python bench/pages.py [--rounds N] [--only NAME]

Makes a database of its own in a temporary folder: the framework, all courses, a home-care unit of 60 with a year's
competence, a learner in the middle of a course and a manager. Serves it with the server of `./run` in one process and
asks it for pages as a browser does. A ratio is the median over rounds of page / trivial view in the same round, so that
a noisy machine disturbs both; the trivial view passes through the same middleware and answers two letters.

The budgets: a module at most 4 times the trivial view; the team page at most 15 times warm and 150 times cold; the
first view of a module at most 100 kB and 12 requests.
"""

from __future__ import annotations

import argparse
import http.client
import io
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
STAFF = 60
COMPETENCIES = 40
REQUESTS = 30
COURSE = "basala-hygienrutiner"
BUDGET = {"module": 4, "team, warm": 15, "team, cold": 150}
FIRST_VIEW_KB, FIRST_VIEW_REQUESTS = 100, 12
UNIT = "hemtjanst-bench"


def django(data: str) -> None:
    os.environ["LARNARA_DATA"] = data
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.local")
    import django as package

    package.setup()


# --- The database ----------------------------------------------------------------------------------------------------


def prepare() -> dict[str, str]:
    """Fill the empty database. Return the session keys of the learner and the manager, and the module's address."""
    from django.core.management import call_command

    from competency.api import load_framework, rebuild_marked, set_policy
    from courses.api import COURSE_DATA, import_collection
    from people.api import Organisation, now

    call_command("migrate", verbosity=0, skip_checks=True)
    moment = now()
    began = moment - timedelta(days=400)
    region, unit, staff = people(began)
    load_framework(ROOT / "competency" / "data" / "competency_framework.json", began, owner=region)
    set_policy(Organisation.objects.get(pk=region.pk), began, counts_unreviewed=True)
    import_collection(COURSE_DATA / "courses.json", COURSE_DATA / "course_bodies", began)
    known_before(staff, began)
    in_the_middle(staff[0], moment)
    while rebuild_marked(moment):
        pass
    return {
        "module": module_path(),
        "learner": session(staff[0].person, "usk"),
        "manager": session(managed_by(unit, began), "chef"),
    }


def people(at: datetime) -> tuple[Any, Any, list[Any]]:
    from people.api import Organisation, create_person, hire

    region = Organisation.add_root(kind="region", name="Bänk", slug="bank")
    municipality = region.add_child(kind="municipality", name="Granvik", slug="granvik-bench")
    municipality = Organisation.objects.get(pk=municipality.pk)
    unit = municipality.add_child(kind="unit", name="Hemtjänst", slug=UNIT, setting="hemtjänst")
    staff = [
        hire(
            create_person(f"Förnamn {number:02}", f"Efternamn {number:02}", at=at),
            f"{number:05}",
            unit=Organisation.objects.get(pk=unit.pk),
            profession="underskoterska",
            starts_on=at.date(),
            at=at,
        )
        for number in range(STAFF)
    ]
    return region, unit, staff


def known_before(staff: list[Any], at: datetime) -> None:
    """Two in three of the competencies, each shown a little differently, through the file of the start-up import."""
    from competency.api import competencies, start_up_import

    codes = [row.code for row in competencies()][:COMPETENCIES]
    head = "organisation;employee number;kind;competency or licence;level;date;until;ground;registrar"
    lines = [
        f"granvik-bench;{held.employee_number};observation;{code};{1 + (place + number) % 3};{day(at, number)};;Sett;"
        for place, held in enumerate(staff)
        for number, code in enumerate(codes)
        if (place + number) % 3
    ]
    report = start_up_import(io.StringIO("\n".join([head, *lines])), at)
    wrong = [row for row in report.rows if row.outcome == "rejected"]
    if wrong:
        raise SystemExit(f"The bench's own rows were rejected: {wrong[0]}")


def day(at: datetime, number: int) -> date:
    return (at - timedelta(days=number)).date()


def in_the_middle(held: Any, at: datetime) -> None:
    """The learner has done the first module of the course, and opened two others before."""
    from courses import player
    from courses.content import course_content
    from courses.pages import ticket_for
    from courses.tickets import read_ticket

    learner = player.Learner(held.person, held)
    for slug in ("egenvard-grunder", "trycksar", COURSE):
        course = course_content(slug)
        taking = player.open_course(learner, course, at - timedelta(minutes=9))
        ticket = read_ticket(ticket_for(held.person.uuid, course, taking, at))
        for question in course.modules[0].questions:
            player.answer(learner, course, ticket, question.id, 0, at=at, screens_shown=99)


def module_path() -> str:
    from courses.content import course_content

    return f"/kurser/{COURSE}/{course_content(COURSE).modules[1].slug}/"


def managed_by(unit: Any, at: datetime) -> Any:
    from people.api import create_person, grant_role

    person = create_person("Chef", "Bänk", at=at)
    grant_role(person, "manager", unit, starts_on=at.date(), at=at)
    return person


def session(person: Any, name: str) -> str:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from people.api import create_account

    user = create_account(person, f"{name}@bench.example.org", None)
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return str(store.session_key)


# --- The server ------------------------------------------------------------------------------------------------------


def serve(port: int) -> None:
    """Serve as `./run` does, in one process, with three addresses more: trivial, its own clock, and forgetting."""
    from django.core.cache import cache
    from django.http import HttpRequest, HttpResponse
    from django.urls import path

    from lms import urls, web
    from people.api import Kept

    def forget(_request: HttpRequest) -> HttpResponse:
        cache.clear()
        Kept.clear_all()
        return HttpResponse("ok")

    urls.urlpatterns += [
        path("__trivial/", lambda _request: HttpResponse("ok")),
        path("__cpu/", lambda _request: HttpResponse(str(time.process_time()))),
        path("__forget/", forget),
    ]
    web.PROCESSES = 1
    web.serve(f"127.0.0.1:{port}", lambda: None)


class Browser:
    """One connection kept open, signed in as somebody."""

    def __init__(self, port: int, session_key: str = "") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        cookies = f"sessionid={session_key}; csrftoken={'x' * 32}"
        self.headers = {"Accept-Encoding": "gzip", "Accept-Language": "sv", "Cookie": cookies}

    def get(self, path: str) -> bytes:
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path} answered {answer.status}")
        return body

    def cpu(self) -> float:
        return float(self.get("/__cpu/"))

    def cost(self, path: str, times: int, before: str = "") -> float:
        """Return the server's processor time for one answer, in milliseconds, without that of asking for its clock."""
        if not before:
            return self._spent(path, times) / times
        costs = []
        for _time in range(times):
            self.get(before)
            costs.append(self._spent(path, 1))
        return statistics.mean(costs)

    def _spent(self, path: str, times: int) -> float:
        first = self.cpu()
        start = self.cpu()
        for _time in range(times):
            self.get(path)
        return (self.cpu() - start - (start - first)) * 1000


@contextmanager
def server(data: str, script: str = __file__) -> Iterator[int]:
    """Let `script` serve the database in a folder, and yield the port."""
    port = free_port()
    process = subprocess.Popen([sys.executable, script, "--serve", str(port), "--data", data])
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(port: int) -> None:
    for _time in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("The server did not start.")


# --- The measures ----------------------------------------------------------------------------------------------------


def measure(port: int, made: dict[str, str], rounds: int, only: str) -> None:
    learner, manager = Browser(port, made["learner"]), Browser(port, made["manager"])
    module = made["module"]
    pages = [
        ("start page, signed in", learner, "/", REQUESTS, ""),
        ("catalogue", learner, "/kurser/", REQUESTS, ""),
        ("course", learner, f"/kurser/{COURSE}/", REQUESTS, ""),
        ("module", learner, module, REQUESTS, ""),
        ("module, nothing kept", learner, module, 5, "/__forget/"),
        ("plan", learner, "/plan/", 5, ""),
        ("team, warm", manager, f"/team/{UNIT}/", 5, ""),
        ("team, cold", manager, f"/team/{UNIT}/", 2, "/__forget/"),
    ]
    print(f"{'page':<24}{'ms':>8}{'ratio':>8}{'spread':>14}{'budget':>8}{'kB':>8}")
    for name, browser, path, times, before in pages:
        if only not in name:
            continue
        browser.get(path)
        print(line(name, browser, path, times, before, rounds))
    first_view(learner, module)


def line(name: str, browser: Browser, path: str, times: int, before: str, rounds: int) -> str:
    costs, ratios = [], []
    for _round in range(rounds):
        trivial = browser.cost("/__trivial/", 100)
        costs.append(browser.cost(path, times, before))
        ratios.append(costs[-1] / trivial)
    ratio, budget = statistics.median(ratios), BUDGET.get(name)
    spread = f"{min(ratios):.1f} to {max(ratios):.1f}"
    mark = "" if budget is None else f"{budget}{'' if ratio <= budget else ' !'}"
    size = len(browser.get(path)) / 1000
    return f"{name:<24}{statistics.median(costs):>8.2f}{ratio:>8.1f}{spread:>14}{mark:>8}{size:>8.1f}"


def first_view(browser: Browser, path: str) -> None:
    """Add up what a browser fetches for the first view: the page and all it names, as it comes over the wire."""
    import gzip

    page = browser.get(path)
    html = gzip.decompress(page).decode()
    named = re.findall(r'<(?:link|script|img|use)[^>]*? (?:href|src)="(/static/[^"#]+)', html)
    wanted = [address for address in dict.fromkeys(named)]
    sizes = {path: len(page)} | {address: len(browser.get(address)) for address in wanted}
    total = sum(sizes.values()) / 1000
    print(f"\nFirst view of a module: {total:.1f} kB in {len(sizes)} requests")
    for address, size in sorted(sizes.items(), key=lambda item: -item[1]):
        print(f"  {size / 1000:>7.1f} kB  {address}")
    if total > FIRST_VIEW_KB or len(sizes) > FIRST_VIEW_REQUESTS:
        print(f"  over the budget of {FIRST_VIEW_KB} kB and {FIRST_VIEW_REQUESTS} requests !")


def main() -> None:
    parser = argparse.ArgumentParser(description="Processor time of pages beside a trivial view.")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", default="", help="only the pages with this in their name")
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--data", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        django(options.data)
        return serve(options.serve)
    with tempfile.TemporaryDirectory(prefix="larnara-bench-") as data:
        django(data)
        print(f"Preparing a unit of {STAFF} ({datetime.now(UTC):%Y-%m-%d %H:%M} UTC) ...")
        made = prepare()
        with server(data) as port:
            measure(port, made, options.rounds, options.only)
    return None


if __name__ == "__main__":
    main()
