"""What competence costs to work out, and how soon it is on a page: floors and ratios in one run.

    python bench/competence.py [--people 10000] [--statements 100] [--data FOLDER] [--only fold|rebuild|...]

On SQLite, with the region of `population.py` kept in a folder; with TEST_DATABASE_URL on PostgreSQL.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import population  # noqa: E402  (it is found only now)

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
        by = frozenset({"sjukskoterska", "enhetschef", "arbetsterapeut", "fysioterapeut", "mas", "mar"})
        code = codes[number * 5 % len(codes)]
        about = {"number": number, "of": observed, "activity": ""}
        found.append(said(kind, competency=code, level=3, by=by, in_person=True, **about))
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


def main() -> None:
    parser = argparse.ArgumentParser(description="What competence costs to work out.")
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--statements", type=int, default=100, help="of each person")
    parser.add_argument("--rebuild", type=int, help="how many people are rebuilt (default: everybody)")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--data", type=Path, default=Path("/tmp/larnara-bench"), help="where the region is kept")
    parser.add_argument("--only", default="", choices=["", "fold", "rebuild"])
    options = parser.parse_args()
    with population.opened(options.data, options.people, options.statements):
        from django.db import connection

        print(f"{connection.vendor}, {options.people:,} people, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC", flush=True)
        if options.only in ("", "fold"):
            measure_fold()
        if options.only in ("", "rebuild"):
            measure_rebuild(options.processes, options.rebuild)


if __name__ == "__main__":
    main()
