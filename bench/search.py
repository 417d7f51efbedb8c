"""How well and how fast the search answers, beside three usual ways to search the same courses.

    python bench/search.py [--quality] [--speed] [--large [MODULES]] [--failures] [--postgres URL]

Without a choice, quality and speed. Makes a database of its own in a temporary folder (SQLite, or the one that
DATABASE_URL names, which must be empty) with the framework and every course that ships, published as usual.
`--quality` prints the tables of `docs/search.md`; PostgreSQL's own Swedish configuration is measured where
--postgres or TEST_DATABASE_URL names a database. `--large` adds courses made of the paragraphs of the real ones,
in new combinations, until there are as many modules (20,000), and asks again, also for words that stand in nearly
every text.

The budgets: see BUDGETS. Times are processor time of one thread, and include reading what the page shows.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.judging import SETS, Judged, Listed, answerable, is_right_to_find_nothing, judged, quality  # noqa: E402

MODULES = 20_000
PER_COURSE = 4
ROUNDS = 3
COMMON = [
    "och",
    "personen",
    "du",
    "sjuksköterskan",
    "rutin",
    "person rutin",
    "vad gör du",
    "säg till chefen",
    "hur ofta",
]
BUDGETS = {
    "ndcg": 0.93,
    "first": 0.88,
    "three": 0.97,
    "p95 ms, as it ships": 25,
    "p95 ms, large": 60,
    "index / text": 3,
    "rebuild seconds": 180,
    "analysis ms": 1,
    "load seconds": 0.5,
    "load MB": 120,
}


def django(data: str) -> None:
    os.environ["LARNARA_DATA"] = data
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.local")
    import django as package

    package.setup()


def prepare() -> None:
    from django.core.management import call_command

    from competency.api import load_framework
    from courses.api import COURSE_DATA, import_collection
    from people.api import Organisation, now

    call_command("migrate", verbosity=0, skip_checks=True)
    began = now() - timedelta(days=1)
    region = Organisation.add_root(kind="region", name="Bänk", slug="bank")
    load_framework(ROOT / "competency" / "data" / "competency_framework.json", began, owner=region)
    import_collection(COURSE_DATA / "courses.json", COURSE_DATA / "course_bodies", began)
    call_command("search", "rebuild", stdout=io.StringIO())


def ours(query: str) -> Listed:
    """Courses in the order of the hits. Role pages among them are passed over, since nobody judged them."""
    from people.api import now
    from search.queries import find

    found = find(query, None, now(), limit=20)
    return Listed(tuple(dict.fromkeys(hit.course for hit in found.hits if hit.course)), found.is_sure)


# --- Quality ----------------------------------------------------------------------------------------------------------


def systems(postgres: str | None) -> Iterator[tuple[str, Callable[[str], Listed]]]:
    from bench import baselines

    texts = baselines.texts()
    yield "Lärnära", ours
    yield "Wagtail's default backend", baselines.wagtail()
    yield "Swedish stemmer (FTS5 + Snowball)", baselines.stemmed(texts)
    if postgres:
        yield "PostgreSQL `swedish`", baselines.postgres(texts, postgres)


def measure_quality(postgres: str | None) -> None:
    compared = list(systems(postgres))
    for name in SETS:
        queries = judged(name)
        print(f"\n### `{name}.json`\n")
        print("| | NDCG@5 | success@1 | success@3 | found any |\n|---|---|---|---|---|")
        for system, answer in compared:
            means = quality(answerable(queries), answer)
            figures = (means.ndcg, means.first, means.three, means.found)
            print(f"| {system} | {' | '.join(f'{one:.3f}' for one in figures)} |")
        print("\nNDCG@5 by kind of query:\n")
        print("| kind | queries | " + " | ".join(system for system, _ in compared) + " |")
        print("|---|---|" + "---|" * len(compared))
        for kind in sorted({one.kind for one in queries}):
            of_kind = [one for one in queries if one.kind == kind]
            cells = " | ".join(_of_kind(of_kind, answer) for _, answer in compared)
            print(f"| {kind} | {len(of_kind)} | {cells} |")


def _of_kind(queries: list[Judged], answer: Callable[[str], Listed]) -> str:
    if not answerable(queries):
        return f"{sum(is_right_to_find_nothing(answer(one.query)) for one in queries)} of {len(queries)} right"
    return f"{quality(queries, answer).ndcg:.3f}"


def tell_failures() -> None:
    for name in SETS:
        for one in judged(name):
            found = ours(one.query)
            if not one.relevance:
                if not is_right_to_find_nothing(found):
                    print(f"{one.id} {one.query!r} ({one.kind}) found {found.courses[:3]}")
            elif (score := quality([one], ours)).ndcg < 0.9:
                print(f"{one.id} {one.query!r} ({one.kind}) {score.ndcg:.2f}: {found.courses[:4]} for {one.relevance}")


# --- Speed ------------------------------------------------------------------------------------------------------------


def measure_loading() -> None:
    """In a process of its own: what the lexicon takes beside Python itself."""
    code = """
import time
from pathlib import Path

def size():
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) / 1024

from search.swedish import the_lexicon
before, began = size(), time.process_time()
the_lexicon()
print(time.process_time() - began, size() - before)
"""
    runs = [
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
        for _ in "abc"
    ]
    seconds, megabytes = zip(*(map(float, run.stdout.split()) for run in runs), strict=True)
    tell("load seconds", statistics.median(seconds))
    tell("load MB", statistics.median(megabytes))


def measure_analysis() -> None:
    """The query's analysis alone, each query for the first time and again."""
    from search.swedish import sought, the_lexicon
    from search.vocabulary import words

    vocabulary = words().vocabulary
    sought("värmmning av allt", the_lexicon(), vocabulary)
    queries = [one.query for name in SETS for one in judged(name)]
    times = [
        timed(lambda query=query: sought(query, the_lexicon(), vocabulary)) for query in queries for _ in range(ROUNDS)
    ]
    tell(
        "analysis ms",
        percentile(times),
        f"median {statistics.median(times):.2f}, first time {percentile(times[::ROUNDS]):.2f}",
    )


def measure_answers(budget: str) -> None:
    queries = [one.query for name in SETS for one in judged(name)]
    for query in queries:
        ours(query)
    times = [timed(lambda query=query: ours(query)) for _ in range(ROUNDS) for query in queries]
    tell(budget, percentile(times), f"median {statistics.median(times):.1f}, slowest {max(times):.1f}")
    common = [(timed(lambda query=query: ours(query)), query) for _ in range(ROUNDS) for query in COMMON]
    tell(
        budget,
        percentile([one for one, _ in common]),
        f"common words; slowest {max(common)[0]:.1f} for {max(common)[1]!r}",
    )


def measure_size() -> None:
    from people.api import now
    from search.status import status

    found = status(now())
    tell(
        "index / text",
        found.ratio,
        f"{found.index_bytes / 1e6:.1f} MB for {found.text_signs / 1e6:.1f} M signs, {found.passages} passages",
    )


def measure_wagtail(query: str) -> None:
    from bench import baselines

    answer = baselines.wagtail()
    answer(query)
    print(f"Wagtail's backend for {query!r}: {min(timed(lambda: answer(query)) for _ in range(ROUNDS)):.0f} ms")


def timed(act: Callable[[], Any]) -> float:
    """Milliseconds of processor time of this thread. SQLite works in it; what else the machine does is left out."""
    began = time.thread_time()
    act()
    return (time.thread_time() - began) * 1000


def percentile(times: list[float], share: float = 0.95) -> float:
    return sorted(times)[int(len(times) * share)]


def tell(name: str, value: float, more: str = "") -> None:
    verdict = "ok" if value <= BUDGETS[name] else "ABOVE"
    print(f"{name}: {value:.2f} of {BUDGETS[name]:g} {verdict}{f' ({more})' if more else ''}", flush=True)


# --- Large ------------------------------------------------------------------------------------------------------------


def enlarge(modules: int) -> None:
    """Put in courses of real paragraphs in new combinations, as a rebuild reads them: so many courses at a time."""
    from search.services import AT_A_TIME, put
    from search.storage import storage

    began, worked = time.perf_counter(), time.process_time()
    made = made_sources(modules)
    while batch := [source for source, _ in zip(made, range(AT_A_TIME), strict=False)]:
        put(batch, anew=True)
    storage().tidy()
    tell(
        "rebuild seconds",
        time.process_time() - worked,
        f"{modules} modules; {time.perf_counter() - began:.0f} by the clock",
    )


def made_sources(modules: int) -> Iterator[Any]:
    """Courses with the titles of real ones and sections drawn from all; always the same ones."""
    from courses.api import glossary_texts, published_courses, published_keys
    from search.passages import course_source

    real = list(published_courses(published_keys()))
    drawn = [module for course in real for module in course.modules]
    sections = [section for module in drawn for section in module.sections]
    glossary = glossary_texts()
    dice = random.Random(7)
    for number in range(modules // PER_COURSE):
        course = dice.choice(real)
        parts = tuple(
            replace(
                dice.choice(drawn),
                key=UUID(int=dice.getrandbits(128)),
                sections=tuple(dice.choice(sections) for _ in range(dice.randint(4, 8))),
            )
            for _ in range(PER_COURSE)
        )
        made = replace(course, key=UUID(int=dice.getrandbits(128)), slug=f"{course.slug}-{number}", modules=parts)
        yield course_source(made, glossary)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quality", action="store_true", help="beside the baselines, by kind of query")
    parser.add_argument("--speed", action="store_true", help="of loading, analysis and answers")
    parser.add_argument("--large", nargs="?", type=int, const=MODULES, metavar="MODULES", help="the same among so many")
    parser.add_argument(
        "--failures", action="store_true", help="the queries that are answered badly, with what was found"
    )
    parser.add_argument(
        "--postgres", default=os.environ.get("TEST_DATABASE_URL"), help="for PostgreSQL's own configuration"
    )
    options = parser.parse_args()
    everything = not (options.quality or options.speed or options.large or options.failures)
    with tempfile.TemporaryDirectory(prefix="bench-search-") as data:
        django(data)
        prepare()
        if options.failures:
            tell_failures()
        if options.speed or everything:
            measure_loading()
            measure_analysis()
            measure_answers("p95 ms, as it ships")
            measure_size()
        if options.quality or everything:
            measure_quality(options.postgres)
            measure_wagtail("personen")
        if options.large:
            enlarge(options.large)
            measure_answers("p95 ms, large")
            measure_size()
        print(f"\nlargest size of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
