"""Markdown of course files: h3, bold, italic and lists become rich text; everything else stays text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.markdown import line_to_html, to_html

ALLOWED = {"p", "h3", "b", "i", "ul", "ol", "li", "br"}


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("Ett **viktigt** ord.", "<p>Ett <b>viktigt</b> ord.</p>"),
        ("Ett *främmande* ord.", "<p>Ett <i>främmande</i> ord.</p>"),
        ("### Rubrik\nText", "<h3>Rubrik</h3><p>Text</p>"),
        ("# Rubrik", "<h3>Rubrik</h3>"),
        ("Rad ett\nrad två", "<p>Rad ett rad två</p>"),
        ("Ett\n\nTvå", "<p>Ett</p><p>Två</p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("1. a\n\n2. b", "<ol><li>a</li><li>b</li></ol>"),
        ("Tag <b>x</b> & y", "<p>Tag &lt;b&gt;x&lt;/b&gt; &amp; y</p>"),
        ("[länk](https://example.org)", "<p>[länk](https://example.org)</p>"),
    ],
)
def test_markdown_becomes_what_the_editor_stores(markdown: str, html: str) -> None:
    assert to_html(markdown) == html


def test_a_list_in_a_list_stays_one() -> None:
    assert re.sub(r"\s", "", to_html("- a\n  - b")) == "<ul><li>a<ul><li>b</li></ul></li></ul>"


def test_a_step_is_one_paragraph_with_bold_and_italic() -> None:
    assert (
        line_to_html("Gnid **tummarna**\noch *handlederna*.") == "<p>Gnid <b>tummarna</b> och <i>handlederna</i>.</p>"
    )


def test_a_step_never_becomes_a_list_or_a_heading() -> None:
    assert line_to_html("- # inte en rubrik") == "<p>- # inte en rubrik</p>"


@given(st.text(max_size=200))
def test_no_tag_but_the_allowed_ones_ever_comes_out(markdown: str) -> None:
    for html in (to_html(markdown), line_to_html(markdown)):
        assert {tag.lower() for tag in re.findall(r"</?([a-zA-Z][a-zA-Z0-9]*)", html)} <= ALLOWED
