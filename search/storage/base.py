"""What the search asks of the database, and so of any other store of passages: which of them hold these terms.

Scores are ours and the same everywhere (`search.ranking`): a storage only narrows a hundred thousand passages to a few
hundred, and quickly. It keeps itself up to date with the rows of passages, in their transaction.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

Group = tuple[tuple[str, ...], ...]
"""Alternatives as signs of terms (`search.encoding`), any of which will do; of one with several, all."""


@dataclass(frozen=True)
class Question:
    """Every group is to be answered by a passage. `in_names`: by its headings and the names above it, not its text."""

    groups: tuple[Group, ...]
    in_names: bool = False


class Storage(ABC):
    @abstractmethod
    def matching(self, question: Question, limit: int) -> list[int]:
        """Return the numbers of passages that answer; when there are more than `limit`, any of them."""

    @abstractmethod
    def size(self) -> int:
        """Return how many bytes the index takes, rows and all."""

    @abstractmethod
    def tidy(self) -> None:
        """Make the index small and quick again after a rebuild."""
