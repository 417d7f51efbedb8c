from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from people.api import DomainError, now
from xapi.disposal import Decision, Disposal, dispose, erase_actor, would_dispose, would_erase_actor


class Command(BaseCommand):
    help = "Removes for good the free text, answers, attachments and foreign identifiers of statements."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--statement", type=UUID, action="append", metavar="UUID", help="may be given several times")
        what.add_argument("--actor", metavar="KEY", help="everything about an actor key, or mailto: and a mailbox")
        parser.add_argument("--ground", default="", help="the decision or plan that it rests on")
        parser.add_argument("--decided-by", default="", help="who decided")
        parser.add_argument("--dry-run", action="store_true", help="report exactly what would go; changes nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        at = now()
        ids, actor = options["statement"], options["actor"]
        try:
            if options["dry_run"]:
                report = would_erase_actor(actor, at=at) if actor else would_dispose(ids, at=at)
            else:
                decision = Decision(options["ground"], options["decided_by"], at)
                report = erase_actor(actor, decision) if actor else dispose(ids, decision)
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        self.show(report, "would be" if options["dry_run"] else "are")

    def show(self, report: Disposal, verb: str) -> None:
        for statement_id in report.statements:
            self.stdout.write(str(statement_id))
        for statement_id in report.held:
            self.stdout.write(f"{statement_id} stays: legal hold")
        self.stdout.write(
            f"{len(report.statements)} statements, {report.identifiers} identifiers, {report.documents} documents"
            f" and {report.attachments} attachments {verb} disposed of."
        )
