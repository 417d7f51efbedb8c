"""A large region in minutes: tens of thousands of people with a hundred statements each, kept for the next run.

Two dozen people are recorded through the door: courses taken screen by screen, observations known from before.
Everybody else is a copy of one of them at other days and under ids of her own, inserted below the door. What the fold
reads is all there. Link rows (who and what a statement names) are not, since only the store's own questions read them,
and a copy's payload still says the days of its pattern, which nothing reads.

On SQLite the database is a file in a folder; with TEST_DATABASE_URL (an owner of databases, as for ./test) it lies
beside the others on PostgreSQL and is asked as the application role. Whoever has it from before migrates it only.
"""

from __future__ import annotations

import io
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SPACE = UUID("7d0c5a10-0000-5000-8000-000000000000")
PEOPLE_PER_UNIT, PEOPLE_PER_MUNICIPALITY = 40, 5000
STEPS = 13
"""Statements of a course taken: begun, five modules, five answers, completed, passed."""
PROFESSIONS = ("underskoterska",) * 13 + ("vardbitrade",) * 6 + ("sjukskoterska",) * 3 + ("stodassistent",) * 2
MANAGER = "chef@bench.example.org"
SETTINGS = ("hemtjänst", "säbo", "bmss", "hemsjukvård")


def name_of(people: int, statements: int) -> str:
    return f"competence_{people}_{statements}"


@contextmanager
def opened(folder: Path, people: int, statements: int) -> Iterator[None]:
    """Connect to the region of that size, built first if it is not there, and point DATABASE_URL at it."""
    folder.mkdir(parents=True, exist_ok=True)
    owner = os.environ.get("TEST_DATABASE_URL", "")
    os.environ |= {"LARNARA_DATA": str(folder), "LARNARA_DEMO": "0", "SECRET_KEY": "only-for-this-measurement-" * 2}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.local")
    name = name_of(people, statements)
    if owner:
        _on_postgresql(owner, name, people, statements)
    else:
        _on_sqlite(folder / f"{name}.sqlite3", people, statements)
    yield
    from django.db import connections

    connections.close_all()


def _on_sqlite(file: Path, people: int, statements: int) -> None:
    unfinished = file.with_suffix(".unfinished")
    is_new = not file.exists()
    for leftover in file.parent.glob(f"{unfinished.name}*"):
        leftover.unlink()
    os.environ["DATABASE_URL"] = f"sqlite:///{unfinished}?synchronous=OFF" if is_new else f"sqlite:///{file}"
    _migrate()
    _setup()
    if is_new:
        from django.db import connection

        build(people, statements)
        connection.close()
        unfinished.rename(file)
        os.environ["DATABASE_URL"] = f"sqlite:///{file}"
        connection.settings_dict["NAME"] = str(file)


def _on_postgresql(owner: str, name: str, people: int, statements: int) -> None:
    os.environ["DATABASE_URL"] = owner
    _setup()
    from django.db import connections

    from bench import floors
    from tests.databases import PostgresDatabase

    made = PostgresDatabase(owner)
    whole, made.name = f"{made.prefix.removesuffix('template_')}{name}", f"{made.prefix}{name}_unfinished"
    is_new = not made._rows("SELECT 1 FROM pg_database WHERE datname = %s", whole)
    if is_new:
        made.create()
        _connect(made, made.name)
        build(people, statements)
        connections.close_all()
        made._execute(f'ALTER DATABASE "{made.name}" RENAME TO "{whole}"')
    made._make_role()
    _migrate(DATABASE_OWNER_URL=made._url(whole), DATABASE_URL=made._url(whole, made.role, made.password))
    _connect(made, whole)
    floors.owner_url = made._url(whole)


def _connect(made: Any, name: str) -> None:
    from django.db import connections

    from bench import floors

    connections.close_all()
    given = {"NAME": name, "USER": made.role, "PASSWORD": made.password}
    connections.settings["default"].update(given)
    connections["default"].settings_dict.update(given)
    os.environ["DATABASE_URL"] = made._url(name, made.role, made.password)
    floors.owner_url = made._url(name)


def _setup() -> None:
    import django

    django.setup()


def _migrate(**environment: str) -> None:
    manage = [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0", "--skip-checks"]
    subprocess.run(manage, env={**os.environ, **environment}, check=True)


# --- Building --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pattern:
    """Somebody recorded through the door, whose statements others get."""

    person: Any
    profession: str


def build(people: int, statements: int) -> None:
    from bench import floors
    from competency.api import load_framework, mark_all, set_policy
    from people.api import Organisation, now

    moment = now()
    began = moment - timedelta(days=800)
    region = Organisation.add_root(kind="region", name="Region Bänk", slug="region-bank")
    load_framework(ROOT / "competency" / "data" / "competency_framework.json", began, owner=region)
    set_policy(Organisation.objects.get(pk=region.pk), began, counts_unreviewed=True)
    offers(began)
    units = units_of(region, people)
    patterns = recorded(units[0], statements, moment)
    made = employed(units, people - len(patterns), moment)
    copied(patterns, made, moment)
    with_manager(region, began)
    mark_all(moment)
    floors.analyse()


def offers(at: datetime) -> None:
    """What the courses of the collection claim, without their pages."""
    from competency.api import register_offer

    for course in courses():
        register_offer(offer_of(course), at)


def courses() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((ROOT / "courses" / "data" / "courses.json").read_text())["courses"]
    return found


def offer_of(course: dict[str, Any], revision: str = "1.0") -> Any:
    from competency.api import OfferSpec, Teaches

    return OfferSpec(
        activity_iri=course_iri(course["slug"]),
        questions_iri=questions_iri(course["slug"]),
        title=course["title"],
        path=f"/kurser/{course['slug']}/",
        minutes=course["minutes"],
        revision=revision,
        teaches=tuple(Teaches(each["competency"], each["level"]) for each in course["teaches"]),
    )


def course_iri(slug: str) -> str:
    from people.api import activity_iri

    return activity_iri("course", uuid5(SPACE, slug))


def questions_iri(slug: str) -> str:
    from people.api import activity_iri

    return activity_iri("questions", uuid5(SPACE, slug))


def units_of(region: Any, people: int) -> list[Any]:
    """Municipalities of five thousand, units of forty."""
    from people.api import Organisation

    found = []
    for number in range(max(1, round(people / PEOPLE_PER_MUNICIPALITY))):
        parent = Organisation.objects.get(pk=region.pk)
        node = parent.add_child(kind="municipality", name=f"Kommun {number:02}", slug=f"kommun-{number:02}")
        share = min(people, PEOPLE_PER_MUNICIPALITY) // PEOPLE_PER_UNIT
        for place in range(max(1, share)):
            node = Organisation.objects.get(pk=node.pk)
            setting = SETTINGS[place % len(SETTINGS)]
            slug = f"enhet-{number:02}-{place:03}"
            found.append(node.add_child(kind="unit", name=f"Enhet {place:03}", slug=slug, setting=setting))
    return found


def recorded(unit: Any, statements: int, at: datetime) -> list[Pattern]:
    """Record the patterns. They are employed at the first unit."""
    from people.api import create_person, hire

    chooser, found = random.Random(1), []
    for number, profession in enumerate(PROFESSIONS):
        began = at - timedelta(days=790)
        person = create_person(f"Mönster {number:02}", "Förlaga", at=began)
        values = {"unit": unit, "profession": profession, "starts_on": began.date()}
        employment = hire(person, f"M{number:04}", at=began, **values)
        record_one(person, employment, statements, chooser, at)
        found.append(Pattern(person, profession))
    return found


def record_one(person: Any, employment: Any, statements: int, chooser: random.Random, at: datetime) -> None:
    """As many courses as there is room for, and observations for the rest."""
    from competency.api import competencies, start_up_import
    from xapi.api import record

    taken = statements * 9 // 10 // STEPS
    for course in chooser.sample(courses(), taken):
        moment = at - timedelta(days=chooser.randrange(1, 500), minutes=chooser.randrange(1000))
        record(list(course_taken(person, course["slug"], moment)), organisation=employment.organisation, at=moment)
    codes = chooser.sample([row.code for row in competencies()], statements - taken * STEPS)
    head = "organisation;employee number;kind;competency or licence;level;date;until;ground;registrar"
    known = (
        f"{employment.organisation.slug};{employment.employee_number};observation;{code};{chooser.randrange(1, 4)};"
        f"{(at - timedelta(days=chooser.randrange(1, 500))).date()};;Sett;"
        for code in codes
    )
    report = start_up_import(io.StringIO("\n".join([head, *known])), at)
    wrong = [row for row in report.rows if row.outcome == "rejected"]
    if wrong:
        raise SystemExit(f"The bench's own rows were rejected: {wrong[0]}")


def course_taken(person: Any, slug: str, at: datetime, passes: bool = True) -> Iterator[dict[str, Any]]:
    """The statements of one who takes a course in one go: `STEPS` of them."""
    from people.api import activity_iri, actor_of
    from xapi.api import vocabulary

    registration = str(uuid4())

    def said(verb: str, activity: str, **more: Any) -> dict[str, Any]:
        return {
            "id": str(uuid4()),
            "actor": actor_of(person),
            "verb": vocabulary.verb(verb),
            "object": {"objectType": "Activity", "id": activity},
            "context": {"revision": "1.0", "registration": registration},
            "timestamp": at.isoformat(),
        } | more

    yield said(vocabulary.INITIALIZED, course_iri(slug))
    for place in range(5):
        module = uuid5(SPACE, f"{slug}-{place}")
        yield said(vocabulary.ANSWERED, activity_iri("question", module), result={"success": True, "response": "1"})
        yield said(vocabulary.COMPLETED, activity_iri("module", module))
    yield said(vocabulary.COMPLETED, course_iri(slug))
    score = {"success": passes, "score": {"scaled": 0.9 if passes else 0.3}}
    yield said(vocabulary.PASSED if passes else vocabulary.FAILED, questions_iri(slug), result=score)


def employed(units: list[Any], people: int, at: datetime) -> list[Any]:
    """Employ so many in bulk, unit by unit, and return them with the primary key of their agent."""
    from people.api import Employment, EmploymentTerms, Person
    from people.services import point_at_newest
    from xapi.bulk import chunks

    began = at - timedelta(days=790)
    places = list(islice(cycle(units), people))
    for first, some in enumerate(chunks(range(people), 5000)):
        rows = Person.objects.bulk_create(
            (
                Person(given_name=f"Förnamn {n:05}", family_name=f"Efternamn {n % 997:03}", recorded_at=began)
                for n in some
            ),
            batch_size=500,
        )
        jobs = Employment.objects.bulk_create(
            (
                Employment(person=row, organisation=places[n].get_parent(), employee_number=f"{n:06}")
                for n, row in zip(some, rows, strict=True)
            ),
            batch_size=500,
        )
        EmploymentTerms.objects.bulk_create(
            (
                EmploymentTerms(
                    employment=job,
                    unit=places[n],
                    profession=PROFESSIONS[n % len(PROFESSIONS)],
                    starts_on=began.date(),
                    valid_from=began.date(),
                    recorded_at=began,
                    share=100,
                )
                for n, job in zip(some, jobs, strict=True)
            ),
            batch_size=500,
        )
        point_at_newest([job.pk for job in jobs])
        print(f"  {(first + 1) * 5000 if people > 5000 else people} people employed", flush=True)
    return list(Person.objects.exclude(family_name="Förlaga").order_by("pk").values_list("pk", "actor_key"))


def copied(patterns: list[Pattern], people: list[tuple[int, str]], at: datetime) -> None:
    """Give everybody the statements of a pattern of her profession, some days earlier."""
    from django.db import connection

    from bench import floors
    from people.api import iri_base
    from xapi.bulk import chunks, reserve_ids
    from xapi.identity import Identifier
    from xapi.models import Agent, Statement

    base, chooser = iri_base(), random.Random(2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM xapi_statement ORDER BY id")
        columns = [column[0] for column in cursor.description]
        stored = [list(row) for row in cursor.fetchall()]
    place = {name: columns.index(name) for name in columns}
    keys = {agent.ifi_value: agent.pk for agent in Agent.objects.filter(home_page=base)}
    of_pattern = [[row for row in stored if row[place["actor_id"]] == keys[each.person.actor_key]] for each in patterns]
    next_id = max(row[0] for row in stored) + 1
    numbered = {pk: number for number, (pk, _key) in enumerate(people)}
    for some in chunks(people, 1000):
        agents = [Identifier("account", key, base) for _pk, key in some]
        made = Agent.objects.bulk_create(
            (
                Agent(ifi_kind=one.kind, home_page=base, ifi_value=one.value, key=one.digest, uuid=uuid4())
                for one in agents
            ),
            batch_size=100,
        )
        rows = []
        for (pk, _key), agent in zip(some, made, strict=True):
            shift = timedelta(days=chooser.randrange(250))
            employer = _employer(pk)
            registrations: dict[Any, Any] = {}
            for original in of_pattern[numbered[pk] % len(patterns)]:
                row = list(original)
                row[place["id"]], next_id = next_id, next_id + 1
                row[place["statement_id"]] = _uuid()
                row[place["actor_id"]], row[place["organisation_id"]] = agent.pk, employer
                held = row[place["registration"]]
                row[place["registration"]] = held and registrations.setdefault(held, _uuid())
                moment = _moment(original[place["happened_at"]]) - shift
                for name in ("happened_at", "stored", "timestamp"):
                    row[place[name]] = floors._driver_moment(moment)
                rows.append(row)
        floors.insert([("statement", columns, rows)])
        print(f"  {next_id:,} statements", flush=True)
    if floors.is_postgresql():
        reserve_ids(Statement, next_id)


_employers: dict[int, int] = {}


def _employer(person: int) -> int:
    if not _employers:
        from people.api import Employment

        _employers.update(Employment.objects.values_list("person", "organisation"))
    return _employers[person]


def _uuid() -> Any:
    from bench import floors

    return uuid4() if floors.is_postgresql() else uuid4().hex


def _moment(value: Any) -> datetime:
    found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def with_manager(region: Any, at: datetime) -> None:
    """Somebody who may see everybody."""
    from people.api import create_account, create_person, grant_role

    person = create_person("Chef", "Bänk", at=at)
    create_account(person, MANAGER, None)
    grant_role(person, "manager", region, starts_on=at.date(), at=at)


def session_of(person: Any) -> str:
    """Return the key of a new session in which she is signed in."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from people.api import create_account

    user = person.user or create_account(person, f"{person.uuid}@bench.example.org", None)
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return str(store.session_key)
