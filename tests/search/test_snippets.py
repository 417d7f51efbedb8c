"""What is shown of a text: the stretch with the hits, and never a letter that was not there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search.snippets import MORE, Piece, pieces

TEXT = st.text("abc åäö.\n<&", max_size=600)


def marks_in(text: str, word: str) -> list[tuple[int, int]]:
    return [(at, at + len(word)) for at in range(len(text)) if text.startswith(word, at)]


def test_a_short_text_is_shown_whole_with_its_hits_marked() -> None:
    text = "Mät blodtrycket sittande."
    assert pieces(text, [(4, 15)]) == (Piece("Mät ", False), Piece("blodtrycket", True), Piece(" sittande.", False))


def test_a_long_text_begins_with_the_sentence_of_the_hit() -> None:
    text = "Ord utan mening. " * 30 + "Mät blodtrycket sittande. " + "Mer ord. " * 60
    found = pieces(text, marks_in(text, "blodtrycket"))
    assert [piece.text for piece in found[:3]] == [f"{MORE} ", "Mät ", "blodtrycket"]
    assert found[-1].text.endswith(f" {MORE}")


def test_marks_that_overlap_are_one() -> None:
    assert pieces("blodtrycket", [(0, 4), (0, 11), (4, 11)]) == (Piece("blodtrycket", True),)


def test_without_marks_the_beginning_is_shown() -> None:
    assert pieces("Ord. " * 100, [])[0].text.startswith("Ord. Ord.")


@given(TEXT, st.integers(20, 300))
def test_what_is_shown_stands_in_the_text_and_is_no_longer_than_asked(text: str, longest: int) -> None:
    found = pieces(text, marks_in(text, "ab"), longest)
    shown = "".join(piece.text for piece in found).removeprefix(f"{MORE} ").removesuffix(f" {MORE}")
    assert shown in text.replace("\n", " ")
    assert len(shown) <= longest
    assert all("ab" in piece.text or "aba" in text for piece in found if piece.is_hit)


@given(TEXT)
def test_what_is_marked_in_a_short_text_is_all_that_was_found(text: str) -> None:
    marks = marks_in(text, "b")
    found = pieces(text, marks, len(text) + 1)
    assert sum(len(piece.text) for piece in found if piece.is_hit) == len(marks)
