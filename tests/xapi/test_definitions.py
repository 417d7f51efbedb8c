"""The canonical definition of an activity (1.0.3: Data 2.4.4.1)."""

from __future__ import annotations

import pytest

from xapi.definitions import merged

CHOICE = {"interactionType": "choice", "correctResponsesPattern": ["a"], "choices": [{"id": "a"}]}
OTHER_CHOICE = {"interactionType": "choice", "correctResponsesPattern": ["b"]}


@pytest.mark.parametrize("may_replace", [True, False])
@pytest.mark.parametrize("said", [{}, {"name": {"sv": "Lyft"}}, {"name": {"sv": "Lyft"}, "type": "t:x"}])
def test_what_adds_nothing_leaves_the_same_object(said: dict[str, object], may_replace: bool) -> None:
    known = {"name": {"sv": "Lyft"}, "type": "t:x"}
    assert merged(known, said, may_replace=may_replace) is known


def test_a_stranger_adds_a_language_and_renames_nothing() -> None:
    known = {"name": {"sv": "Lyft"}, "type": "t:x"}
    said = {"name": {"sv": "Bluff", "en": "Lifting"}, "type": "t:y", "description": {"en": "How"}}
    assert merged(known, said, may_replace=False) == {
        "name": {"sv": "Lyft", "en": "Lifting"},
        "type": "t:x",
        "description": {"en": "How"},
    }


def test_the_owner_replaces() -> None:
    known = {"name": {"sv": "Lyft", "en": "Lift"}, "type": "t:x", **CHOICE}
    said = {"name": {"sv": "Lyfta"}, "type": "t:y", **OTHER_CHOICE}
    assert merged(known, said, may_replace=True) == {
        "name": {"sv": "Lyfta", "en": "Lift"},
        "type": "t:y",
        **OTHER_CHOICE,
    }


def test_a_stranger_does_not_change_which_answer_is_right() -> None:
    assert merged(CHOICE, OTHER_CHOICE, may_replace=False) is CHOICE
    assert merged({"type": "t:x"}, CHOICE, may_replace=False) == {"type": "t:x", **CHOICE}
