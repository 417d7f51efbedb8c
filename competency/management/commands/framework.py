"""`manage.py framework import|export|compare`: areas, competencies, professions, profiles and rules, in files."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from competency.framework_file import bytes_of
from competency.frameworks.difference import Change, difference
from competency.frameworks.files import content_of_file, file_of_content
from competency.frameworks.models import FrameworkVersion
from competency.frameworks.preview import preview_of
from competency.frameworks.queries import content_of
from competency.models import Framework
from competency.services import load_framework
from competency.shapes import FrameworkReport
from people.api import DomainError, Organisation, now


class Command(BaseCommand):
    help = "Imports, exports and compares competency frameworks. A wrong file changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        action = actions.add_parser(
            "import", help="import FILE (.json, .xlsx, .zip, .csv); the same again changes nothing"
        )
        action.add_argument("file", type=Path)
        action.add_argument("--owner", help="short name of the organisation that owns the framework")
        action.add_argument("--dry-run", action="store_true", help="say what it would change, and change nothing")
        action = actions.add_parser("export", help="write FILE in the format of its ending")
        action.add_argument("file", type=Path)
        action.add_argument("--number", type=int, help="of an earlier version (default: as the framework stands)")
        action = actions.add_parser("compare", help="say what differs between two versions, by their numbers")
        action.add_argument("numbers", type=int, nargs=2)

    def handle(self, *, action: str, **options: Any) -> None:
        try:
            getattr(self, f"_{action}")(**options)
        except DomainError as error:
            raise CommandError(str(error.message)) from error

    def _import(self, *, file: Path, owner: str | None, dry_run: bool, **_options: Any) -> None:
        node = Organisation.objects.filter(slug=owner).first() if owner else None
        if owner and node is None:
            raise CommandError(f"There is no organisation {owner}.")
        framework = Framework.objects.first()
        content = content_of_file(file.name, bytes_of(file), content_of(framework) if framework else {})
        if not dry_run:
            self._say(load_framework(content, now(), owner=node))
            return
        preview = preview_of(content)
        self._say_changes(preview.changes)
        for reference in preview.references:
            self.stdout.write(f"speaks of what would be retired: {reference}")
        self.stdout.write("Nothing was written.")

    def _export(self, *, file: Path, number: int | None, **_options: Any) -> None:
        framework = self._framework()
        content = content_of(framework) if number is None else self._version(framework, number).content
        file.write_bytes(file_of_content(file.name, content))
        self.stdout.write(f"Version {content['version']} is in {file}.")

    def _compare(self, *, numbers: list[int], **_options: Any) -> None:
        framework = self._framework()
        before, after = (self._version(framework, number).content for number in numbers)
        self._say_changes(difference(before, after))

    def _framework(self) -> Framework:
        framework = Framework.objects.first()
        if framework is None:
            raise CommandError("There is no framework yet.")
        return framework

    def _version(self, framework: Framework, number: int) -> FrameworkVersion:
        found = FrameworkVersion.objects.filter(framework=framework, number=number).first()
        if found is None:
            raise CommandError(f"There is no version {number}.")
        return found

    def _say_changes(self, changes: Iterable[Change]) -> None:
        changes = list(changes)
        for change in changes:
            by = f" by {', '.join(change.successors)}" if change.successors else ""
            self.stdout.write(f"{change.table} {', '.join(change.key)}: {change.kind}{by}")
            for cell in change.cells:
                self.stdout.write(f"    {cell.column}: {cell.before!r} -> {cell.after!r}")
        if not changes:
            self.stdout.write("Nothing differs.")

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
