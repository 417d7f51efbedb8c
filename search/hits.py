"""The passages that are shown, with their texts: read only for what stands on the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from search.models import PassageRow
from search.results import Hit
from search.shapes import Kind, SourceKind
from search.snippets import Piece, pieces
from search.swedish import Sought, analysed, the_lexicon


@dataclass(frozen=True)
class ToShow:
    """A passage to be shown, and those of other pages of the same source."""

    pk: int
    others: tuple[int, ...]
    score: float
    reasons: tuple[str, ...]


def hits_of(chosen: Sequence[ToShow], understood: Sought) -> tuple[Hit, ...]:
    pks = [pk for each in chosen for pk in (each.pk, *each.others)]
    rows = PassageRow.objects.select_related("sheet__source").in_bulk(pks)
    terms = frozenset(term for wanted in understood.wanted for each in wanted.alternatives for term in each.terms)
    # What is withdrawn between the two questions is left out.
    return tuple(_hit(each, rows, terms) for each in chosen if each.pk in rows)


def _hit(chosen: ToShow, rows: Mapping[int, PassageRow], terms: frozenset[str]) -> Hit:
    more = tuple(_of_row(rows[pk], terms, chosen.score) for pk in chosen.others if pk in rows)
    return _of_row(rows[chosen.pk], terms, chosen.score, chosen.reasons, more)


def _of_row(
    row: PassageRow, terms: frozenset[str], score: float, reasons: tuple[str, ...] = (), more: tuple[Hit, ...] = ()
) -> Hit:
    sheet, source = row.sheet, row.sheet.source
    is_part = bool(sheet.path)
    is_course = source.kind == SourceKind.COURSE
    return Hit(
        kind=Kind(row.kind),
        source_kind=SourceKind(source.kind),
        course=source.path.strip("/").split("/")[-1] if is_course else "",
        module=sheet.path.strip("/") if is_part else "",
        source_title=source.title if is_part else "",
        title=sheet.title,
        heading=row.heading,
        url=f"{source.path}{sheet.path}" + (f"#{row.anchor}" if row.anchor else ""),
        minutes=sheet.minutes,
        focus_area=source.focus_area,
        pieces=_pieces(row.text, terms),
        score=score,
        reasons=reasons,
        more=more,
    )


def _pieces(text: str, terms: frozenset[str]) -> tuple[Piece, ...]:
    return pieces(text, [(each.start, each.end) for each in analysed(text, the_lexicon()) if each.term in terms])
