"""From a word to its term: its entry in the dictionary, one step from noun to verb, and Snowball's stem of that.

Snowball alone leaves `kameran` and `läkemedlet` as they are; the dictionary alone knows no new words. Together
they miss little.

`mätning`, `mäter` and `mätt` are one term, as are `signera` and `signering`, `delegation` and `delegering`: whoever
asks does not choose between them. The step is taken only where the dictionary has the verb, so that `tidning` does
not become `tid`.
"""

from __future__ import annotations

from collections.abc import Mapping

import Stemmer

from search.swedish.dictionary import Dictionary

_NEUTER = ("ligt", "igt", "ivt", "ellt", "samt", "bart", "iskt", "löst", "fullt")
_NOUN_OF_VERB = (
    ("ationer", "era"),
    ("ation", "era"),
    ("ning", "a"),
    ("ing", "a"),
    ("ning", "na"),
    ("ande", "a"),
    ("else", "a"),
)
_PARTICLES = (
    "ut",
    "upp",
    "in",
    "av",
    "på",
    "om",
    "för",
    "till",
    "över",
    "under",
    "fram",
    "bort",
    "ned",
    "an",
    "be",
    "med",
)
_PAST = ("dde", "tte", "tts", "tt", "dd", "de", "te", "ts", "t", "d")


class Stems:
    """Makes terms. One thread at a time, since Snowball keeps a buffer: `Lexicon` holds the lock."""

    def __init__(self, dictionary: Dictionary, forms: Mapping[str, str]) -> None:
        self._dictionary = dictionary
        self._forms = forms
        self._snowball = Stemmer.Stemmer("swedish", 0)

    def term(self, word: str) -> str:
        """The term of a word in plain letters."""
        if any(sign.isdigit() for sign in word):
            return word
        entry = self.entry(word)
        entry = self._root(entry) or entry
        return _trunk(entry) if self._dictionary.is_entry(entry) else self._stem(entry)

    def entry(self, word: str) -> str:
        """What the word is a form of."""
        return self._forms.get(word) or self._dictionary.entry(self._with_particle(word) or word)

    def _with_particle(self, word: str) -> str | None:
        """`utgått` is ut and gått, so it is a form of `utgå`."""
        if self._dictionary.is_entry(word):
            return None
        for particle in _PARTICLES:
            verb = self._forms.get(word.removeprefix(particle)) if word.startswith(particle) else None
            if verb and self._dictionary.is_verb(particle + verb):
                return particle + verb
        return None

    def _stem(self, word: str) -> str:
        if len(word) > 5 and word.endswith(_NEUTER):
            word = word[:-1]
        return str(self._snowball.stemWord(word))

    def _root(self, word: str) -> str | None:
        """The verb or adjective that a noun is made from, if the dictionary has it."""
        if word.endswith("het") and self._dictionary.is_adjective(word[:-3]):
            return word[:-3]
        for ending, replacement in _NOUN_OF_VERB:
            verb = word[: -len(ending)] + replacement
            if word.endswith(ending) and len(verb) > 3 and self._dictionary.is_verb(verb):
                return verb
        return None if self._dictionary.is_entry(word) else self._verb_in_the_past(word)

    def _verb_in_the_past(self, word: str) -> str | None:
        for ending in _PAST:
            trunk = word[: -len(ending)]
            if word.endswith(ending) and len(trunk) > 2:
                for verb in (trunk + "a", trunk + trunk[-1] + "a"):
                    if self._dictionary.is_verb(verb):
                        return verb
        return None


def _trunk(entry: str) -> str:
    """What an entry keeps in all its forms. Snowball would make `dem` of `demens` and `feb` of `feber`."""
    return entry[:-1] if len(entry) > 3 and entry[-1] in "ae" else entry
