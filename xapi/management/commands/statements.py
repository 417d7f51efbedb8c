from __future__ import annotations

import sys
import time
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Iterable
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from people.api import DomainError, end_of_day, now, start_of_day
from xapi.appending import timestamp_text
from xapi.exporting import Asked, export_file, export_to
from xapi.importing import Import, ImportStopped
from xapi.jsonlines import LineError, errors_in
from xapi.pending import consistent_through
from xapi.statement.formats import parse_timestamp
from xapi.targets import relink

from .credentials import organisation_called

SHOWN = 50
PATIENCE = 10
"""Seconds to wait for what was being recorded when an export was asked for."""


class Command(BaseCommand):
    help = "Exports, imports and checks statements as JSON Lines, one statement a line; mends what leads to others."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        export = actions.add_parser("export", help="write statements to FILE, or to - for standard output")
        export.add_argument("file", type=Path)
        export.add_argument("--organisation", metavar="SLUG", help="only what was earned under it")
        export.add_argument("--since", type=_from, metavar="WHEN", help="stored on this day, or at this time, or later")
        export.add_argument("--until", type=_until, metavar="WHEN", help="stored by this day, or before this time")
        check = actions.add_parser("check", help="say what is wrong with FILE; changes nothing")
        check.add_argument("file", type=Path)
        load = actions.add_parser("import", help="record the statements of FILE; what is stored already is skipped")
        load.add_argument("file", type=Path)
        load.add_argument("--organisation", metavar="SLUG", help="the employer that they were earned under")
        load.add_argument("--without-data", action="store_true", help="take attachments as described, without data")

        actions.add_parser("relink", help="let statements that refer to others be found by them; done again, no harm")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "relink":
            self.stdout.write(f"{relink()} missing ways from a statement to one that it leads to written down.")
            return
        file: Path = options["file"]
        if options["action"] == "export":
            asked = Asked(organisation_called(options["organisation"]), options["since"], options["until"])
            self.export(file, asked)
            return
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        if options["action"] == "check":
            self.refuse(file, errors_in(file))
            self.stdout.write(f"{file} follows the specification.")
            return
        self.load(Import(file, organisation_called(options["organisation"]), now(), not options["without_data"]))

    def export(self, file: Path, asked: Asked) -> None:
        end = _nothing_pending_before(now())
        if str(file) == "-":
            export_to(sys.stdout, asked, end)
            return
        try:
            done = export_file(file, asked, end)
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        before = " after those that were there when it was cut off" if done.is_taken_up else ""
        self.stdout.write(f"{done.written} statements written to {file}{before}.")
        complete = timestamp_text(min(end, asked.until or end))
        self.stdout.write(f"It holds what was stored before {complete}; go on from there with --since {complete}.")

    def load(self, task: Import) -> None:
        self.refuse(task.path, task.errors())
        try:
            report = task.run(now)
        except ImportStopped as error:
            self.show(task.path, error.errors)
            raise CommandError(
                f"{error.message} {error.report.new} statements had been recorded before it; they stay."
            ) from error
        self.stdout.write(f"{report.new} statements recorded, {report.known} were stored already.")

    def refuse(self, file: Path, found: Iterable[LineError]) -> None:
        errors = list(islice(found, SHOWN + 1))
        self.show(file, errors[:SHOWN])
        if len(errors) > SHOWN:
            self.stderr.write(f"and more; the first {SHOWN} are shown.")
        if errors:
            raise CommandError(f"{file} cannot be taken as it is; nothing was recorded.")

    def show(self, file: Path, errors: Iterable[LineError]) -> None:
        for error in errors:
            self.stderr.write(f"{file}:{error.line}: {error.text}")


def _from(text: str) -> datetime:
    return _moment(text, start_of_day)


def _until(text: str) -> datetime:
    return _moment(text, end_of_day)


def _moment(text: str, of_day: Callable[[date], datetime]) -> datetime:
    """A time without its zone is refused, because nobody knows which it is."""
    try:
        return parse_timestamp(text) or of_day(date.fromisoformat(text))
    except ValueError as error:
        raise ArgumentTypeError(
            f"say a day, 2026-12-31, or a time with its zone, 2026-12-31T12:00:00Z, and not {text}"
        ) from error


def _nothing_pending_before(moment: datetime) -> datetime:
    """Wait until what was being recorded at a moment is there, and return the time before which nothing is to come."""
    while (through := consistent_through(now())) < moment and (now() - moment).total_seconds() < PATIENCE:
        time.sleep(0.1)
    return through
