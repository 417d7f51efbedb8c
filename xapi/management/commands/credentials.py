from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from people.api import DomainError, Organisation, end_of_day, now
from xapi.credentials import create_credential
from xapi.models import Credential, Scope


class Command(BaseCommand):
    help = "Makes and revokes the credentials with which other systems use the record store."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        create = actions.add_parser("create", help="make a credential; prints KEY SECRET once")
        create.add_argument("name", help="the system that will use it")
        create.add_argument("--scopes", default=Scope.ALL.value, help=f"separated by commas: {', '.join(Scope.values)}")
        create.add_argument("--organisation", metavar="SLUG", help="bind it to an organisation; else to none")
        create.add_argument("--until", type=date.fromisoformat, metavar="YYYY-MM-DD", help="its last day")
        create.add_argument(
            "--pseudonymise", action="store_true", help="replace foreign identifiers in what it sends by stand-ins"
        )
        revoke = actions.add_parser("revoke", help="end a credential at once")
        revoke.add_argument("key")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "create":
            self.create(**options)
        else:
            self.revoke(options["key"])

    def create(
        self,
        name: str,
        scopes: str,
        organisation: str | None,
        until: date | None,
        pseudonymise: bool,
        **_options: Any,
    ) -> None:
        try:
            credential, secret = create_credential(
                name,
                scopes=[scope.strip() for scope in scopes.split(",")],
                organisation=organisation_called(organisation),
                at=now(),
                until=end_of_day(until) if until else None,
                pseudonymise=pseudonymise,
            )
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(f"{credential.key} {secret}")

    def revoke(self, key: str) -> None:
        if not Credential.objects.filter(key=key, revoked_at=None).update(revoked_at=now()):
            raise CommandError(f"There is no credential in force with the key {key}.")
        self.stdout.write(f"{key} is revoked.")


def organisation_called(slug: str | None) -> Organisation | None:
    """Return the organisation of a `--organisation` option."""
    if slug is None:
        return None
    found: Organisation | None = Organisation.objects.filter(slug=slug).first()
    if found is None:
        raise CommandError(f"There is no organisation called {slug}.")
    return found
