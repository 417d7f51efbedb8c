from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from people.api import DomainError, now
from xapi.jsonlines import errors_in, export_to, import_from

from .credentials import organisation_called

SHOWN = 50


class Command(BaseCommand):
    help = "Exports, imports and checks statements as JSON Lines, one statement a line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        export = actions.add_parser("export", help="write every statement to FILE, or to - for standard output")
        export.add_argument("file", type=Path)
        check = actions.add_parser("check", help="say what is wrong with FILE; changes nothing")
        check.add_argument("file", type=Path)
        load = actions.add_parser("import", help="record the statements of FILE; what is stored already is skipped")
        load.add_argument("file", type=Path)
        load.add_argument("--organisation", metavar="SLUG", help="the employer that they were earned under")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        if options["action"] == "export":
            self.export(file)
            return
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        self.refuse_what_is_wrong_in(file)
        if options["action"] == "import":
            self.load(file, options["organisation"])

    def export(self, file: Path) -> None:
        """Write beside the file and put it in place when it is whole, so that half an export is never mistaken."""
        if str(file) == "-":
            export_to(sys.stdout)
            return
        unfinished = file.with_name(f".{file.name}.unfinished")
        with unfinished.open("w", encoding="utf-8") as output:
            count = export_to(output)
        os.replace(unfinished, file)
        self.stdout.write(f"{count} statements written to {file}.")

    def refuse_what_is_wrong_in(self, file: Path) -> None:
        errors = list(islice(errors_in(file), SHOWN + 1))
        for error in errors[:SHOWN]:
            self.stderr.write(f"{file}:{error.line}: {error.text}")
        if len(errors) > SHOWN:
            self.stderr.write(f"and more; the first {SHOWN} are shown.")
        if errors:
            raise CommandError(f"{file} does not follow the specification; nothing was changed.")
        self.stdout.write(f"{file} follows the specification.")

    def load(self, file: Path, slug: str | None) -> None:
        try:
            report = import_from(file, organisation=organisation_called(slug), clock=now)
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{report.new} statements recorded, {report.known} were stored already.")
