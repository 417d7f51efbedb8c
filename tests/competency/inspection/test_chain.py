"""The chain of a pack's lines: whole it is followed to its end, and nothing is done to it unseen."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from competency.inspection.chain import START, Fault, Link, verified

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
CONTENTS = st.lists(st.dictionaries(st.sampled_from(["kind", "a", "å"]), VALUES, max_size=3), min_size=1, max_size=6)


def chain(contents) -> list[str]:
    link, lines = Link(), []
    for content in contents:
        text, link = link.next({key: value for key, value in content.items() if value != "end"})
        lines.append(text)
    return [*lines, link.end()[0]]


PLAIN = chain([{"kind": "inspection", "unit": "Norr"}, {"kind": "person", "name": "Åsa"}, {"held": 2}])


@given(CONTENTS)
def test_a_whole_chain_is_followed_to_its_head(contents):
    lines = chain(contents)
    verdict = verified(f"{line}\n" for line in lines)
    assert (verdict.fault, verdict.lines, verdict.head) == (None, len(lines), json.loads(lines[-1])["hash"])
    assert verdict.first == json.loads(lines[0])


@given(CONTENTS, st.data())
def test_one_changed_character_is_found_where_it_is(contents, data):
    lines = chain(contents)
    number = data.draw(st.integers(0, len(lines) - 1))
    place = data.draw(st.integers(0, len(lines[number]) - 1))
    other = data.draw(st.characters(exclude_characters=lines[number][place], exclude_categories=["Cs"]))
    lines[number] = lines[number][:place] + other + lines[number][place + 1 :]
    assert verified(lines).fault is not None
    assert verified(lines).fault.line == number + 1


@given(CONTENTS, st.data())
def test_a_line_taken_away_is_found(contents, data):
    lines = chain(contents)
    number = data.draw(st.integers(0, len(lines) - 1))
    del lines[number]
    assert verified(lines).fault.line == number + 1


@given(CONTENTS, st.data())
def test_a_file_cut_off_anywhere_is_found(contents, data):
    whole = "".join(f"{line}\n" for line in chain(contents))
    kept = data.draw(st.integers(0, len(whole) - 2))
    assert verified(whole[:kept].splitlines(keepends=True)).fault is not None


@given(CONTENTS, st.data())
def test_two_lines_that_change_places_are_found(contents, data):
    lines = chain(contents)
    first = data.draw(st.integers(0, len(lines) - 2))
    lines[first], lines[first + 1] = lines[first + 1], lines[first]
    assert verified(lines).fault.line == first + 1


@given(st.lists(st.text(max_size=30), max_size=5))
def test_anything_gives_an_answer(lines):
    assert verified(lines).fault is not None


def test_what_is_wrong_is_said():
    assert verified([]).fault == Fault(1, "The file ends before its end.")
    assert verified(["[" * 100_000]).fault == Fault(1, "It is not a line of a pack.")
    assert verified([PLAIN[0], PLAIN[2]]).fault == Fault(2, "It says number 3; a line is missing, added or moved.")
    assert verified(PLAIN[:-1]).fault == Fault(4, "The file ends before its end.")
    assert verified([*PLAIN, PLAIN[0]]).fault == Fault(5, "There is more after the end.")
    changed = PLAIN[1].replace("Åsa", "Eva")
    assert verified([PLAIN[0], changed]).fault == Fault(2, "It has been changed: its hash is another.")


def test_a_line_of_another_chain_does_not_follow():
    other = chain([{"kind": "inspection", "unit": "Söder"}, {"kind": "person", "name": "Åsa"}])
    assert verified([PLAIN[0], other[1]]).fault == Fault(2, "It does not follow the line before it.")


def test_the_same_line_in_other_words_is_a_changed_one():
    """Spaces, the order of keys, or a key said twice: what is read as the same is not the same file."""
    body = json.loads(PLAIN[0])
    twice = PLAIN[0].replace('"unit":"Norr"', '"unit":"Söder","unit":"Norr"')
    for text in (json.dumps(body), twice, PLAIN[0] + " "):
        assert verified([text]).fault == Fault(1, "It has been changed: its hash is another.")


def test_the_end_counts_the_lines():
    text, link = Link().next({"kind": "inspection"})
    end, _link = link.next({"kind": "end", "lines": 5})
    assert verified([text, end]).fault == Fault(2, "It says another number of lines than there are.")
    assert json.loads(text)["previous"] == START
