"""`manage.py courses import COURSES BODIES [--at MOMENT] [--owner SLUG]`: publishes a collection of course files."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.importer import ImportReport, import_collection
from people.api import DomainError, Organisation, now


class Command(BaseCommand):
    help = "Publishes every course of a collection. Safe to repeat: what has not changed is left alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        action = actions.add_parser("import", help=self.help)
        action.add_argument("courses", type=Path, help="the collection, such as courses.json")
        action.add_argument("bodies", type=Path, help="the folder with one <slug>.json for each course")
        action.add_argument("--at", type=_moment, help="publish at this moment of the past (ISO; an empty demo only)")
        action.add_argument("--owner", metavar="SLUG", help="who answers for them (default: the region)")

    def handle(self, *, courses: Path, bodies: Path, at: datetime | None, owner: str | None, **options: Any) -> None:
        try:
            report = import_collection(
                courses, bodies, at or now(), owner=_organisation(owner) if owner else None, past=at is not None
            )
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        for note in report.notes:
            self.stdout.write(note)
        self.stdout.write(_summary(report))


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("say the time zone, as in 2025-10-23T08:00:00+02:00")
    return moment


def _organisation(slug: str) -> Organisation:
    organisation = Organisation.objects.filter(slug=slug).first()
    if organisation is None:
        raise CommandError(f"There is no organisation with the short name {slug}.")
    return organisation


def _summary(report: ImportReport) -> str:
    return (
        f"{len(report.created)} courses new, {len(report.updated)} changed, {len(report.unchanged)} unchanged; "
        f"{report.terms} new words in the glossary."
    )
