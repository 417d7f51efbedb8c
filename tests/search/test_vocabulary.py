"""How long the terms in memory may be older than the index."""

from __future__ import annotations

import time
from uuid import uuid4

import pytest

from search.shapes import Corpus
from search.swedish import Vocabulary
from search.vocabulary import Words


@pytest.mark.parametrize(
    ("took", "age", "expected"),
    [(0.01, 0.0, False), (0.1, 0.5, True), (0.1, 1.2, False), (60.0, 1.0, True), (60.0, 1.9, False)],
)
def test_terms_of_an_older_index_serve_in_proportion_and_never_two_seconds(
    took: float, age: float, expected: bool
) -> None:
    known = Words(uuid4(), {}, Vocabulary([], 0), Corpus(0, {}, {}), took, time.monotonic() - age)
    assert known.is_good_for(known.stamp)
    assert known.is_good_for(uuid4()) is expected
