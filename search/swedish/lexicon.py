"""What the analysis knows: the dictionary, and beside it the words by hand in `search/data`.

Loading takes a fraction of a second and some sixty megabytes, so it happens once, when first asked for. A lexicon
never changes; `with_synonyms` makes another one that shares all but the synonyms, so an educator's new row costs
nothing to try.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path

from search.swedish.compounds import Compounds, Parts
from search.swedish.dictionary import Dictionary
from search.swedish.stems import Stems
from search.swedish.words import folded, words

DATA = Path(__file__).resolve().parent.parent / "data"
SAME, RELATED = 0.9, 0.55
_REMEMBERED = 100_000


@dataclass(frozen=True)
class Synonyms:
    """Expressions for the same. One way: who looks for the first also wants the others, but not back."""

    expressions: tuple[str, ...]
    weight: float = SAME
    one_way: bool = False


@dataclass(frozen=True)
class Analysis:
    """What one word is: its term, and the terms of the parts that it is made of, with parts of parts."""

    term: str
    parts: tuple[str, ...]  # the parts that together are the word
    inner: tuple[str, ...]  # parts of those

    @cached_property
    def all_parts(self) -> tuple[str, ...]:
        """Each part once, at whatever depth."""
        return tuple(term for term in dict.fromkeys((*self.parts, *self.inner)) if term != self.term)


@dataclass(frozen=True)
class Expression:
    """An expression as terms; of a single word that is a compound, its parts too."""

    terms: tuple[str, ...]
    parts: tuple[str, ...] = ()


Others = tuple[tuple[Expression, float], ...]


@dataclass(frozen=True)
class SynonymTable:
    """For each expression, the others with how well they stand for it, strongest first."""

    rows: Mapping[tuple[str, ...], Others]

    def of(self, *terms: str) -> Others:
        return self.rows.get(terms, ())

    def of_letters(self, term: str) -> Others:
        """The same for a single word that was typed without å, ä and ö."""
        return tuple(one for key in self._folds.get(term, ()) for one in self.of(key))

    def joined_by(self, pairs: Iterable[tuple[Expression, Expression, float]]) -> SynonymTable:
        table = {key: dict(others) for key, others in self.rows.items()}
        for one, other, weight in pairs:
            if one.terms and other.terms and one.terms != other.terms:
                others = table.setdefault(one.terms, {})
                others[other] = max(weight, others.get(other, 0.0))
        return SynonymTable({key: tuple(sorted(others.items(), key=_strongest)) for key, others in table.items()})

    @cached_property
    def _folds(self) -> dict[str, list[str]]:
        folds: dict[str, list[str]] = {}
        for key in self.rows:
            if len(key) == 1 and folded(key[0]) != key[0]:
                folds.setdefault(folded(key[0]), []).append(key[0])
        return folds


def _strongest(pair: tuple[Expression, float]) -> tuple[float, tuple[str, ...]]:
    return -pair[1], pair[0].terms


@dataclass(frozen=True)
class Lexicon:
    dictionary: Dictionary
    stems: Stems
    compounds: Compounds
    stop: frozenset[str]
    particles: frozenset[str]
    light: frozenset[str]
    synonyms: SynonymTable = field(default_factory=lambda: SynonymTable({}))
    _known: dict[str, Analysis] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def analysis(self, word: str) -> Analysis:
        """The term and the parts of a word in plain letters."""
        found = self._known.get(word)
        if found is None:
            with self._lock:  # Snowball's stemmer serves one at a time
                found = self._analysed(word)
                if len(self._known) >= _REMEMBERED:
                    self._known.clear()
                self._known[word] = found
        return found

    def term(self, word: str) -> str:
        return self.analysis(word).term

    def _analysed(self, word: str) -> Analysis:
        parts = self.compounds.split(word)
        inner = [deeper for part in parts for deeper in self.compounds.split(part)]
        terms = tuple(self.stems.term(part) for part in parts)
        return Analysis(self._whole(word, parts), terms, tuple(self.stems.term(part) for part in inner))

    def _whole(self, word: str, parts: tuple[str, ...]) -> str:
        """The term of the word. A compound is inflected as its last part is, whether the dictionary has it or not."""
        entry = self.dictionary.entry(word)
        if parts and entry.endswith(parts[-1]):
            return entry.removesuffix(parts[-1]) + self.stems.term(parts[-1])
        return self.stems.term(word)

    def expression(self, text: str) -> tuple[str, ...]:
        """The terms of an expression, without its small words unless it has no others."""
        letters = [word.letters for word in words(text)]
        return tuple(self.term(word) for word in self.telling(letters))

    def telling(self, letters: Sequence[str]) -> Sequence[str]:
        """The words without small ones, which stay where only one would be left (`gå ut`, `vill dö`)."""
        full = [word for word in letters if word not in self.stop]
        bare = [word for word in full if word not in self.particles]
        return next((kept for kept in (bare, full) if len(kept) > 1), letters)

    def with_synonyms(self, rows: Iterable[Synonyms]) -> Lexicon:
        """The same lexicon with these synonyms too. Where two rows speak of the same pair, the stronger holds."""
        return replace(self, synonyms=self.synonyms.joined_by(self._terms(rows)))

    def _terms(self, rows: Iterable[Synonyms]) -> Iterator[tuple[Expression, Expression, float]]:
        for row in rows:
            read = [self._read(text) for text in row.expressions]
            for one, other in _pairs(read, one_way=row.one_way):
                yield one, other, row.weight

    def _read(self, text: str) -> Expression:
        letters = [word.letters for word in words(text)]
        parts = self.analysis(letters[0]).parts if len(letters) == 1 else ()
        return Expression(tuple(self.term(word) for word in self.telling(letters)), parts)


def _pairs(read: Sequence[Expression], *, one_way: bool) -> Iterator[tuple[Expression, Expression]]:
    if one_way:
        return ((read[0], other) for other in read[1:])
    return ((one, other) for one in read for other in read)


def parse_synonyms(text: str) -> Iterator[Synonyms]:
    """Rows of a synonym file: `a = b` mean the same, `a ~ b` are near, `a > b, c`: who wants a also wants b and c."""
    for line in _lines(text):
        if ">" in line:
            first, others = line.split(">", 1)
            yield Synonyms((first.strip(), *(other.strip() for other in others.split(","))), RELATED, one_way=True)
        elif "~" in line:
            yield Synonyms(tuple(one.strip() for one in line.split("~")), RELATED)
        else:
            yield Synonyms(tuple(one.strip() for one in line.split("=")), SAME)


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        kept = line.split("#", 1)[0].strip()
        if kept:
            yield kept


def _listed(name: str) -> frozenset[str]:
    return frozenset(word for line in _lines((DATA / name).read_text(encoding="utf-8")) for word in line.split())


def _sections(name: str) -> dict[str, frozenset[str]]:
    """A file of words under headings in brackets."""
    text = (DATA / name).read_text(encoding="utf-8")
    pieces = re.split(r"^\[(\w+)\]$", text, flags=re.MULTILINE)
    found = {head: body for head, body in pairwise(pieces) if re.fullmatch(r"\w+", head)}
    return {head: frozenset(word for line in _lines(body) for word in line.split()) for head, body in found.items()}


def _forms() -> dict[str, str]:
    """Irregular forms: the first word of a line is what the others are forms of."""
    rows = [line.split() for line in _lines((DATA / "forms.txt").read_text(encoding="utf-8"))]
    return {form: entry for entry, *forms in rows for form in forms}


@lru_cache(maxsize=1)
def the_lexicon() -> Lexicon:
    """The lexicon with the data that ships. Loaded once."""
    dictionary = Dictionary.installed()
    parts = Parts(**_sections("parts.txt"))
    small = _sections("small_words.txt")
    bare = Lexicon(
        dictionary,
        Stems(dictionary, _forms()),
        Compounds(dictionary, parts),
        small["stop"],
        small["particle"],
        small["light"],
    )
    return bare.with_synonyms(shipped_synonyms())


def shipped_synonyms() -> list[Synonyms]:
    files = sorted((DATA / "synonyms").glob("*.txt"))
    return [row for file in files for row in parse_synonyms(file.read_text(encoding="utf-8"))]
