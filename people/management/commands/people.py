"""`manage.py people import FILE [--dry-run] [--on DATE]`: the staff file of an HR system."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from people import clock
from people.hr_import import import_people
from people.hr_report import ImportReport


class Command(BaseCommand):
    help = "Imports the staff file of an HR system, or with --dry-run says what an import would do."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        action = actions.add_parser("import", help=self.help)
        action.add_argument("file", type=Path)
        action.add_argument("--dry-run", action="store_true", help="write nothing")
        action.add_argument(
            "--on", type=date.fromisoformat, help="the day that changes are valid from (default: today)"
        )

    def handle(self, *, file: Path, dry_run: bool, on: date | None, **options: Any) -> None:
        at = clock.now()
        report = import_people(read_file(file), apply=not dry_run, on=on or clock.today(at), at=at)
        for line in report.lines:
            self.stdout.write(f"{file}:{line.line}\t{line.field}\t{line.outcome}\t{line.sentence}")
        if report.is_refused:
            raise CommandError("The file was refused whole. Nothing was changed.")
        self.stdout.write(_summary(report))


def read_file(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file} could not be read: {error.strerror}.") from error


def _summary(report: ImportReport) -> str:
    what = "imported" if report.is_applied else "read (dry run, nothing was written)"
    return (
        f"{report.line_count} lines {what}: {report.created} new, {report.changed} changed, "
        f"{report.unchanged} unchanged, {report.rejected} rejected."
    )
