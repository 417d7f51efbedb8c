from __future__ import annotations

from argparse import ArgumentParser
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from people.api import DomainError, end_of_day, now, today
from xapi.disposal import Decision, hold
from xapi.models import RetentionKind
from xapi.retention import Due, apply, due, set_rule

from .credentials import organisation_called


class Command(BaseCommand):
    help = "Rules of retention for statements: sets them, reports what they would remove, and applies them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        rule = actions.add_parser("rule", help="decide for how long an organisation keeps a kind of detail")
        rule.add_argument("organisation", metavar="SLUG")
        rule.add_argument("kind", choices=RetentionKind.values)
        rule.add_argument("--months", type=int, help="how many; left out: for ever, which ends an earlier rule")
        rule.add_argument("--from", dest="valid_from", type=date.fromisoformat, metavar="YYYY-MM-DD", help="else today")
        actions.add_parser("report", help="say what every rule would remove; changes nothing")
        applying = actions.add_parser("apply", help="remove it for good, in batches; run again, it is taken up")
        holding = actions.add_parser("hold", help="stop disposal for an organisation or a person until a day")
        holding.add_argument("--organisation", metavar="SLUG")
        holding.add_argument("--actor", default="", metavar="KEY", help="an actor key, or mailto: and a mailbox")
        holding.add_argument("--until", type=date.fromisoformat, metavar="YYYY-MM-DD", required=True, help="last day")
        for action in (rule, applying, holding):
            action.add_argument("--ground", required=True, help="the decision or plan that it rests on")
            action.add_argument("--decided-by", required=True, help="who decided")

    def handle(self, *args: Any, **options: Any) -> None:
        at = now()
        try:
            getattr(self, options["action"])(at, options)
        except DomainError as error:
            raise CommandError(str(error.message)) from error

    def rule(self, at: datetime, options: dict[str, Any]) -> None:
        if options["months"] is not None and options["months"] < 1:
            raise CommandError("Say one month or more.")
        organisation = organisation_called(options["organisation"])
        assert organisation is not None
        kind = RetentionKind(options["kind"])
        day = options["valid_from"] or today(at)
        set_rule(organisation, kind, options["months"], valid_from=day, decision=_decision(options, at))
        kept = f"{options['months']} months" if options["months"] else "for ever"
        self.stdout.write(f"{organisation.slug} keeps {kind} {kept} from {day}.")

    def report(self, at: datetime, _options: dict[str, Any]) -> None:
        rules = due(at)
        if not rules:
            self.stdout.write("There is no rule; nothing would be removed.")
        for one in rules:
            dates = f", {today(one.oldest)} to {today(one.newest)}" if one.oldest and one.newest else ""
            held = f"; {one.held} under legal hold stay" if one.held else ""
            before = today(one.before)
            self.stdout.write(
                f"{one.rule}: {one.statements} statements from before {before} with {_what(one)}{dates}{held}."
            )

    def apply(self, at: datetime, options: dict[str, Any]) -> None:
        for one in apply(_decision(options, at)):
            self.stdout.write(f"{one.rule}: {one.statements} statements, {one.identifiers} identifiers disposed of.")

    def hold(self, at: datetime, options: dict[str, Any]) -> None:
        organisation = organisation_called(options["organisation"])
        if organisation is None and not options["actor"]:
            raise CommandError("Say which organisation, which actor, or both.")
        until = end_of_day(options["until"])
        hold(until=until, decision=_decision(options, at), organisation=organisation, actor_key=options["actor"])
        self.stdout.write(f"Held through {options['until']}.")


def _what(one: Due) -> str:
    if one.rule.kind == RetentionKind.EVERYTHING:
        return "detail to remove, or an identifier from elsewhere, which goes unless something else needs it"
    return "detail to remove"


def _decision(options: dict[str, Any], at: datetime) -> Decision:
    return Decision(options["ground"], options["decided_by"], at)
