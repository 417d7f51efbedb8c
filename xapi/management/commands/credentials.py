from __future__ import annotations

from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from people.api import DomainError, Organisation, end_of_day, now
from xapi.credentials import change_secret, create_credential, revoke_credential, secret_mark
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
        change = actions.add_parser("change-secret", help="give a credential a new secret; prints KEY SECRET once")
        change.add_argument("key")
        change.add_argument("--days", type=int, default=7, help="how long the old secret opens too; 0 ends it at once")
        revoke = actions.add_parser("revoke", help="end a credential at once")
        revoke.add_argument("key")
        revoke.add_argument("--reason", default="", help="kept with who ended it and when")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, options["action"].replace("-", "_"))(**options)
        except DomainError as error:
            raise CommandError(str(error.message)) from error

    def create(
        self,
        name: str,
        scopes: str,
        organisation: str | None,
        until: date | None,
        pseudonymise: bool,
        **_options: Any,
    ) -> None:
        credential, secret = create_credential(
            name,
            scopes=[scope.strip() for scope in scopes.split(",")],
            organisation=organisation_called(organisation),
            at=now(),
            until=end_of_day(until) if until else None,
            pseudonymise=pseudonymise,
        )
        self.stdout.write(f"{credential.key} {secret}")

    def change_secret(self, key: str, days: int, **_options: Any) -> None:
        found, at = _unrevoked(key), now()
        mark, until = secret_mark(found), at + timedelta(days=max(days, 0))
        self.stdout.write(f"{key} {change_secret(found, replacing=mark, old_until=until, at=at)}")

    def revoke(self, key: str, reason: str, **_options: Any) -> None:
        revoke_credential(_unrevoked(key), at=now(), reason=reason)
        self.stdout.write(f"{key} is revoked.")


def _unrevoked(key: str) -> Credential:
    found = Credential.objects.filter(key=key, revoked_at=None).first()
    if found is None:
        raise CommandError(f"There is no credential in force with the key {key}.")
    return found


def organisation_called(slug: str | None) -> Organisation | None:
    """Return the organisation of a `--organisation` option."""
    if slug is None:
        return None
    found: Organisation | None = Organisation.objects.filter(slug=slug).first()
    if found is None:
        raise CommandError(f"There is no organisation called {slug}.")
    return found
