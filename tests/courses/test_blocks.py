"""Blocks say in HTML what they are, and refuse what a learner could not use."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from courses.blocks import ModuleBody, option_problem
from courses.rendering import body_of, questions_of, screens_of
from tests.courses import workshop as make

Block = dict[str, Any]


def html_of(*blocks: Block) -> str:
    return "".join(screen.html for screen in screens_of(body_of(list(blocks))))


def kinds_of(*kinds: str) -> list[str]:
    values = {"fact_box": {"title": "F", "body": "<p>f</p>"}, "illustration": {"idea": "I", "focus_area": "egenvard"}}
    blocks = [{"type": kind, "value": values.get(kind, "<p>x</p>")} for kind in kinds]
    return [screen.kind for screen in screens_of(body_of(blocks))]


def test_headings_of_a_text_come_right_below_the_modules_title() -> None:
    assert html_of(make.text("<h3>Naglar</h3><p>Korta.</p>")) == (
        '<div class="passage"><div class="prose"><h2>Naglar</h2><p>Korta.</p></div></div>'
    )


def test_a_checklist_is_a_list_with_its_emphasis() -> None:
    items = [
        {"type": "item", "id": "1", "value": "<p>Sprita <b>händerna</b>.</p>"},
        {"type": "item", "id": "2", "value": '<p data-block-key="x">Vänta.</p>'},
    ]
    html = html_of({"type": "checklist", "value": {"title": "Så gör du", "items": items}})
    assert "<ul><li>Sprita <b>händerna</b>.</li><li>Vänta.</li></ul>" in html
    assert '<h2 class="block-title">Så gör du</h2>' in html


def test_a_case_asks_its_questions_in_a_list() -> None:
    questions = [{"type": "item", "id": "1", "value": "Vad hände & varför?"}]
    html = html_of({"type": "case", "value": {"title": "Morgon", "body": "<p>Sami.</p>", "questions": questions}})
    assert "<li>Vad hände &amp; varför?</li>" in html


def test_an_illustration_is_the_drawing_of_its_area_and_the_wish_as_caption() -> None:
    html = html_of({"type": "illustration", "value": {"idea": "Två händer <3", "focus_area": "samverkan"}})
    assert "illustrations/samverkan.svg" in html
    assert 'alt=""' in html
    assert "Två händer &lt;3</figcaption>" in html


def test_companions_share_the_screen_of_what_they_belong_to() -> None:
    assert kinds_of("text", "tip", "fact_box", "illustration", "text") == ["text", "fact_box", "text"]


def test_companions_that_come_first_share_the_screen_after_them() -> None:
    assert kinds_of("illustration", "tip", "text", "text") == ["text", "text"]


def test_a_module_of_companions_alone_is_one_screen() -> None:
    assert kinds_of("tip", "illustration") == ["tip"]


def test_a_copied_module_asks_questions_of_its_own() -> None:
    from uuid import uuid4

    body = body_of([make.question() | {"id": "b5a4d2c8-0000-4000-8000-000000000000"}])
    (first,), (second,) = questions_of(body, uuid4()), questions_of(body, uuid4())
    assert first.id != second.id


@pytest.mark.parametrize(
    ("options", "is_fine"),
    [
        ([("Ja", True), ("Nej", False)], True),
        ([("Ja", False), ("Nej", False)], False),
        ([("Ja", True), ("Nej", True)], False),
        ([("Ja", True), (" ja", False)], False),
    ],
)
def test_exactly_one_answer_is_right_and_no_two_say_the_same(options: list[tuple[str, bool]], is_fine: bool) -> None:
    assert (option_problem(options) is None) == is_fine


def refuses(block: Block) -> bool:
    body = ModuleBody()
    try:
        body.clean(body.to_python([block]))
    except ValidationError:
        return True
    return False


def test_a_question_without_a_right_answer_cannot_be_published() -> None:
    assert refuses(make.question(right=5))
    assert not refuses(make.question(right=1))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "block",
    [
        {"type": "image", "value": {"image": None, "alt": "", "caption": ""}},
        {"type": "video", "value": {"title": "Film", "file": None, "captions": None, "transcript": ""}},
        {"type": "audio", "value": {"title": "Ljud", "file": None, "transcript": ""}},
        {"type": "term", "value": None},
        {"type": "checklist", "value": {"title": "", "items": []}},
    ],
)
def test_media_without_words_and_empty_blocks_cannot_be_published(block: Block) -> None:
    assert refuses(block)


def document(name: str) -> int:
    return Document.objects.create(title=name, file=ContentFile(b"x", name)).pk


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "names", "is_fine"),
    [
        ("video", {"file": "film.mp4"}, True),
        ("video", {"file": "FILM.WEBM", "captions": "text.vtt"}, True),
        ("video", {"file": "ljud.mp3"}, False),
        ("video", {"file": "film.mp4", "captions": "film.mp4"}, False),
        ("audio", {"file": "ljud.m4a"}, True),
        ("audio", {"file": "film.mp4"}, False),
    ],
)
def test_a_browser_can_play_what_is_chosen(kind: str, names: dict[str, str], is_fine: bool) -> None:
    files = {child: document(name) for child, name in names.items()}
    value = {"title": "Tvätta händerna", "transcript": "<p>Allt som sägs.</p>", "captions": None} | files
    assert refuses({"type": kind, "value": value}) is not is_fine


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["video", "audio"])
def test_nothing_is_played_that_is_not_in_words_too(kind: str) -> None:
    name = {"video": "film.mp4", "audio": "ljud.mp3"}[kind]
    value = {"title": "Tvätta händerna", "file": document(name), "captions": None, "transcript": ""}
    assert refuses({"type": kind, "value": value})
    assert not refuses({"type": kind, "value": value | {"transcript": "<p>Allt som sägs.</p>"}})


@pytest.mark.django_db
def test_no_picture_is_shown_that_is_not_in_words_too() -> None:
    picture = Image.objects.create(title="Bild", file=get_test_image_file()).pk
    assert refuses({"type": "image", "value": {"image": picture, "alt": "", "caption": ""}})
    assert not refuses({"type": "image", "value": {"image": picture, "alt": "Två händer under en kran", "caption": ""}})
