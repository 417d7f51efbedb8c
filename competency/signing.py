"""What somebody is shown before she signs, and the hash that is kept of it (semantics 22). Pure.

Every signature is over one form: what was shown, as JSON with sorted keys and no spaces, in UTF-8, hashed by SHA-256.
The mark before the hash says which form, so that another can follow one day and what was kept before stays verifiable.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

Shown = Mapping[str, Any] | Sequence[Any]

MARK: Final = "v2:"
LONGEST: Final = 80
"""Room for a hash with its mark."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a page to be signed, in the words of the reader; `lang` where the value is in another language."""

    label: str
    value: str
    lang: str = ""


def facts_as_json(facts: Sequence[Fact]) -> list[dict[str, str]]:
    return [{"label": fact.label, "value": fact.value} for fact in facts]


def canonical(content: Shown) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(content: Shown) -> str:
    """Return the SHA-256 of the canonical form in hexadecimal. Total: half a character, which JSON can hold, too."""
    return _digest(canonical(content))


def hash_of(shown: Shown) -> str:
    """Return what is kept of `shown` beside a signature."""
    return MARK + digest_of(shown)


def is_hash_of(kept: str, shown: Shown) -> bool:
    """True when `kept` is the hash of `shown`: in the form that its mark names, or one of those from before marks."""
    if kept.startswith(MARK):
        return kept == hash_of(shown)
    return kept in (_digest(json.dumps(shown, sort_keys=True, ensure_ascii=False)), _digest(_lines(shown)))


def _lines(shown: Shown) -> str:
    """Return how an assessment was hashed before marks: lines of label and value."""
    facts = [] if isinstance(shown, Mapping) else shown
    return "".join(f"{fact['label']}: {fact['value']}\n" for fact in facts)


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
