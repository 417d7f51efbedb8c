from __future__ import annotations

from argparse import ArgumentParser
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from competency.disposal.due import due, held
from competency.disposal.models import Disposable
from competency.disposal.services import dispose, keep_for
from people.api import DomainError, Organisation, now, today
from xapi.api import Decision


class Command(BaseCommand):
    help = (
        "Disposal of delegations, the words of plans, and occasions: how long they are kept, what is due, its removal."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        rule = actions.add_parser("rule", help="decide for how long plans or occasions are kept at a node and below")
        due_ = actions.add_parser("due", help="list what may go; removes nothing")
        ending = actions.add_parser("dispose", help="write what is due for the archive, then remove it for good")
        for action in (rule, due_, ending):
            action.add_argument("organisation", metavar="SLUG")
        rule.add_argument("kind", choices=[Disposable.PLAN.value, Disposable.OCCASION.value])
        rule.add_argument("--months", type=int, help="how many; left out: for ever, which ends an earlier rule")
        rule.add_argument("--from", dest="valid_from", type=date.fromisoformat, metavar="YYYY-MM-DD", help="else today")
        for action in (due_, ending):
            action.add_argument("kind", choices=Disposable.values)
        ending.add_argument("--archive", type=Path, required=True, metavar="FILE", help="a new file, one JSON a line")
        for action in (rule, ending):
            action.add_argument("--ground", required=True, help="the decision or plan that it rests on")
            action.add_argument("--decided-by", required=True, help="who decided")

    def handle(self, *args: Any, **options: Any) -> None:
        node = Organisation.objects.filter(slug=options["organisation"]).first()
        if node is None:
            raise CommandError(f"There is no organisation called {options['organisation']}.")
        try:
            getattr(self, options["action"])(node, Disposable(options["kind"]), now(), options)
        except DomainError as error:
            raise CommandError(str(error.message)) from error

    def rule(self, node: Organisation, kind: Disposable, at: datetime, options: dict[str, Any]) -> None:
        if options["months"] is not None and options["months"] < 1:
            raise CommandError("Say one month or more.")
        day = options["valid_from"] or today(at)
        keep_for(node, kind, options["months"], valid_from=day, decision=_decision(options, at))
        kept = f"{options['months']} months" if options["months"] else "for ever"
        self.stdout.write(f"{node.slug} keeps {kind} {kept} from {day}.")

    def due(self, node: Organisation, kind: Disposable, at: datetime, _options: dict[str, Any]) -> None:
        things = due(kind, node, at)
        stays = held(things, at)
        for thing in things:
            self.stdout.write(f"{thing.uuid}" + (" stays: legal hold" if thing.uuid in stays else ""))
        self.stdout.write(
            f"{len(things) - len(stays)} may go; {len(stays)} under legal hold stay. Nothing was removed."
        )

    def dispose(self, node: Organisation, kind: Disposable, at: datetime, options: dict[str, Any]) -> None:
        done = dispose(kind, node, _decision(options, at), options["archive"])
        self.stdout.write(f"{done.gone} written to {options['archive']} and gone; {done.held} under legal hold stay.")


def _decision(options: dict[str, Any], at: datetime) -> Decision:
    return Decision(options["ground"], options["decided_by"], at)
