"""The paragraphs of a module, and that each of them has a place in the page that shows it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.rendering import body_of, screens_of
from courses.sections import Section, anchor_of, by_heading, plain, sections_of
from tests.courses import workshop as make

BLOCK_ID = "0a1b2c3d-4e5f-6789-abcd-ef0123456789"
PLACE = "stycke-0a1b2c3d4e5f"


def block(kind: str, value: Any) -> dict[str, Any]:
    return {"type": kind, "value": value, "id": BLOCK_ID}


def items(*values: str) -> list[dict[str, Any]]:
    return [{"type": "item", "value": value, "id": str(place)} for place, value in enumerate(values)]


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        (block("tip", "<p>Vila <b>först</b>.</p>"), Section("tip", PLACE, "", "Vila först.")),
        (block("reflection", "<p>Hur gör ni?</p>"), Section("reflection", PLACE, "", "Hur gör ni?")),
        (
            block("fact_box", {"title": "Manschetten", "body": "<p>För smal &amp; för hög.</p><ul><li>Ett</li></ul>"}),
            Section("fact_box", PLACE, "Manschetten", "För smal & för hög.\nEtt"),
        ),
        (
            block("checklist", {"title": "Förbered", "items": items("<p>Fråga.</p>", "<p>Vila.</p>")}),
            Section("checklist", PLACE, "Förbered", "Fråga.\nVila."),
        ),
        (
            block("case", {"title": "Asta", "body": "<p>Hon är yr.</p>", "questions": items("Vad gör du?")}),
            Section("case", PLACE, "Asta", "Hon är yr.\nVad gör du?"),
        ),
        (
            block("video", {"title": "Film", "file": 1, "captions": None, "transcript": "<p>Så här.</p>"}),
            Section("video", PLACE, "Film", "Så här."),
        ),
        (
            block("image", {"image": 1, "alt": "En hand", "caption": "Handen"}),
            Section("image", PLACE, "Handen", "En hand"),
        ),
        (block("term", 7), Section("term", PLACE, "", "", term=7)),
    ],
    ids=lambda each: each.kind if isinstance(each, Section) else "",
)
def test_a_block_is_one_section(stored: dict[str, Any], expected: Section) -> None:
    assert sections_of([stored]) == (expected,)


def test_a_text_with_several_headings_is_several_sections() -> None:
    html = "<p>Först.</p><h3>Vilken arm?</h3><p>Samma.</p><h3>När?</h3><p>På <i>morgonen</i>.</p>"
    assert sections_of([block("text", html)]) == (
        Section("text", PLACE, "", "Först."),
        Section("text", f"{PLACE}-2", "Vilken arm?", "Samma."),
        Section("text", f"{PLACE}-3", "När?", "På morgonen."),
    )


def test_questions_wishes_for_pictures_and_empty_blocks_are_no_sections() -> None:
    wish = block("illustration", {"idea": "En hand", "focus_area": "egenvard"})
    assert sections_of([make.question(), wish, block("tip", "<p></p>"), block("term", None)]) == ()


@pytest.mark.parametrize("before", ["", "<p>Först.</p>"])
def test_every_section_of_a_text_has_a_place_in_the_page(before: str) -> None:
    stored = block("text", f"{before}<h3>Ett</h3><p>a</p><h3>Två</h3><p>b</p>")
    (screen,) = screens_of(body_of([stored]))
    assert re.findall(r'id="([^"]+)"', screen.html) == [section.anchor for section in sections_of([stored])]


def test_a_block_that_has_never_been_saved_has_no_place() -> None:
    assert anchor_of("") == ""
    (screen,) = screens_of(body_of([make.text("<h3>A</h3><p>a</p><h3>B</h3><p>b</p>")]))
    assert "id=" not in screen.html


@given(st.lists(st.tuples(st.text("abc åäö", min_size=1), st.text("abc å.")), max_size=4))
def test_no_word_of_a_text_is_lost(parts: list[tuple[str, str]]) -> None:
    html = "".join(f"<h3>{heading}</h3><p>{text}</p>" for heading, text in parts)
    found = [word for heading, below in by_heading(html) for word in f"{heading} {plain(below)}".split()]
    assert found == [word for heading, text in parts for word in f"{heading} {text}".split()]
