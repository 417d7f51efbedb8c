from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from competency.delegation.archive import archive_of
from competency.delegation.models import DelegationPolicy
from competency.delegation.tasks_file import load_tasks
from people.api import DomainError, Organisation, now, today


class Command(BaseCommand):
    help = "Delegations: the tasks that may be delegated, how a care provider handles them, and the archive."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        tasks = actions.add_parser("tasks", help="make or correct the tasks of a file; without one, the start set")
        tasks.add_argument("file", nargs="?", type=Path)
        policy = actions.add_parser("policy", help="decide how a care provider handles delegations, from today")
        policy.add_argument("organisation", metavar="SLUG")
        policy.add_argument("--keep-months", type=int, default=DelegationPolicy.KEEP_MONTHS)
        policy.add_argument("--queue-days", type=int, default=DelegationPolicy.QUEUE_DAYS)
        policy.add_argument("--chief-only", action="store_true", help="colleagues do not get the queue, the MAS alone")
        policy.add_argument("--from", dest="valid_from", type=date.fromisoformat, metavar="YYYY-MM-DD")
        policy.add_argument("--ground", required=True, help="the decision that it rests on")
        export = actions.add_parser("export", help="write a care provider's decisions for the archive, one JSON a line")
        export.add_argument("organisation", metavar="SLUG")
        export.add_argument("file", type=Path)
        export.add_argument("--pdf", type=Path, metavar="DIR", help="write each decision there as a PDF as well")

    def handle(self, *args: Any, **options: Any) -> None:
        at = now()
        try:
            getattr(self, options["action"])(at, options)
        except DomainError as error:
            raise CommandError(str(error.message)) from error

    def tasks(self, at: datetime, options: dict[str, Any]) -> None:
        self.stdout.write(f"{load_tasks(options['file'], at)} tasks.")

    def policy(self, at: datetime, options: dict[str, Any]) -> None:
        for name in ("keep_months", "queue_days"):
            if options[name] < 1:
                raise CommandError(f"--{name.replace('_', '-')} must be 1 or more.")
        DelegationPolicy.objects.create(
            node=_node(options["organisation"]),
            valid_from=options["valid_from"] or today(at),
            recorded_at=at,
            keep_months=options["keep_months"],
            queue_days=options["queue_days"],
            queue_colleagues=not options["chief_only"],
            ground=options["ground"],
        )
        self.stdout.write("Decided.")

    def export(self, at: datetime, options: dict[str, Any]) -> None:
        provider, count, folder = _node(options["organisation"]), 0, options["pdf"]
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
        with options["file"].open("w", encoding="utf-8") as file:
            for row in archive_of(provider, at, folder):
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
                count += 1
        self.stdout.write(f"{count} decisions.")


def _node(slug: str) -> Organisation:
    node: Organisation | None = Organisation.objects.filter(slug=slug).first()
    if node is None:
        raise CommandError(f"There is no organisation called {slug}.")
    return node
