"""From a module's stored blocks to the screens and questions that a learner meets. Knows no request and no learner.

Change RENDERER_VERSION whenever the same blocks would give other HTML: what is cached under the old number is then
never asked for again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid5

from django.templatetags.static import static
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from wagtail.blocks import StreamValue

from courses.blocks import FOCUS_AREAS, ModuleBody, TermBlock
from courses.sections import anchor_of, by_heading

RENDERER_VERSION = 2
CONTENT_LANGUAGE = "sv"

# One thing per screen; these say something about the block before them and share its screen.
COMPANIONS = frozenset({"tip", "term", "image", "illustration"})
TERM_MARK = re.compile(r"<!--term:(\d+)-->")


@dataclass(frozen=True)
class Screen:
    """One step of a module. `kind` is the type of its leading block."""

    kind: str
    html: SafeString


@dataclass(frozen=True)
class ShownOption:
    text: str
    is_correct: bool
    feedback: str


@dataclass(frozen=True)
class QuestionContent:
    """One question as frozen in an edition. `option_feedback` has one text per option, empty where there is none."""

    id: UUID
    text: str
    options: tuple[str, ...]
    correct_index: int
    feedback: str
    option_feedback: tuple[str, ...]

    def is_right(self, index: int) -> bool:
        return index == self.correct_index

    @property
    def shown_options(self) -> tuple[ShownOption, ...]:
        """The options with their answers: for whoever writes the question, never for whoever is asked."""
        pairs = zip(self.options, self.option_feedback, strict=True)
        return tuple(ShownOption(text, self.is_right(place), said) for place, (text, said) in enumerate(pairs))


@lru_cache(maxsize=1)
def module_body() -> ModuleBody:
    return ModuleBody()


def body_of(raw: Sequence[Mapping[str, Any]]) -> StreamValue:
    return module_body().to_python(raw)


@lru_cache(maxsize=1)
def assets_stamp() -> str:
    """Return what changes when a picture that blocks show gets another address, as it does at a new release."""
    files = ["icons/sprite.svg", *(f"illustrations/{area}.svg" for area in FOCUS_AREAS)]
    return hashlib.sha256("".join(static(file) for file in files).encode()).hexdigest()[:12]


def screens_of(body: StreamValue) -> tuple[Screen, ...]:
    """Return the screens of a module: a leading block each, with the companions that follow it.

    The words around the text ("Tip", "Case") are in the text's own language, whatever the reader's menus say.
    """
    with translation.override(CONTENT_LANGUAGE):
        return tuple(_screen(group) for group in _groups(body))


def _groups(body: StreamValue) -> list[list[StreamValue.StreamChild]]:
    groups: list[list[StreamValue.StreamChild]] = []
    for child in body:
        if child.block_type == "question":
            continue
        if groups and (child.block_type in COMPANIONS or _is_all_companions(groups[-1])):
            groups[-1].append(child)
        else:
            groups.append([child])
    return groups


def _is_all_companions(group: Sequence[StreamValue.StreamChild]) -> bool:
    return all(child.block_type in COMPANIONS for child in group)


def _screen(group: Sequence[StreamValue.StreamChild]) -> Screen:
    leading = next((child for child in group if child.block_type not in COMPANIONS), group[0])
    return Screen(leading.block_type, mark_safe("".join(_html(child) for child in group)))


def _html(child: StreamValue.StreamChild) -> str:
    """Return a block in its place, which links lead to, or nothing where it has nothing to say."""
    inside = _inside(child)
    return f'<div class="passage"{_id(anchor_of(child.id or ""))}>{inside}</div>' if inside else ""


def _inside(child: StreamValue.StreamChild) -> str:
    if child.block_type == "term":
        return f"<!--term:{child.value.pk}-->" if child.value else ""
    if child.block_type == "text":
        return _with_places(child.render(), child.id or "", len(by_heading(child.value.source)))
    return child.render()


def _id(place: str) -> str:
    return f' id="{place}"' if place else ""


def _with_places(html: str, block_id: str, parts: int) -> str:
    """Return a text where each heading that begins a part of its own, but the block's first, is a place too."""
    before, *headings = html.split("<h2")
    first = parts - len(headings)
    places = [_id(anchor_of(block_id, part)) if part else "" for part in range(first, parts)]
    return before + "".join(f"<h2{place}{rest}" for place, rest in zip(places, headings, strict=True))


def questions_of(body: StreamValue, module_key: UUID) -> tuple[QuestionContent, ...]:
    """Return the module's questions in order. Ids come from module and block: a copied module has its own."""
    return tuple(_question(child, module_key) for child in body if child.block_type == "question")


def _question(child: StreamValue.StreamChild, module_key: UUID) -> QuestionContent:
    options = list(child.value["options"])
    return QuestionContent(
        id=uuid5(module_key, child.id),
        text=child.value["text"],
        options=tuple(option["text"] for option in options),
        correct_index=next((place for place, option in enumerate(options) if option["is_correct"]), 0),
        feedback=child.value["feedback"],
        option_feedback=tuple(option["feedback"] or "" for option in options),
    )


def with_terms(screen: Screen, terms: Mapping[int, str]) -> Screen:
    """Return the screen with each glossary entry in its place; one that no longer exists leaves nothing."""
    if "<!--term:" not in screen.html:
        return screen
    html = TERM_MARK.sub(lambda found: terms.get(int(found[1]), ""), screen.html)
    return Screen(screen.kind, mark_safe(html))


def term_html(term: str, explanation: str) -> str:
    """Return one glossary entry as HTML."""
    with translation.override(CONTENT_LANGUAGE):
        return TermBlock().render(ShownTerm(term, explanation))


@dataclass(frozen=True)
class ShownTerm:
    term: str
    explanation: str
