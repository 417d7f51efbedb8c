"""The workshop as its users meet it: pages that open, forms that settle what they can, files that become drafts."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation
from wagtail.models import PageViewRestriction
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from courses.blocks import QuestionBlock
from courses.content import course_content
from courses.importer import DATA
from courses.models import CatalogueIndex, CoursePage, GlossaryTerm, ModulePage
from people.api import User
from tests.courses import workshop as make
from tests.people import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _framework(db: None) -> None:
    make.framework("HYG-01", "PER-01")


@pytest.fixture
def educator() -> User:
    return make.account("educator", make.region(), "Eda")


@pytest.fixture
def client(educator: User) -> Client:
    client = Client(headers={"accept-language": "sv"})
    client.force_login(educator)
    return client


def course_form(**changes: Any) -> dict[str, Any]:
    data = {
        "title": "Handhygien",
        "slug": "handhygien",
        "summary": "Om händer.",
        "lead": "",
        "minutes": "5",
        "pass_percent": "75",
        "focus_area": "halsoframjande",
        "teaches": inline_formset([{"competency": "HYG-01", "level": "2"}]),
        "takeaways": streamfield([("takeaway", "Sprita.")]),
        "sources": streamfield([("source", {"text": "SOSFS 2015:10", "url": ""})]),
        "owner_node": str(make.region().pk),
        "review_date": "2027-06-01",
        "go_live_at": "",
        "expire_at": "",
        "comments": inline_formset([]),
    }
    professions = changes.pop("target_professions", ["underskoterska"])
    return nested_form_data({**data, **changes}) | {"target_professions": professions}


def kept(page: CoursePage) -> dict[str, Any]:
    """The one competency that the page teaches, as the form sends it back."""
    row = page.teaches.get()
    return inline_formset([{"id": str(row.pk), "competency": row.competency, "level": str(row.level)}], initial=1)


def create(client: Client, **changes: Any) -> Any:
    url = reverse("wagtailadmin_pages:add", args=["courses", "coursepage", CatalogueIndex.objects.get().pk])
    return client.post(url, course_form(**changes))


def edit(client: Client, page: CoursePage | ModulePage, data: dict[str, Any]) -> Any:
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)


def module_form(**changes: Any) -> dict[str, Any]:
    options = [
        {"value": {"text": "Sprita", "is_correct": "on", "feedback": ""}},
        {"value": {"text": "Vänta", "feedback": ""}},
    ]
    question = {"text": "Vad gör du?", "options": options_data(options), "feedback": "Därför."}
    data = {
        "title": "Händerna",
        "slug": "handerna",
        "minutes": "3",
        "body": streamfield([("text", rich_text("<p>Sprita.</p>")), ("question", question)]),
        "comments": inline_formset([]),
    }
    return nested_form_data({**data, **changes})


def options_data(options: list[dict[str, Any]]) -> dict[str, Any]:
    rows: dict[str, Any] = {"count": str(len(options))}
    for place, option in enumerate(options):
        rows[str(place)] = {"deleted": "", "order": str(place), "type": "", **option}
    return rows


def test_an_educator_makes_and_publishes_a_course_with_a_module_in_the_workshop(client: Client) -> None:
    assert create(client).status_code == 302
    page = CoursePage.objects.get()
    assert (page.live, page.target_professions) == (False, ["underskoterska"])
    add = reverse("wagtailadmin_pages:add", args=["courses", "modulepage", page.pk])
    assert client.post(add, module_form(**{"action-publish": "1"})).status_code == 302
    form = course_form(**{"teaches": kept(page), "action-publish": "1"})
    assert edit(client, page, form).status_code == 302
    content = course_content("handhygien")
    assert (content.revision, content.modules[0].title, content.questions[0].correct_index) == ("1.0", "Händerna", 0)
    assert [(row.competency, row.level) for row in content.teaches] == [("HYG-01", 2)]


def test_the_tick_on_the_form_gives_a_new_main_version(client: Client) -> None:
    page = make.published()
    form = {"teaches": kept(page), "action-publish": "1"}
    edit(client, page, course_form(**form, must_retake="on"))
    assert course_content("handhygien").revision == "2.0"
    edit(client, page, course_form(**form))
    assert course_content("handhygien").revision == "2.1"


def test_a_competency_taken_away_and_added_again_is_taught_once(client: Client) -> None:
    page = make.published()
    row = page.teaches.get()
    gone = {"id": str(row.pk), "competency": "HYG-01", "level": "2", "DELETE": "1"}
    rows = [gone, {"competency": "HYG-01", "level": "3"}]
    edit(client, page, course_form(**{"teaches": inline_formset(rows, initial=1), "action-publish": "1"}))
    assert [(row.competency, row.level) for row in course_content("handhygien").teaches] == [("HYG-01", 3)]


def test_two_courses_of_the_same_address_get_one_each(client: Client) -> None:
    create(client)
    create(client)
    assert sorted(CoursePage.objects.values_list("slug", flat=True)) == ["handhygien", "handhygien-2"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"teaches": inline_formset([{"competency": "XYZ-99", "level": "2"}])},
        {"teaches": inline_formset([{"competency": "HYG-01", "level": "5"}])},
        {"teaches": inline_formset([{"competency": "HYG-01", "level": "1"}, {"competency": "HYG-01", "level": "2"}])},
        {"target_professions": ["riddare"]},
        {"minutes": "0"},
        {"focus_area": "annat"},
        {"owner_node": "0"},
    ],
)
def test_a_course_that_is_not_right_is_shown_again(client: Client, wrong: dict[str, Any]) -> None:
    response = create(client, **wrong, **{"action-publish": "1"})
    assert response.status_code == 200
    assert not CoursePage.objects.exists()


def test_a_new_course_belongs_to_the_educators_own_organisation_until_she_says_otherwise() -> None:
    granvik = factories.municipality("granvik", make.region())
    factories.unit("granvik-norr", granvik)
    client = Client()
    client.force_login(make.account("educator", granvik))
    url = reverse("wagtailadmin_pages:add", args=["courses", "coursepage", CatalogueIndex.objects.get().pk])
    html = client.get(url).content.decode()
    assert f'<option value="{granvik.pk}" selected>' in html


def test_the_form_of_a_course_lists_its_modules_and_leads_to_a_new_one(client: Client) -> None:
    page = make.course()
    new = reverse("wagtailadmin_pages:add", args=["courses", "modulepage", page.pk])
    form = reverse("wagtailadmin_pages:edit", args=[page.pk])
    html = client.get(form).content.decode()
    assert f'href="{new}"' in html
    module = make.module(page, "Rena händer")
    panel = client.get(form).content.decode().split('class="larnara-modules"')[1]
    assert f'href="{reverse("wagtailadmin_pages:edit", args=[module.pk])}">Rena händer' in panel


def test_whoever_may_not_change_a_course_is_led_to_no_new_module() -> None:
    page = make.course()
    page.get_workflow().start(page, make.account("educator"))
    nurse = Client()
    nurse.force_login(make.account("chief_nurse"))
    html = nurse.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert 'class="larnara-modules"' in html
    assert reverse("wagtailadmin_pages:add", args=["courses", "modulepage", page.pk]) not in html


def test_no_page_can_be_closed_with_a_password_that_nobody_asks_for(client: Client) -> None:
    page = make.published()
    assert not page.permissions_for_user(make.account("educator")).can_set_view_restrictions()
    for closed in (page, page.modules().get(), CatalogueIndex.objects.get()):
        client.post(
            reverse("wagtailadmin_pages:set_privacy", args=[closed.pk]),
            {"restriction_type": "password", "password": "hemligt"},
        )
    assert not PageViewRestriction.objects.exists()


def test_what_is_missing_is_said_in_plain_swedish_and_nothing_typed_is_lost(client: Client) -> None:
    with translation.override("sv"):
        html = create(client, **{"minutes": "", "action-publish": "1"}).content.decode()
    assert "Det du har skrivit finns kvar här." in html
    assert "Om händer." in html


def test_a_course_cannot_be_made_in_anothers_name(client: Client, educator: User) -> None:
    elsewhere = factories.below(None, "private_provider", "annan")
    assert create(client, owner_node=str(elsewhere.pk)).status_code == 200
    assert not CoursePage.objects.exists()


def test_a_question_without_a_right_answer_cannot_go_live(client: Client) -> None:
    page = make.course()
    module = make.module(page)
    wrong = {
        "text": "Vad?",
        "options": options_data([{"value": {"text": "A"}}, {"value": {"text": "B"}}]),
        "feedback": "x",
    }
    body = streamfield([("question", wrong)])
    response = edit(client, module, module_form(body=body, **{"action-publish": "1"}))
    assert response.status_code == 200
    assert not ModulePage.objects.get().live


@pytest.mark.parametrize(
    "options",
    [
        [{"value": {"text": "", "feedback": ""}}, {"value": {"text": "", "feedback": ""}}],
        [{"value": {"text": "Sprita", "feedback": ""}}],
    ],
)
def test_half_a_question_is_kept_as_a_draft(client: Client, options: list[dict[str, Any]]) -> None:
    module = make.module(make.course())
    half = {"text": "Vad?", "options": options_data(options), "feedback": ""}
    response = edit(client, module, module_form(body=streamfield([("question", half)])))
    assert response.status_code == 302
    draft = ModulePage.objects.get().get_latest_revision_as_object()
    assert draft.body[0].value["text"] == "Vad?"
    with pytest.raises(ValidationError):
        draft.check_body()


def test_a_new_question_has_room_for_two_answers_with_nothing_in_them(client: Client) -> None:
    empty = QuestionBlock().get_default()
    assert [dict(option) for option in empty["options"]] == [{"text": "", "is_correct": False, "feedback": ""}] * 2


def test_half_a_module_is_kept_as_a_draft_and_not_published_from_the_list(client: Client) -> None:
    page = make.course()
    half = ModulePage(title="Halv", minutes=3, live=False)
    CoursePage.objects.get(pk=page.pk).add_child(instance=half)
    half.save_revision(clean=False)
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    response = client.post(f"{url}?id={half.pk}&next=/cms/", follow=True)
    assert "Halv" in response.content.decode()
    assert not ModulePage.objects.get().live


@pytest.mark.parametrize("name", ["wagtailadmin_home", "courses_upload", "wagtailadmin_explore_root"])
def test_the_pages_of_the_workshop_open_branded_and_ask_no_other_host(client: Client, name: str) -> None:
    html = client.get(reverse(name), follow=True).content.decode()
    assert "- Lärnära</title>" in html
    assert "brand/mark.svg" in html
    assert "courses/cms.css" in html
    for elsewhere in ("gravatar.com", "releases.wagtail.org", "//cdn.", "fonts.googleapis"):
        assert elsewhere not in html


def test_the_menu_starts_with_courses(client: Client) -> None:
    html = client.get(reverse("wagtailadmin_home")).content.decode()
    props = json.loads(html.split('id="wagtail-sidebar-props"')[1].split(">", 1)[1].split("</script>")[0])
    menu = next(module for module in props["modules"] if module["_type"] == "wagtail.sidebar.MainMenuModule")
    names = [item["_args"][0]["name"] for item in menu["_args"][0]]
    assert names[:2] == ["courses", "upload"]
    assert {"explorer", "help"}.isdisjoint(names)


def test_the_first_door_leads_to_the_courses(client: Client) -> None:
    make.published(title="Rena händer")
    response = client.get(reverse("courses_home"), follow=True)
    assert "Rena händer" in response.content.decode()


def test_a_draft_is_previewed_with_its_answers(client: Client) -> None:
    page = make.course()
    module = make.module(page)
    for draft in (page, module):
        response = client.get(reverse("wagtailadmin_pages:view_draft", args=[draft.pk]))
        html = response.content.decode()
        assert response.status_code == 200
        assert "Sprita händerna." in html
        assert "Vad gör du?" in html


def test_a_course_is_previewed_before_it_is_saved(client: Client) -> None:
    index = CatalogueIndex.objects.get()
    url = reverse("wagtailadmin_pages:preview_on_add", args=["courses", "coursepage", index.pk])
    assert client.post(url, course_form()).json() == {"is_valid": True, "is_available": True}
    assert "Om händer." in client.get(url).content.decode()


def test_a_whole_course_is_published_with_one_button(client: Client) -> None:
    page = make.course()
    make.module(page)
    url = reverse("courses_publish_whole", args=[page.pk])
    assert "Händerna" in client.get(url).content.decode()
    client.post(url)
    assert course_content("handhygien").revision == "1.0"


def test_the_button_is_not_for_those_who_may_not_publish() -> None:
    page = make.published(owner=factories.municipality("backa", make.region()))
    stranger = Client()
    stranger.force_login(make.account("educator", factories.municipality("granvik", make.region())))
    url = reverse("courses_publish_whole", args=[page.pk])
    assert stranger.get(url).status_code == 403
    assert stranger.post(url).status_code == 403
    assert stranger.get(reverse("courses_publish_whole", args=[0])).status_code == 404


def upload(client: Client, content: bytes, name: str = "min.json") -> Any:
    file = BytesIO(content)
    file.name = name
    return client.post(reverse("courses_upload"), {"owner": make.region().pk, "file": file})


def test_a_course_file_becomes_a_draft(client: Client) -> None:
    response = upload(client, (DATA / "exempelkurs.json").read_bytes())
    page = CoursePage.objects.get()
    assert response.url == reverse("wagtailadmin_explore", args=[page.pk])
    assert (page.live, page.modules().get().live) == (False, False)


def test_a_bad_course_file_is_explained_and_changes_nothing(client: Client) -> None:
    response = upload(client, b'{"course": {"slug": "X"}, "body": {}}')
    html = response.content.decode()
    assert response.status_code == 200
    assert "<code>course.slug</code>" in html
    assert not CoursePage.objects.exists()
    assert upload(client, b"[").status_code == 200
    assert upload(client, b"{}" + b" " * 2_000_001).status_code == 200


def test_the_example_can_be_downloaded(client: Client) -> None:
    response = client.get(reverse("courses_example_file"))
    assert json.loads(b"".join(response.streaming_content))["course"]["slug"] == "ta-emot-en-ny-kollega"


def test_upload_is_for_educators(client: Client) -> None:
    nurse = Client()
    nurse.force_login(make.account("chief_nurse"))
    assert nurse.get(reverse("courses_upload")).status_code == 403
    assert upload(nurse, (DATA / "exempelkurs.json").read_bytes()).status_code == 403
    assert not CoursePage.objects.exists()


def test_a_word_is_explained_once(client: Client) -> None:
    make.term("Smitta")
    url = reverse("wagtailsnippets_courses_glossaryterm:add")
    response = client.post(url, {"term": "smitta", "explanation": rich_text("<p>Igen.</p>")})
    assert response.status_code == 200
    assert GlossaryTerm.objects.count() == 1
    client.post(url, {"term": "Smittväg", "explanation": rich_text("<p>Hur smitta tar sig fram.</p>")})
    assert set(GlossaryTerm.objects.values_list("slug", flat=True)) == {"smitta", "smittvag"}


def test_the_workshop_speaks_swedish(client: Client) -> None:
    with translation.override("sv"):
        html = client.get(reverse("wagtailadmin_home")).content.decode()
    assert '<html lang="sv"' in html
