"""Documents on paper: tagged, in a language, the same bytes again, and deaf to what people write in them."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from people.printing import SHOWN, printed, showable
from tests.paper import text_of

AT = datetime(2026, 11, 27, 9, tzinfo=UTC)
TEMPLATE = "competency/delegation/decision.typ"
WORDS = dict.fromkeys(
    ("checks", "nothing", "asked", "stands", "reason", "terms", "signatures", "events", "note"), "words"
)


def data(**changes: Any) -> dict[str, Any]:
    return {
        "title": "Beslut om delegering",
        "eyebrow": "Granvik",
        "foot": "Utskrivet",
        "page": "Sida {page} av {pages}",
        "holds": True,
        "state": "Gäller",
        "cause": "",
        "facts": [{"label": "Uppgift", "value": "Ge insulin"}],
        "checks": [["Teori", "Finns"]],
        "reason": "",
        "terms": ["Personlig."],
        "signatures": [{"role": "Givare", "facts": [{"label": "Namn", "value": "Sara Ek"}]}],
        "event_heads": ["a", "b", "c", "d"],
        "events": [["a", "b", "c", "d"]],
        "words": WORDS,
    } | changes


def made(language: str = "sv", **changes: Any) -> bytes:
    return printed(TEMPLATE, data(**changes), language, AT)


def test_a_document_is_tagged_and_says_its_language_and_title():
    reader = PdfReader(BytesIO(made(language="en")))
    root = reader.root_object
    assert bool(root["/MarkInfo"]["/Marked"])
    assert root["/StructTreeRoot"]["/K"]
    assert (root["/Lang"], reader.metadata.title) == ("en", "Beslut om delegering")
    assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"])
    xmp = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert "<pdfaid:part>2</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in xmp


def test_the_same_document_is_the_same_bytes():
    assert made() == made()
    assert made() != made(reason="Another.")


def test_the_house_s_letters_are_in_it():
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in PdfReader(BytesIO(made())).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert fonts
    assert all("AtkinsonHyperlegibleNext" in font for font in fonts)


@pytest.mark.parametrize(
    "text",
    [
        '#import "/print/house.typ": *',
        '#read("/print/house.typ")',
        "*bold* _emphasis_ `raw` $x^2$ = heading",
        '") #panic("out',
        "</script> {page} \\ // comment /* block",
    ],
)
def test_what_people_write_is_text_and_never_markup(text):
    assert " ".join(text.split()) in text_of(made(reason=text, facts=[{"label": "Namn", "value": text}]))
    assert PdfReader(BytesIO(made(title=text))).metadata.title == text


def test_a_character_that_nobody_could_see_is_named():
    content = made(facts=[{"label": "Namn", "value": "Żółć Øst 😀\u202e\x00 中"}])
    assert "Żółć Øst [U+1F600][U+202E][U+0000] [U+4E2D]" in text_of(content)


def test_every_character_that_is_shown_can_be():
    every = "".join(chr(code) for first, last in SHOWN for code in range(first, last + 1))
    assert showable(every) == every
    assert made(reason=every)


def test_each_kind_of_value_is_looked_through():
    assert showable({"a": ["\t", ("😀",)], "b": 3, "c": None}) == {"a": [" ", ["[U+1F600]"]], "b": 3, "c": None}


@settings(max_examples=40, deadline=None)
@given(st.text())
def test_no_text_stops_the_press(text):
    assert made(reason=text, title=f"T{text}", state=text).startswith(b"%PDF-")
