"""What the index holds, beside what is published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Sum
from django.db.models.functions import Length

from competency.api import occasion_texts, professions
from courses.api import published_keys
from search.models import PassageRow, SheetRow, SourceRow, TermRow
from search.services import is_of_this_version
from search.shapes import SourceKind
from search.storage import storage

Keys = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Status:
    """`text_signs` is what can be read in what is indexed: every title, heading and paragraph, once."""

    sources: dict[str, int]
    passages: int
    terms: int
    text_signs: int
    index_bytes: int
    missing: Keys
    left_over: Keys
    is_of_this_version: bool

    @property
    def is_whole(self) -> bool:
        return self.is_of_this_version and not self.missing and not self.left_over

    @property
    def ratio(self) -> float:
        return self.index_bytes / self.text_signs if self.text_signs else 0.0


def status(at: datetime) -> Status:
    there = frozenset(SourceRow.objects.values_list("kind", "key"))
    published = _published(at)
    counted = SourceRow.objects.order_by("kind").values_list("kind").annotate(number=Count("pk"))
    return Status(
        sources=dict(counted),
        passages=PassageRow.objects.count(),
        terms=TermRow.objects.count(),
        text_signs=_text_signs(),
        index_bytes=storage().size(),
        missing=published - there,
        # An occasion that has begun is found by nobody, and forgotten by the next round.
        left_over=frozenset(each for each in there - published if each[0] != SourceKind.EVENT),
        is_of_this_version=is_of_this_version(),
    )


def _published(at: datetime) -> Keys:
    courses = {(SourceKind.COURSE.value, str(key)) for key in published_keys()}
    roles = {(SourceKind.ROLE.value, row.code) for row in professions()}
    return frozenset(courses | roles | {(SourceKind.EVENT.value, str(text.uuid)) for text in occasion_texts(at)})


def _text_signs() -> int:
    paragraphs = PassageRow.objects.aggregate(signs=Sum(Length("heading") + Length("text")))["signs"]
    titles = SheetRow.objects.aggregate(signs=Sum(Length("title")))["signs"]
    return (paragraphs or 0) + (titles or 0)
