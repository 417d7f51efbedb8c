from __future__ import annotations

import sys
from argparse import ArgumentParser
from datetime import date
from getpass import getpass
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from people.api import DomainError, now, start_of_day
from xapi.forwarding import (
    VERSIONS,
    ForwardState,
    add_forward,
    all_forwards,
    pause_forward,
    refused_by,
    remove_forward,
    resend_forward,
    resume_forward,
)
from xapi.models import Forward

from .credentials import organisation_called


class Command(BaseCommand):
    help = "Forwards new statements to other record stores: adds and lists them, pauses, resumes and sends again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        add = actions.add_parser("add", help="send new statements to a store; asks for its secret")
        add.add_argument("name", help="the other store")
        add.add_argument("endpoint", help="its address, such as https://lrs.example.org/xapi")
        add.add_argument("--key", required=True, help="the key that the other store made for us")
        add.add_argument("--organisation", metavar="SLUG", help="send its statements only; else everybody's")
        add.add_argument("--xapi-version", choices=VERSIONS, default=VERSIONS[0], help="that the other store speaks")
        add.add_argument("--verb", action="append", default=[], metavar="IRI", help="beginning of verbs; repeatable")
        add.add_argument("--activity", action="append", default=[], metavar="IRI", help="the same of activities")
        actions.add_parser("list", help="say where statements are sent, what waits and what went wrong")
        pause = actions.add_parser("pause", help="send nothing for now; what comes meanwhile waits")
        pause.add_argument("--reason", default="")
        resume = actions.add_parser("resume", help="go on at once")
        resend = actions.add_parser("resend", help="send again what was stored since a day, and what was refused")
        resend.add_argument("--since", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
        remove = actions.add_parser("remove", help="forget the other store and what waits for it")
        for action in (pause, resume, resend, remove):
            action.add_argument("id", type=UUID, help="as `list` tells it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, options["action"])(options)
        except DomainError as error:
            raise CommandError(str(error.message)) from error

    def add(self, options: dict[str, Any]) -> None:
        forward = add_forward(
            options["name"],
            options["endpoint"],
            key=options["key"],
            secret=getpass("Secret: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n"),
            organisation=organisation_called(options["organisation"]),
            at=now(),
            version=options["xapi_version"],
            verbs=options["verb"],
            activities=options["activity"],
        )
        self.stdout.write(str(forward.uuid))

    def list(self, _options: dict[str, Any]) -> None:
        states = all_forwards()
        if not states:
            self.stdout.write("Nothing is forwarded.")
        for state in states:
            self._describe(state)

    def _describe(self, state: ForwardState) -> None:
        forward = state.forward
        whose = forward.organisation.slug if forward.organisation else "everybody"
        self.stdout.write(f"{forward.uuid} {forward.name}: {whose} to {forward.endpoint} ({forward.version})")
        for what, beginnings in (("verbs", forward.verbs), ("activities", forward.activities)):
            if beginnings:
                self.stdout.write(f"  only {what} {', '.join(beginnings)}")
        sent = forward.last_sent_at.isoformat(timespec="seconds") if forward.last_sent_at else "never"
        self.stdout.write(f"  waiting {state.waiting}, set aside {state.set_aside}, last sent {sent}")
        if forward.paused_at:
            since, cause = forward.paused_at.isoformat(timespec="seconds"), forward.get_pause_cause_display()
            self.stdout.write(f"  paused {since}: {cause}. {forward.pause_reason}".rstrip())
        if forward.last_error_at:
            self.stdout.write(
                f"  last error {forward.last_error_at.isoformat(timespec='seconds')}: {forward.last_error}"
            )
        for statement_id, answer in refused_by(forward, 10):
            self.stdout.write(f"  refused {statement_id}: {answer}")

    def pause(self, options: dict[str, Any]) -> None:
        pause_forward(_forward(options), options["reason"], now())
        self.stdout.write("Paused.")

    def resume(self, options: dict[str, Any]) -> None:
        resume_forward(_forward(options), now())
        self.stdout.write("Resumed.")

    def resend(self, options: dict[str, Any]) -> None:
        count = resend_forward(_forward(options), start_of_day(options["since"]), now())
        self.stdout.write(f"{count} statements will be sent again.")

    def remove(self, options: dict[str, Any]) -> None:
        remove_forward(_forward(options), now())
        self.stdout.write("Removed.")


def _forward(options: dict[str, Any]) -> Forward:
    found = Forward.objects.filter(uuid=options["id"]).first()
    if found is None:
        raise CommandError(f"There is no forward {options['id']}.")
    return found
