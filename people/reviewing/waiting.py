"""A file is put aside: kept as it was handed in, with whom it concerns, and those who must know are told."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from people.models import Organisation, Person, Role, RoleGrant
from people.reviewing.consequences import Consequences
from people.reviewing.models import Concerned, ReviewNotice, WaitingImport
from people.visibility import CARE_ROLES, has_role

TOLD = "waits"


def put_aside(
    data: bytes,
    found: Consequences,
    organisations: Collection[Organisation],
    at: datetime,
    *,
    on: date,
    is_complete: bool,
    actor: Person | None,
) -> WaitingImport:
    """Keep the file until somebody has decided, in place of any that waits for the same employers."""
    replace_those_of(organisations, at)
    made = WaitingImport.objects.create(
        data=data, is_complete=is_complete, valid_from=on, handed_in_by=actor, handed_in_at=at
    )
    made.organisations.set(organisations)
    note_concerned(made, found)
    _tell(made, found, organisations, on, at)
    return made


def note_concerned(waiting: WaitingImport, found: Consequences) -> None:
    """Write down whom it concerns, as it was reckoned last."""
    waiting.concerned.all().delete()
    Concerned.objects.bulk_create(
        Concerned(waiting=waiting, employment_id=pk, why=why) for pk, why in sorted(found.by_employment.items())
    )


def replace_those_of(organisations: Iterable[Organisation], at: datetime) -> None:
    """A later file says how it is now: what waits for the same employers is not needed."""
    rows = WaitingImport.objects.filter(fate=WaitingImport.Fate.WAITING, organisations__in=list(organisations))
    for row in rows.distinct():
        close(row, WaitingImport.Fate.REPLACED, None, at)


def close(waiting: WaitingImport, fate: WaitingImport.Fate, by: Person | None, at: datetime) -> None:
    """Note what became of it. The file and whom it concerned are gone with that."""
    waiting.fate, waiting.decided_by, waiting.decided_at, waiting.data = fate, by, at, b""
    waiting.save(update_fields=["fate", "decided_by", "decided_at", "data"])
    waiting.concerned.all().delete()
    waiting.notices.filter(read_at=None).update(read_at=at)


def employers_reviewed(person_pks: Iterable[int], at: datetime) -> dict[int, list[str]]:
    """Return by which employers' waiting files people are concerned at a moment, as the paths of the employers."""
    rows = Concerned.objects.filter(
        employment__person__in=list(person_pks), waiting__fate=WaitingImport.Fate.WAITING, waiting__handed_in_at__lte=at
    )
    found: dict[int, list[str]] = {}
    for person, path in rows.values_list("employment__person", "employment__organisation__path"):
        found.setdefault(person, []).append(path)
    return found


def _tell(
    waiting: WaitingImport, found: Consequences, organisations: Iterable[Organisation], on: date, at: datetime
) -> None:
    units = {terms.unit.pk: terms.unit for terms in (*found.ended, *found.suspended)}
    people = _holders({Role.HR}, organisations, on) | _holders(CARE_ROLES, units.values(), on)
    ReviewNotice.objects.bulk_create(
        ReviewNotice(recipient_id=pk, waiting=waiting, key=TOLD, made_at=at) for pk in sorted(people)
    )


def _holders(roles: Collection[str], nodes: Iterable[Organisation], on: date) -> set[int]:
    """Return whose role of these reaches one of the nodes."""
    grants = list(RoleGrant.objects.dated(on).filter(role__in=roles).select_related("person"))
    return {grant.person_id for node in nodes for grant in grants if has_role(grant.person, grant.role, node, on)}
