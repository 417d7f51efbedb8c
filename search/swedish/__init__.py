"""Swedish for finding: what a text holds, and what a query wants, as the same terms.

Pure: no Django, no clock, no database. A text and a query go through the same steps (`docs/search.md`):
words, stems, parts of compounds. A query gets more: neighbours that are one word, other words for the same,
and the likeliest spelling.
"""

from __future__ import annotations

from search.swedish.analysis import analysed
from search.swedish.explaining import explained
from search.swedish.lexicon import Lexicon, Synonyms, the_lexicon
from search.swedish.query import sought
from search.swedish.shapes import Alternative, Because, Kind, Sought, Token, Wanted
from search.swedish.vocabulary import Vocabulary

__all__ = [
    "Alternative",
    "Because",
    "Kind",
    "Lexicon",
    "Sought",
    "Synonyms",
    "Token",
    "Vocabulary",
    "Wanted",
    "analysed",
    "explained",
    "sought",
    "the_lexicon",
]
