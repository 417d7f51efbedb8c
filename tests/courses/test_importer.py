"""Course files become pages: all or none, published or drafts, and the same again when nothing has changed."""

from __future__ import annotations

import json
from collections import Counter
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Page, PageLogEntry, Revision

from competency.api import load_framework
from competency.models import Offer
from courses.content import catalogue, course_content
from courses.course_file import CourseFileError
from courses.importer import DATA, ImportReport, NoOwner, NotYourCourse, import_collection, import_own_file
from courses.models import CatalogueIndex, CourseEdition, CoursePage, GlossaryTerm, ModulePage
from people.api import User
from tests.courses import workshop as make
from tests.people import factories

pytestmark = pytest.mark.django_db
AT = datetime(2025, 10, 23, 7, tzinfo=UTC)
LATER = datetime(2026, 3, 1, 7, tzinfo=UTC)
FRAMEWORK = Path("competency/data/competency_framework.json")


@pytest.fixture(autouse=True)
def _ground(db: None) -> None:
    make.framework("HYG-01", "PER-01")
    make.region()


@pytest.fixture
def files(tmp_path: Path) -> Files:
    example = json.loads((DATA / "exempelkurs.json").read_text("utf-8"))
    return Files(tmp_path, example["course"], example["body"])


class Files:
    """A collection of one course on disk, to change and import."""

    def __init__(self, folder: Path, course: dict[str, Any], body: dict[str, Any]) -> None:
        self.folder = folder
        self.courses = [course]
        self.bodies = {course["slug"]: body}

    @property
    def course(self) -> dict[str, Any]:
        return self.courses[0]

    @property
    def modules(self) -> list[dict[str, Any]]:
        return self.bodies[self.course["slug"]]["modules"]

    def write(self) -> tuple[Path, Path]:
        catalogue_file = self.folder / "courses.json"
        catalogue_file.write_text(json.dumps({"courses": self.courses}), "utf-8")
        for slug, body in self.bodies.items():
            (self.folder / f"{slug}.json").write_text(json.dumps(body), "utf-8")
        return catalogue_file, self.folder

    def load(self, at: datetime = AT, **more: Any) -> ImportReport:
        return import_collection(*self.write(), at, **more)

    def add_course(self, slug: str) -> None:
        self.courses.append(deepcopy(self.course) | {"slug": slug, "quiz": []})
        self.bodies[slug] = deepcopy(self.bodies[self.course["slug"]])

    def add_module(self, title: str, place: int | None = None) -> None:
        part = {"title": title, "minutes": 2, "blocks": [{"type": "text", "markdown": f"Om {title}."}]}
        self.modules.insert(len(self.modules) if place is None else place, part)

    def content(self) -> bytes:
        return json.dumps({"course": self.course, "body": self.bodies[self.course["slug"]]}).encode()


def state() -> Counter[str]:
    models = (Page, Revision, CourseEdition, GlossaryTerm, Offer)
    return Counter({model.__name__: model.objects.count() for model in models})


def test_a_course_file_becomes_a_published_course(files: Files) -> None:
    report = files.load()
    assert (report.created, report.updated, report.unchanged, report.terms) == ([files.course["slug"]], [], [], 1)
    content = course_content(files.course["slug"])
    assert (content.revision, content.minutes, content.pass_percent) == ("1.0", 4, 100)
    assert content.takeaways == ("Börja med människorna.", "Ingen är ensam första dagen.")
    assert [source.text for source in content.sources] == ["Egen erfarenhet från enheten"]
    (module,) = content.modules
    assert [screen.kind for screen in module.screens] == ["text", "checklist", "fact_box", "case", "reflection"]
    (question,) = module.questions
    assert (question.correct_index, len(question.options)) == (1, 3)
    assert question.option_feedback == ("En gissning kan bli en vana.", "", "Risken är att frågan aldrig ställs.")


def test_what_is_imported_is_whole_by_the_workshops_own_rules(files: Files) -> None:
    files.load()
    for page in Page.objects.filter(depth__gte=3).specific():
        page.full_clean()
    ModulePage.objects.get().check_body()
    assert Page.find_problems() == ([], [], [], [], [])


def test_importing_the_same_file_again_changes_nothing(files: Files) -> None:
    files.load()
    before = state()
    report = files.load(LATER)
    assert (report.created, report.updated, report.unchanged) == ([], [], [files.course["slug"]])
    assert state() == before


def test_a_changed_module_is_the_next_minor_version_and_the_others_stay(files: Files) -> None:
    files.add_module("Andra dagen")
    files.load()
    untouched = ModulePage.objects.get(title="Andra dagen").live_revision_id
    files.modules[0]["blocks"][0]["markdown"] = "Ny text."
    assert files.load(LATER).updated == [files.course["slug"]]
    content = course_content(files.course["slug"])
    assert content.revision == "1.1"
    assert "Ny text." in content.modules[0].screens[0].html
    assert ModulePage.objects.get(title="Andra dagen").live_revision_id == untouched


def test_a_changed_course_teaches_what_the_file_says_now(files: Files) -> None:
    files.load()
    files.course["teaches"] = [{"competency": "PER-01", "level": 2}, {"competency": "HYG-01", "level": 1}]
    files.course["title"] = "Ny titel"
    files.load(LATER)
    content = course_content(files.course["slug"])
    assert (content.title, content.revision) == ("Ny titel", "1.1")
    assert [(row.competency, row.level) for row in content.teaches] == [("PER-01", 2), ("HYG-01", 1)]


def test_a_file_that_has_not_changed_leaves_an_educators_change_alone(files: Files) -> None:
    files.load()
    make.change(ModulePage.objects.get(), title="Min egen titel")
    files.load(LATER)
    assert course_content(files.course["slug"]).modules[0].title == "Min egen titel"


def test_a_renamed_module_keeps_its_key_and_its_questions(files: Files) -> None:
    files.load()
    before = course_content(files.course["slug"])
    files.modules[0]["title"] = "De första sextio minuterna"
    files.load(LATER)
    after = course_content(files.course["slug"])
    assert after.modules[0].title == "De första sextio minuterna"
    assert after.modules[0].key == before.modules[0].key
    assert after.questions[0].id == before.questions[0].id


def test_modules_come_in_the_files_order(files: Files) -> None:
    files.add_module("B")
    files.add_module("C")
    files.load()
    files.modules.reverse()
    files.course["quiz"][0]["module"] = 2
    files.add_module("Först av allt", 0)
    files.course["quiz"][0]["module"] = 3
    files.load(LATER)
    titles = [module.title for module in course_content(files.course["slug"]).modules]
    assert titles == ["Först av allt", "C", "B", "Den första timmen"]
    assert Page.find_problems() == ([], [], [], [], [])


def test_a_module_that_left_the_file_is_unpublished_and_comes_back_as_itself(files: Files) -> None:
    files.add_module("Andra dagen")
    files.load()
    key = course_content(files.course["slug"]).modules[1].key
    gone = files.modules.pop()
    report = files.load(LATER)
    assert [note for note in report.notes if "Andra dagen" in note]
    assert [module.title for module in course_content(files.course["slug"]).modules] == ["Den första timmen"]
    files.modules.append(gone)
    files.load(LATER)
    assert course_content(files.course["slug"]).modules[1].key == key


def test_a_course_that_was_there_keeps_its_key(files: Files) -> None:
    page = make.course(files.course["slug"])
    report = files.load()
    assert report.updated == [files.course["slug"]]
    assert course_content(files.course["slug"]).key == page.key


def test_one_word_has_one_entry_and_the_first_explanation_stays(files: Files) -> None:
    files.add_course("en-till")
    block = {"type": "glossary", "term": "Handledare", "markdown": "Något annat."}
    files.bodies["en-till"]["modules"][0]["blocks"].append(block)
    report = files.load()
    assert [(entry.term, entry.explanation) for entry in GlossaryTerm.objects.all()] == [
        ("handledare", "<p>Den som följer en ny kollega eller elev och svarar på frågor.</p>")
    ]
    assert len([note for note in report.notes if "Handledare" in note]) == 1


def test_a_bad_file_changes_nothing_however_much_was_right(files: Files) -> None:
    files.add_course("en-till")
    files.bodies["en-till"]["modules"][0]["minutes"] = "två"
    before = state()
    with pytest.raises(CourseFileError) as caught:
        files.load()
    assert [str(problem) for problem in caught.value.problems] == [
        "en-till.json: modules[0].minutes: Write a whole number here, without quotation marks."
    ]
    assert state() == before


def test_what_fails_while_writing_changes_nothing(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    from courses import importer

    files.add_course("en-till")
    before = state()

    def fail(course_pk: int, at: datetime) -> None:
        if CoursePage.objects.get(pk=course_pk).slug == "en-till":
            raise NoOwner

    monkeypatch.setattr(importer, "renew_edition", fail)
    with pytest.raises(NoOwner):
        files.load()
    assert state() == before


def test_a_collection_can_be_published_in_the_past(files: Files) -> None:
    files.load(AT, past=True)
    course, module = CoursePage.objects.get(), ModulePage.objects.get()
    for page in (course, module):
        dates = {page.first_published_at, page.last_published_at, page.latest_revision_created_at}
        assert dates == {AT}
        assert page.latest_revision.created_at == AT
        assert set(PageLogEntry.objects.filter(page=page.pk).values_list("timestamp", flat=True)) == {AT}
    assert CourseEdition.objects.get().published_at == AT
    assert Offer.objects.get().registered_at == AT


def test_imported_pages_are_found_by_search(files: Files) -> None:
    files.load()
    assert [page.title for page in CoursePage.objects.search("kollega")] == ["Ta emot en ny kollega"]


def test_courses_need_an_organisation(files: Files, django_db_blocker: Any) -> None:
    from people.models import Organisation

    Organisation.objects.all().delete()
    with pytest.raises(NoOwner):
        files.load()


def test_the_whole_collection_of_the_product_is_imported() -> None:
    load_framework(FRAMEWORK, AT)
    report = import_collection(DATA / "courses.json", DATA / "course_bodies", AT)
    assert len(report.created) == 36
    contents = [course_content(card.slug) for card in catalogue()]
    assert sum(len(content.modules) for content in contents) == 129
    assert sum(len(content.questions) for content in contents) == 138
    assert Offer.objects.count() == 36
    files = {path.stem: json.loads(path.read_text("utf-8")) for path in (DATA / "course_bodies").glob("*.json")}
    for content in contents:
        written = files[content.slug]
        assert [module.title for module in content.modules] == [module["title"] for module in written["modules"]]
        assert list(content.takeaways) == written["takeaways"]


def test_the_command_reports_what_it_did(files: Files, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("courses", "import", *map(str, files.write()), "--at", AT.isoformat())
    assert "1 courses new, 0 changed, 0 unchanged; 1 new words" in capsys.readouterr().out
    assert CourseEdition.objects.get().published_at == AT


def test_the_command_names_what_is_wrong(files: Files) -> None:
    catalogue_file, bodies = files.write()
    catalogue_file.write_text('{"courses": [}', "utf-8")
    with pytest.raises(CommandError, match=r"courses\.json: line 1, column 14"):
        call_command("courses", "import", str(catalogue_file), str(bodies))
    with pytest.raises(CommandError, match="no organisation"):
        call_command("courses", "import", str(catalogue_file), str(bodies), "--owner", "finns-inte")


# --- An educator's own file ---


def own(files: Files, user: User) -> CoursePage:
    course, _report = import_own_file(files.content(), "min.json", user, make.region())
    return CoursePage.objects.get(pk=course.pk)


def test_an_educators_file_becomes_drafts_that_nobody_else_sees(files: Files) -> None:
    educator = make.account("educator")
    course = own(files, educator)
    assert (course.live, course.owner, course.get_latest_revision().user) == (False, educator, educator)
    assert [module.live for module in course.modules()] == [False]
    assert catalogue() == []
    assert not Offer.objects.exists()


def test_an_educators_file_for_a_live_course_is_a_draft_beside_it(files: Files) -> None:
    files.load()
    educator = make.account("educator")
    files.course["title"] = "En ny titel"
    files.modules[0]["blocks"][0]["markdown"] = "Ny text."
    course = own(files, educator)
    assert course_content(course.slug).revision == "1.0"
    assert (course.title, course.draft_title, course.has_unpublished_changes) == (
        "Ta emot en ny kollega",
        "En ny titel",
        True,
    )


def test_an_educator_of_another_organisation_cannot_overwrite_a_course(files: Files) -> None:
    granvik = factories.municipality("granvik", make.region())
    files.load(owner=make.region())
    with pytest.raises(NotYourCourse):
        own(files, make.account("educator", granvik))


def test_somebody_who_is_no_educator_cannot_make_a_course(files: Files) -> None:
    with pytest.raises(NotYourCourse):
        own(files, make.account("manager"))
    assert not CatalogueIndex.objects.get().get_children().exists()
