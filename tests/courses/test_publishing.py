"""What a publish does: editions are numbered, frozen and offered; nothing is done twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from competency.models import Claim, Offer
from courses.content import CourseNotFound, course_content
from courses.models import RESERVED_SLUGS, CatalogueIndex, CourseEdition, CoursePage, ModulePage
from courses.publishing import NotComplete, NothingToPublish, publish_whole, renew_edition
from courses.urls import TAKEN_SLUGS
from people.api import activity_iri
from tests.courses import workshop as make
from tests.people import factories

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _framework(db: None) -> None:
    make.framework()


def versions(page: CoursePage) -> list[tuple[str, bool]]:
    return [(edition.version, edition.is_current) for edition in page.editions.order_by("pk")]


def fresh(page: CoursePage) -> CoursePage:
    return CoursePage.objects.get(pk=page.pk)


def test_a_course_goes_out_with_its_first_live_module() -> None:
    page = make.course()
    make.publish(page)
    assert versions(page) == []
    make.publish(make.module(page))
    assert versions(page) == [("1.0", True)]


def test_each_publish_of_course_or_module_is_the_next_minor_version() -> None:
    page = make.published("handhygien", "Händerna", "Kläderna")
    make.change(page, title="Rena händer")
    make.change(page.modules().first(), title="Rena naglar")
    assert versions(page) == [("1.0", False), ("1.1", False), ("1.2", True)]


def test_the_tick_gives_a_new_main_version_once() -> None:
    page = make.published()
    draft = fresh(page)
    draft.ask_for_retake(True)
    draft.save_revision().publish()
    make.change(fresh(page), title="Igen")
    make.change(page.modules().get(), minutes=4)
    assert versions(page) == [("1.0", False), ("2.0", False), ("2.1", False), ("2.2", True)]


def test_a_draft_ticked_before_the_same_tick_went_out_does_not_count_twice() -> None:
    page = make.published()
    draft = fresh(page)
    draft.ask_for_retake(True)
    first = draft.save_revision()
    draft.title = "Senare"
    second = draft.save_revision()
    first.publish()
    second.publish()
    assert versions(page) == [("1.0", False), ("2.0", False), ("2.1", True)]


def test_saving_a_draft_changes_nothing_for_learners() -> None:
    page = make.published()
    draft = fresh(page)
    draft.title = "Utkast"
    draft.save_revision()
    assert versions(page) == [("1.0", True)]
    assert course_content("handhygien").title == "Handhygien"


def test_renewing_without_a_change_makes_no_edition() -> None:
    page = make.published()
    edition = page.editions.get()
    assert renew_edition(page.pk, AT) == edition
    assert versions(page) == [("1.0", True)]


def test_an_unpublished_module_leaves_the_course_and_the_last_one_takes_it_along() -> None:
    page = make.published("handhygien", "Händerna", "Kläderna")
    first, last = page.modules()
    first.unpublish()
    assert [module.title for module in course_content("handhygien").modules] == ["Kläderna"]
    last.unpublish()
    assert versions(page) == [("1.0", False), ("1.1", False)]
    with pytest.raises(CourseNotFound):
        course_content("handhygien")


def test_a_course_comes_back_under_the_next_number() -> None:
    page = make.published()
    fresh(page).unpublish()
    assert versions(page) == [("1.0", False)]
    make.change(fresh(page), live=False)
    assert versions(page) == [("1.0", False), ("1.1", True)]


def test_moving_a_module_is_a_change_of_the_course() -> None:
    page = make.published("handhygien", "Händerna", "Kläderna")
    page.modules().last().move(page.modules().first(), pos="left")
    assert [module.title for module in course_content("handhygien").modules] == ["Kläderna", "Händerna"]
    assert versions(page)[-1] == ("1.1", True)


def test_a_module_moved_to_another_course_leaves_the_first() -> None:
    here = make.published("handhygien", "Händerna", "Kläderna")
    there = make.published("klader")
    here.modules().last().move(fresh(there), pos="last-child")
    assert [module.title for module in course_content("handhygien").modules] == ["Händerna"]
    assert [module.title for module in course_content("klader").modules] == ["Händerna", "Kläderna"]


def test_a_deleted_module_leaves_the_course_and_stays_in_what_was() -> None:
    page = make.published("handhygien", "Händerna", "Kläderna")
    page.modules().first().delete()
    assert [module.title for module in course_content("handhygien").modules] == ["Kläderna"]
    first = page.editions.order_by("pk").first()
    assert [module["title"] for module in first.content["modules"]] == ["Händerna", "Kläderna"]


def test_a_copied_course_is_another_course() -> None:
    page = make.published("handhygien", "Händerna")
    copy = page.copy(recursive=True, update_attrs={"slug": "kopia"}, keep_live=False)
    copy.get_latest_revision().publish()
    publish_whole(fresh(copy), None, AT)
    ours, theirs = course_content("handhygien"), course_content("kopia")
    assert ours.key != theirs.key
    assert ours.modules[0].key != theirs.modules[0].key
    assert ours.questions[0].id != theirs.questions[0].id
    assert fresh(page).key == ours.key


def test_a_publish_registers_the_offer_and_its_claims() -> None:
    page = make.published(target_professions=["underskoterska"])
    offer = Offer.objects.get()
    assert (offer.activity_iri, offer.questions_iri) == (
        activity_iri("course", page.key),
        activity_iri("questions", page.key),
    )
    assert (offer.title, offer.path, offer.minutes) == ("Handhygien", "/kurser/handhygien/", 5)
    assert (offer.revision, offer.focus_area, offer.retired_at) == ("1.0", "halsoframjande", None)
    assert [(row.competency.code, row.level, row.major) for row in Claim.objects.all()] == [("HYG-01", 2, 1)]


def test_an_unpublished_course_is_no_longer_on_offer() -> None:
    page = make.published()
    fresh(page).unpublish()
    assert Offer.objects.get().retired_at is not None


@pytest.mark.parametrize(("kind", "seen_by_all"), [("region", True), ("municipality", False)])
def test_a_regions_course_is_everybodys_and_a_municipalitys_its_own(kind: str, seen_by_all: bool) -> None:
    owner = factories.below(None, kind, "agare")
    make.published(owner=owner)
    assert (Offer.objects.get().node is None) == seen_by_all


def test_scheduled_publishing_is_wagtails_own(monkeypatch: pytest.MonkeyPatch) -> None:
    page = make.published()
    draft = fresh(page)
    draft.title = "I morgon"
    draft.go_live_at = timezone.now() + timedelta(days=1)
    draft.save_revision().publish()
    assert course_content("handhygien").title == "Handhygien"
    later = timezone.now() + timedelta(days=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    call_command("publish_scheduled")
    assert course_content("handhygien").title == "I morgon"
    assert versions(page) == [("1.0", False), ("1.1", True)]


def test_a_whole_course_goes_out_in_one_edition() -> None:
    page = make.course()
    make.module(page, "Händerna")
    make.module(page, "Kläderna")
    edition = publish_whole(fresh(page), None, AT)
    assert (edition.version, edition.published_at) == ("1.0", AT)
    assert [module.title for module in course_content("handhygien").modules] == ["Händerna", "Kläderna"]
    assert versions(page) == [("1.0", True)]


def test_a_whole_course_needs_a_module_and_whole_modules() -> None:
    page = make.course()
    with pytest.raises(NothingToPublish):
        publish_whole(fresh(page), None, AT)
    unfinished = ModulePage(title="Halv", minutes=3, live=False)
    fresh(page).add_child(instance=unfinished)
    unfinished.save_revision(clean=False)
    with pytest.raises(NotComplete, match="Halv"):
        publish_whole(fresh(page), None, AT)
    assert not CourseEdition.objects.exists()
    assert not fresh(page).live


def test_an_edition_is_never_changed() -> None:
    edition = make.published().editions.get()
    edition.content = {}
    with pytest.raises(TypeError, match="never changed"):
        edition.save()


def test_addresses_in_the_workshop_are_those_of_the_site() -> None:
    page = make.published("handhygien", "Kläder")
    assert CatalogueIndex.objects.get().url == "/kurser/"
    assert page.url == "/kurser/handhygien/"
    assert page.modules().get().url == "/kurser/handhygien/klader/"


def test_what_has_been_taught_cannot_be_deleted_even_by_an_administrator() -> None:
    admin = make.account()
    admin.is_superuser = True
    taught, never = make.published(), make.course("utkast")
    assert not taught.permissions_for_user(admin).can_delete()
    assert never.permissions_for_user(admin).can_delete()


def test_no_revision_of_a_copy_carries_the_originals_key() -> None:
    page = make.published()
    copy = page.copy(update_attrs={"slug": "kopia"}, keep_live=False)
    assert {revision.content["key"] for revision in copy.revisions.all()} == {str(copy.key)}
    assert copy.key != page.key


def test_half_a_module_does_not_go_live_by_any_door() -> None:
    page = make.published()
    module = page.modules().get().get_latest_revision_as_object()
    module.body = module.body.stream_block.to_python([make.question(right=7)])
    revision = module.save_revision(clean=False)
    with pytest.raises(ValidationError):
        revision.publish()
    assert [question.text for question in course_content("handhygien").questions] == ["Vad gör du?"]
    assert versions(page) == [("1.0", True)]


@pytest.mark.parametrize(
    ("wanted", "address"),
    [
        ("kopia", "kopia"),
        ("handhygien", "handhygien-2"),
        ("Händer & kläder", "hander-klader"),
        ("prov", "prov-2"),
        ("?", "sida"),
    ],
)
def test_an_address_is_plain_free_and_found_without_a_question(wanted: str, address: str) -> None:
    make.course("handhygien")
    assert CoursePage().nearest_free_slug(wanted, CatalogueIndex.objects.get()) == address


def test_the_addresses_of_our_own_pages_are_kept_free() -> None:
    assert RESERVED_SLUGS == TAKEN_SLUGS
