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
            "--complete", action="store_true", help="the file holds everybody: whoever it leaves out has left"
        )
        action.add_argument(
            "--on", type=date.fromisoformat, help="the day that changes are valid from (default: today)"
        )

    def handle(self, *, file: Path, dry_run: bool, complete: bool, on: date | None, **options: Any) -> None:
        at = clock.now()
        day = on or clock.today(at)
        report = import_people(read_file(file), apply=not dry_run, on=day, at=at, is_complete=complete)
        for line in report.lines:
            self.stdout.write(f"{file}:{line.line}\t{line.field}\t{line.outcome}\t{line.sentence}")
        if report.is_refused:
            raise CommandError("The file was refused whole. Nothing was changed.")
        self.stdout.write(_summary(report))
        if found := report.consequences.by_employment:
            self.stdout.write(_consequences(report, len(found)))


def read_file(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file} could not be read: {error.strerror}.") from error


def _consequences(report: ImportReport, number: int) -> str:
    found = report.consequences
    told = f"{len(found.ended)} employments end by silence, {number - len(found.ended)} lose something delegated."
    if report.waits_as:
        return f"{told} HR decides: /personal/granskning/{report.waits_as}/. Last days in the file hold at once."
    return f"{told} It would wait for HR to decide." if found.must_wait and not report.is_applied else told


def _summary(report: ImportReport) -> str:
    what = "imported" if report.is_applied else "read (dry run, nothing was written)"
    what = "put aside until somebody has looked" if report.waits_as else what
    return (
        f"{report.line_count} lines {what}: {report.created} new, {report.changed} changed, "
        f"{report.unchanged} unchanged, {report.rejected} rejected."
    )
