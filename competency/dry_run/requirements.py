"""What nodes have added to what the framework asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from people.api import Organisation

from ..book import Asked, Book
from ..framework_file import EVERYWHERE
from ..models import Competency, Profession, Setting


@dataclass(frozen=True)
class AddedLine:
    """What one node asks of a profession in a competency: the row that is newest today, or lies ahead."""

    asked: Asked
    node: Organisation
    profession: Profession
    competency: Competency
    setting: Setting | None
    begins_later: bool

    @property
    def key(self) -> str:
        """Names the line in a form: what it asks of whom, and who asks."""
        return f"{self.node.pk}:{self.profession.code}:{self.competency.code}:{self.asked.setting}"


def asked_above(
    law_book: Book, profession: str, competency: Competency, node: Organisation, setting: str, on: date
) -> int:
    """Return the highest level asked on a day of everybody whom a requirement at `node` in `setting` would reach."""
    return max(
        (
            row.level
            for row in law_book.profiles(on).get(profession, ())
            if row.competency == competency.pk
            and row.setting in (EVERYWHERE, setting)
            and (row.node is None or node.is_at_or_below(row.node))
        ),
        default=0,
    )


def added_at(law_book: Book, nodes: list[Organisation], on: date) -> list[AddedLine]:
    """Return what the nodes, and all below them, ask for beyond the framework, now or later; by node and profession."""
    newest = {row.key: row for row in law_book.asked if row.node is not None}
    lines = [
        _line(law_book, row, row.node, on)
        for row in newest.values()
        if row.node is not None and not row.withdrawn and any(row.node.is_at_or_below(node) for node in nodes)
    ]
    return sorted(
        lines, key=lambda line: (line.node.path, line.profession.position, law_book.place[line.competency.pk])
    )


def _line(law_book: Book, row: Asked, node: Organisation, on: date) -> AddedLine:
    profession = law_book.profession(row.profession)
    assert profession is not None, "a requirement refers to its profession"
    competency = law_book.by_pk[row.competency]
    return AddedLine(row, node, profession, competency, law_book.settings.get(row.setting), row.valid_from > on)
