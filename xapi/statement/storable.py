"""What JSON can say and no store can keep: NUL, halves of surrogate pairs, infinities, endless nesting."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Final

from .values import step

MAX_DEPTH: Final = 100
"""How deep extensions may nest. The specification sets no limit; an honest sender is far below this one."""


def is_storable(data: object) -> bool:
    """The quick answer for nearly every statement, by the encoder that storing uses: true is certain."""
    try:
        text = json.dumps(data, ensure_ascii=False, allow_nan=False)
        text.encode()
    except (ValueError, RecursionError):
        return False
    return "\\u0000" not in text and text.count("{") + text.count("[") <= MAX_DEPTH


def unstorable(value: object, path: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Find every such thing, as path and sentence."""
    if isinstance(value, str):
        yield from _unstorable_text(value, path)
    elif isinstance(value, float):
        if not math.isfinite(value):
            yield path, "must be a finite number."
    elif isinstance(value, dict | list):
        if depth >= MAX_DEPTH:
            yield path, f"is nested more than {MAX_DEPTH} levels deep."
            return
        for place, item in _items(value, path):
            yield from unstorable(item, place, depth + 1)


def _items(value: dict[str, object] | list[object], path: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield f"{path}[{index}]", item
        return
    for key, item in value.items():
        yield path, key
        yield step(path, key), item


def _unstorable_text(text: str, path: str) -> Iterator[tuple[str, str]]:
    if "\x00" in text:
        yield path, "holds the character U+0000, which cannot be stored."
    if any("\ud800" <= character <= "\udfff" for character in text):
        yield path, "holds half of a surrogate pair, which is not a character."
