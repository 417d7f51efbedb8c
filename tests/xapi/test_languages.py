"""Choosing one language of a map (RFC 4647, 3.4, and RFC 9110, 12.5.4)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xapi.languages import lookup, preferences_in


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("", ()),
        ("sv", ("sv",)),
        ("da, en-GB;q=0.8, en;q=0.7", ("da", "en-gb", "en")),
        ("en;q=0.5,sv;q=0.9,de", ("de", "sv", "en")),
        ("sv;q=0, en", ("en",)),
        ("*, sv;q=0.1", ("sv",)),
        ("en_US, sv; q=0.5, nonsense;q=2, fi;q=1.000", ("fi", "sv")),
        ("sv,en", ("sv", "en")),
    ],
)
def test_the_header_is_read_in_the_order_wanted(header: str, wanted: tuple[str, ...]) -> None:
    assert preferences_in(header) == wanted


@pytest.mark.parametrize(
    ("header", "tags", "chosen"),
    [
        ("en-GB", ["en-US", "en-GB"], "en-GB"),
        ("EN-gb", ["en-US", "en-GB"], "en-GB"),
        ("zh-Hant-CN-x-private1", ["en", "zh", "zh-Hant"], "zh-Hant"),
        ("zh-Hant-CN-x-private1", ["zh", "zh-Hant-CN-x"], "zh"),
        ("sv-FI", ["en", "sv"], "sv"),
        ("sv", ["en", "sv-SE"], "sv-SE"),
        ("sv-FI", ["en", "sv-SE"], "sv-SE"),
        ("fi, sv;q=0.5", ["en", "sv-SE"], "sv-SE"),
        ("fi", ["en", "sv"], "en"),
        ("", ["de", "sv"], "de"),
        ("s", ["sv"], "sv"),
    ],
)
def test_the_entry_that_suits_best_is_chosen(header: str, tags: list[str], chosen: str) -> None:
    assert lookup({tag: f"in {tag}" for tag in tags}, preferences_in(header)) == {chosen: f"in {chosen}"}


@given(
    st.text(max_size=40), st.dictionaries(st.sampled_from(["sv", "sv-SE", "en", "en-GB", "x-a"]), st.text(), min_size=1)
)
def test_exactly_one_is_always_chosen(header: str, texts: dict[str, str]) -> None:
    ((tag, text),) = lookup(texts, preferences_in(header)).items()
    assert texts[tag] == text


def test_an_empty_map_stays_empty() -> None:
    assert lookup({}, ("sv",)) == {}
