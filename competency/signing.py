"""What somebody is shown before she signs, and the hash that is kept of it (semantics 22). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a page to be signed, in the words of the reader; `lang` where the value is in another language."""

    label: str
    value: str
    lang: str = ""


def hash_of_shown(facts: Iterable[Fact]) -> str:
    """Return the SHA-256 of the lines `label: value` in UTF-8, in the order shown, each ended by a line feed."""
    return sha256("".join(f"{fact.label}: {fact.value}\n" for fact in facts).encode()).hexdigest()
