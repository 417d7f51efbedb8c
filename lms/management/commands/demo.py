"""`manage.py demo load`: the demo region, once, and who can sign in to it."""

from __future__ import annotations

import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lms.demo import region
from lms.demo.accounts import ACCOUNTS, password_path
from lms.demo.load import load
from people.api import Person, now


class Command(BaseCommand):
    help = "Loads the demo region into an empty database and prints its accounts; prints them again when it is there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("load", help=self.help)

    def handle(self, *, action: str, **options: Any) -> None:
        path = password_path()
        if not Person.objects.exists():
            self.stdout.write("Loading the demo region: a year of learning for 300 invented people ...")
            load(now())
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(9), encoding="ascii")
            region.open_accounts(path.read_text(encoding="ascii"))
        if not path.exists():
            raise CommandError("This database holds people who are not the demo's; the demo is for an empty one.")
        self.stdout.write("")
        for account in ACCOUNTS:
            self.stdout.write(f"  {account.email:<28}{account.what}")
        self.stdout.write(f"Demo password: {path.read_text(encoding='ascii')}")
