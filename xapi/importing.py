"""Statements read from a file, with the data of their attachments. Nothing is recorded while a line is known to be
wrong, then one batch at a time, each whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from people.api import DomainError, Organisation

from . import attachments
from .attachments import PIECE, Files, hashes_named_in
from .body import BadRequest
from .entries import Entry
from .jsonlines import Line, LineError, data_beside, errors_of, lines_of, rules_of
from .models import Credential, Scope
from .services import Clock, record_entries, refused
from .statement.formats import is_sha2

IMPORTER: Final = "statements import"
UNNAMED: Final = UUID("6f0f4d3e-5f0c-4b43-9f6b-0c7f0f3a9d52")
"""The namespace of ids for lines that have none."""
MAX_LINES: Final = 500
MAX_BYTES: Final = 2 * 1024 * 1024
MAX_DATA: Final = 64 * 1024 * 1024
"""How much one batch holds at most, unless a single line has more: lines, their bytes, and those of attachments."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    new: int
    known: int


class ImportStopped(DomainError):
    """The store has come to refuse some lines since the file was checked; the batches before are recorded."""

    def __init__(self, errors: list[LineError], report: ImportReport) -> None:
        self.errors, self.report = errors, report
        super().__init__(_("The import stopped at a batch that was refused."))


@dataclass(frozen=True, slots=True)
class Import:
    """A file to record for an organisation, or none. Without `with_data`, attachments are taken as described."""

    path: Path
    organisation: Organisation | None
    at: datetime
    with_data: bool = True

    def errors(self) -> Iterator[LineError]:
        """Everything that is wrong with the file, by line: with statements, with data, and for what is stored here."""
        source = importer_of(self.organisation, self.at)
        for batch in self._batches():
            found = list(self._errors_in(batch, source))
            yield from sorted(found, key=lambda error: error.line)

    def run(self, clock: Clock) -> ImportReport:
        """Record a file that nothing is wrong with. Raises ImportStopped.

        What is stored already is skipped, so an import that was cut off is taken up by running it again. The authority
        is the importer, not the platform: evidence from elsewhere counts only where an organisation has accepted its
        source (semantics 11).
        """
        source = importer_of(self.organisation, self.at)
        new = known = 0
        for batch in self._batches():
            entries = [self._entry(line) for line in batch]
            try:
                with Files() if self.with_data else nullcontext() as files:
                    if files is not None:
                        self._require_data(batch, files)
                    outcome = record_entries(entries, source=source, clock=clock, files=files)
            except DomainError as error:
                lines = [LineError(batch[place].number, str(why.message)) for place, why in refused(entries, source)]
                report = ImportReport(new, known)
                raise ImportStopped(lines or [LineError(batch[0].number, str(error))], report) from error
            new += sum(one.is_new for one in outcome)
            known += sum(not one.is_new for one in outcome)
        return ImportReport(new, known)

    def _errors_in(self, batch: list[Line], source: Credential) -> Iterator[LineError]:
        good = []
        with Files() as files:
            for line in batch:
                found = list(errors_of(line)) or list(self._errors_of_data(line, files))
                yield from found
                if not found:
                    good.append(line)
        for place, error in refused([self._entry(line) for line in good], source):
            yield LineError(good[place].number, str(error.message))

    def _errors_of_data(self, line: Line, files: Files) -> Iterator[LineError]:
        """What the attachments of a valid statement lack."""
        if not self.with_data:
            return
        try:
            self._require_data([line], files)
        except BadRequest as error:
            yield LineError(line.number, str(error.message))
            return
        for _place, flaw in attachments.errors_in([(line.body, rules_of(line.body))], files):
            yield LineError(line.number, str(flaw))

    def _require_data(self, lines: Iterable[Line], files: Files) -> None:
        """Take in what lies beside the file and lines name. Raises BadRequest for what has another hash."""
        for line in lines:
            for sha2, file in self._data_of(line):
                if sha2 not in files.uploads:
                    files.add(sha2, _pieces(file), {sha2: 1})

    def _data_of(self, line: Line) -> Iterator[tuple[str, Path]]:
        folder = data_beside(self.path)
        for sha2 in sorted(hashes_named_in(line.body)):
            if is_sha2(sha2) and (file := folder / sha2).is_file():
                yield sha2, file

    def _batches(self) -> Iterator[list[Line]]:
        """Cut the file into batches; an id that comes again begins another, where it is compared with the first."""
        batch: list[Line] = []
        ids: set[str] = set()
        room, data_room = MAX_BYTES, MAX_DATA
        for line in lines_of(self.path):
            own_id, weight = _id_of(line), self._weight_of(line)
            is_full = len(batch) == MAX_LINES or len(line.raw) > room or weight > data_room
            if batch and (is_full or own_id in ids):
                yield batch
                batch, ids, room, data_room = [], set(), MAX_BYTES, MAX_DATA
            batch.append(line)
            ids |= {own_id} - {""}
            room -= len(line.raw)
            data_room -= weight
        if batch:
            yield batch

    def _weight_of(self, line: Line) -> int:
        return sum(file.stat().st_size for _sha2, file in self._data_of(line)) if self.with_data else 0

    def _entry(self, line: Line) -> Entry:
        """A valid statement on its way in. One without an id has the same one each time the file is imported."""
        body: Any = line.body
        if "id" not in body:
            number = self.organisation.pk if self.organisation else 0
            body = {"id": str(uuid5(UNNAMED, f"{number} {line.number} {sha256(line.raw).hexdigest()}"))} | body
        return Entry(body, self.organisation, self.at, version=rules_of(body))


def _id_of(line: Line) -> str:
    found = line.body.get("id") if isinstance(line.body, dict) else None
    return found.lower() if isinstance(found, str) else ""


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as data:
        while piece := data.read(PIECE):
            yield piece


def importer_of(organisation: Organisation | None, at: datetime) -> Credential:
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
