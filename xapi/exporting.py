"""Statements written to a file, with the data of their attachments; an export that was cut off is taken up.

They are written in the order of `stored`, up to a time before which nothing is still to come. So what is stored
meanwhile always comes after what has been written, which the order of ids does not promise.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, TextIO
from uuid import UUID

from django.utils.translation import gettext as _

from people.api import DomainError, Organisation, iri_base

from .attachments import Found, found_in, pieces_of
from .body import BadRequest, load
from .jsonlines import data_beside, last_whole_line
from .models import AttachmentPiece, DisposalUse, Statement, StatementQuerySet
from .queries import body_of

PAGE: Final = 100
Place = tuple[datetime, int]
"""Where an export has come to: `stored` and the primary key of the last statement written."""


class CannotExport(DomainError):
    """The file cannot be written now; the text says why."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which statements: of one organisation (not those below it) or all, stored from `since` on and before `until`."""

    organisation: Organisation | None = None
    since: datetime | None = None
    until: datetime | None = None

    def rows(self, end: datetime) -> StatementQuerySet:
        rows = Statement.objects.select_related("redactable").order_by("stored", "id")
        rows = rows.filter(stored__lt=min(end, self.until or end))
        if self.organisation is not None:
            rows = rows.filter(organisation=self.organisation)
        return rows if self.since is None else rows.filter(stored__gte=self.since)

    def mark(self) -> str:
        """What an unfinished export must have been begun with to be taken up.

        When something was disposed of since, it may have been written already.
        """
        asked = [self.organisation and self.organisation.slug, str(self.since), str(self.until)]
        return json.dumps([iri_base(), *asked, DisposalUse.objects.count()])


@dataclass(frozen=True, slots=True)
class Exported:
    """How many statements were written now, and whether others had been before the export was cut off."""

    written: int
    is_taken_up: bool


def export_to(output: TextIO, asked: Asked, end: datetime) -> None:
    """Write statements stored before `end`, exactly as GET returns them, without the data of attachments."""
    for page in _pages(asked.rows(end), None):
        output.write(_lines(page))


def export_file(file: Path, asked: Asked, end: datetime) -> Exported:
    """Write statements stored before `end` to a file, and the data of their attachments beside it.

    The file appears when it is whole; until then, running again goes on. Raises CannotExport.
    """
    draft = _Draft(file)
    with draft.opened() as output:
        place = draft.take_up(output, asked.mark())
        written = 0
        for page in _pages(asked.rows(end), place):
            draft.keep_data(page)
            output.write(_lines(page).encode())
            output.flush()
            written += len(page)
        os.fsync(output.fileno())
        draft.finish()
    return Exported(written, place is not None)


def _pages(rows: StatementQuerySet, after: Place | None) -> Iterator[list[Statement]]:
    while True:
        left = rows if after is None else rows.filter(stored__gte=after[0]).exclude(stored=after[0], id__lte=after[1])
        page = list(left[:PAGE])
        if not page:
            return
        yield page
        after = (page[-1].stored, page[-1].pk)


def _lines(page: list[Statement]) -> str:
    return "".join(f"{row.kept.text()}\n" for row in page)


class _Draft:
    """An export on its way to `file`: the lines written, what was asked for, and the folder of data."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.lines = file.with_name(f".{file.name}.unfinished")
        self.asked = file.with_name(f".{file.name}.asked")
        self.data = data_beside(file)

    def opened(self) -> BinaryIO:
        """The lines, to write on at the end; for nobody else, neither to read nor to write at the same time."""
        if self.file.exists():
            raise CannotExport(_("%(file)s is there already; name another, or remove it.") % {"file": self.file})
        output = open(self.lines, "a+b", opener=lambda path, flags: os.open(path, flags, 0o600))  # noqa: SIM115 (Path.open takes no opener; the caller closes)
        try:
            fcntl.flock(output, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            output.close()
            raise CannotExport(_("%(file)s is being written by another export.") % {"file": self.file}) from error
        return output

    def take_up(self, output: BinaryIO, mark: str) -> Place | None:
        """Cut off what is no whole line, and return the place of the last one; None when all is to be written."""
        is_begun = self.asked.exists()
        if is_begun and self.asked.read_text(encoding="utf-8") == mark:
            line, end = last_whole_line(output)
            place = _place_of(line)
            if place is not None:
                output.truncate(end)
                return place
        self._begin(output, mark, is_begun=is_begun)
        return None

    def _begin(self, output: BinaryIO, mark: str, *, is_begun: bool) -> None:
        """Throw away what another export began; data of an export that is whole is nobody's to throw away."""
        if self.data.exists():
            if not is_begun:
                raise CannotExport(_("%(file)s is there already; name another, or remove it.") % {"file": self.data})
            shutil.rmtree(self.data)
        output.truncate(0)
        self.asked.write_text(mark, encoding="utf-8")

    def keep_data(self, page: list[Statement]) -> None:
        """Write what came with some statements, so that whatever a line names is there before the line is."""
        for found in found_in((row.pk, body_of(row)) for row in page):
            target = self.data / found.sha2.lower()
            if target.exists() and target.stat().st_size == found.length:
                continue
            self.data.mkdir(mode=0o700, exist_ok=True)
            _write(target, found)

    def finish(self) -> None:
        os.replace(self.lines, self.file)
        self.asked.unlink()


def _place_of(line: bytes) -> Place | None:
    """The place of the statement on a line; None unless this store has it, word for word."""
    try:
        body: Any = load(line)
        statement_id = UUID(body["id"])
    except (BadRequest, LookupError, TypeError, ValueError):
        return None
    row = Statement.objects.select_related("redactable").filter(statement_id=statement_id).first()
    return (row.stored, row.pk) if row is not None and row.kept.text().encode() == line else None


def _write(target: Path, found: Found) -> None:
    unfinished = target.with_name(f".{target.name}.unfinished")
    try:
        with unfinished.open("wb") as output:
            for piece in pieces_of(found.data_pk, found.length):
                output.write(piece)
            output.flush()
            os.fsync(output.fileno())
    except AttachmentPiece.DoesNotExist as error:
        unfinished.unlink()
        raise CannotExport(_("Something was disposed of meanwhile. Run the export again.")) from error
    os.replace(unfinished, target)
