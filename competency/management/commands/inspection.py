from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from competency.inspection.chain import Verdict, verified
from competency.inspection.models import InspectionTaking


class Command(BaseCommand):
    help = "Inspection packs: whether a file is whole and is the one that was taken."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        verify = actions.add_parser(
            "verify", help="follow the hashes of a file; exit 1 and the line of the first fault"
        )
        verify.add_argument("file", type=Path)
        verify.add_argument("--head", help="the head printed on the document that belongs to the file")

    def handle(self, *args: Any, **options: Any) -> None:
        self.verify(options["file"], options["head"])

    def verify(self, path: Path, head: str | None) -> None:
        try:
            with path.open(encoding="utf-8", newline="\n") as file:
                verdict = verified(file)
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{path} is not text in UTF-8.") from error
        if verdict.fault:
            raise CommandError(f"{path}, line {verdict.fault.line}: {verdict.fault.why}")
        if head is not None and head != verdict.head:
            raise CommandError(f"{path} is whole, but its head is {verdict.head}: it is another pack.")
        self.stdout.write(f"Whole: {verdict.lines} lines, head {verdict.head}.")
        self.stdout.write(_taken(verdict))


def _taken(verdict: Verdict) -> str:
    """Say what this installation knows of the file. Whoever makes a chain anew makes it whole: only this tells."""
    taking = InspectionTaking.objects.filter(head=verdict.head).select_related("person", "unit").first()
    if taking is None:
        return "No pack with this head was taken from this installation; compare the head with the document."
    return f"Taken {taking.recorded_at.isoformat()} by {taking.person.uuid}, of {taking.unit.slug} on {taking.as_of}."
