"""What no database keeps, found before anything is written. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import isfinite
from typing import Any

_UNKEPT = re.compile("[\0\ud800-\udfff]")


def unkept(value: Any, path: str = "") -> Iterator[str]:
    """Yield the path of every text with NUL or half a character in it, and of every number that is none."""
    if isinstance(value, dict):
        for key, each in value.items():
            here = f"{path}.{key}" if path else key
            yield from unkept(each, here) if _can_be_kept(key) else (path,)
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from unkept(each, f"{path}[{place}]")
    elif not _can_be_kept(value):
        yield path


def _can_be_kept(value: object) -> bool:
    if isinstance(value, str):
        return _UNKEPT.search(value) is None
    return not isinstance(value, float) or isfinite(value)
