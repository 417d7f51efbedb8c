from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lms.database import grant_to_application
from xapi.api import PartitionReport, open_months, partition, partition_report


class Command(BaseCommand):
    help = "Keeps the statements of PostgreSQL in a table for each month."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("show", help="say how the statement table lies, and what `make` would do")
        actions.add_parser("make", help="partition the statement table, as its owner; all who use it wait meanwhile")
        actions.add_parser("ahead", help="make the parts of this month and the next; the worker does so by itself")

    def handle(self, *args: Any, **options: Any) -> None:
        found = partition_report()
        if not found.is_postgresql:
            raise CommandError("Only PostgreSQL has partitions.")
        getattr(self, options["action"])(found)

    def show(self, found: PartitionReport) -> None:
        size = f"{found.rows:,} statements, {found.bytes / 1_000_000:,.0f} MB with indexes"
        if found.is_partitioned:
            self.stdout.write(f"Partitioned: {size}, in {', '.join(found.parts)}.")
            return
        self.stdout.write(
            f"One table: {size}. `make` turns it into the first part as it lies and copies nothing; it writes a table"
            " with every statement id and checks all that points at statements, and meanwhile nobody reads or writes."
        )

    def make(self, found: PartitionReport) -> None:
        self.show(found)
        partition()
        grant_to_application(using="default")
        self.stdout.write(f"It lies in {', '.join(partition_report().parts)}.")

    def ahead(self, found: PartitionReport) -> None:
        self.stdout.write(f"{open_months()} made. It lies in {', '.join(partition_report().parts)}.")
