"""What learners read: one query, frozen editions, shared words laid in."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.utils import translation

from courses.content import (
    CourseNotFound,
    catalogue,
    course_content,
    course_revision,
    course_version,
    current_slug,
    preview_of,
    slug_of,
)
from courses.models import CoursePage
from people.api import activity_iri
from tests.courses import workshop as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _framework(db: None) -> None:
    make.framework()


def test_a_published_course_is_read_whole() -> None:
    page = make.published("handhygien", "Händerna", "Kläderna", target_professions=["underskoterska"])
    content = course_content("handhygien")
    assert (content.key, content.title, content.revision) == (page.key, "Handhygien", "1.0")
    assert [(module.title, module.slug, module.position) for module in content.modules] == [
        ("Händerna", "handerna", 0),
        ("Kläderna", "kladerna", 1),
    ]
    assert [(row.competency, row.level) for row in content.teaches] == [("HYG-01", 2)]
    assert content.target_professions == ("underskoterska",)
    assert content.questions_iri == activity_iri("questions", page.key)
    assert content.module("kladerna") is content.modules[1]


def test_a_warm_course_costs_one_query_however_many_courses_there_are(django_assert_num_queries: Any) -> None:
    for slug in ("ett", "tva", "tre"):
        make.published(slug)
    course_content("tva")
    with django_assert_num_queries(1):
        course_content("tva")


@pytest.mark.parametrize("count", [1, 3])
def test_a_warm_catalogue_costs_one_query(count: int, django_assert_num_queries: Any) -> None:
    for number in range(count):
        make.published(f"kurs-{number}")
    assert [card.slug for card in catalogue()] == [f"kurs-{number}" for number in range(count)]
    with django_assert_num_queries(1):
        assert len(catalogue()) == count


def test_cards_say_what_is_needed_to_choose() -> None:
    make.published("handhygien", "Händerna", "Kläderna")
    (card,) = catalogue()
    assert (card.url, card.minutes, card.module_count, card.question_count) == ("/kurser/handhygien/", 5, 2, 2)


def test_drafts_and_what_does_not_exist_are_not_found() -> None:
    make.course("utkast")
    for slug in ("utkast", "finns-inte"):
        with pytest.raises(CourseNotFound):
            course_content(slug)
    make.published()
    with pytest.raises(CourseNotFound):
        course_content("handhygien").module("finns-inte")


def test_an_older_edition_stays_as_it_was() -> None:
    page = make.published()
    before = course_content("handhygien")
    make.change(page, title="Ny titel")
    assert course_content("handhygien").title == "Ny titel"
    assert course_revision("handhygien", before.revision_id) == before
    assert course_version(page.key, "1.0") == before


@pytest.mark.parametrize("revision", ["1.9", "1", "", "a.b", "1.0.0"])
def test_an_edition_that_never_was_is_not_found(revision: str) -> None:
    page = make.published()
    with pytest.raises(CourseNotFound):
        course_version(page.key, revision)


def test_a_frozen_edition_is_found_by_the_old_and_the_new_address() -> None:
    page = make.published()
    old = course_content("handhygien")
    make.change(page, slug="rena-hander")
    assert course_revision("handhygien", old.revision_id) == old
    assert course_revision("rena-hander", old.revision_id) == old
    assert (current_slug("handhygien"), slug_of(page.key)) == ("rena-hander", "rena-hander")
    with pytest.raises(CourseNotFound):
        course_content("handhygien")


def test_nothing_stands_at_an_address_that_never_was() -> None:
    assert current_slug("finns-inte") is None
    assert slug_of(uuid4()) is None


def test_questions_keep_their_key_and_their_id_through_an_edit() -> None:
    page = make.published()
    before = course_content("handhygien")
    module = page.modules().get()
    blocks = list(module.body.get_prep_value())
    blocks[1]["value"]["options"][0]["value"]["is_correct"] = False
    blocks[1]["value"]["options"][1]["value"]["is_correct"] = True
    make.change(module, body=module.body.stream_block.to_python(blocks))
    (old,), (new,) = course_revision("handhygien", before.revision_id).questions, course_content("handhygien").questions
    assert old.id == new.id
    assert (old.is_right(0), new.is_right(0)) == (True, False)


def test_questions_are_no_part_of_the_screens() -> None:
    make.published()
    (module,) = course_content("handhygien").modules
    assert [screen.kind for screen in module.screens] == ["text"]
    assert [question.text for question in module.questions] == ["Vad gör du?"]


def test_a_changed_word_is_seen_without_a_new_edition() -> None:
    word = make.term("smitta", "<p>Gammal text.</p>")
    page = make.course()
    make.publish(make.module(page, "Händerna", make.text(), {"type": "term", "value": word.pk}))
    make.publish(page)
    assert "Gammal text." in course_content("handhygien").modules[0].screens[0].html
    word.explanation = "<p>Ny text.</p>"
    word.save()
    content = course_content("handhygien")
    assert "Ny text." in content.modules[0].screens[0].html
    assert content.revision == "1.0"


def test_a_word_taken_out_of_the_glossary_leaves_nothing_behind() -> None:
    word = make.term()
    page = make.course()
    make.publish(make.module(page, "Händerna", make.text(), {"type": "term", "value": word.pk}))
    make.publish(page)
    word.delete()
    html = course_content("handhygien").modules[0].screens[0].html
    assert (
        re.sub(' id="[^"]*"', "", html) == '<div class="passage"><div class="prose"><p>Sprita händerna.</p></div></div>'
    )


def test_the_words_around_the_text_are_in_the_texts_language() -> None:
    page = make.course()
    make.publish(make.module(page, "Händerna", {"type": "tip", "value": "<p>Ha den i fickan.</p>"}))
    make.publish(page)
    with translation.override("en"):
        english = course_content("handhygien")
    assert english == course_content("handhygien")
    assert english.language == "sv"


def test_a_preview_shows_the_newest_drafts() -> None:
    page = make.published("handhygien", "Händerna")
    draft = page.modules().get()
    draft.title = "Rena händer"
    draft.save_revision()
    make.module(page, "Kläderna")
    preview = preview_of(CoursePage.objects.get(pk=page.pk))
    assert [module.title for module in preview.modules] == ["Rena händer", "Kläderna"]
    assert [module.title for module in course_content("handhygien").modules] == ["Händerna"]


def test_a_preview_of_a_module_shows_it_alone() -> None:
    page = make.published("handhygien", "Händerna", "Kläderna")
    module = page.modules().last()
    assert [item.title for item in preview_of(module).modules] == ["Kläderna"]
