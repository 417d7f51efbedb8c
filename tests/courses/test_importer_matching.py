"""Which module of a file is which: renamed, moved, added and removed modules keep or get the right keys."""

from __future__ import annotations

from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from courses.matching import Known, match, module_key

SLUG = "handhygien"
TITLES = ["Händer", "Kläder", "Handskar", "Hemma"]
KNOWN = [Known(module_key(SLUG, title), title) for title in TITLES]
KEYS = [item.key for item in KNOWN]

titles = st.lists(st.text(alphabet="abcde", min_size=1, max_size=3), min_size=1, max_size=7, unique_by=str.casefold)


def test_new_modules_get_keys_from_slug_and_title() -> None:
    assert match(SLUG, [], TITLES) == KEYS


def test_the_same_file_gives_the_same_keys() -> None:
    assert match(SLUG, KNOWN, TITLES) == KEYS


def test_a_renamed_module_keeps_its_key() -> None:
    assert match(SLUG, KNOWN, ["Händer", "Rena kläder", "Handskar", "Hemma"]) == KEYS


def test_two_renamed_neighbours_keep_their_keys_in_order() -> None:
    assert match(SLUG, KNOWN, ["Händer", "Rena kläder", "Nya handskar", "Hemma"]) == KEYS


def test_a_module_renamed_once_is_still_known_by_its_new_title() -> None:
    renamed = [KNOWN[0], Known(KEYS[1], "Rena kläder"), *KNOWN[2:]]
    assert match(SLUG, renamed, ["Händer", "Rena kläder", "Handskar", "Hemma"]) == KEYS


def test_a_module_renamed_in_the_workshop_is_known_by_its_first_title() -> None:
    renamed = [KNOWN[0], Known(KEYS[1], "Något helt annat"), *KNOWN[2:]]
    assert match(SLUG, renamed, TITLES) == KEYS


def test_moved_modules_keep_their_keys() -> None:
    assert match(SLUG, KNOWN, TITLES[::-1]) == KEYS[::-1]


def test_an_inserted_module_does_not_take_a_neighbours_key() -> None:
    found = match(SLUG, KNOWN, ["Händer", "Naglar", "Kläder", "Handskar", "Hemma"])
    assert found == [KEYS[0], module_key(SLUG, "Naglar"), *KEYS[1:]]


def test_a_rename_is_seen_beside_an_insertion_elsewhere() -> None:
    found = match(SLUG, KNOWN, ["Först", "Händer", "Rena kläder", "Handskar", "Hemma"])
    assert found == [module_key(SLUG, "Först"), *KEYS]


def test_where_it_cannot_be_told_the_modules_are_new() -> None:
    found = match(SLUG, KNOWN, ["Händer", "Ett", "Två", "Handskar", "Hemma"])
    assert found[1:3] == [module_key(SLUG, "Ett"), module_key(SLUG, "Två")]


def test_the_same_title_twice_gives_two_keys() -> None:
    first, second = match(SLUG, [], ["Händer", "Händer"])
    assert first != second


def test_a_new_module_never_gets_the_key_of_one_that_was_renamed_away_from_its_title() -> None:
    known = [Known(module_key(SLUG, "Händer"), "Rena händer")]
    found = match(SLUG, known, ["Händer", "Rena händer"])
    assert found[1] == known[0].key
    assert found[0] != known[0].key


@given(titles, titles)
def test_every_module_gets_a_key_of_its_own(before: list[str], after: list[str]) -> None:
    keys = match(SLUG, [Known(uuid4(), title) for title in before], after)
    assert len(set(keys)) == len(after)


@given(titles, st.data())
def test_unchanged_titles_keep_their_keys_in_any_order(before: list[str], data: st.DataObject) -> None:
    known = [Known(uuid4(), title) for title in before]
    after = data.draw(st.permutations(before))
    by_title = {item.title: item.key for item in known}
    assert match(SLUG, known, after) == [by_title[title] for title in after]
