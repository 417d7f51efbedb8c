"""Registering what is known of somebody's right to the title."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from people.clock import today
from people.errors import DomainError, NotAllowed
from people.models import Employment, Person
from people.personnummer import holds_personnummer
from people.services import state_of
from people.titles.models import MOST_WORDS, TitleRight
from people.titles.queries import facts_of, jobs_of
from people.titles.right import PROTECTED_SINCE, TRANSITION_ENDS, Ground, right_on
from people.titles.rules import may_register


class InvalidTitleRight(DomainError):
    """What was to be registered means nothing, or rests on nothing."""

    code = "invalid_title_right"


@transaction.atomic
def register_title_right(
    registrar: Person, employment: Employment, ground: str, valid_from: date, at: datetime, *, reason: str = ""
) -> TitleRight:
    """Write down a ground from a day on, for the employer of `employment`; what already stands last is returned.

    `valid_from` is the day on the certificate, of the application, or from which the rest is known. `reason` says what
    it rests on; the transition rule needs one where we know of no employment on 2023-07-01. Raises NotAllowed for whom
    she does not answer for and for herself, InvalidTitleRight for what cannot be so.
    """
    day = today(at)
    terms = state_of(employment, day)
    if not terms.is_current(day) or not may_register(registrar, employment.person, terms.unit, day):
        raise NotAllowed(_("You cannot register the right to the title for this person."))
    check(employment, ground, valid_from, reason.strip(), day)
    said = {"ground": ground, "valid_from": valid_from, "reason": reason.strip()}
    rows = TitleRight.objects.filter(person=employment.person, organisation=employment.organisation)
    last = rows.order_by("-recorded_at", "-pk").first()
    if last is not None and all(getattr(last, name) == value for name, value in said.items()):
        return last
    return TitleRight.objects.create(
        person=employment.person, organisation=employment.organisation, registrar=registrar, recorded_at=at, **said
    )


def check(employment: Employment, ground: str, valid_from: date, reason: str, on: date) -> None:
    """Raise the sentence for what cannot be registered."""
    if ground not in TitleRight.Ground.values:
        raise InvalidTitleRight(_("Choose what the right rests on."))
    if not PROTECTED_SINCE <= valid_from <= on:
        raise InvalidTitleRight(_("Choose a day from 1 July 2023, when the title was protected, up to today."))
    if len(reason) > MOST_WORDS:
        raise InvalidTitleRight(_("Say it in at most %(most)s characters.") % {"most": MOST_WORDS})
    if holds_personnummer(reason):
        raise InvalidTitleRight(_("This looks like a personal identity number. Take it out and try again."))
    if ground == Ground.TRANSITION:
        _check_transition(employment, valid_from, reason)


def _check_transition(employment: Employment, valid_from: date, reason: str) -> None:
    if valid_from > TRANSITION_ENDS:
        raise InvalidTitleRight(_("The transition rule ended on 30 June 2033. A certificate is needed."))
    person, organisation = employment.person, employment.organisation
    known = right_on(facts_of(person, organisation), jobs_of(person, organisation), valid_from)
    if not reason and not known.employed_here:
        raise InvalidTitleRight(
            _(
                "We know of no permanent employment with the title on 1 July 2023. "
                "Say which employment it was and how it was shown."
            )
        )
