"""The passages that are shown, with their texts: read only for what stands on the page."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from search.models import PassageRow
from search.results import Hit
from search.shapes import Kind, SourceKind
from search.snippets import Piece, pieces
from search.swedish.words import words

COLUMNS = {
    "pk": "pk",
    "kind": "kind",
    "heading": "heading",
    "text": "text",
    "anchor": "anchor",
    "title": "sheet__title",
    "path": "sheet__path",
    "minutes": "sheet__minutes",
    "source_kind": "sheet__source__kind",
    "source_title": "sheet__source__title",
    "source_path": "sheet__source__path",
    "focus_area": "sheet__source__focus_area",
}


@dataclass(frozen=True)
class ToShow:
    """A passage to be shown, with the words of its text that were sought, and those of other pages of its source."""

    pk: int
    words: frozenset[int]
    others: tuple[int, ...]
    score: float
    reasons: tuple[str, ...]


def hits_of(chosen: Sequence[ToShow]) -> tuple[Hit, ...]:
    pks = [pk for each in chosen for pk in (each.pk, *each.others)]
    found = PassageRow.objects.filter(pk__in=pks).values_list(*COLUMNS.values())
    rows = {row[0]: dict(zip(COLUMNS, row, strict=True)) for row in found}
    # What is withdrawn between the two questions is left out.
    return tuple(_hit(each, rows) for each in chosen if each.pk in rows)


def _hit(chosen: ToShow, rows: Mapping[int, Mapping[str, str]]) -> Hit:
    row = rows[chosen.pk]
    more = tuple(_of_row(rows[pk], chosen.score) for pk in chosen.others if pk in rows)
    return _of_row(row, chosen.score, _pieces(row["text"], chosen.words), chosen.reasons, more)


def _of_row(
    row: Mapping[str, str],
    score: float,
    shown: tuple[Piece, ...] = (),
    reasons: tuple[str, ...] = (),
    more: tuple[Hit, ...] = (),
) -> Hit:
    is_course = row["source_kind"] == SourceKind.COURSE
    return Hit(
        kind=Kind(row["kind"]),
        source_kind=SourceKind(row["source_kind"]),
        course=row["source_path"].strip("/").split("/")[-1] if is_course else "",
        module=row["path"].strip("/"),
        source_title=row["source_title"] if row["path"] else "",
        title=row["title"],
        heading=row["heading"],
        url=f"{row['source_path']}{row['path']}" + (f"#{row['anchor']}" if row["anchor"] else ""),
        minutes=row["minutes"],  # type: ignore[arg-type]
        focus_area=row["focus_area"],
        pieces=shown,
        score=score,
        reasons=reasons,
        more=more,
    )


def _pieces(text: str, places: Collection[int]) -> tuple[Piece, ...]:
    """Return the text with the words at these places marked."""
    marks = [(word.start, word.end) for place, word in enumerate(words(text)) if place in places] if places else []
    return pieces(text, marks)
