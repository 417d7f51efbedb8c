"""What is published is in the index in the same moment, and what is withdrawn is not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from competency.models import LawStamp, Profession
from courses.models import CoursePage, GlossaryTerm
from people.api import now
from search import services
from search.encoding import number_of, terms_in
from search.models import IndexState, PassageRow, SourceRow, TermRow
from search.services import advance, edition_changed, rebuild
from search.status import status
from tests.courses import workshop as make
from tests.people import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _framework() -> None:
    make.framework()


def block(kind: str, value: Any) -> dict[str, Any]:
    return {"type": kind, "value": value, "id": str(uuid4())}


def texts() -> set[tuple[str, str, str]]:
    """Kind, heading and text of every passage of courses."""
    rows = PassageRow.objects.filter(sheet__source__kind="course")
    return set(rows.values_list("kind", "heading", "text"))


def counted() -> dict[str, int]:
    """How many public passages hold each term, counted from the passages themselves."""
    found: dict[int, int] = {}
    for row in PassageRow.objects.exclude(sheet__source__kind="event"):
        lines = (row.course_terms, row.title_terms, row.heading_terms, row.text_terms)
        for sign in {sign for line in lines for sign in terms_in(line)}:
            found[number_of(sign)] = found.get(number_of(sign), 0) + 1
    names = dict(TermRow.objects.values_list("id", "term"))
    return {names[number]: count for number, count in found.items()}


def known() -> dict[str, int]:
    return dict(TermRow.objects.filter(passages__gt=0).values_list("term", "passages"))


def test_a_published_course_is_indexed_paragraph_by_paragraph() -> None:
    course = make.course(summary="Om händer.", title="Handhygien")
    term = make.term("smitta", "<p>Det som sprids.</p>")
    body = (
        block("text", "<h3>Först</h3><p>Sprita händerna.</p>"),
        block("case", {"title": "Asta", "body": "<p>Hon är sjuk.</p>", "questions": []}),
        block("term", term.pk),
        make.question("Vad är svaret?", options=("Hemligt", "Annat")),
    )
    make.publish(make.module(course, "Händerna", *body))
    make.publish(course)
    assert texts() == {
        ("course", "", "Om händer."),
        ("course", "", "Om HYG-01"),
        ("module", "", "Först · Asta · smitta"),
        ("section", "Först", "Sprita händerna."),
        ("case", "Asta", "Hon är sjuk."),
        ("term", "smitta", "Det som sprids."),
    }


def test_a_draft_is_not_indexed_and_a_published_change_is() -> None:
    course = make.published("handhygien", "Händerna")
    module = course.modules().get()
    draft = module.get_latest_revision_as_object()
    draft.title = "Naglarna"
    draft.save_revision()
    assert set(PassageRow.objects.values_list("sheet__title", flat=True)) >= {"Händerna"}
    assert not TermRow.objects.filter(term__startswith="nag", passages__gt=0).exists()
    make.change(module, title="Naglarna")
    titles = set(PassageRow.objects.filter(sheet__source__kind="course").values_list("sheet__title", flat=True))
    assert titles == {course.title, "Naglarna"}
    assert known() == counted()


@pytest.mark.parametrize("what", ["course", "module"])
def test_what_is_withdrawn_is_forgotten(what: str) -> None:
    course = make.published("handhygien", "Händerna")
    page = CoursePage.objects.get(pk=course.pk) if what == "course" else course.modules().get()
    page.unpublish()
    assert texts() == set()
    assert not SourceRow.objects.filter(kind="course").exists()
    assert known() == counted() == {}


def test_a_publish_that_is_rolled_back_leaves_the_index_as_it_was() -> None:
    course = make.published("handhygien", "Händerna")
    before = texts(), known()
    savepoint = transaction.savepoint()
    make.change(course, summary="Något annat.")
    assert texts() != before[0]
    transaction.savepoint_rollback(savepoint)
    assert (texts(), known()) == before


def test_a_changed_glossary_entry_is_changed_wherever_it_stands() -> None:
    term = make.term("smitta", "<p>Det som sprids.</p>")
    course = make.course()
    make.publish(make.module(course, "Händerna", block("term", term.pk)))
    make.publish(course)
    term.explanation = "<p>Det som går från en till en annan.</p>"
    term.save()
    assert ("term", "smitta", "Det som går från en till en annan.") in texts()
    GlossaryTerm.objects.get(pk=term.pk).delete()
    assert not PassageRow.objects.filter(kind="term").exists()
    assert known() == counted()


def test_what_has_not_changed_is_not_written_again() -> None:
    course = make.published("handhygien", "Händerna")
    pks = set(PassageRow.objects.values_list("pk", flat=True))
    stamp = IndexState.objects.get().stamp
    edition_changed(course.key)
    assert set(PassageRow.objects.values_list("pk", flat=True)) == pks
    assert IndexState.objects.get().stamp == stamp


def test_a_course_with_another_owner_is_another() -> None:
    course = make.published("handhygien", "Händerna")
    assert SourceRow.objects.get(kind="course").owner is None
    municipality = factories.municipality("granvik", make.region())
    make.change(course, owner_node=municipality)
    assert SourceRow.objects.get(kind="course").owner == municipality.uuid


def test_a_rebuild_gives_the_same_index_and_forgets_what_is_not_there() -> None:
    make.published("handhygien", "Händerna", "Naglarna")
    make.published("munhalsa", "Tänderna")
    rebuild(now())
    before = texts(), known()
    stray = SourceRow.objects.create(kind="course", key=str(uuid4()), title="x", path="/x/", digest="", generation=1)
    told: list[tuple[int, int]] = []
    rebuild(now(), lambda done, total: told.append((done, total)))
    assert (texts(), known()) == before
    assert known() == counted()
    assert not SourceRow.objects.filter(pk=stray.pk).exists()
    assert told[-1] == (2, 2)
    assert status(now()).is_whole


def test_a_rebuild_that_was_interrupted_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    for slug in ("ett", "tva", "tre"):
        make.published(slug, "Händerna")
    rebuild(now())
    monkeypatch.setattr(services, "AT_A_TIME", 1)
    services._begin()
    assert services._step(now())
    done = set(SourceRow.objects.filter(kind="course", generation=2).values_list("key", flat=True))
    assert len(done) == 1
    assert not status(now()).is_of_this_version
    pks = set(PassageRow.objects.filter(sheet__source__key__in=done).values_list("pk", flat=True))
    rebuild(now())
    assert status(now()).is_whole
    assert set(PassageRow.objects.filter(sheet__source__key__in=done).values_list("pk", flat=True)) == pks
    assert set(SourceRow.objects.values_list("generation", flat=True)) == {2}


def test_the_worker_makes_an_index_of_an_older_version_anew() -> None:
    make.published("handhygien", "Händerna")
    rebuild(now())
    IndexState.objects.update(analysis="older")
    SourceRow.objects.update(digest="older")
    while advance(now()):
        pass
    assert status(now()).is_whole
    assert not SourceRow.objects.filter(digest="older").exists()


def test_role_pages_follow_the_framework_and_the_day() -> None:
    rebuild(now())
    rows = SourceRow.objects.filter(kind="role")
    assert set(rows.values_list("key", flat=True)) == {"underskoterska", "vardbitrade"}
    Profession.objects.filter(code="vardbitrade").delete()
    LawStamp.renew()
    advance(now())
    assert set(rows.values_list("key", flat=True)) == {"underskoterska"}
    stamp = IndexState.objects.get().roles_stamp
    advance(now() + timedelta(days=1))
    assert IndexState.objects.get().roles_stamp != stamp


def test_what_the_index_is_made_from_is_read_while_nobody_else_can_write_it() -> None:
    """What was read before somebody withdrew or published it would be written over what that put there."""
    term = make.term("smitta", "<p>Det som sprids.</p>")
    course = make.course()
    make.publish(make.module(course, "Händerna", block("term", term.pk)))
    make.publish(course)
    rebuild(now())
    since: list[str] = []
    guarded: list[bool] = []

    def watch(execute: Any, sql: str, *rest: Any) -> Any:
        if not connection.savepoint_ids:
            since.clear()
        if '"courses_courseedition"."content"' in sql:
            guarded.append(bool(connection.savepoint_ids) and any('FROM "search_state"' in each for each in since))
        since.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(watch):
        rebuild(now())
        edition_changed(course.key)
        services.term_changed(term.pk)
    assert guarded == [True] * 3
