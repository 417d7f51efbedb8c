"""Markdown of imported files as the HTML that the workshop's own editor stores. Pure.

Headings (all become h3), bold, italic and lists. Everything else, HTML and links too, stays what it is: text.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

RULES = ["heading", "list", "emphasis", "newline", "escape", "entity", "balance_pairs", "fragments_join"]
TAGS = {"strong": "b", "em": "i", **{f"h{level}": "h3" for level in range(1, 7)}}


def to_html(markdown: str) -> str:
    """Return paragraphs, h3 and lists as stored rich text."""
    parser = _parser()
    tokens = parser.parse(markdown)
    _plain(tokens)
    return parser.renderer.render(tokens, parser.options, {}).replace(">\n", ">").strip()


def line_to_html(markdown: str) -> str:
    """Return one line (a step of a checklist) as stored rich text: a paragraph with bold and italic at most."""
    parser = _parser()
    tokens = parser.parseInline(" ".join(markdown.split()))
    _plain(tokens)
    return f"<p>{parser.renderer.render(tokens, parser.options, {})}</p>"


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return MarkdownIt("zero").enable(RULES)


def _plain(tokens: Sequence[Token]) -> None:
    """Give each token the editor's own tag, join wrapped lines, and take away paragraphs inside list items."""
    depth = 0
    for token in tokens:
        depth += token.nesting if token.type.startswith("list_item") else 0
        token.tag = TAGS.get(token.tag, token.tag)
        token.hidden = token.hidden or (depth > 0 and token.type.startswith("paragraph"))
        for child in token.children or []:
            child.tag = TAGS.get(child.tag, child.tag)
            if child.type == "softbreak":
                child.type, child.content = "text", " "
