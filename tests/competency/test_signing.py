"""One form of hash for all signatures, and the forms from before it, still to be verified."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competency.signing import LONGEST, Fact, facts_as_json, hash_of, is_hash_of

DECISION = {"task": "insulin", "note": "Penna, högst 20 enheter", "checks": [{"held": 2, "is_met": True}]}
FACTS = [Fact("Vem", "Ulla Usk, Norr"), Fact("Vad", "Basala hygienrutiner", "sv"), Fact("Kommentar", "Bra\nhandlag")]
contents = st.dictionaries(st.text(), st.integers() | st.text() | st.booleans() | st.lists(st.text()))


def plain(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def test_the_hash_is_of_sorted_json_without_spaces_and_says_which_form_it_has():
    text = '{"checks":[{"held":2,"is_met":true}],"note":"Penna, högst 20 enheter","task":"insulin"}'
    assert hash_of(DECISION) == "v2:" + plain(text)


def test_what_was_kept_before_marks_is_still_verified():
    before = plain(json.dumps(DECISION, sort_keys=True, ensure_ascii=False))
    lines = plain("Vem: Ulla Usk, Norr\nVad: Basala hygienrutiner\nKommentar: Bra\nhandlag\n")
    assert is_hash_of(before, DECISION)
    assert is_hash_of(lines, facts_as_json(FACTS))
    assert not is_hash_of(before, DECISION | {"note": "Penna, högst 30 enheter"})
    assert not is_hash_of(lines, facts_as_json(FACTS[:2]))


@pytest.mark.parametrize("kept", ["", "v2:", "v3:" + "0" * 64, "0" * 64, "é"])
def test_what_is_no_hash_of_it_verifies_nothing(kept):
    assert not is_hash_of(kept, DECISION)
    assert not is_hash_of(kept, facts_as_json(FACTS))


def test_lines_that_read_alike_but_are_parted_otherwise_have_another_hash():
    one, other = [Fact("a", "b\nc: d")], [Fact("a", "b"), Fact("c", "d")]
    assert hash_of(facts_as_json(one)) != hash_of(facts_as_json(other))


@given(contents, contents)
def test_two_contents_have_the_same_hash_only_when_they_say_the_same(one, other):
    assert is_hash_of(hash_of(one), one)
    assert is_hash_of(hash_of(one), other) == (json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True))


@given(contents)
def test_the_order_of_keys_changes_nothing_and_the_hash_has_room(content):
    turned = dict(reversed(content.items()))
    assert hash_of(turned) == hash_of(content)
    assert len(hash_of(content)) <= LONGEST
