"""`manage.py startup import FILE [--dry-run]`: what people could do before the platform came."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from competency.services import rebuild_marked, start_up_import
from people.api import DomainError, now


class Command(BaseCommand):
    help = "Imports certificates, observations, confirmations and licences from before, marked “from the start”."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        action = actions.add_parser("import", help=self.help)
        action.add_argument("file", type=Path)
        action.add_argument("--dry-run", action="store_true", help="write nothing")

    def handle(self, *, file: Path, dry_run: bool, **_options: Any) -> None:
        at = now()
        try:
            report = start_up_import(file, at, dry_run=dry_run)
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        for row in report.rows:
            if row.outcome == "rejected":
                self.stdout.write(f"{file}:{row.line}\t{row.field}\t{row.outcome}\t{row.message}")
        numbers = ", ".join(f"{report.count(name)} {name}" for name in ("recorded", "known", "rejected"))
        self.stdout.write(f"{numbers}{' (dry run, nothing was written)' if dry_run else ''}.")
        if not dry_run:
            rebuild_marked(at)
