"""What people say about each other's competence becomes statements here, after the question whether they may say it.

The learner is the actor, the assessor `context.instructor`. The roles and licences that the assessor held at that
moment are written into the statement, so the fold never asks who she is today.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from people.api import (
    EmploymentTerms,
    NotFound,
    Organisation,
    Person,
    Role,
    activity_iri,
    actor_of,
    employments_of,
    has_role,
    today,
)
from xapi.api import Entry, record_entries, statement, vocabulary

from ..book import book
from ..errors import NobodyAssessesHerself, NotEntitled, RuleError
from ..models import TOP_LEVEL, Competency, Profession
from ..observing.following import Followed
from ..queries.assessors import Assessor, may_judge
from ..trees import CONFIRMATION, OBSERVATION

REGISTRARS = (Role.HR, Role.CHIEF_NURSE, Role.CHIEF_REHAB, Role.MANAGER, Role.ADMIN)
"""Who may enter what somebody else has shown elsewhere: qualifications, certificates, what was there from the start."""


def assess(
    assessor: Person,
    person: Person,
    competency: Competency,
    level: int,
    at: datetime,
    *,
    positive: bool = True,
    organisation: Organisation | None = None,
    in_person: bool = True,
    checklist: bool = False,
    steps: Followed | None = None,
    comment: str = "",
    shown: str = "",
    happened_at: datetime | None = None,
    statement_id: UUID | None = None,
) -> UUID:
    """Record an observation as a statement, and return its id. The same `statement_id` twice is one statement.

    `organisation` is the learner's employer under which it was made (default: her largest employment); `steps` how the
    checklist went; `shown` the hash of what the assessor read before she signed. Raises NobodyAssessesHerself,
    NotEntitled when no rule lets the assessor's roles and licences judge the level, RuleError.
    """
    entry = assessment(
        assessor,
        person,
        competency,
        level,
        at,
        kind=OBSERVATION,
        positive=positive,
        organisation=organisation,
        in_person=in_person,
        checklist=checklist,
        steps=steps,
        comment=comment,
        shown=shown,
        happened_at=happened_at,
        statement_id=statement_id,
    )
    return _record([entry])[0]


@transaction.atomic
def confirm(
    assessor: Person,
    person: Person,
    levels: Mapping[Competency, int],
    at: datetime,
    *,
    organisation: Organisation | None = None,
    comment: str = "",
    shown: str = "",
    happened_at: datetime | None = None,
    statement_id: UUID | None = None,
) -> list[UUID]:
    """Record confirmations after a conversation: one statement per competency, all or none. Return their ids.

    With `statement_id`, the id of each is made from it, so that the same form sent twice is recorded once.
    """
    entries = [
        assessment(
            assessor,
            person,
            competency,
            level,
            at,
            kind=CONFIRMATION,
            organisation=organisation,
            comment=comment,
            shown=shown,
            happened_at=happened_at,
            statement_id=uuid5(statement_id, competency.code) if statement_id else None,
        )
        for competency, level in levels.items()
    ]
    return _record(entries)


def assessment(
    assessor: Person | Assessor,
    person: Person,
    competency: Competency,
    level: int,
    at: datetime,
    *,
    kind: str = OBSERVATION,
    positive: bool = True,
    organisation: Organisation | None = None,
    in_person: bool = True,
    checklist: bool = False,
    steps: Followed | None = None,
    comment: str = "",
    shown: str = "",
    happened_at: datetime | None = None,
    statement_id: UUID | None = None,
) -> Entry:
    """Return the statement of an observation or confirmation, checked but not recorded, for whoever records many.

    What is checked is the assessor's right at `at`, when it is recorded. Whoever makes many keeps an `Assessor`.
    """
    judge = assessor if isinstance(assessor, Assessor) else Assessor(assessor)
    if judge.person.pk == person.pk:
        raise NobodyAssessesHerself
    if not 1 <= level <= TOP_LEVEL:
        raise RuleError(_("Level %(level)s is not on the scale.") % {"level": level})
    if steps:
        steps.check(positive)
    on = today(at)
    terms = _workplace(person, organisation, on)
    roles = judge.roles_in(competency, terms, on, at)
    if not may_judge(competency.code, kind, level, roles, at, positive):
        raise NotEntitled
    own = vocabulary.own()
    assessor_facts = {
        "roles": sorted(roles),
        "licences": sorted(judge.licences(on, at)),
        "profession": next((each.profession for each in judge.terms(on)), ""),
        "in_person": in_person,
        "checklist": checklist or steps is not None,
    }
    said: dict[str, Any] = {own.level: level} | ({own.comment: comment} if comment else {})
    said |= {own.checklist: steps.extension} if steps else {}
    body = statement_body(
        person,
        own.assessed,
        competency_activity(competency),
        statement_id=statement_id,
        timestamp=happened_at or at,
        categories=[own.confirmation if kind == CONFIRMATION else own.observation],
        result={"success": positive, "extensions": said},
        extensions={own.assessor: assessor_facts} | ({own.shown: shown} if shown else {}),
    )
    body["context"]["instructor"] = actor_of(judge.person)
    return Entry(body, terms.employment.organisation, at)


def verify_qualification(
    registrar: Person | None,
    person: Person,
    licence: str,
    at: datetime,
    *,
    organisation: Organisation,
    happened_at: datetime | None = None,
    ground: str = "",
    withdrawn: bool = False,
) -> UUID:
    """Record that a licence or degree (the code of its profession) has been checked, or that it no longer holds.

    `happened_at` is when it was issued, if known. Raises NotEntitled, RuleError for a code that is no licence.
    """
    check_registrar(registrar, person, organisation, today(at))
    entry = qualification_entry(
        registrar, person, licence, at, organisation, happened_at=happened_at, ground=ground, withdrawn=withdrawn
    )
    return _record([entry])[0]


def withdraw_qualification(
    registrar: Person | None, person: Person, licence: str, at: datetime, *, organisation: Organisation
) -> UUID:
    """Record that a licence no longer holds from `at` on."""
    return verify_qualification(registrar, person, licence, at, organisation=organisation, withdrawn=True)


def approve_certificate(
    approver: Person | None,
    person: Person,
    competency: Competency,
    level: int,
    at: datetime,
    *,
    organisation: Organisation,
    happened_at: datetime | None = None,
    until: date | None = None,
    ground: str = "",
) -> UUID:
    """Record an approved certificate from elsewhere, which the approver says shows `level`, with its own last day."""
    check_registrar(approver, person, organisation, today(at))
    entry = certificate_entry(
        approver, person, competency, level, at, organisation, happened_at=happened_at, until=until, ground=ground
    )
    return _record([entry])[0]


def qualification_entry(
    registrar: Person | None,
    person: Person,
    licence: str,
    at: datetime,
    organisation: Organisation,
    *,
    happened_at: datetime | None = None,
    ground: str = "",
    withdrawn: bool = False,
    from_start: bool = False,
    statement_id: UUID | None = None,
) -> Entry:
    profession = _licensed_profession(licence)
    own = vocabulary.own()
    body = statement_body(
        person,
        vocabulary.VERIFIED,
        {
            "id": activity_iri("credential", profession.uuid),
            "definition": {"type": vocabulary.CREDENTIAL, "name": _names(profession)},
        },
        statement_id=statement_id,
        timestamp=happened_at or at,
        categories=[own.qualification, *([own.from_start] if from_start else [])],
        result={"success": not withdrawn},
        extensions={own.licence: licence} | _entered_by(registrar, ground),
    )
    return Entry(body, organisation, at)


def certificate_entry(
    registrar: Person | None,
    person: Person,
    competency: Competency,
    level: int,
    at: datetime,
    organisation: Organisation,
    *,
    happened_at: datetime | None = None,
    until: date | None = None,
    ground: str = "",
    from_start: bool = False,
    statement_id: UUID | None = None,
) -> Entry:
    if not 1 <= level <= TOP_LEVEL:
        raise RuleError(_("Level %(level)s is not on the scale.") % {"level": level})
    if until and until < today(happened_at or at):
        raise RuleError(_("The certificate ends before it begins."))
    own = vocabulary.own()
    extensions: dict[str, Any] = {own.competency: str(competency.uuid)} | _entered_by(registrar, ground)
    if until:
        extensions[own.valid_until] = until.isoformat()
    body = statement_body(
        person,
        vocabulary.VERIFIED,
        {
            "id": activity_iri("credential", uuid5(competency.uuid, "certificate")),
            "definition": {"type": vocabulary.CREDENTIAL, "name": _names(competency)},
        },
        statement_id=statement_id,
        timestamp=happened_at or at,
        categories=[own.certificate, *([own.from_start] if from_start else [])],
        result={"success": True, "extensions": {own.level: level}},
        extensions=extensions,
    )
    return Entry(body, organisation, at)


def shown_before_entry(
    registrar: Person | None,
    person: Person,
    competency: Competency,
    level: int,
    at: datetime,
    organisation: Organisation,
    *,
    kind: str,
    happened_at: datetime,
    until: date | None,
    ground: str,
    statement_id: UUID,
) -> Entry:
    """Return the statement of an observation or confirmation made before the organisation began to use the platform."""
    own = vocabulary.own()
    extensions = _entered_by(registrar, ground)
    if until:
        extensions[own.valid_until] = until.isoformat()
    body = statement_body(
        person,
        own.assessed,
        competency_activity(competency),
        statement_id=statement_id,
        timestamp=happened_at,
        categories=[own.confirmation if kind == CONFIRMATION else own.observation, own.from_start],
        result={"success": True, "extensions": {own.level: level}},
        extensions=extensions,
    )
    return Entry(body, organisation, at)


def check_registrar(registrar: Person | None, person: Person, organisation: Organisation, on: date) -> None:
    """Raise unless the registrar may enter what others have shown at the organisation. None is the operator."""
    if registrar is None:
        return
    if registrar.pk == person.pk:
        raise NobodyAssessesHerself
    if not any(has_role(registrar, role, unit, on) for unit in _units(person, organisation, on) for role in REGISTRARS):
        raise NotEntitled


def _units(person: Person, organisation: Organisation, on: date) -> Iterable[Organisation]:
    terms = [each for each in employments_of(person, on) if each.employment.organisation_id == organisation.pk]
    return [each.unit for each in terms] or [organisation]


def _workplace(person: Person, organisation: Organisation | None, on: date) -> EmploymentTerms:
    """Return the employment in which the learner is assessed: the largest, or the largest at `organisation`."""
    for terms in employments_of(person, on):
        if organisation is None or terms.employment.organisation_id == organisation.pk:
            return terms
    raise NotEntitled(_("She is not employed there, so nothing can be assessed."))


def _record(entries: list[Entry]) -> list[UUID]:
    """Record what is not yet there; a form sent again may differ in its clock, and is the same all the same."""
    new = [entry for entry in entries if not is_stored(UUID(entry.body["id"]))]
    record_entries(new)
    return [UUID(entry.body["id"]) for entry in entries]


def is_stored(statement_id: UUID) -> bool:
    try:
        statement(statement_id)
    except NotFound:
        return False
    return True


def statement_body(
    person: Person,
    verb: str,
    activity: dict[str, Any],
    *,
    statement_id: UUID | None,
    timestamp: datetime,
    categories: list[str],
    result: dict[str, Any],
    extensions: dict[str, Any],
) -> dict[str, Any]:
    own = vocabulary.own()
    return {
        "id": str(statement_id or uuid4()),
        "actor": actor_of(person),
        "verb": vocabulary.verb(verb),
        "object": {"objectType": "Activity", **activity},
        "result": result,
        "context": {
            "platform": "Lärnära",
            "contextActivities": {
                "category": [
                    {"id": own.platform_profile, "definition": {"type": vocabulary.STATEMENT_PROFILE}},
                    *({"id": iri, "definition": {"type": vocabulary.CATEGORY}} for iri in categories),
                ]
            },
            "extensions": extensions,
        },
        "timestamp": timestamp.isoformat(),
    }


def competency_activity(competency: Competency) -> dict[str, Any]:
    return {
        "id": activity_iri("competency", competency.uuid),
        "definition": {"type": vocabulary.COMPETENCY, "name": _names(competency)},
    }


def _names(row: Competency | Profession) -> dict[str, str]:
    return {"sv": row.title_sv} | ({"en": row.title_en} if row.title_en else {})


def _entered_by(registrar: Person | None, ground: str) -> dict[str, Any]:
    own = vocabulary.own()
    found: dict[str, Any] = {own.registrar: registrar.actor_key} if registrar else {}
    return found | ({own.ground: ground} if ground else {})


def _licensed_profession(licence: str) -> Profession:
    profession = book().profession(licence)
    if profession is None or not profession.licensed:
        raise RuleError(_("%(code)s is not a licence that the framework knows.") % {"code": licence})
    return profession
