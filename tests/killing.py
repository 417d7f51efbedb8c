"""An installation in use whose processes are killed at random: real processes, a real database, nothing in between.

`manage.py serve` serves it, as `./run` does. Clients record courses taken over HTTP, and withdraw some again, each
batch sent anew with the same ids until it is acknowledged; a nurse revokes delegations until she has her receipt.
Meanwhile web processes, the job worker, or all of them at once get SIGKILL. Afterwards everything that was acknowledged
is there once, a batch is there whole or not at all, `standings verify` finds nothing, and notices obey semantics 26.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

ROOT = Path(__file__).resolve().parent.parent
CLIENTS, DELEGATIONS, RECEIVERS, PEOPLE = 3, 24, 12, 80
"""Many people, so that what was lost of somebody is not mended by the next thing that she does."""
TARGETS = ("web", "web", "web", "worker", "worker", "worker", "worker", "everything")
STARTS_WITHIN = 60
BETWEEN_KILLS, AT_MOST = 3, 20
"""Batches that must have been acknowledged since the last kill, and the seconds that are waited for them."""


# --- What is there when it begins: made by `python -m tests.killing`, in a process of its own ------------------------


def prepare() -> dict[str, Any]:
    """Fill the migrated database that DATABASE_URL names. Return what clients need to know."""
    from datetime import timedelta

    from competency.api import accept_source, load_framework, rebuild_marked, review
    from competency.delegation.models import DelegableTask
    from competency.delegation.services import accept, draft, sign
    from competency.delegation.tasks_file import load_tasks
    from people.api import actor_of, now, today
    from tests.competency import world
    from tests.competency.delegation.ward import REASON, TASKS
    from xapi.credentials import create_credential

    town = world.town()
    load_framework(world.framework(), world.BEGAN, owner=town.region)
    load_tasks(TASKS, world.BEGAN)
    world.offer("hygien")
    review(town.mas, world.course_iri("hygien"), "1.0", town.granvik, world.BEGAN)
    world.licensed(town.ssk, town.granvik)
    people = [world.works_at(town.norr, f"Nr {number:02}", "underskoterska") for number in range(PEOPLE)]
    began = now() - timedelta(days=100)
    delegations = []
    for number in range(DELEGATIONS):
        receiver = people[number % RECEIVERS]
        task = DelegableTask.objects.get(code=TASKS[number // RECEIVERS]["code"])
        days = today(began), today() + timedelta(days=50)
        made = draft(town.ssk, receiver, task, town.norr, *days, began)
        sign(made, town.ssk, began, reason=REASON)
        accept(made, receiver, began)
        delegations.append(str(made.uuid))
    credential, secret = create_credential("killed", scopes=["all"], organisation=town.granvik, at=world.BEGAN)
    accept_source(town.granvik, credential.authority_key, world.course_iri("hygien").rpartition("/")[0], world.BEGAN)
    accept_source(town.granvik, credential.authority_key, world.questions_iri("hygien").rpartition("/")[0], world.BEGAN)
    while rebuild_marked(now()):
        pass
    return {
        "credential": base64.b64encode(f"{credential.key}:{secret}".encode()).decode(),
        "actors": [actor_of(person) for person in people],
        "course": world.course_iri("hygien"),
        "questions": world.questions_iri("hygien"),
        "session": _session(town.ssk),
        "delegations": delegations,
    }


def _session(person: Any) -> str:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from people.api import create_account

    user = create_account(person, "ssk@killed.example.org", None)
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return str(store.session_key)


# --- The database ----------------------------------------------------------------------------------------------------


@dataclass
class Installation:
    """A database of its own and the environment in which processes find it."""

    folder: Path
    environment: dict[str, str]
    made: dict[str, Any] = field(default_factory=dict)

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        url = self.environment["DATABASE_URL"]
        if url.startswith("sqlite"):
            connection = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=20)
            try:
                return connection.execute(sql).fetchall()
            finally:
                connection.commit()
                connection.close()
        import psycopg

        with psycopg.connect(url, autocommit=True) as postgres:
            cursor = postgres.execute(sql)
            return cursor.fetchall() if cursor.description else []


@contextmanager
def installation(folder: Path) -> Iterator[Installation]:
    """Make a database from the tests' template, of the kind that the tests run on, and fill it."""
    from django.conf import settings

    from tests.databases import PostgresDatabase, SqliteDatabase

    unset = {"DATABASE_URL", "DATABASE_OWNER_URL", "BROKER_URL", "CACHE_URL", "TEST_DATABASE_URL", "TEST_BROKER_URL"}
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    environment |= {"LARNARA_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "lms.settings.local", "LARNARA_DEMO": "0"}
    postgres = PostgresDatabase(settings.TEST_DATABASE_URL) if settings.TEST_DATABASE_URL else None
    if postgres:
        postgres.name = f"{postgres.name}_killed"
        postgres.create()
        environment["DATABASE_URL"] = postgres._url(postgres.name, postgres.role, postgres.password)
        environment["DATABASE_OWNER_URL"] = postgres._url(postgres.name)
    else:
        database = SqliteDatabase()
        database.create()
        shutil.copyfile(database.template, folder / "larnara.sqlite3")
        environment["DATABASE_URL"] = f"sqlite:///{folder}/larnara.sqlite3"
    made = Installation(folder, environment)
    try:
        filled = subprocess.run(
            [sys.executable, "-m", "tests.killing"], cwd=ROOT, env=environment, capture_output=True, text=True
        )
        if filled.returncode:
            raise RuntimeError(filled.stderr)
        made.made = json.loads(filled.stdout)
        yield made
    finally:
        if postgres:
            postgres.drop()


# --- The processes ---------------------------------------------------------------------------------------------------


class Server:
    """`manage.py serve`, and what it started."""

    def __init__(self, installed: Installation) -> None:
        self.installed = installed
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        log = (self.installed.folder / "serve.log").open("ab")
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(self.port), "--empty"],
            cwd=ROOT,
            env=self.installed.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        log.close()
        deadline = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return process
            if process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError("The server did not start; see serve.log.")

    def kill(self, target: str) -> bool:
        """Kill one web process, the job worker, or everything (and then start again). Return whether there was one."""
        if target == "everything":
            self.kill_everything()
            self.process = self._start()
            return True
        web, workers = self._children()
        pids = workers if target == "worker" else web
        if not pids:
            return False
        os.kill(random.choice(pids), signal.SIGKILL)
        return True

    def _children(self) -> tuple[list[int], list[int]]:
        """Return the web processes and the job worker. The web server's master, the first child, is left alone."""
        listed = subprocess.run(["ps", "-eo", "pid=,ppid=,stat="], capture_output=True, text=True, check=True).stdout
        parents: dict[int, list[int]] = {}
        for pid, parent, stat in (line.split() for line in listed.splitlines()):
            if not stat.startswith("Z"):
                parents.setdefault(int(parent), []).append(int(pid))
        first, *rest = sorted(parents.get(self.process.pid, [0]))
        return parents.get(first, []), rest

    def kill_everything(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


# --- The use ---------------------------------------------------------------------------------------------------------


@dataclass
class Log:
    """What clients sent and were told."""

    acknowledged: list[tuple[str, ...]] = field(default_factory=list)
    unanswered: list[tuple[str, ...]] = field(default_factory=list)
    receipts: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    retries: int = 0


class Use:
    """Clients who record, and a nurse who revokes, until told to stop."""

    def __init__(self, made: dict[str, Any], port: int, seed: int) -> None:
        self.made, self.port, self.log = made, port, Log()
        self.stopping = threading.Event()
        self.to_revoke: list[str] = []
        self.threads = [threading.Thread(target=self._record, args=(seed * 100 + n,)) for n in range(CLIENTS)]
        self.threads.append(threading.Thread(target=self._revoke))
        for thread in self.threads:
            thread.start()

    def wait_for_work(self) -> None:
        """Wait until something has been done since the last kill, so that each one hits people at work."""
        wanted, deadline = len(self.log.acknowledged) + BETWEEN_KILLS, time.monotonic() + AT_MOST
        while len(self.log.acknowledged) < wanted and time.monotonic() < deadline:
            time.sleep(0.01)

    def revoke_the_rest(self, uuids: list[str]) -> None:
        """Wait until every receipt has come."""
        self.to_revoke += uuids
        deadline = time.monotonic() + STARTS_WITHIN
        while self.to_revoke and time.monotonic() < deadline:
            time.sleep(0.01)

    def stop(self) -> None:
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def _record(self, seed: int) -> None:
        chooser, mine = random.Random(seed), []
        headers = {"Authorization": f"Basic {self.made['credential']}", "X-Experience-API-Version": "2.0.0"}
        while not self.stopping.is_set():
            if mine and chooser.random() < 0.2:
                bodies = [self._voiding(mine.pop(chooser.randrange(len(mine))), chooser)]
            else:
                bodies = self._course(chooser)
            ids = tuple(body["id"] for body in bodies)
            if self._until_answered("/xapi/statements", bodies, headers) is None:
                self.log.unanswered.append(ids)
            else:
                self.log.acknowledged.append(ids)
                mine += [ids[1]] if len(ids) == 3 else []

    def _revoke(self) -> None:
        cookies = f"sessionid={self.made['session']}; csrftoken={'x' * 32}"
        headers = {"Cookie": cookies, "X-CSRFToken": "x" * 32}
        while not self.stopping.is_set():
            if not self.to_revoke:
                time.sleep(0.05)
                continue
            uuid = self.to_revoke[0]
            answer = self._until_answered(f"/api/v1/delegations/{uuid}/revoke", {}, headers)
            if answer is not None:
                self.log.receipts[uuid] = json.loads(answer).get("receipt", "")
                self.to_revoke.remove(uuid)

    def _until_answered(self, path: str, body: Any, headers: dict[str, str]) -> bytes | None:
        """Send the same again until it is answered, or it is time to stop."""
        while True:
            try:
                status, content = self._sent(path, body, headers)
            except (OSError, http.client.HTTPException):
                status, content = 503, b""
            if status < 500:
                if status >= 300:
                    self.log.refused.append(f"{path}: {status} {content[:200]!r}")
                return content
            self.log.retries += 1
            if self.stopping.is_set():
                return None
            time.sleep(0.05)

    def _sent(self, path: str, body: Any, headers: dict[str, str]) -> tuple[int, bytes]:
        """Send once. Closes what it opened also when the other end is killed meanwhile."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"} | headers)
            with connection.getresponse() as answer:
                return answer.status, answer.read()

    def _course(self, chooser: random.Random) -> list[dict[str, Any]]:
        registration, actor = str(uuid4()), chooser.choice(self.made["actors"])
        verbs = ("initialized", "completed", "passed")
        return [self._statement(actor, verb, registration) for verb in verbs]

    def _statement(self, actor: dict[str, Any], verb: str, registration: str) -> dict[str, Any]:
        return {
            "id": str(uuid4()),
            "actor": actor,
            "verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}"},
            "object": {"id": self.made["questions" if verb == "passed" else "course"]},
            "context": {"registration": registration, "revision": "1.0"},
            "timestamp": datetime.now(UTC).isoformat(),
        }

    def _voiding(self, statement_id: str, chooser: random.Random) -> dict[str, Any]:
        return {
            "id": str(uuid4()),
            "actor": chooser.choice(self.made["actors"]),
            "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"},
            "object": {"objectType": "StatementRef", "id": statement_id},
        }


def run(installed: Installation, kills: int, seed: int) -> Log:
    """Use the installation and kill so many processes at random: last of all everything, with everybody at work."""
    chooser = random.Random(seed)
    server = Server(installed)
    use = Use(installed.made, server.port, seed)
    waiting = list(installed.made["delegations"][: DELEGATIONS // 2])
    try:
        while sum(use.log.kills.values()) < kills - 1:
            # The round of the day is gone through again by each worker, however far the last one had come.
            installed.rows("DELETE FROM competency_delegationround")
            use.wait_for_work()
            time.sleep(chooser.uniform(0, 0.5))
            if waiting:
                use.to_revoke.append(waiting.pop())
                time.sleep(chooser.uniform(0, 0.02))
            target = chooser.choice(TARGETS)
            use.log.kills[target] += server.kill(target)
        use.revoke_the_rest(waiting)
        use.wait_for_work()
        use.log.kills["everything"] += 1
    finally:
        server.kill_everything()
        use.stop()
    return use.log


# --- What must be so afterwards --------------------------------------------------------------------------------------


def problems(installed: Installation, log: Log) -> list[str]:
    """Return what is wrong, in words; an empty list means that nothing was lost and nothing done twice."""
    return [
        *(f"refused: {each}" for each in log.refused),
        *_of_statements(installed, log),
        *_of_delegations(installed, log),
        *_of_standings(installed),
    ]


def _of_statements(installed: Installation, log: Log) -> Iterator[str]:
    stored = Counter(str(UUID(str(row[0]))) for row in installed.rows("SELECT statement_id FROM xapi_statement"))
    for ids in log.acknowledged:
        if [stored[each] for each in ids] != [1] * len(ids):
            yield f"acknowledged, and not there once: {ids}"
    for ids in log.unanswered:
        if len({stored[each] for each in ids}) > 1:
            yield f"half a batch: {ids}"


def _of_delegations(installed: Installation, log: Log) -> Iterator[str]:
    """Revocations: the receipt names the one event, and receiver and manager are told. Reminders: once to each."""
    uuids = {pk: str(UUID(str(uuid))) for pk, uuid in installed.rows("SELECT id, uuid FROM competency_delegation")}
    revoked: dict[str, list[str]] = {}
    events = "SELECT delegation_id, uuid FROM competency_delegationevent WHERE kind = 'revoked'"
    for pk, uuid in installed.rows(events):
        revoked.setdefault(uuids[pk], []).append(str(UUID(str(uuid))))
    for uuid, receipt in log.receipts.items():
        if revoked.get(uuid) != [receipt]:
            yield f"the receipt {receipt} of {uuid} is not its one event: {revoked.get(uuid)}"
    told = Counter(installed.rows("SELECT delegation_id, key, recipient_id FROM competency_delegationnotice"))
    yield from (f"told twice: {notice}" for notice, times in told.items() if times > 1)
    for pk, uuid in uuids.items():
        keys = Counter(key for delegation, key, _recipient in told if delegation == pk)
        if uuid in log.receipts and keys["revoked"] != 2:
            yield f"of the revocation of {uuid}, {keys['revoked']} people were told instead of receiver and manager"
        if uuid not in log.receipts and keys["lapses-60"] != 3:
            yield f"of {uuid}, {keys['lapses-60']} people were reminded instead of giver, receiver and manager"


def _of_standings(installed: Installation) -> Iterator[str]:
    verified = installed.manage("standings", "verify")
    if verified.returncode:
        yield f"standings verify: {verified.stdout[-2000:]}{verified.stderr[-2000:]}"
    if (left := installed.rows("SELECT count(*) FROM competency_dirtymark")) != [(0,)]:
        yield f"marks are left: {left}"


if __name__ == "__main__":
    import django

    django.setup()
    sys.stdout.write(json.dumps(prepare()))
