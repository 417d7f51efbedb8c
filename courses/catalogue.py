"""The shelf of courses as one learner sees it: found by a few words, narrowed by focus area or by the time she has."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.core.cache import cache

from courses.attempts import Registration
from courses.blocks import FOCUS_AREAS
from courses.content import CourseCard, catalogue
from courses.models import CourseEdition
from courses.player import marks_of
from courses.progress import ModuleOutline, Outline, Progress, fold
from people.api import Person, actor_keys_of
from xapi.api import StoredStatement, statements_about

SHORT_MINUTES = 5
LONGEST_TEXT = 100


@dataclass(frozen=True)
class Wish:
    """What the reader asked the shelf for."""

    text: str = ""
    focus_area: str = ""
    in_five: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.text or self.focus_area or self.in_five)


def read_wish(sent: Mapping[str, str]) -> Wish:
    """Return the wish in an address; a focus area that nobody knows asks for nothing."""
    focus_area = sent.get("omrade", "")
    return Wish(
        text=sent.get("q", "").strip()[:LONGEST_TEXT],
        focus_area=focus_area if focus_area in FOCUS_AREAS else "",
        in_five="fem" in sent,
    )


@dataclass(frozen=True)
class ShelfModule:
    key: UUID
    slug: str
    title: str
    minutes: int


@dataclass(frozen=True)
class ShelfItem:
    """A published course with its modules; `words` is what a text filter looks in, folded."""

    card: CourseCard
    modules: tuple[ShelfModule, ...]
    words: str

    @property
    def outline(self) -> Outline:
        return Outline(self.card.key, tuple(ModuleOutline(module.key, ()) for module in self.modules), 0)


@dataclass(frozen=True)
class Shown:
    """One course in the list, with where the reader stands in it and the module that she would take next."""

    item: ShelfItem
    progress: Progress | None
    next_module: ShelfModule | None

    @property
    def modules_done(self) -> int:
        return self.progress.modules_done if self.progress else 0

    @property
    def is_done(self) -> bool:
        return bool(self.progress and self.progress.is_satisfied)

    @property
    def state(self) -> tuple[object, ...]:
        """All that the shelf says about the reader."""
        return self.progress is None, self.modules_done, self.is_done, self.is_to_retry, self.next_module

    @property
    def is_under_way(self) -> bool:
        return self.progress is not None and not self.progress.is_satisfied

    @property
    def is_to_retry(self) -> bool:
        return bool(self.progress and self.progress.may_retry)


def fold_text(text: str) -> str:
    """Return the text without case and diacritics, so that "vard" finds "Vård" and "idéer" is found by "ideer"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def shelf() -> list[ShelfItem]:
    """Return every published course with its modules, by title; kept until a course is published or withdrawn."""
    cards = catalogue()
    stamp = hashlib.sha256(" ".join(f"{card.key}:{card.revision}:{card.slug}" for card in cards).encode()).hexdigest()
    key = f"courses:shelf:{stamp[:32]}"
    items = cache.get(key)
    if items is None:
        current = CourseEdition.objects.filter(is_current=True)
        modules = {content["key"]: content["modules"] for content in current.values_list("content", flat=True)}
        items = [_item(card, modules[str(card.key)]) for card in cards if str(card.key) in modules]
        cache.set(key, items, None)
    return items


def _item(card: CourseCard, modules: Iterable[Mapping[str, object]]) -> ShelfItem:
    found = tuple(
        ShelfModule(UUID(str(module["key"])), str(module["slug"]), str(module["title"]), int(str(module["minutes"])))
        for module in modules
    )
    texts = (card.title, card.summary, *(module.title for module in found))
    return ShelfItem(card, found, fold_text(" ".join(texts)))


def narrow(items: Iterable[ShelfItem], text: str = "", focus_area: str = "") -> list[ShelfItem]:
    """Return the items in which every word of the text occurs, also inside another word, in one focus area if asked."""
    words = fold_text(text).split()
    return [
        item for item in items if all(word in item.words for word in words) and focus_area in ("", item.card.focus_area)
    ]


def show(items: Iterable[ShelfItem], progress: Mapping[UUID, Progress]) -> list[Shown]:
    """Return the items with what the reader has done of them; what she is in the middle of comes first."""
    found = [_shown(item, progress.get(item.card.key)) for item in items]
    return sorted(found, key=lambda shown: not shown.is_under_way)


def _shown(item: ShelfItem, progress: Progress | None) -> Shown:
    left = (module for module in item.modules if progress is None or not progress.is_completed(module.key))
    return Shown(item, progress, next(left, None))


def under_way(person: Person) -> list[Shown]:
    """Return the courses that somebody is in the middle of, each with the module to go on with."""
    items = shelf()
    return [shown for shown in show(items, progress_of(person, items)) if shown.is_under_way]


def is_short(shown: Shown) -> bool:
    """Whether what comes next in the course can be done in five minutes."""
    return shown.next_module is not None and shown.next_module.minutes <= SHORT_MINUTES


def progress_of(person: Person, items: Iterable[ShelfItem]) -> dict[UUID, Progress]:
    """Return progress by course key for every course that she has opened, in a fixed number of queries."""
    registrations = Registration.objects.filter(person=person).order_by("cycle").prefetch_related("attempts")
    newest = {registration.course_key: registration for registration in registrations}
    if not newest:
        return {}
    stored = _by_registration(statements_about(actor_keys_of(person)))
    return {
        item.card.key: _progress(item, newest[item.card.key], stored)
        for item in items
        if item.card.key in newest and newest[item.card.key].major == int(item.card.revision.partition(".")[0])
    }


def _progress(item: ShelfItem, registration: Registration, stored: Mapping[UUID, list[StoredStatement]]) -> Progress:
    attempts = [attempt.number for attempt in registration.attempts.all()]
    return fold(item.outline, attempts, marks_of(stored.get(registration.uuid, ())))


def _by_registration(stored: Iterable[StoredStatement]) -> dict[UUID, list[StoredStatement]]:
    found: dict[UUID, list[StoredStatement]] = {}
    for row in stored:
        if row.registration:
            found.setdefault(row.registration, []).append(row)
    return found
