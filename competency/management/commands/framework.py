"""`manage.py framework import FILE [--owner SLUG]`: areas, competencies, professions, profiles and rules."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from competency.services import load_framework
from competency.shapes import FrameworkReport
from people.api import DomainError, Organisation, now


class Command(BaseCommand):
    help = "Imports a competency framework. The same file again changes nothing; a wrong one changes nothing either."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        action = actions.add_parser("import", help=self.help)
        action.add_argument("file", type=Path)
        action.add_argument("--owner", help="short name of the organisation that owns the framework")

    def handle(self, *, file: Path, owner: str | None, **_options: Any) -> None:
        node = Organisation.objects.filter(slug=owner).first() if owner else None
        if owner and node is None:
            raise CommandError(f"There is no organisation {owner}.")
        try:
            report = load_framework(file, now(), owner=node)
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        self._say(report)

    def _say(self, report: FrameworkReport) -> None:
        for gap in report.unreached:
            place = f"{gap.profession}, {gap.competency}, {gap.setting}"
            what = f"level {gap.asked} is asked, courses show level {gap.offered}"
            end = "" if gap.is_meetable else "; nothing else can show it either"
            self.stdout.write(f"not reached by any offer: {place}: {what}{end}")
        for reference in report.references:
            self.stdout.write(f"still speaks of a retired competency: {reference}")
        if report.is_unchanged:
            self.stdout.write(f"Version {report.version}: nothing has changed.")
            return
        for name in sorted(report.added | report.changed):
            added, changed = report.added.get(name, 0), report.changed.get(name, 0)
            self.stdout.write(f"{name}: {added} added, {changed} changed")
        self.stdout.write(f"Version {report.version} imported.")
