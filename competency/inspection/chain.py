"""Lines of JSON bound to each other by hashes, so that nobody changes, adds, moves or removes one unseen. Pure.

A line is JSON with sorted keys and no spaces. It says its number `n` (from 1), the hash of the line before it
(`previous`; of the first, 64 zeros) and its own `hash`: SHA-256, in hexadecimal, of the line without `hash`. The last
line is of kind `end` and says how many lines there are; its hash is the head, which stands for the whole file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from ..signing import canonical, digest_of

START: Final = "0" * 64
END: Final = "end"
LONGEST_LINE: Final = 1_000_000
"""Characters; no line of a pack comes near it."""


@dataclass(frozen=True, slots=True)
class Link:
    """Where a chain has come to: the number and hash of its last line."""

    number: int = 0
    hash: str = START

    def next(self, content: dict[str, Any]) -> tuple[str, Link]:
        """Return the line that says `content` after this one, and where the chain then stands."""
        body = content | {"n": self.number + 1, "previous": self.hash}
        digest = digest_of(body)
        return canonical(body | {"hash": digest}), Link(self.number + 1, digest)

    def end(self) -> tuple[str, Link]:
        """Return the last line, and the head."""
        return self.next({"kind": END, "lines": self.number + 1})


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing that is wrong with a file, and at which line."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a file is whole. `head`: the hash of its last line; `first`: what its first line says."""

    lines: int
    head: str
    first: dict[str, Any]
    fault: Fault | None = None


def verified(lines: Iterable[str]) -> Verdict:
    """Follow a chain to its end, or to the first fault. Total: any lines give an answer."""
    first: dict[str, Any] = {}
    link, is_over = Link(), False
    for number, line in enumerate(lines, start=1):
        if is_over:
            return Verdict(link.number, link.hash, first, Fault(number, "There is more after the end."))
        body, why = _followed(line.removesuffix("\n"), link)
        if why:
            return Verdict(link.number, link.hash, first, Fault(number, why))
        first = first or body
        link = Link(number, body["hash"])
        is_over = body.get("kind") == END
        if is_over and body.get("lines") != number:
            return Verdict(number, link.hash, first, Fault(number, "It says another number of lines than there are."))
    if not is_over:
        return Verdict(link.number, link.hash, first, Fault(link.number + 1, "The file ends before its end."))
    return Verdict(link.number, link.hash, first)


def _followed(line: str, link: Link) -> tuple[dict[str, Any], str]:
    """Return what a line says, and what is wrong with it as the next one after `link`."""
    try:
        body = json.loads(line) if len(line) <= LONGEST_LINE else None
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        return {}, "It is not a line of a pack."
    if body.get("n") != link.number + 1:
        return {}, f"It says number {body.get('n')!r}; a line is missing, added or moved."
    if body.get("previous") != link.hash:
        return {}, "It does not follow the line before it."
    unsigned = {key: value for key, value in body.items() if key != "hash"}
    if body.get("hash") != digest_of(unsigned) or canonical(body) != line:
        return {}, "It has been changed: its hash is another."
    return body, ""
