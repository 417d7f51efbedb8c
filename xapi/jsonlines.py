"""Statements as JSON Lines, one a line: judged, written out, read in. Nothing holds a whole file in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from people.api import Organisation

from .body import BadRequest, load
from .bulk import chunks
from .entries import Entry
from .models import Credential, Scope, Statement
from .queries import body_of
from .services import Clock, record_entries
from .statement import check

IMPORTER = "statements import"


@dataclass(frozen=True, slots=True)
class LineError:
    """One thing wrong with a file: its line, the place in the statement, what is wrong and by which section."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    new: int
    known: int


def rules_of(body: Any) -> str:
    """A statement that says it is of version 1.0.x is judged by 1.0.3, any other by 2.0."""
    version = body.get("version") if isinstance(body, dict) else None
    return "1.0.3" if isinstance(version, str) and version.startswith("1.") else "2.0.0"


def errors_in(path: Path) -> Iterator[LineError]:
    """Every error of a file, line by line; empty lines are passed over."""
    for number, raw in _lines(path):
        try:
            body = load(raw)
        except BadRequest as error:
            yield LineError(number, str(error.message))
            continue
        yield from (LineError(number, str(error)) for error in check(body, rules_of(body)))


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield number, line


def export_to(file: TextIO) -> int:
    """Write every statement in the order of storing, exactly as GET returns it. Return how many."""
    count = 0
    for row in Statement.objects.select_related("redactable").order_by("id").iterator(chunk_size=500):
        file.write(json.dumps(body_of(row), ensure_ascii=False, separators=(",", ":")) + "\n")
        count += 1
    return count


def import_from(path: Path, *, organisation: Organisation | None, clock: Clock) -> ImportReport:
    """Record every statement of a file that `errors_in` found nothing wrong with, in batches.

    Statements that are stored already are skipped, so an import that was cut off is taken up by running it again.
    The authority is the importer, not the platform: evidence from elsewhere counts only where an organisation has
    accepted its source (semantics 11).
    """
    at = clock()
    source = _importer(organisation, at)
    new = known = 0
    for batch in chunks(_lines(path)):
        bodies = [load(line) for _number, line in batch]
        entries = [Entry(body, organisation, at, version=rules_of(body)) for body in bodies]
        outcome = record_entries(entries, source=source, clock=clock)
        new += sum(one.is_new for one in outcome)
        known += sum(not one.is_new for one in outcome)
    return ImportReport(new, known)


def _importer(organisation: Organisation | None, at: datetime) -> Credential:
    """The credential that stands for imports; revoked from the start, so that nobody can sign in with it."""
    credential, _is_new = Credential.objects.get_or_create(
        name=IMPORTER,
        organisation=organisation,
        defaults={
            "key": f"import-{organisation.pk if organisation else 0}",
            "scopes": [Scope.STATEMENTS_WRITE],
            "created_at": at,
            "revoked_at": at,
        },
    )
    return credential
