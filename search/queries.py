"""From what somebody typed to what answers it, at the paragraph, in an order that suits her.

Every search goes the same way whatever the database: understood (`search.swedish`), narrowed to some passages
(`search.candidates`), scored (`search.ranking`), favoured (`search.favour`). What she may not see is taken out before
anything is counted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db import connection

from competency.api import occasions_seen, settings_that_ask
from people.api import Person, place_after, today
from search.candidates import MOST, candidates
from search.encoding import length_of, matched
from search.facets import Traits, facets, fits
from search.favour import Meta, Suits, suits
from search.hits import ToShow, hits_of
from search.models import PassageRow
from search.ranking import Ranked, RankedPassage, ranked
from search.results import Found, Wish
from search.shapes import Candidate, Field, Kind, SourceKind
from search.swedish import Sought, sought, the_lexicon
from search.vocabulary import Words, words

LONGEST_QUERY = 300
EVERYTHING = Wish()
WHEN_NARROWED = 2
"""How many times more is looked at when some of it will be left out."""
MORE_PAGES = 3
CLEARLY, SURELY = 1.15, 0.85

ROWS = """
    SELECT p.id, p.sheet_id, h.source_id, p.kind, p.course_terms, p.title_terms, p.heading_terms, p.text_terms,
        h.minutes, s.kind, s.key, s.focus_area, s.professions, s.teaches, s.owner
    FROM search_passage p JOIN search_sheet h ON h.id = p.sheet_id JOIN search_source s ON s.id = h.source_id
    WHERE p.id IN ({places})
"""


@dataclass(frozen=True)
class _Row:
    """A candidate with what its source is apart from its words."""

    candidate: Candidate
    minutes: int | None
    source_kind: SourceKind
    key: str
    focus_area: str
    meta: Meta


@dataclass(frozen=True)
class _Placed:
    """A source in its place, with the passage that it is opened at and the best passages of its other pages."""

    ranked: Ranked
    row: _Row
    others: tuple[RankedPassage, ...]

    @property
    def name(self) -> str:
        return f"{self.row.source_kind} {self.row.key}"


def find(
    text: str,
    reader: Person | None,
    at: datetime,
    wish: Wish = EVERYTHING,
    *,
    first: int = 0,
    after: str = "",
    limit: int = 20,
) -> Found:
    """Return what answers the text, best first, for somebody or (None) for a visitor.

    `first`, or the name of the hit that it comes `after`, and `limit` choose a stretch of it. Raises LostPlace for a
    name that is not there, and nothing for anything that somebody may type.
    """
    text = readable(text)
    known = words()
    understood = sought(text, the_lexicon(), known.vocabulary)
    rows = _rows(understood, known, reader, at, wish)
    suiting = suits(reader, at)
    favour = {row.candidate.source: suiting.favour(row.meta) for row in rows.values()}
    order = ranked(understood, [row.candidate for row in rows.values()], known.corpus, favour)
    placed = [_placed(each, rows) for each in order]
    asking = settings_that_ask(today(at)) if placed else {}
    traits = [_traits(each.row, asking) for each in placed]
    kept = [each for each, has in zip(placed, traits, strict=True) if fits(has, wish)]
    names = [each.name for each in kept]
    first = place_after(after, names) or first
    stretch = kept[first : first + limit]
    hits = hits_of([_to_show(each, suiting) for each in stretch])
    return Found(
        text=text,
        sought=understood,
        total=len(kept),
        hits=hits,
        facets=facets(traits, wish),
        answer=hits[0] if not first and hits and _answers(kept) else None,
        is_sure=bool(kept) and kept[0].ranked.is_sure,
        last=names[first + limit - 1] if stretch and first + limit < len(kept) else "",
    )


def readable(text: str) -> str:
    """Return what is looked at of anything that was typed: its beginning, in one line, without signs that none see."""
    kept = "".join(sign if sign.isprintable() else " " for sign in text[: 4 * LONGEST_QUERY])
    return " ".join(kept.split())[:LONGEST_QUERY]


# --- Candidates -------------------------------------------------------------------------------------------------------


def _rows(understood: Sought, known: Words, reader: Person | None, at: datetime, wish: Wish) -> dict[int, _Row]:
    most = MOST if wish.is_empty else MOST * WHEN_NARROWED
    pks = candidates(understood, known.signs, known.vocabulary, most, _hidden(reader, at))
    if not pks:
        return {}
    terms = {
        known.signs[term]: term
        for wanted in understood.wanted
        for each in wanted.alternatives
        for term in each.terms
        if term in known.signs
    }
    with connection.cursor() as cursor:
        cursor.execute(ROWS.format(places=", ".join(["%s"] * len(pks))), pks)
        found = [_row(row, terms) for row in cursor.fetchall()]
    return {row.candidate.pk: row for row in found}


def _row(row: Sequence[object], terms: Mapping[str, str]) -> _Row:
    pk, sheet, source, kind, *lines = row[:8]
    minutes, source_kind, key, focus_area, professions, teaches, owner = row[8:]
    fields = dict(zip(Field, map(str, lines), strict=True))
    candidate = Candidate(
        pk=pk,  # type: ignore[arg-type]
        sheet=sheet,  # type: ignore[arg-type]
        source=source,  # type: ignore[arg-type]
        kind=Kind(str(kind)),
        matched={field: found for field, line in fields.items() if (found := matched(line, terms))},
        lengths={field: length_of(line) for field, line in fields.items()},
    )
    meta = _meta(str(professions), str(teaches), str(owner or ""))
    return _Row(candidate, minutes, SourceKind(str(source_kind)), str(key), str(focus_area), meta)  # type: ignore[arg-type]


@lru_cache(maxsize=10_000)
def _meta(professions: str, teaches: str, owner: str) -> Meta:
    return Meta(tuple(json.loads(professions)), json.loads(teaches), UUID(owner) if owner else None)


def _hidden(reader: Person | None, at: datetime) -> frozenset[int]:
    """Return the passages of occasions that the reader may not be told of. Everything else is everybody's."""
    of_occasions = PassageRow.objects.filter(sheet__source__kind=SourceKind.EVENT)
    rows = list(of_occasions.values_list("pk", "sheet__source__key"))
    seen = {str(uuid) for uuid in occasions_seen(reader, at)} if rows and reader else set()
    return frozenset(pk for pk, key in rows if key not in seen)


# --- Order ------------------------------------------------------------------------------------------------------------


def _placed(each: Ranked, rows: Mapping[int, _Row]) -> _Placed:
    """A course opens at a paragraph that answers; its front page comes after, since nothing is explained there."""
    found = [sheet.passages[0] for sheet in each.sheets]
    first, *others = sorted(found, key=lambda one: rows[one.pk].candidate.kind is Kind.COURSE)
    return _Placed(each, rows[first.pk], tuple(others[:MORE_PAGES]))


def _to_show(placed: _Placed, suiting: Suits) -> ToShow:
    candidate = placed.row.candidate
    return ToShow(
        pk=candidate.pk,
        words=frozenset(each.position for each in candidate.matched.get(Field.TEXT, ())),
        others=tuple(other.pk for other in placed.others),
        score=placed.ranked.score,
        reasons=suiting.reasons(placed.row.meta),
    )


def _traits(row: _Row, asking: Mapping[str, frozenset[str]]) -> Traits:
    there: frozenset[str] = frozenset().union(*(asking.get(code, frozenset()) for code in row.meta.teaches))
    return Traits(row.candidate.kind, row.focus_area, row.meta.professions, there, row.minutes)


def _answers(kept: Sequence[_Placed]) -> bool:
    """Whether the first hit clearly answers: it holds nearly all that was asked for, and much more than the second."""
    best = kept[0].ranked
    second = kept[1].ranked.score if len(kept) > 1 else 0.0
    return best.coverage >= SURELY and best.score >= CLEARLY * second
