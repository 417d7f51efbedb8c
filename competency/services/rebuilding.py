"""Standings follow from statements: marks say whose may be out of date, a rebuild folds a whole person anew.

There is no cursor. A mark is a row inserted in the transaction of the change; a rebuild notes the ids of a person's
marks, reads and folds; then it locks her, and if those marks are still there, writes only what differs and deletes only
those ids. So nothing said meanwhile is lost, whoever rebuilt her first, and nobody waits while others fold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from random import randrange

from django.db import transaction

from people.api import Employment, EmploymentTerms, Person, end_of_day, today
from xapi.api import StatementRow, vocabulary

from ..book import Book, Lineages, book, lineages
from ..models import Computation, DirtyMark, Standing
from ..queries.evidence import evidence_about
from ..rollup.deltas import Row
from ..rollup.parts import roll_ups_of
from ..rollup.services import roll_up_differences, write_roll_ups
from ..segments import to_rows
from ..standing import Evidence, fold
from .keeping import Rows, keep, kept_texts, texts_of
from .retaining import summarise_retention

PEOPLE_AT_ONCE = 50
"""So many that reading is cheap per person, so few that their locks are held for well under a second."""
WINDOW = 1000
"""How many of the oldest marks a worker chooses among."""


def mark(person_pks: Iterable[int], at: datetime) -> None:
    """Say that something about these people may have changed. Call in the transaction of the change."""
    DirtyMark.objects.bulk_create(DirtyMark(person_id=pk, made_at=at) for pk in sorted(set(person_pks)))


def mark_all(at: datetime, *, below: str = "") -> None:
    """Mark everyone who has ever been employed at or below a path of the tree: the law itself changed there."""
    people = Employment.objects.filter(organisation__path__startswith=below).order_by()
    mark(people.values_list("person", flat=True).distinct(), at)


def mark_holders(competency_pks: Iterable[int], at: datetime) -> None:
    """Mark everyone with a standing in one of these competencies."""
    holders = Standing.objects.filter(competency__in=list(competency_pks)).order_by()
    mark(holders.values_list("person", flat=True).distinct(), at)


def mark_working_as(professions: Collection[str], at: datetime, *, below: str = "") -> None:
    """Mark everyone who works, worked or will work in one of these professions at or below a path of the tree."""
    terms = EmploymentTerms.objects.filter(profession__in=professions, unit__path__startswith=below).order_by()
    mark(terms.values_list("employment__person", flat=True).distinct(), at)


@contextmanager
def marking_what_comes_within_reach(at: datetime, on: date) -> Iterator[None]:
    """Mark those of whom something is asked that can be met from a day on because of what is written meanwhile, or no
    longer: what nothing can meet is nobody's gap, so the counts of their units change."""
    before = _out_of_reach(book(), on)
    yield
    mark_working_as({profession for profession, *_what in before ^ _out_of_reach(book(), on)}, at)


def _out_of_reach(law_book: Book, on: date) -> set[tuple[str, int, int, int]]:
    """Return what is asked of each profession on a day that nothing can meet, for every employer that accepts what
    others have found, and (0) for those that do not."""
    moment, above = end_of_day(on), lineages()
    accepting = {row.node for row in law_book.inputs.acceptances}
    employers = [0, *(employer for employer, lineage in above.items() if not accepting.isdisjoint(lineage))]
    asked = {(row.profession, row.competency, row.level) for rows in law_book.profiles(on).values() for row in rows}
    found = set()
    for employer in employers:
        law = law_book.law(employer, above, moment)
        for profession, competency, level in asked:
            if not law.is_meetable(law_book.by_pk[competency].code, level, moment):
                found.add((profession, competency, level, employer))
    return found


def refresh(person: Person, at: datetime) -> None:
    """Rebuild the person if she is marked. For the top of a page about one person."""
    _rebuild_if_marked(person.pk, at)


def rebuild(person_pk: int, at: datetime) -> int:
    """Fold one person anew and write only what differs. Return the number of rows written or removed."""
    return rebuild_people([person_pk], at)


def rebuild_marked(at: datetime, limit: int | None = None) -> int:
    """Rebuild those who are marked, or `limit` of those who have waited longest. Return how many people were taken.

    Of many that wait, workers side by side begin at different places: two that meet fold the same people, and one of
    them has done so for nothing.
    """
    waiting = _waiting(None if limit is None else max(limit, WINDOW))
    if limit is not None and len(waiting) > limit:
        first = randrange(0, len(waiting), limit)
        waiting = waiting[first : first + limit]
    for some in _chunks(waiting):
        _rebuild_those_marked(some, at)
    return len(waiting)


def rebuild_all(at: datetime, on_progress: Callable[[int, int], None] | None = None) -> int:
    """Rebuild everyone who was ever employed or has a standing. Return how many rows were written or removed.

    They are marked first, so that workers help, and finish it if this process does not. `on_progress` is told after
    each batch how many of how many are done.
    """
    everyone, written = _everyone(), 0
    mark(everyone, at)
    for done, some in enumerate(_chunks(everyone)):
        written += _rebuild_those_marked(some, at)
        if on_progress:
            on_progress(min((done + 1) * PEOPLE_AT_ONCE, len(everyone)), len(everyone))
    return written


def rebuild_people(person_pks: Iterable[int], at: datetime) -> int:
    """Fold these people anew, marked or not. Return the number of rows written or removed."""
    pks = set(person_pks)
    mark(pks - _marks_of(pks).keys(), at)
    return _rebuild_those_marked(pks, at)


Noted = dict[int, set[int]]
"""The ids of each person's marks, as they were before anything else was read."""


def _rebuild_those_marked(person_pks: Collection[int], at: datetime) -> int:
    """Read and fold without holding anybody up; then lock these people and write what differs, all in one transaction.

    Whoever was rebuilt by another process meanwhile (then a mark that was noted is gone) stays as it wrote her: what it
    had not read yet has a mark that is still there.
    """
    _sum_up(person_pks, at)
    noted = _marks_of(person_pks)
    folded = dict(fold_people(list(Person.objects.filter(pk__in=noted).order_by("pk"))))
    counted = roll_ups_of(folded, today(at), book())
    with transaction.atomic():
        _locked(noted)
        left = _marks_of(noted)
        ours = [pk for pk in folded if noted[pk] <= left.get(pk, set())]
        write_roll_ups({pk: counted[pk] for pk in ours}, today(at))
        return _replace({pk: folded[pk] for pk in ours}, {mark for pk in ours for mark in noted[pk]}, at)


def _sum_up(person_pks: Collection[int], at: datetime) -> None:
    """Write what is still remembered, where a rule asks for it, before anything is read."""
    if book().retention:
        with transaction.atomic():
            summarise_retention(_locked(person_pks), at)


def _locked(person_pks: Collection[int]) -> list[Person]:
    return list(Person.objects.select_for_update().filter(pk__in=person_pks).order_by("pk"))


def _replace(folded: dict[int, Rows], marks: set[int], at: datetime) -> int:
    written = keep(folded, at)
    DirtyMark.objects.filter(pk__in=marks).delete()
    computed = [Computation(person_id=pk, computed_at=at) for pk in folded]
    Computation.objects.bulk_create(
        computed, update_conflicts=True, unique_fields=["person"], update_fields=["computed_at"]
    )
    return written


def _marks_of(person_pks: Iterable[int]) -> Noted:
    found: Noted = defaultdict(set)
    for pk, person in DirtyMark.objects.filter(person__in=list(person_pks)).values_list("pk", "person"):
        found[person].add(pk)
    return dict(found)


def _waiting(limit: int | None) -> list[int]:
    """Return those who are marked, oldest mark first; of many only some."""
    marks = DirtyMark.objects.order_by("pk").values_list("person", flat=True)
    return list(dict.fromkeys(marks if limit is None else marks[:limit]))


def fold_people(people: list[Person], known_at: datetime | None = None) -> Iterator[tuple[int, Rows]]:
    """Yield for each person what the statements say of her at every employer she has had. Five queries in all."""
    law_book, above = book(), lineages()
    evidence = evidence_about(people, law_book)
    employers: dict[int, set[int]] = defaultdict(set)
    for person_pk, organisation in Employment.objects.filter(person__in=people).values_list("person", "organisation"):
        employers[person_pk].add(organisation)
    for person in people:
        rows: dict[tuple[int, int], Row] = {}
        for organisation in sorted(employers[person.pk]):
            rows |= _rows(evidence[person.pk], organisation, law_book, above)
        yield person.pk, rows


def verify_standings(at: datetime) -> list[str]:
    """Refold everyone and return a line for every difference from what is stored; marked people are rebuilt first.

    The counts of units are compared for today and every day to come.
    """
    while rebuild_marked(at):
        pass
    return [line for some in _chunks(_everyone()) for line in _differences(some, today(at))]


def on_recorded(rows: list[StatementRow]) -> None:
    """Mark those whose competence the new statements may change; rebuild a single one as soon as it is committed."""
    # Most statements are answers, and for them alone the book of rules need not be opened.
    claimed = book().claimed if any(row.verb in LEARNT for row in rows) else frozenset()
    keys = {key for row in rows for key in _concerned(row, claimed)}
    if keys:
        on_people_changed(_people_with(keys), max(row.stored for row in rows))
    answering = {row.actor_key for row in rows if row.verb == vocabulary.ANSWERED} - keys
    if answering and book().retention:
        # What is still remembered is summed up by the worker, or on her next page: not at each answer.
        mark(_people_with(answering), max(row.stored for row in rows))


def _people_with(keys: Collection[str]) -> frozenset[int]:
    people = set(Person.objects.filter(actor_key__in=keys).values_list("pk", flat=True))
    links = Person.objects.filter(identity_links__kind="actor_key", identity_links__value__in=keys)
    return frozenset(people | set(links.values_list("pk", flat=True)))


def on_people_changed(person_pks: frozenset[int], at: datetime) -> None:
    """Mark these people; what one person did is on her next page, what concerns many is left to the worker."""
    mark(person_pks, at)
    if len(person_pks) == 1:
        (person_pk,) = person_pks
        # Robust: the change is already committed, and the mark is still there for the worker.
        # A partial has no name, and Django stumbles where it tells which one failed.
        transaction.on_commit(lambda: _rebuild_if_marked(person_pk, at), robust=True)


def _rebuild_if_marked(person_pk: int, at: datetime) -> None:
    """Rebuild once, however many statements one transaction recorded about her."""
    while DirtyMark.objects.filter(person=person_pk).exists():
        _rebuild_those_marked([person_pk], at)


LEARNT = frozenset({vocabulary.INITIALIZED, vocabulary.COMPLETED, vocabulary.PASSED})


def _concerned(row: StatementRow, claimed: Collection[str]) -> Iterator[str]:
    """Yield the actor keys whose standings a statement may change. Answers and modules change none."""
    own = vocabulary.own()
    is_judged = row.verb in (vocabulary.VERIFIED, own.assessed, own.retained)
    if row.voids is not None:
        yield row.voids.actor_key
    elif is_judged or (row.verb in LEARNT and row.activity in claimed):
        yield row.actor_key


def _rows(evidence: list[Evidence], organisation: int, law_book: Book, above: Lineages) -> dict[tuple[int, int], Row]:
    folded = fold(evidence, law_book.law(organisation, above))
    return {(organisation, law_book.by_code[code].pk): to_rows(each) for code, each in folded.items()}


def _differences(person_pks: list[int], on: date) -> Iterator[str]:
    people = list(Person.objects.filter(pk__in=person_pks).order_by("pk"))
    uuids = {person.pk: person.uuid for person in people}
    codes = {pk: row.code for pk, row in book().by_pk.items()}
    kept, folded = kept_texts(person_pks), dict(fold_people(people))
    for person_pk, rows in folded.items():
        held, texts = kept.get(person_pk, {}), texts_of(rows)
        for key in sorted(held.keys() | texts.keys()):
            if held.get(key) != texts.get(key):
                place = f"{uuids[person_pk]} {codes[key[1]]} (organisation {key[0]})"
                yield f"{place}: stored {held.get(key)}, folded {texts.get(key)}"
    for person_pk, difference in roll_up_differences(roll_ups_of(folded, on, book()), on):
        yield f"{uuids[person_pk]} {difference}"


def _everyone() -> list[int]:
    employed = Employment.objects.order_by().values_list("person", flat=True)
    standing = Standing.objects.order_by().values_list("person", flat=True)
    return sorted(set(employed) | set(standing))


def _chunks(pks: list[int]) -> Iterator[list[int]]:
    rest = iter(pks)
    while some := list(islice(rest, PEOPLE_AT_ONCE)):
        yield some
