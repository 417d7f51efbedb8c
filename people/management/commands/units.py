"""`manage.py units import FILE`: the register of units, their employers and responsible care providers."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from people import clock
from people.management.commands.people import read_file
from people.register import InvalidFile, import_units


class Command(BaseCommand):
    help = "Imports the register of units; all of it or, if a line is wrong, nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        action = actions.add_parser("import", help=self.help)
        action.add_argument("file", type=Path)
        action.add_argument("--region", default="Region", help="what to call the region, if there is none yet")
        action.add_argument(
            "--on", type=date.fromisoformat, help="the day that changes are valid from (default: today)"
        )

    def handle(self, *, file: Path, region: str, on: date | None, **options: Any) -> None:
        at = clock.now()
        try:
            changed = import_units(read_file(file), region=region, on=on or clock.today(at), at=at)
        except InvalidFile as error:
            for line in error.lines:
                self.stderr.write(f"{file}:{line.line}\t{line.field}\t{line.outcome}\t{line.sentence}")
            raise CommandError("The file was refused whole. Nothing was changed.") from None
        self.stdout.write(f"{changed} units are new or changed.")
