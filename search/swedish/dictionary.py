"""The Swedish dictionary, from the package hunspell-sv: which words there are, and which may stand in a compound.

Only words in small letters are kept. The flags are the dictionary's own (its .aff file explains them): A noun,
O adjective, j K L m N verb, X first in a compound, U in its middle, Y last, v and f with a linking s.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.metadata import distribution

_ENTRY = re.compile(r"^([a-zåäö]{2,})(?:/(\S+))?$", re.MULTILINE)
_VERB = frozenset("jKLmN")
_DECLENSION = frozenset("BCDEFGHIJ")
_DECLINED = _DECLENSION | {"O"}


class Dictionary:
    """Words and their flags; `base_forms` finds the entry of an inflected word."""

    def __init__(self, flags: Mapping[str, str]) -> None:
        self._flags = flags

    @classmethod
    def installed(cls) -> Dictionary:
        files = distribution("hunspell-sv").files or []
        [path] = [file for file in files if file.name == "sv_SE.dic"]
        flags: dict[str, str] = {}
        for word, more in _ENTRY.findall(path.read_text(encoding="utf-8").replace("é", "e")):
            flags[word] = flags[word] + more if word in flags else more
        return cls(flags)

    def __contains__(self, word: str) -> bool:
        return word in self._flags

    def flags(self, word: str) -> str:
        return self._flags.get(word, "")

    def is_verb(self, word: str) -> bool:
        return word.endswith(("a", "å")) and not _VERB.isdisjoint(self._flags.get(word, ""))

    def is_noun(self, word: str) -> bool:
        flags = self._flags.get(word, "")
        return "A" in flags and not _DECLENSION.isdisjoint(flags)

    def is_entry(self, word: str) -> bool:
        """True for a noun, verb or adjective in its first form; the dictionary also lists some inflected ones."""
        flags = self._flags.get(word, "")
        return not _DECLINED.isdisjoint(flags) or (not word.endswith("a") and "M" in flags) or self.is_verb(word)

    def is_adjective(self, word: str) -> bool:
        return "O" in self._flags.get(word, "")

    def entry(self, word: str) -> str:
        """What the word is a form of, or the word itself where the dictionary does not tell."""
        return next((form for form in base_forms(word) if self.is_entry(form)), word)

    def knows(self, word: str) -> bool:
        """True if the word, or one that it is a form of, is Swedish."""
        return any(form in self._flags for form in base_forms(word))


# Endings of nouns, adjectives and verbs, longest first, and what the entry has in their place.
_ENDINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ornas", ("a",)),
    ("arnas", ("", "e")),
    ("ernas", ("", "e")),
    ("heten", ("het",)),
    ("orna", ("a",)),
    ("arna", ("", "e")),
    ("erna", ("", "e")),
    ("aste", ("",)),
    ("ades", ("a",)),
    ("ande", ("a",)),
    ("rarna", ("er",)),
    ("larna", ("el",)),
    ("narna", ("en",)),
    ("ens", ("", "e")),
    ("ans", ("a",)),
    ("ets", ("", "e")),
    ("are", ("",)),
    ("ast", ("",)),
    ("ade", ("a",)),
    ("ats", ("a",)),
    ("rar", ("er",)),
    ("lar", ("el",)),
    ("nar", ("en",)),
    ("ret", ("er",)),
    ("let", ("el",)),
    ("met", ("",)),
    ("nen", ("", "en")),
    ("men", ("",)),
    ("mma", ("m",)),
    ("dda", ("",)),
    ("or", ("a",)),
    ("ar", ("", "e", "a")),
    ("er", ("", "e", "a")),
    ("en", ("", "e")),
    ("et", ("", "e")),
    ("na", ("",)),
    ("as", ("a",)),
    ("de", ("a",)),
    ("te", ("a",)),
    ("an", ("a",)),
    ("a", ("",)),
    ("n", ("",)),
    ("t", ("", "a")),
    ("r", ("",)),
    ("s", ("", "a")),
)


_BY_LAST_LETTER = {
    letter: tuple(row for row in _ENDINGS if row[0][-1] == letter) for letter in {row[0][-1] for row in _ENDINGS}
}


def base_forms(word: str) -> list[str]:
    """The word itself and every entry that it could be a form of, likeliest first."""
    forms = [word]
    for ending, entries in _BY_LAST_LETTER.get(word[-1:], ()):
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            trunk = word[: -len(ending)]
            forms += [trunk + entry for entry in entries]
    return forms
