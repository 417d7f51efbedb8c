"""What competence costs to work out, and how soon it is on a page: floors and ratios in one run.

    python bench/competence.py [--people 10000] [--statements 100] [--data FOLDER] [--only fold,rebuild,areas,...]

On SQLite, with the region of `population.py` kept in a folder; with TEST_DATABASE_URL (an owner of databases, as for
./test) on PostgreSQL. Pages are measured beside a trivial view through the same middleware, in turn with it; of what is
worked out, processor time is told too, since a machine that others use makes everybody wait.

Asked: the fold of one person at most 5 ms; a rebuild of 300 people a second on two processes; a municipality of 5,000
in numbers at most 40 times the trivial view, a region of 50,000 at most 100; what is recorded on her plan at once, and
on her manager's team page within 2 s while 50 statements a second come in; a changed rule tried on 50,000 within 120 s.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import population  # noqa: E402  (it is found only now)
from bench.population import session_of  # noqa: E402

# --- The fold --------------------------------------------------------------------------------------------------------


def measure_fold() -> None:
    """One person with 500 statements and 60 competencies; asked 5 ms of processor time."""
    from competency.book import book, lineages
    from competency.segments import to_rows
    from competency.standing import fold

    law_book, employer = book(), an_employer()
    law = law_book.law(employer.pk, lineages())
    for name, evidence in (
        ("as a log holds them", much_evidence(500, employer.pk)),
        ("every one of them evidence", [*much_evidence(1800, employer.pk)][:500]),
    ):
        folded = fold(evidence, law)
        taken = timed(lambda evidence=evidence: [to_rows(each) for each in fold(evidence, law).values()], 30)
        spread = f"{min(taken):.1f} to {max(taken):.1f}"
        print(
            f"fold of 500 statements, {name} ({len(evidence)} are), {len(folded)} competencies:"
            f" median {statistics.median(taken):.1f} ms, {spread} (asked 5)",
            flush=True,
        )


def an_employer() -> Any:
    from people.api import Organisation

    return Organisation.objects.filter(kind="municipality").first()


def much_evidence(statements: int, employer: int) -> list[Any]:
    """What is evidence of a log: a course for every thirteen statements, one in ten an observation, over four years."""
    from competency.book import book
    from competency.standing import Evidence, Kind
    from xapi.api import PLATFORM_AUTHORITY

    codes, courses = [row.code for row in book().competencies], population.courses()
    began, found = datetime.now(UTC) - timedelta(days=1460), []
    taken = statements * 9 // 10 // population.STEPS
    observed = statements // 10

    def said(kind: str, number: int, of: int, **more: Any) -> Any:
        moment = began + timedelta(days=1460 * number / of)
        name = f"{kind}{number:08}"
        known = {"authority": PLATFORM_AUTHORITY, "organisation": employer, "stored": moment, "happened_at": moment}
        return Evidence(statement_id=name, kind=kind, **known, **more)

    for number in range(taken):
        slug = courses[number % len(courses)]["slug"]
        iri, questions = population.course_iri(slug), population.questions_iri(slug)
        about = {"number": number, "of": taken, "major": 1, "registration": str(number)}
        found.append(said(Kind.STARTED, activity=iri, **about))
        found.append(said(Kind.COURSE, activity=iri, **about))
        found.append(said(Kind.QUIZ, activity=questions, **about))
    for number in range(observed):
        kind = (Kind.OBSERVATION, Kind.CONFIRMATION)[number % 2]
        code = codes[number * 5 % len(codes)]
        about = {"number": number, "of": observed, "activity": ""}
        found.append(said(kind, competency=code, level=3, from_start=True, **about))
    return found


def timed(run: Callable[[], object], times: int) -> list[float]:
    """Return how much processor time it took each time, in milliseconds."""
    taken = []
    for _time in range(times):
        start = time.process_time()
        run()
        taken.append((time.process_time() - start) * 1000)
    return taken


# --- The rebuild -----------------------------------------------------------------------------------------------------


def measure_rebuild(processes: int, limit: int | None) -> None:
    """Mark everybody and let worker processes rebuild them: first with nothing written yet, then unchanged."""
    from competency.models import Standing

    for name in ("all rows written", "nothing changed"):
        if name == "all rows written":
            Standing.objects.all().delete()
        marked = mark_people(limit)
        spent, processor = in_processes(processes, rebuild_until_done)
        print(
            f"rebuild, {name}: {marked / spent:,.0f} people a second on {processes} processes (asked 300);"
            f" {processor / marked * 1000:.1f} ms of processor time each, which is"
            f" {processes * marked / processor:,.0f} a second where nobody else works",
            flush=True,
        )


def mark_people(limit: int | None) -> int:
    from competency.models import DirtyMark
    from competency.services import mark
    from people.api import Employment, now

    DirtyMark.objects.all().delete()
    people = Employment.objects.order_by("person").values_list("person", flat=True)
    some = list(people if limit is None else people[:limit])
    mark(some, now())
    return len(some)


def rebuild_until_done(_number: int) -> None:
    from competency.services import rebuild_marked
    from people.api import now

    while rebuild_marked(now(), limit=50):
        pass


def in_processes(count: int, work: Callable[[int], None]) -> tuple[float, float]:
    """Run `work` in so many processes at once. Return the seconds until all were done, and those at work."""
    from django.db import connections

    connections.close_all()
    context = multiprocessing.get_context("fork")
    running = [context.Process(target=work, args=(number,)) for number in range(count)]
    start, before = time.perf_counter(), of_children()
    for process in running:
        process.start()
    for process in running:
        process.join()
    if any(process.exitcode for process in running):
        raise SystemExit("A worker process failed; what it says stands above.")
    return time.perf_counter() - start, of_children() - before


def of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


# --- The dry run -----------------------------------------------------------------------------------------------------


def measure_dry_run() -> None:
    """Try a changed rule on everybody: one that takes levels from many, and one that changes nothing for anybody."""
    from competency.dry_run.models import DryRun
    from competency.dry_run.services import advance_dry_runs, cancel_dry_run, start_dry_run
    from competency.models import EvidenceRule
    from people.api import now

    admin = administrator()
    rule = EvidenceRule.objects.filter(level=2, tree__has_key="all_of").order_by("competency__position").first()
    proposal = {
        "kind": "rule",
        "competency": rule.competency.code,
        "level": rule.level,
        "tree": rule.tree,
        "validity_months": rule.validity_months,
    }
    shorter = {"validity_months": 6, "ends_earlier_on": f"{datetime.now(UTC).date():%Y-%m-%d}", "reason": "Mätning"}
    # What was shown before is judged by the rule of its day: a longer validity from now on changes nothing for anybody.
    longer = {"validity_months": (rule.validity_months or 0) + 12}
    for name, change in (("changed", shorter), ("unchanged", longer)):
        run = start_dry_run(proposal | change, admin, None, now())
        start, processor = time.perf_counter(), time.process_time()
        steps = 0
        while advance_dry_runs(now()):
            steps += 1
        run = DryRun.objects.get(pk=run.pk)
        spent = time.perf_counter() - start
        print(
            f"dry run, {name}: {run.done:,} people in {spent:.0f} s and {steps} steps (asked 120 s for 50,000),"
            f" {(time.process_time() - processor) / run.done * 1000:.2f} ms of processor time each,"
            f" {run.findings.count():,} findings",
            flush=True,
        )
    run = start_dry_run(proposal | shorter, admin, None, now())
    advance_dry_runs(now())
    start = time.perf_counter()
    cancel_dry_run(run, now())
    is_over = advance_dry_runs(now()) == 0 and not run.findings.exists()
    print(f"dry run, stopped: {(time.perf_counter() - start) * 1000:.0f} ms, nothing left of it: {is_over}", flush=True)
    DryRun.objects.all().delete()


def administrator() -> Any:
    """The one who may see and decide everything in the region."""
    from people.api import Organisation, Person, grant_role, roles_of, today

    person = Person.objects.get(user__email=population.MANAGER)
    if not any(grant.role == "admin" for grant in roles_of(person, today())):
        region = Organisation.objects.get(kind="region")
        grant_role(person, "admin", region, starts_on=today(), at=datetime.now(UTC))
    return person


# --- Pages -----------------------------------------------------------------------------------------------------------


def measure_areas(port: int, rounds: int) -> None:
    """The four counts of each workplace of a municipality, and of everything, beside a trivial view."""
    from bench.pages import Browser
    from people.api import Person

    browser = Browser(port, session_of(Person.objects.get(user__email=population.MANAGER)))
    for name, path, budget in (
        ("municipality", "/team/kommun-00/enheter/", 40),
        ("region", "/team/region-bank/enheter/", 100),
    ):
        browser.get(path)
        processor, elapsed = [], []
        for _round in range(rounds):
            processor.append(browser.cost(path, 3) / browser.cost("/__trivial/", 100))
            elapsed.append(waited(browser, path, 3) / waited(browser, "/__trivial/", 50))
        print(
            f"{name} in numbers: {statistics.median(processor):.0f} times the trivial view in processor time"
            f" ({min(processor):.0f} to {max(processor):.0f}), {statistics.median(elapsed):.0f} times in waiting"
            f" ({min(elapsed):.0f} to {max(elapsed):.0f}); asked {budget}",
            flush=True,
        )


def waited(browser: Any, path: str, times: int) -> float:
    start = time.perf_counter()
    for _time in range(times):
        browser.get(path)
    return (time.perf_counter() - start) / times


# --- All of it -------------------------------------------------------------------------------------------------------

PARTS = ("fold", "rebuild", "areas", "plan", "lag", "dry-run")


def main() -> None:
    parser = argparse.ArgumentParser(description="What competence costs to work out, and how soon it is on a page.")
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--statements", type=int, default=100, help="of each person")
    parser.add_argument("--rebuild", type=int, help="how many people are rebuilt (default: everybody)")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=7, help="of the pages that stand beside a trivial view")
    parser.add_argument("--seconds", type=float, default=20, help="how long statements come in while a page is watched")
    parser.add_argument("--data", type=Path, default=Path(tempfile.gettempdir()) / "larnara-bench")
    parser.add_argument("--only", default=",".join(PARTS), help=f"some of {', '.join(PARTS)}, with commas")
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        return serve(options.serve)
    wanted = options.only.split(",")
    with population.opened(options.data, options.people, options.statements):
        from django.db import connection

        print(f"{connection.vendor}, {options.people:,} people, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC", flush=True)
        if "fold" in wanted:
            measure_fold()
        if "rebuild" in wanted:
            measure_rebuild(options.processes, options.rebuild)
        if not {"areas", "plan", "lag"}.isdisjoint(wanted):
            measure_pages(options, wanted)
        if "dry-run" in wanted:
            measure_dry_run()
    return None


def measure_pages(options: argparse.Namespace, wanted: list[str]) -> None:
    from django.db import connection

    from bench import soon
    from bench.pages import server

    drained()
    connection.close()
    if "areas" in wanted:
        with server(str(options.data), __file__) as port:
            measure_areas(port, options.rounds)
    if {"plan", "lag"}.isdisjoint(wanted):
        return
    with server(str(options.data), soon.__file__) as port, soon.worker():
        if "plan" in wanted:
            soon.measure_plan(port, 12)
        if "lag" in wanted:
            soon.measure_lag(port, options.seconds, 50)


def drained() -> None:
    """Let nobody wait when a page is measured."""
    from competency.services import rebuild_marked
    from people.api import now

    while rebuild_marked(now()):
        pass


def serve(port: int) -> None:
    """Serve the database that the environment names, in one process beside a trivial view."""
    import django

    django.setup()
    from bench import pages

    pages.serve(port)


if __name__ == "__main__":
    main()
