"""The paragraphs of a published module, each with the place where its page shows it. Knows no request and no learner.

A place is named after its block, which keeps its id however often the module is rewritten, so a link to it stays good.
Questions are left out: nobody is to find their answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

HEADING = re.compile(r"<h3[^>]*>(.*?)</h3>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")
ENDS = re.compile(r"</(?:p|li|ul|ol|h3)>|<br\s*/?>")
ANCHOR_SIGNS = 12


@dataclass(frozen=True)
class Section:
    """A heading with its text. `kind` is the type of its block; `term` the glossary entry that it shows instead."""

    kind: str
    anchor: str
    heading: str
    text: str
    term: int | None = None


def anchor_of(block_id: str, part: int = 0) -> str:
    """Return the place of a block in its page; of a text with several headings, that of its parts after the first.

    A block that has never been saved has no id, and so no place.
    """
    signs = "".join(sign for sign in block_id if sign.isalnum())[:ANCHOR_SIGNS]
    return f"stycke-{signs}" + (f"-{part + 1}" if part else "") if signs else ""


def sections_of(body: Sequence[Mapping[str, Any]]) -> tuple[Section, ...]:
    """Return the paragraphs of a module's stored blocks, in their order."""
    return tuple(section for block in body for section in _sections(block) if section.text or section.term)


def _sections(block: Mapping[str, Any]) -> Iterator[Section]:
    kind, value, block_id = block["type"], block["value"], str(block.get("id") or "")
    anchor = anchor_of(block_id)
    match kind:
        case "text":
            for part, (heading, html) in enumerate(by_heading(value)):
                yield Section(kind, anchor_of(block_id, part), heading, plain(html))
        case "tip" | "reflection":
            yield Section(kind, anchor, "", plain(value))
        case "fact_box":
            yield Section(kind, anchor, value["title"], plain(value["body"]))
        case "checklist":
            yield Section(kind, anchor, value["title"], "\n".join(plain(item) for item in _items(value["items"])))
        case "case":
            text = "\n".join([plain(value["body"]), *_items(value["questions"])])
            yield Section(kind, anchor, value["title"], text)
        case "video" | "audio":
            yield Section(kind, anchor, value["title"], plain(value["transcript"]))
        case "image":
            yield Section(kind, anchor, value["caption"] or "", value["alt"])
        case "term" if value:
            yield Section(kind, anchor, "", "", term=int(value))


def by_heading(html: str) -> list[tuple[str, str]]:
    """Return (heading, HTML below it) for each heading of a text; what stands before the first has none."""
    first, *rest = HEADING.split(html)
    parts = [(plain(heading), below) for heading, below in zip(rest[::2], rest[1::2], strict=True)]
    return [("", first), *parts] if first.strip() or not parts else parts


def plain(html: str) -> str:
    """Return rich text as words, a line for each paragraph."""
    lines = unescape(TAG.sub("", ENDS.sub("\n", html))).split("\n")
    return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)


def _items(items: Sequence[Any]) -> list[str]:
    """Return the values of a list, as new and as very old pages store it."""
    return [str(item["value"] if isinstance(item, Mapping) else item) for item in items]
