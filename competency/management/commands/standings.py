"""`manage.py standings verify`, `rebuild [--person UUID]` and `explain PERSON COMPETENCY [--as-of] [--known-at]`."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from competency.queries import competency as competency_by_code
from competency.queries import explanation
from competency.services import rebuild, rebuild_all, refresh, verify_standings
from competency.shapes import Explanation, NotCounted, Reason, last_day
from people.api import DomainError, Organisation, Person, end_of_day, now, today

SAID_EVERY = 1000


class Command(BaseCommand):
    help = "Compares the standings with a full refold, rebuilds them, or explains one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("verify", help="compare with a full refold; exit 1 on any difference")
        action = actions.add_parser("rebuild", help="fold everyone, or one person, anew")
        action.add_argument("--person", type=UUID, help="only the person with this UUID")
        action = actions.add_parser("explain", help="say why a person holds the level that she holds")
        action.add_argument("person", type=UUID, metavar="PERSON")
        action.add_argument("competency", metavar="COMPETENCY")
        action.add_argument("--as-of", type=date.fromisoformat, help="the day asked about (default: today)")
        action.add_argument("--known-at", type=date.fromisoformat, help="as known when this day ended (default: now)")
        action.add_argument("--organisation", help="short name of the employer (default: her largest employment's)")

    def handle(self, *, action: str, **options: Any) -> None:
        try:
            getattr(self, f"_{action}")(**options)
        except DomainError as error:
            raise CommandError(str(error.message)) from error

    def _verify(self, **_options: Any) -> None:
        differences = verify_standings(now())
        for line in differences:
            self.stdout.write(line)
        if differences:
            raise CommandError(f"{len(differences)} standings differ from a full refold.")
        self.stdout.write("Every standing equals a full refold.")

    def _rebuild(self, *, person: UUID | None, **_options: Any) -> None:
        rows = rebuild(_person(person).pk, now()) if person else rebuild_all(now(), self._progress)
        self.stdout.write(f"{rows} rows written or removed.")

    def _progress(self, done: int, total: int) -> None:
        """Say how far it has come, now and then."""
        if done == total or done % SAID_EVERY == 0:
            self.stdout.write(f"{done} of {total} people")
            self.stdout.flush()

    def _explain(
        self,
        *,
        person: UUID,
        competency: str,
        as_of: date | None,
        known_at: date | None,
        organisation: str | None,
        **_options: Any,
    ) -> None:
        someone = _person(person)
        refresh(someone, now())
        why = explanation(
            someone,
            competency_by_code(competency),
            as_of or today(),
            end_of_day(known_at) if known_at else None,
            organisation=_organisation(organisation),
        )
        for line in lines_of(why):
            self.stdout.write(line)


def lines_of(why: Explanation) -> Iterator[str]:
    """Yield an explanation in words."""
    until = f"until {why.valid_through}" if why.valid_through else "without end"
    yield f"{why.competency.code} {why.competency.title}, {why.organisation.name}, as of {why.as_of}"
    yield f"Level {why.level}{f', {until}' if why.level else ''}"
    if why.requirement:
        yield f"Asked: level {why.requirement.asked} ({why.status_label})"
    if why.rule:
        yield f"Rule: level {why.rule.level}, version {why.rule.version}, valid from {why.rule.valid_from:%Y-%m-%d}"
    for reason in why.reasons:
        yield f"  counts: {_sentence(reason)}"
    for each in why.not_counted:
        yield f"  does not count: {_sentence(each.reason)} {_why_not(each)}"
    for period in why.history:
        end = last_day(period.until)
        yield f"  {period.since:%Y-%m-%d} to {end or '…'}: level {period.level}"


def _sentence(reason: Reason) -> str:
    parts = [str(reason.label), f"level {reason.level}" if reason.level else "", f"{reason.happened_at:%Y-%m-%d}"]
    parts += [
        reason.title,
        ", ".join(reason.by_labels),
        f"until {reason.valid_through}" if reason.valid_through else "",
    ]
    parts += [f"statement {reason.statement_id}" if reason.statement_id else "from another employer"]
    parts += ["from the start" if reason.from_start else ""]
    return ", ".join(part for part in parts if part) + "."


def _why_not(each: NotCounted) -> str:
    return str(each.why_label)


def _person(uuid: UUID) -> Person:
    found = Person.objects.filter(uuid=uuid).first()
    if found is None:
        raise CommandError(f"There is no person {uuid}.")
    return found


def _organisation(slug: str | None) -> Organisation | None:
    if slug is None:
        return None
    found = Organisation.objects.filter(slug=slug).first()
    if found is None:
        raise CommandError(f"There is no organisation {slug}.")
    return found
