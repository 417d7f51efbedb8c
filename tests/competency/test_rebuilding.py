"""From a statement to a standing: marks, rebuilds and what they leave alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from competency.api import (
    accept_source,
    assess,
    gaps_of,
    levels_of,
    rebuild,
    rebuild_all,
    rebuild_marked,
    refresh,
    standings_of,
    verify_standings,
)
from competency.models import Computation, DirtyMark, Standing
from competency.services import rebuilding
from people.api import iri_base
from xapi.api import statements_in, vocabulary
from xapi.credentials import create_credential

from . import world
from .world import BEGAN, NOW, TODAY, days

pytestmark = pytest.mark.django_db


def rows():
    """Everything that is derived, without the keys of the rows and the time of writing."""
    fields = ("person", "organisation", "competency", "segments", "under_way")
    return sorted(Standing.objects.values_list(*fields), key=repr)


def test_a_course_taken_is_a_level_after_the_rebuild(school):
    world.takes(school.usk, school.granvik, "hygien", days(10))
    assert rebuild_marked(NOW) == 1
    assert levels_of(school.usk, school.granvik, TODAY) == {"HYG-01": 2}


def test_a_revision_of_thousands_of_digits_stops_nobodys_rebuild(school):
    """Whoever sends statements says what she likes there; Python refuses to read so long a number."""
    revision = "9" * 5_000
    world.says(school.usk, school.granvik, vocabulary.COMPLETED, world.course_iri("hygien"), days(9), revision=revision)
    world.takes(school.usk, school.granvik, "hygien", days(10))
    assert rebuild_marked(NOW) == 1
    assert levels_of(school.usk, school.granvik, TODAY) == {"HYG-01": 2}


def test_a_statement_marks_the_learner_in_its_own_transaction(school):
    savepoint = transaction.savepoint()
    world.takes(school.usk, school.granvik, "hygien", days(10))
    assert set(DirtyMark.objects.values_list("person", flat=True)) == {school.usk.pk}
    transaction.savepoint_rollback(savepoint)
    assert not DirtyMark.objects.exists()


def test_answers_and_modules_mark_nobody(school):
    world.says(school.usk, school.granvik, vocabulary.COMPLETED, "https://example.org/module", days(10))
    world.says(school.usk, school.granvik, vocabulary.FAILED, world.questions_iri("hygien"), days(10))
    assert not DirtyMark.objects.exists()


def test_the_one_who_acted_is_rebuilt_when_it_is_committed(school, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        world.takes(school.usk, school.granvik, "hygien", days(10))
    assert levels_of(school.usk, school.granvik, TODAY) == {"HYG-01": 2}
    assert not DirtyMark.objects.exists()


def test_what_runs_after_the_commit_has_a_name_by_which_a_failure_is_logged(school, django_capture_on_commit_callbacks):
    """Otherwise Django itself fails, and what was recorded is answered with an error."""
    with django_capture_on_commit_callbacks() as callbacks:
        world.takes(school.usk, school.granvik, "hygien", days(10))
    assert callbacks
    assert all(callback.__qualname__ for callback in callbacks)


def test_several_statements_of_one_transaction_are_one_rebuild(school, django_capture_on_commit_callbacks, monkeypatch):
    rebuilt = []
    fold_people = rebuilding.fold_people
    monkeypatch.setattr(rebuilding, "fold_people", lambda people: rebuilt.append(people) or fold_people(people))
    with django_capture_on_commit_callbacks(execute=True):
        world.takes(school.usk, school.granvik, "hygien", days(10))
    assert rebuilt == [[school.usk]]


def test_what_another_system_sends_does_not_wait_behind_everybody_else(school, django_capture_on_commit_callbacks):
    """A changed rule may have marked thousands, and the worker takes those first who have waited longest."""
    source, _secret = create_credential("Annat system", scopes=["all"], organisation=school.granvik, at=BEGAN)
    accept_source(school.granvik, source.authority_key, f"{iri_base()}/activities/", BEGAN)
    with django_capture_on_commit_callbacks(execute=True):
        world.takes(school.usk, school.granvik, "hygien", days(10), source=source)
    assert levels_of(school.usk, school.granvik, TODAY) == {"HYG-01": 2}
    assert not DirtyMark.objects.filter(person=school.usk).exists()


def test_a_rebuild_deletes_only_the_marks_it_had_seen(school, monkeypatch):
    world.takes(school.usk, school.granvik, "hygien", days(10))
    fold_people = rebuilding.fold_people

    def meanwhile(people):
        yield from fold_people(people)
        rebuilding.mark([school.usk.pk], days(11))

    monkeypatch.setattr(rebuilding, "fold_people", meanwhile)
    rebuild(school.usk.pk, NOW)
    assert DirtyMark.objects.filter(person=school.usk).count() == 1


def test_whoever_another_process_rebuilt_meanwhile_stays_as_it_wrote_her(school, monkeypatch):
    world.takes(school.usk, school.granvik, "hygien", days(10))
    fold_people = rebuilding.fold_people

    def overtaken(people):
        folded = list(fold_people(people))
        monkeypatch.setattr(rebuilding, "fold_people", fold_people)
        world.takes(school.usk, school.granvik, "hygien", days(300))
        rebuild(school.usk.pk, days(301))
        rebuilding.mark([school.usk.pk], days(302))
        yield from folded

    monkeypatch.setattr(rebuilding, "fold_people", overtaken)
    assert rebuild(school.usk.pk, NOW) == 0
    assert Standing.objects.get(person=school.usk).computed_at == days(301)
    assert DirtyMark.objects.filter(person=school.usk).count() == 1
    assert verify_standings(NOW) == []


def test_one_worker_takes_no_more_than_it_was_told_to(school):
    rebuilding.mark_all(BEGAN)
    assert rebuild_marked(NOW, limit=1) == 1
    assert DirtyMark.objects.count() == 3


def test_a_rebuild_of_everybody_says_how_far_it_has_come(school):
    said = []
    rebuild_all(NOW, on_progress=lambda done, total: said.append((done, total)))
    assert said == [(4, 4)]


def test_a_rebuild_writes_only_what_differs(school):
    world.takes(school.usk, school.granvik, "hygien", days(10))
    assert rebuild(school.usk.pk, days(11)) == 1
    assert rebuild(school.usk.pk, days(12)) == 0
    assert Standing.objects.get(person=school.usk).computed_at == days(11)
    assert Computation.objects.get(person=school.usk).computed_at == days(12)


def test_refresh_does_nothing_for_who_is_not_marked(school, django_assert_num_queries):
    with django_assert_num_queries(1):
        refresh(school.usk, NOW)


def test_every_derived_row_deleted_and_rebuilt_is_the_same_byte_for_byte(school, hygiene):
    world.takes(school.usk, school.granvik, "hygien", days(10))
    world.takes(school.chef, school.granvik, "hygien", days(12), passes=False)
    assess(school.ssk, school.usk, hygiene, 3, days(20))
    assess(school.ssk, school.usk, hygiene, 3, days(40), positive=False)
    world.takes(school.usk, school.granvik, "hygien", days(300))
    rebuild_marked(NOW)
    before = rows()
    assert len(before) == 3
    Standing.objects.all().delete()
    Computation.objects.all().delete()
    rebuild_all(days(500))
    assert rows() == before
    assert verify_standings(NOW) == []


def test_recorded_in_two_steps_or_at_once_the_standings_are_the_same(school, hygiene):
    world.takes(school.usk, school.granvik, "hygien", days(10))
    rebuild_marked(NOW)
    assess(school.ssk, school.usk, hygiene, 3, days(20))
    rebuild_marked(NOW)
    in_steps = rows()
    Standing.objects.all().delete()
    rebuild_all(NOW)
    assert rows() == in_steps


def test_verify_names_each_difference(school):
    world.takes(school.usk, school.granvik, "hygien", days(10))
    rebuild_marked(NOW)
    row = Standing.objects.get(person=school.usk)
    Standing.objects.filter(pk=row.pk).update(segments=[])
    (line,) = verify_standings(NOW)
    assert str(school.usk.uuid) in line
    assert "HYG-01" in line
    assert Standing.objects.get(pk=row.pk).segments == []


def test_a_voided_statement_takes_its_level_back(school):
    registration = world.takes(school.usk, school.granvik, "hygien", days(10))
    rebuild_marked(NOW)
    for each in statements_in(registration):
        void = {"objectType": "StatementRef", "id": str(each.statement_id)}
        world.says(school.usk, school.granvik, vocabulary.VOIDED, "", days(20), object=void, context={})
    assert rebuild_marked(NOW) == 1
    assert levels_of(school.usk, school.granvik, TODAY) == {}
    assert not Standing.objects.filter(person=school.usk).exists()


def test_each_employer_has_a_standing_of_its_own(school):
    world.works_at(school.ekbacken, school.usk, "vardbitrade")
    world.takes(school.usk, school.granvik, "hygien", days(10))
    rebuild_marked(NOW)
    assert levels_of(school.usk, school.granvik, TODAY) == {"HYG-01": 2}
    assert levels_of(school.usk, school.lyngfors, TODAY) == {}


def test_the_standings_of_two_hundred_statements_come_in_few_queries(school, django_assert_max_num_queries):
    for number in range(3):
        world.takes(school.usk, school.granvik, "hygien", days(number))
    with django_assert_max_num_queries(24):
        rebuild(school.usk.pk, NOW)


def test_as_of_and_known_at_ask_different_things(school):
    late = days(50)
    world.takes(school.usk, school.granvik, "hygien", days(10), stored=late)
    rebuild_marked(NOW)
    on = (BEGAN + timedelta(days=20)).date()
    assert [line.level for line in standings_of(school.usk, school.granvik, on) if line.level] == [2]
    assert [line.level for line in standings_of(school.usk, school.granvik, on, days(49)) if line.level] == []
    assert [line.level for line in standings_of(school.usk, school.granvik, on, late) if line.level] == [2]


def test_gaps_name_what_is_asked_and_what_closes_it(school):
    world.takes(school.usk, school.granvik, "hygien", days(300), passes=False)
    rebuild_marked(NOW)
    gaps = {gap.competency.code: gap for gap in gaps_of(school.usk, TODAY)}
    assert {code: (gap.held, gap.asked, gap.status) for code, gap in gaps.items()} == {
        "HYG-01": (1, 2, "on-the-way"),
        "HYG-02": (0, 2, "missing"),
        "MED-02": (0, 2, "missing"),
    }
    assert [offer.title for offer in gaps["HYG-01"].offers] == ["Hygien"]
