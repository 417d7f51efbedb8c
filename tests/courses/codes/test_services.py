"""Making, moving, ending and counting."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from courses.codes.models import Code, CodeScan
from courses.codes.queries import Target, codes_of, days_of, lines_of
from courses.codes.rules import code_nodes
from courses.codes.services import (
    NoneLeft,
    NothingThere,
    PlaceTaken,
    UnfitPlace,
    count_scan,
    make_code,
    move_code,
    retire_code,
)
from people.api import NotAllowed, Organisation, Person, Role
from tests.courses.codes.making import AT, code, holder, target
from tests.people import factories as make

TODAY = date(2026, 11, 27)


def letters(*words: str) -> Iterator[str]:
    stream = iter("".join(words))
    return lambda _letters: next(stream)


def test_a_code_for_the_same_place_and_thing_is_made_once(manager: Person, norr: Organisation) -> None:
    first = code(manager, norr, place="hissen")
    assert code(manager, norr, place="  hissen ") == first
    others = [code(manager, norr, place="förrådet"), code(manager, norr, target(section=1), place="hissen")]
    assert Code.objects.count() == 3
    assert len({each.text for each in [first, *others]}) == 3


def test_letters_that_are_taken_are_drawn_again(manager: Person, norr: Organisation) -> None:
    make_code(manager, norr, target(), "", AT, letters("H7K3M"))
    made = make_code(manager, norr, target("lyft"), "", AT, letters("H7K3M", "FWRTX"))
    assert made.text == "FWRTX"


def test_letters_of_an_ended_code_are_never_used_again(manager: Person, norr: Organisation) -> None:
    retire_code(make_code(manager, norr, target(), "", AT, letters("H7K3M")), manager, AT)
    assert make_code(manager, norr, target(), "", AT, letters("H7K3M", "FWRTX")).text == "FWRTX"


def test_it_says_so_when_no_letters_are_left(manager: Person, norr: Organisation) -> None:
    make_code(manager, norr, target(), "", AT, letters("H7K3M"))
    with pytest.raises(NoneLeft):
        make_code(manager, norr, target("lyft"), "", AT, letters(*["H7K3M"] * 30))


@pytest.mark.parametrize("place", ["x" * 61, "hos 19121212-1212"])
def test_a_place_is_short_and_names_nobody(manager: Person, norr: Organisation, place: str) -> None:
    with pytest.raises(UnfitPlace):
        code(manager, norr, place=place)


def test_a_code_for_what_is_not_published_is_refused(manager: Person, norr: Organisation) -> None:
    with pytest.raises(NothingThere):
        code(manager, norr, Target(target().course, None))


@pytest.mark.parametrize("role", sorted(Role.values))
def test_those_who_teach_or_answer_for_a_workplace_make_codes(granvik: Organisation, role: str) -> None:
    makers = {Role.EDUCATOR, Role.MANAGER, Role.CHIEF_NURSE, Role.CHIEF_REHAB}
    assert bool(code_nodes(holder(Role(role), granvik), TODAY)) == (role in makers)


def test_codes_are_made_at_ones_own_node_and_below(manager: Person, norr: Organisation, granvik: Organisation) -> None:
    elsewhere = make.unit("söder", granvik)
    for node in (granvik, elsewhere):
        with pytest.raises(NotAllowed):
            code(manager, node)
    chief = holder(Role.CHIEF_NURSE, granvik)
    assert code(chief, norr).node == norr


def test_codes_are_seen_at_ones_own_node_and_below(
    manager: Person, educator: Person, norr: Organisation, granvik: Organisation
) -> None:
    stranger = holder(Role.EDUCATOR, make.municipality("lillan", make.region("annan")))
    at_unit, at_town = code(manager, norr), code(educator, granvik)
    code(stranger, code_nodes(stranger, TODAY)[0])
    assert set(codes_of(manager, TODAY)) == {at_unit}
    assert set(codes_of(educator, TODAY)) == {at_unit, at_town}
    assert set(codes_of(make.person("Alva"), TODAY)) == set()


def test_a_code_is_moved_and_keeps_its_letters_and_counts(manager: Person, norr: Organisation) -> None:
    made = code(manager, norr)
    count_scan(made, TODAY)
    move_code(made, manager, target("lyft"), "hissen", AT)
    line = lines_of(codes_of(manager, TODAY), TODAY)[0]
    assert (line.code.text, line.code.place, line.title, line.ever) == (made.text, "hissen", "Sele", 1)


def test_a_code_is_not_moved_onto_another(manager: Person, norr: Organisation) -> None:
    code(manager, norr)
    other = code(manager, norr, target("lyft"))
    with pytest.raises(PlaceTaken):
        move_code(other, manager, target(), "", AT)
    other.refresh_from_db()
    assert other.made_for == "Sele"


def test_a_code_is_changed_by_nobody_else(manager: Person, educator: Person, granvik: Organisation) -> None:
    made = code(educator, granvik)
    with pytest.raises(NotAllowed):
        move_code(made, manager, target("lyft"), "", AT)
    with pytest.raises(NotAllowed):
        retire_code(made, manager, AT)


def test_scans_are_counted_per_day(manager: Person, norr: Organisation) -> None:
    made, other = code(manager, norr), code(manager, norr, target("lyft"))
    for days_ago in (0, 0, 1, 29, 30, 400):
        count_scan(made, TODAY - timedelta(days=days_ago))
    line, nothing = sorted(lines_of([made, other], TODAY), key=lambda line: -line.ever)
    assert (line.lately, line.ever, nothing.lately, nothing.ever) == (4, 6, 0, 0)
    assert [(row.day, row.count) for row in days_of(made, TODAY)] == [
        (TODAY, 2),
        (TODAY - timedelta(days=1), 1),
        (TODAY - timedelta(days=29), 1),
    ]


def test_a_scan_names_nobody() -> None:
    assert {field.name for field in CodeScan._meta.get_fields()} == {"id", "code", "day", "count"}
