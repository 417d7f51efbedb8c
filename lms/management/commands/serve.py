"""What `./run` runs: make what is missing, then serve pages and run jobs until told to stop."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection, connections

from lms import supervisor, web
from lms.health import DEMO_DOMAIN, schema_is_current
from people.api import Person, User, create_account, create_person, iri_base, now

HOST = "127.0.0.1"
ADMINISTRATOR = "admin@example.org"


class Command(BaseCommand):
    help = "Serves Lärnära on this machine: makes the database, loads the demo, starts the web server and a worker."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="the port to answer on (default: 8000)")
        parser.add_argument("--empty", action="store_true", help="no demo region; makes the first administrator")

    def handle(self, *args: Any, port: int, empty: bool, **options: Any) -> None:
        _refuse_taken(port)
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        self._prepare_database(with_demo=settings.DEMO and not empty)
        connections.close_all()
        on_ready = partial(self._say, f"Lärnära answers on http://{HOST}:{port} - Ctrl-C stops it.")
        sys.exit(supervisor.run(partial(web.serve, f"{HOST}:{port}", on_ready)))

    def _prepare_database(self, *, with_demo: bool) -> None:
        file = _embedded_file()
        if file and not file.exists():
            self._make_embedded(file, with_demo=with_demo)
            if with_demo:
                return
        elif not _is_current():
            self._say("Bringing the database up to date ...")
            _manage("migrate", "--verbosity", "0")
        self._welcome(with_demo=with_demo)

    def _make_embedded(self, file: Path, *, with_demo: bool) -> None:
        """Make the database beside its place and move it there when whole, so that an interrupted start begins again.

        Nothing of it needs to survive a power cut before that, so it is written without waiting for the disk.
        """
        self._say("Making the database (about half a minute, once) ...")
        unfinished = file.with_suffix(".unfinished")
        for leftover in file.parent.glob(unfinished.name + "*"):
            leftover.unlink()
        address = f"sqlite:///{unfinished}?synchronous=OFF"
        _manage("migrate", "--verbosity", "0", "--skip-checks", database=address)
        if with_demo:
            _manage("demo", "load", database=address)
        unfinished.rename(file)

    def _welcome(self, *, with_demo: bool) -> None:
        """Say who can sign in; first load the demo, or make the first administrator, if nobody is there yet."""
        iri_base()  # written now, from the settings of the first start
        is_empty = not Person.objects.exists()
        if is_empty and not with_demo:
            self._make_administrator()
        elif is_empty or User.objects.filter(email__endswith=DEMO_DOMAIN).exists():
            call_command("demo", "load", stdout=self.stdout)

    def _make_administrator(self) -> None:
        password = secrets.token_urlsafe(12)
        person = create_person("Första", "Administratör", at=now())
        create_account(person, ADMINISTRATOR, password, is_superuser=True)
        self._say(f"Administrator: {ADMINISTRATOR}\nPassword, shown only now: {password}")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        # As the server itself will: a port that a stopped server has just left is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} cannot be used ({os.strerror(error.errno or 0)}). "
                f"Stop what uses it, or choose another: ./run --port {port + 1}"
            ) from error


def _embedded_file() -> Path | None:
    config = settings.DATABASES["default"]
    return Path(config["NAME"]) if connection.vendor == "sqlite" else None


def _is_current() -> bool:
    try:
        return schema_is_current()
    except DatabaseError:
        return False
    finally:
        connection.close()


def _manage(*arguments: str, database: str = "") -> None:
    """Run another command in a process of its own: it may use another database or role, and leaves no memory behind."""
    environment = {**os.environ, **({"DATABASE_URL": database, "DATABASE_OWNER_URL": ""} if database else {})}
    done = subprocess.run([sys.executable, "manage.py", *arguments], env=environment, cwd=settings.BASE_DIR)
    if done.returncode:
        raise CommandError(f"`manage.py {' '.join(arguments)}` failed; the lines above say why.")
