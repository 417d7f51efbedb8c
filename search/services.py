"""Writing the index. What is published is put in by the very transaction that publishes it, so the two never differ.

Whoever writes takes the one row of state first, before reading what is to be written, and so waits for others that
write: two that publish at once cannot block each other over the counts of terms, and what was read before somebody
else published or withdrew it is never written after.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import F

from competency.api import law_stamp
from courses.api import published_keys
from people.api import now, today
from search.analysis import Reading, ReadSheet, analysis_version, digest_of
from search.encoding import length_of, number_of, sign_of, signed, terms_in
from search.models import IndexState, PassageRow, SheetRow, SourceRow, TermRow
from search.passages import course_sources, event_sources, role_sources
from search.shapes import Field, Passage, Source, SourceKind
from search.storage import storage

AT_A_TIME = 40
"""Courses written in one transaction of a rebuild: whoever publishes meanwhile waits a moment, not a minute."""
AT_ONCE = 500
PUBLIC = frozenset({SourceKind.COURSE, SourceKind.ROLE})
"""What everybody may read. Words of the rest are not counted: a spelling that is suggested would tell of them."""
COUNT = "UPDATE search_term SET passages = passages + %s WHERE id = %s"
LINES = [f"{field}_terms" for field in Field]
TOTALS = ["passages", *(f"{field}_words" for field in Field)]

Progress = Callable[[int, int], None]


# --- What changes -----------------------------------------------------------------------------------------------------


@transaction.atomic
def edition_changed(course_key: UUID) -> None:
    """Receive from `courses` that a course has another edition, or none."""
    _locked_state()
    _replace(SourceKind.COURSE, [str(course_key)], course_sources([course_key]))


@transaction.atomic
def term_changed(number: int) -> None:
    """Receive from `courses` that a glossary entry says something else, or is gone."""
    _locked_state()
    rows = SourceRow.objects.filter(sheets__passages__term=number, kind=SourceKind.COURSE)
    keys = list(rows.order_by("key").values_list("key", flat=True).distinct())
    if keys:
        _replace(SourceKind.COURSE, keys, course_sources(UUID(key) for key in keys))


@transaction.atomic
def occasion_changed(uuid: UUID) -> None:
    """Receive from `competency` that an occasion was arranged or called off."""
    _locked_state()
    _replace(SourceKind.EVENT, [str(uuid)], event_sources(now(), [uuid]))


def _replace(kind: SourceKind, keys: Collection[str], sources: Iterable[Source]) -> None:
    found = list(sources)
    put(found)
    take_out(kind, set(keys) - {source.key for source in found})


# --- Putting in and taking out ----------------------------------------------------------------------------------------


@transaction.atomic
def put(sources: Sequence[Source], *, anew: bool = False) -> int:
    """Put sources into the index in the place of what it said of them. Returns how many of them were written.

    One that says the same, read in the same way, is left alone, unless it is asked for `anew`.
    """
    state = _locked_state()
    known = {(row.kind, row.key): row for row in _rows_of(sources)}
    written = [
        source for source in sources if anew or _digest_in(known.get((source.kind, source.key))) != digest_of(source)
    ]
    _keep(known, written, sources, state.generation)
    if not written:
        return 0
    counts = _forget([known[key] for source in written if (key := (source.kind, source.key)) in known])
    reading = Reading()
    rows = _source_rows(written, known, state.generation)
    read = [(row, sheet) for row, source in zip(rows, written, strict=True) for sheet in reading.read(source)]
    counts.update(_write(read, _signs(reading)))
    _settle(counts)
    return len(written)


@transaction.atomic
def take_out(kind: SourceKind, keys: Collection[str]) -> int:
    """Take sources out of the index. Returns how many there were."""
    if not keys:
        return 0
    _locked_state()
    rows = list(SourceRow.objects.filter(kind=kind, key__in=keys))
    if rows:
        _settle(_forget(rows))
        SourceRow.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def _locked_state() -> IndexState:
    IndexState.objects.get_or_create(pk=1)
    return IndexState.objects.select_for_update().get(pk=1)


def _rows_of(sources: Iterable[Source]) -> list[SourceRow]:
    keys = [source.key for source in sources]
    return list(SourceRow.objects.filter(key__in=keys))


def _digest_in(row: SourceRow | None) -> str:
    return row.digest if row else ""


def _keep(
    known: dict[tuple[str, str], SourceRow], written: list[Source], sources: Iterable[Source], generation: int
) -> None:
    """Note that what is left alone has been seen by this generation too."""
    left = {(source.kind, source.key) for source in sources} - {(source.kind, source.key) for source in written}
    old = [known[key].pk for key in left if known[key].generation != generation]
    if old:
        SourceRow.objects.filter(pk__in=old).update(generation=generation)


def _forget(rows: Iterable[SourceRow]) -> Counter[str]:
    """Delete the passages of sources. Returns what is to be counted out, by the signs of terms."""
    public = {row.pk: row.kind in PUBLIC for row in rows}
    sheets = list(SheetRow.objects.filter(source__in=list(public)).values_list("pk", "source_id"))
    counts: Counter[str] = Counter()
    counted = [pk for pk, source in sheets if public[source]]
    for lines in PassageRow.objects.filter(sheet__in=counted).values_list(*LINES):
        counts.subtract(_counted(lines))
    pks = [pk for pk, _source in sheets]
    PassageRow.objects.filter(sheet__in=pks).delete()
    SheetRow.objects.filter(pk__in=pks).delete()
    return counts


def _counted(lines: Sequence[str]) -> dict[str, int]:
    """Return what a passage counts for: itself, the words of each field, and each of its terms once."""
    counts = {sign: 1 for line in lines for sign in terms_in(line)}
    lengths = {f"{field}_words": length_of(line) for field, line in zip(Field, lines, strict=True)}
    return counts | lengths | {"passages": 1}


def _source_rows(
    sources: Iterable[Source], known: dict[tuple[str, str], SourceRow], generation: int
) -> list[SourceRow]:
    rows = []
    for source in sources:
        row = known.get((source.kind, source.key)) or SourceRow(kind=source.kind, key=source.key)
        row.title = source.title
        row.path = source.path
        row.focus_area = source.focus_area
        row.professions = list(source.professions)
        row.teaches = dict(source.teaches)
        row.owner = source.owner
        row.digest = digest_of(source)
        row.generation = generation
        rows.append(row)
    old = [row for row in rows if row.pk]
    if old:
        columns = ["title", "path", "focus_area", "professions", "teaches", "owner", "digest", "generation"]
        SourceRow.objects.bulk_update(old, columns)
    SourceRow.objects.bulk_create([row for row in rows if not row.pk])
    return rows


def _signs(reading: Reading) -> dict[str, str]:
    """Return the sign of every term that was read; a new one gets a number."""
    terms = sorted(reading.terms)
    numbers: dict[str, int] = {}
    for first in range(0, len(terms), AT_ONCE):
        some = terms[first : first + AT_ONCE]
        numbers.update(TermRow.objects.filter(term__in=some).values_list("term", "id"))
    new = [TermRow(term=term, spelling=reading.spelling(term)) for term in terms if term not in numbers]
    numbers |= {row.term: row.id for row in TermRow.objects.bulk_create(new)}
    return {term: sign_of(number) for term, number in numbers.items()}


def _write(read: Sequence[tuple[SourceRow, ReadSheet]], signs: Mapping[str, str]) -> Counter[str]:
    """Write the passages. Returns what is to be counted in, by the signs of terms."""
    sheets = SheetRow.objects.bulk_create(
        SheetRow(
            source=row, key=each.sheet.key, title=each.sheet.title, path=each.sheet.path, minutes=each.sheet.minutes
        )
        for row, each in read
    )
    counts: Counter[str] = Counter()
    passages = []
    for sheet, (row, whole) in zip(sheets, read, strict=True):
        for each in whole.passages:
            lines = {f"{field}_terms": signed(line, signs) for field, line in each.lines.items()}
            passages.append(_passage_row(sheet, each.passage, lines))
            if row.kind in PUBLIC:
                counts.update(_counted(tuple(lines.values())))
    PassageRow.objects.bulk_create(passages)
    return counts


def _passage_row(sheet: SheetRow, passage: Passage, lines: Mapping[str, str]) -> PassageRow:
    return PassageRow(
        sheet=sheet,
        kind=passage.kind,
        heading=passage.heading,
        text=passage.text,
        anchor=passage.anchor,
        term=passage.term,
        **lines,
    )


def _settle(counts: Counter[str]) -> None:
    """Write what was counted, and say that the index is another now."""
    totals = {name: F(name) + counts.pop(name, 0) for name in TOTALS}
    rows = [(count, number_of(sign)) for sign, count in counts.items() if count]
    with connection.cursor() as cursor:
        cursor.executemany(COUNT, rows)
    IndexState.objects.filter(pk=1).update(stamp=uuid4(), **totals)


# --- Keeping the whole up to date -------------------------------------------------------------------------------------


def rebuild(at: datetime, progress: Progress | None = None, *, anew: bool = True) -> None:
    """Read everything that is published, and forget what is not.

    Searches and publishing go on meanwhile: each step is a short transaction, and what has not been read yet is found
    as it was. Interrupted, the next rebuild goes on where this one was.
    """
    if anew:
        _begin()
    total = len(published_keys())
    while left := _step(at):
        if progress:
            progress(total - left, total)
    if progress:
        progress(total, total)
    storage().tidy()


def advance(at: datetime) -> int:
    """Work a little at an index that an older version made, and read what changes by itself. Returns what is left."""
    if is_of_this_version():
        _refresh_roles(at)
        return 0
    _begin()
    return _step(at)


def is_of_this_version() -> bool:
    """Whether all of it was read by this version of the analysis."""
    return _state().analysis == analysis_version()


@transaction.atomic
def _begin() -> None:
    """Ask for every source anew, unless a rebuild that was interrupted has begun to."""
    state = _locked_state()
    if state.analysis:
        IndexState.objects.filter(pk=1).update(analysis="", generation=state.generation + 1)


@transaction.atomic
def _step(at: datetime) -> int:
    """Read the next few courses; the last step reads the rest and closes the rebuild. Returns what is left."""
    generation = _locked_state().generation
    read = SourceRow.objects.filter(kind=SourceKind.COURSE, generation=generation)
    done = set(read.values_list("key", flat=True))
    left = [key for key in published_keys() if str(key) not in done]
    if left:
        put(list(course_sources(left[:AT_A_TIME])), anew=True)
        return max(len(left) - AT_A_TIME, 1)
    _close(at)
    return 0


def _close(at: datetime) -> None:
    keys = {str(key) for key in published_keys()}
    gone = set(SourceRow.objects.filter(kind=SourceKind.COURSE).values_list("key", flat=True)) - keys
    take_out(SourceKind.COURSE, gone)
    _replace_all(SourceKind.EVENT, event_sources(at))
    IndexState.objects.filter(pk=1).update(roles_stamp="")
    _refresh_roles(at)
    IndexState.objects.filter(pk=1).update(analysis=analysis_version())


def _refresh_roles(at: datetime) -> None:
    """Read the role pages again when the framework has changed, and each day: what is asked is dated."""
    stamp = f"{law_stamp()} {today(at)}"
    if _state().roles_stamp == stamp:
        return
    with transaction.atomic():
        _locked_state()
        _replace_all(SourceKind.ROLE, role_sources(today(at)))
        _replace_all(SourceKind.EVENT, event_sources(at))
        IndexState.objects.filter(pk=1).update(roles_stamp=stamp)


def _replace_all(kind: SourceKind, sources: Iterable[Source]) -> None:
    known = set(SourceRow.objects.filter(kind=kind).values_list("key", flat=True))
    _replace(kind, known, sources)


def _state() -> IndexState:
    return IndexState.objects.filter(pk=1).first() or IndexState(pk=1)
