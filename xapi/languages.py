"""Choosing one language of a language map by what the reader asked for (RFC 9110, 12.5.4; RFC 4647, 3.4). Pure."""

from __future__ import annotations

import re

Preferences = tuple[str, ...]
"""Language ranges, most wanted first, in small letters."""

_RANGE = re.compile(
    r"([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)\s*(?:;\s*[qQ]\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?", re.ASCII
)


def preferences_in(header: str) -> Preferences:
    """Read an Accept-Language header: the wanted ranges, those of equal weight in the order given.

    What cannot be read is passed over, and a weight of zero takes a range out. `*` wants nothing in particular.
    """
    weighed: list[tuple[float, int, str]] = []
    for item in header.split(","):
        match = _RANGE.fullmatch(item.strip())
        if match and match[1] != "*" and (weight := float(match[2] or "1")) > 0:
            weighed.append((-weight, len(weighed), match[1].lower()))
    return tuple(wanted for _weight, _place, wanted in sorted(weighed))


def lookup(texts: dict[str, str], preferences: Preferences) -> dict[str, str]:
    """The one entry of a language map that suits best; the first, when none does; empty, when it is.

    A range is cut from its end until a tag is equal to it. Beyond RFC 4647, `sv` finds `sv-SE` before the next range
    is asked: the reader gets her language, though not her region.
    """
    by_tag = {tag.lower(): tag for tag in reversed(texts)}
    for wanted in preferences:
        for part in _cut(wanted):
            if part in by_tag:
                return {by_tag[part]: texts[by_tag[part]]}
        language = wanted.partition("-")[0]
        for tag, text in texts.items():
            if tag.lower().startswith(f"{language}-"):
                return {tag: text}
    for tag, text in texts.items():
        return {tag: text}
    return {}


def _cut(wanted: str) -> list[str]:
    """The range and all that it falls back to; a single letter or digit falls with what it introduced."""
    parts = wanted.split("-")
    found = []
    while parts:
        found.append("-".join(parts))
        parts.pop()
        if len(parts) > 1 and len(parts[-1]) == 1:
            parts.pop()
    return found
