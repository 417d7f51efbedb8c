"""What a stored statement is evidence of. The fold never sees statements, only this.

Free text is not read: it lies in the redactable part. Who judged, and whether she held the role or licence, was checked
when the statement was recorded and is read from it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from people.api import activity_iri, end_of_day
from xapi.api import StoredStatement, vocabulary

from .book import major_of
from .models import Competency
from .standing import TOP, Evidence, Kind

IMPLIED_LICENCES = {"specialistsjukskoterska": frozenset({"sjukskoterska"})}
"""A specialist nurse is a registered nurse with a further degree."""

LEARNT = {
    vocabulary.COMPLETED: Kind.COURSE,
    vocabulary.PASSED: Kind.QUIZ,
    vocabulary.INITIALIZED: Kind.STARTED,
}


def verbs_of_evidence() -> list[str]:
    """Return the verbs of the statements that may be evidence; all others need not be read."""
    own = vocabulary.own()
    return [*LEARNT, own.assessed, own.retained, vocabulary.VERIFIED]


def with_implied(licences: Iterable[str]) -> frozenset[str]:
    """Return the licences together with those that they imply."""
    found = frozenset(licences)
    return found.union(*(IMPLIED_LICENCES.get(code, frozenset()) for code in found))


def evidence_of(statements: Iterable[StoredStatement], by_uuid: Mapping[str, Competency]) -> list[Evidence]:
    """Return the evidence in `statements`; most of them (answers, modules) are none."""
    read = Reader(by_uuid).read
    return [item for item in map(read, statements) if item is not None]


class Reader:
    """Reads statements one by one, with what it takes at hand."""

    def __init__(self, by_uuid: Mapping[str, Competency]) -> None:
        self.by_uuid = by_uuid
        self.own = vocabulary.own()
        self.competency_iris = {activity_iri("competency", uuid): row for uuid, row in by_uuid.items()}

    def read(self, statement: StoredStatement) -> Evidence | None:
        """Return what a statement is evidence of, or None."""
        if statement.verb in LEARNT:
            return self._learnt(statement, LEARNT[statement.verb])
        if statement.verb == self.own.assessed:
            return self._assessed(statement)
        if statement.verb == self.own.retained:
            return self._retained(statement)
        return self._verified(statement) if statement.verb == vocabulary.VERIFIED else None

    def _learnt(self, statement: StoredStatement, kind: str) -> Evidence:
        return self._evidence(statement, kind, major=major_of(revision_of(statement)))

    def _assessed(self, statement: StoredStatement) -> Evidence | None:
        competency = self.competency_iris.get(statement.activity or "")
        level = self._level(statement)
        if competency is None or level is None or self._is_about_herself(statement):
            return None
        is_confirmation = self.own.confirmation in _categories(statement)
        kind = Kind.CONFIRMATION if is_confirmation else Kind.OBSERVATION
        assessor = _extensions(_context(statement)).get(self.own.assessor)
        assessor = assessor if isinstance(assessor, dict) else {}
        return self._evidence(
            statement,
            kind,
            competency=competency.code,
            level=level,
            by=_codes(assessor.get("roles")),
            in_person=assessor.get("in_person") is True,
            checklist=assessor.get("checklist") is True,
        )

    def _retained(self, statement: StoredStatement) -> Evidence | None:
        competency = self.competency_iris.get(statement.activity or "")
        level = self._level(statement)
        if competency is None or level is None:
            return None
        return self._evidence(statement, Kind.RETENTION, competency=competency.code, level=level)

    def _verified(self, statement: StoredStatement) -> Evidence | None:
        extensions = _extensions(_context(statement))
        licence = extensions.get(self.own.licence)
        if isinstance(licence, str):
            licences = with_implied([licence])
            return self._evidence(statement, Kind.QUALIFICATION, licence=licence, licences=licences)
        competency = self.by_uuid.get(str(extensions.get(self.own.competency)))
        level = self._level(statement)
        if competency is None or level is None:
            return None
        return self._evidence(statement, Kind.CERTIFICATE, competency=competency.code, level=level)

    def _is_about_herself(self, statement: StoredStatement) -> bool:
        """Nobody assesses herself, whatever system says so."""
        instructor = (_context(statement).get("instructor") or {}).get("account") or {}
        is_hers = instructor.get("name") == statement.actor_key
        return is_hers or self.own.self_assessment in _categories(statement)

    def _level(self, statement: StoredStatement) -> int | None:
        level = _extensions(_result(statement)).get(self.own.level)
        return level if type(level) is int and 0 < level <= TOP else None

    def _evidence(self, statement: StoredStatement, kind: str, **fields: Any) -> Evidence:
        last_day = _day(_extensions(_context(statement)).get(self.own.valid_until))
        return Evidence(
            statement_id=str(statement.statement_id),
            kind=kind,
            happened_at=statement.happened_at,
            stored=statement.stored,
            authority=statement.authority_key,
            organisation=statement.organisation_id,
            activity=statement.activity or "",
            registration=str(statement.registration) if statement.registration else None,
            positive=_result(statement).get("success") is not False,
            until=end_of_day(last_day) if last_day else None,
            from_start=self.own.from_start in _categories(statement),
            voided_at=statement.voided_at,
            **fields,
        )


def parents_of(statement: StoredStatement) -> list[str]:
    """Return the activities that the statement's own is part of: of an answer, its question set and module."""
    return sorted(_grouped(statement, "parent"))


def revision_of(statement: StoredStatement) -> str:
    """Return the course version, major.minor, that the statement was made in; empty if it says none."""
    return str(_context(statement).get("revision", ""))


def _context(statement: StoredStatement) -> dict[str, Any]:
    found: dict[str, Any] = statement.payload.get("context") or {}
    return found


def _result(statement: StoredStatement) -> dict[str, Any]:
    found: dict[str, Any] = statement.payload.get("result") or {}
    return found


def _extensions(part: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = part.get("extensions") or {}
    return found


def _categories(statement: StoredStatement) -> Collection[str]:
    return _grouped(statement, "category")


def _grouped(statement: StoredStatement, key: str) -> Collection[str]:
    activities = (_context(statement).get("contextActivities") or {}).get(key)
    if not activities:
        return ()
    activities = activities if isinstance(activities, list) else [activities]
    return {activity.get("id", "") for activity in activities}


def _codes(value: object) -> frozenset[str]:
    return frozenset(code for code in value if isinstance(code, str)) if isinstance(value, list) else frozenset()


def _day(value: object) -> date | None:
    """Return the day that another system wrote, or None for what is not one."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
