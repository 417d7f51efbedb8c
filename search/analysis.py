"""Sources as rows of terms: which analysis reads them, and what each field comes to."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from search.encoding import LONGEST, spelt
from search.shapes import Field, Passage, Sheet, Source
from search.swedish import Kind, analysed, the_lexicon

LAYOUT = 1
"""Raise it when the same texts are to be stored otherwise."""
ROOM = Path(__file__).parent

Lines = dict[Field, str]


@lru_cache(maxsize=1)
def analysis_version() -> str:
    """Return what changes with everything that decides how a text is read; an index made otherwise is made anew."""
    digest = hashlib.sha256(str(LAYOUT).encode())
    for file in [ROOM / "passages.py", ROOM / "encoding.py", *sorted((ROOM / "swedish").glob("*.py"))]:
        digest.update(file.read_bytes())
    for file in sorted((ROOM / "data").glob("*.txt")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def digest_of(source: Source) -> str:
    return hashlib.sha256(f"{analysis_version()}{source!r}".encode()).hexdigest()


@dataclass(frozen=True)
class ReadPassage:
    """A passage with the line of each field, its terms spelt out."""

    passage: Passage
    lines: Lines


@dataclass(frozen=True)
class ReadSheet:
    sheet: Sheet
    passages: tuple[ReadPassage, ...]


class Reading:
    """Reads sources, and remembers how each term was spelt."""

    def __init__(self) -> None:
        self._forms: dict[str, Counter[str]] = {}
        self._names: dict[str, str] = {}

    def read(self, source: Source) -> list[ReadSheet]:
        return [self._sheet(source, sheet) for sheet in source.sheets]

    @property
    def terms(self) -> set[str]:
        return set(self._forms)

    def spelling(self, term: str) -> str:
        """Return the word that the term was most often read from; a part of compounds is its own."""
        forms = self._forms[term]
        return min(forms, key=lambda form: (-forms[form], len(form), form), default=term)

    def _sheet(self, source: Source, sheet: Sheet) -> ReadSheet:
        names = {
            Field.COURSE: self._name(source.title) if sheet.is_part else "",
            Field.TITLE: self._name(sheet.title),
        }
        return ReadSheet(sheet, tuple(self._passage(names, passage) for passage in sheet.passages))

    def _passage(self, names: Lines, passage: Passage) -> ReadPassage:
        own = {Field.HEADING: self._name(passage.heading), Field.TEXT: self._line(passage.text)}
        return ReadPassage(passage, names | own)

    def _name(self, text: str) -> str:
        """Names come again and again: the course's above every paragraph."""
        if text not in self._names:
            self._names[text] = self._line(text)
        return self._names[text]

    def _line(self, text: str) -> str:
        tokens = analysed(text, the_lexicon())
        for token in tokens:
            forms = self._forms.setdefault(token.term[:LONGEST], Counter())
            if token.kind is Kind.WORD:
                forms[text[token.start : token.end].lower()[:LONGEST]] += 1
        return spelt(tokens)
