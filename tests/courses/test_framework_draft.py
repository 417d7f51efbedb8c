"""The framework in the workshop: a draft that is written, reviewed and published, and pages of versions and files."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import NoReverseMatch, reverse
from wagtail.models import Workflow
from wagtail.test.utils.form_data import nested_form_data, streamfield

from competency.api import (
    competencies,
    competency,
    framework_as_file,
    framework_content,
    framework_version,
    framework_versions,
    load_framework,
    present_framework,
    profile_of,
)
from competency.models import Framework, Succession
from courses.access import EDUCATORS, FRAMEWORK_EDITORS
from courses.frameworks.blocks import as_blocks
from courses.frameworks.draft import DraftIsOld, FrameworkDraft, begin_draft
from courses.rules import needs_second_person
from people.api import NotFound, User, now, today
from tests.competency import world
from tests.courses import workshop as make
from tests.people import factories

pytestmark = pytest.mark.django_db
PAGES = ["framework_home", "framework_compare", "framework_upload"]
EDIT = "wagtailsnippets_courses_frameworkdraft:edit"
APPROVES = {"action-workflow-action": "1", "workflow-action-name": "approve"}


@pytest.fixture(autouse=True)
def _framework(db: None, settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"
    load_framework(world.framework(), world.BEGAN, owner=make.region())


@pytest.fixture
def educator() -> User:
    return make.account("educator", make.region())


@pytest.fixture
def client(educator: User) -> Client:
    return signed_in(educator)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def form_of(draft: FrameworkDraft, **changes: Any) -> dict[str, Any]:
    """What the editing form sends, as the draft stands but for `changes`, in the words of `as_blocks`."""
    blocks = as_blocks(draft.content()) | changes
    streams = {name: streamfield([(kind, _filled(value)) for kind, value in rows]) for name, rows in blocks.items()}
    return nested_form_data({"label": draft.label, **streams})


def _filled(value: dict[str, Any]) -> dict[str, Any]:
    return {name: "" if each is None or each is False else each for name, each in value.items()}


def superseded(draft: FrameworkDraft) -> dict[str, Any]:
    """The changes that let HYG-10 take over from HYG-01, with a new title and a new descriptor of level 2."""
    blocks = deepcopy(as_blocks(draft.content()))
    first = next(value for _kind, value in blocks["competencies"] if value["code"] == "HYG-01")
    first |= {"code": "HYG-10", "title_sv": "Basal hygien"}
    levels = {f"level_{level}": level for level in (1, 2, 3, 4)}
    taken = {"old": "HYG-01", "new": "HYG-10", "reason": "Nytt namn.", "since": None, **levels}
    blocks["level_scale"][2][1]["descriptor_sv"] = "Tillsammans med en kollega."
    return blocks | {"successions": [("succession", taken)]}


def edit_url(draft: FrameworkDraft) -> str:
    return reverse(EDIT, args=[draft.pk])


def test_a_draft_begins_with_the_framework_as_it_stands_and_changes_nothing(educator: User) -> None:
    draft = begin_draft(educator)
    assert [(change.table, change.key) for change in draft.preview().changes] == [("about", ("version",))]
    assert (draft.live, FrameworkDraft.objects.count()) == (False, 1)
    begin_draft(educator)
    assert (FrameworkDraft.objects.count(), draft.revisions.count()) == (1, 2)


def test_a_saved_draft_is_nobodys_law(client: Client, educator: User) -> None:
    draft = begin_draft(educator)
    assert client.post(edit_url(draft), form_of(draft, **superseded(draft))).status_code == 302
    assert [row.code for row in competencies()] == ["HYG-01", "HYG-02", "MED-01", "MED-02"]
    assert len(framework_versions(present_framework())) == 1
    saved = FrameworkDraft.objects.get().get_latest_revision_as_object()
    assert saved.competencies[0].value["code"] == "HYG-10"


def test_publishing_makes_the_next_version_and_the_past_stands(client: Client, educator: User) -> None:
    draft = begin_draft(educator)
    response = client.post(edit_url(draft), form_of(draft, **superseded(draft)) | {"action-publish": "1"})
    assert response.status_code == 302
    framework = Framework.objects.get()
    assert framework.version == today().isoformat()
    assert [version.number for version in framework_versions(framework)] == [2, 1]
    assert [row.code for row in competencies()] == ["HYG-10", "HYG-02", "MED-01", "MED-02"]
    assert competency("HYG-01").retired_at is not None
    assert (competency("HYG-10").title_sv, Succession.objects.get().reason) == ("Basal hygien", "Nytt namn.")
    before = {line.competency.code: line.level for line in profile_of("underskoterska", world.days(10).date()).lines}
    after = {line.competency.code: line.level for line in profile_of("underskoterska", today()).lines}
    assert before == {"HYG-01": 2, "HYG-02": 2, "MED-02": 2}
    assert after == {"HYG-10": 2, "HYG-02": 2, "MED-02": 2}
    old, new = (
        {row["code"]: row["evidence"] for row in framework_version(framework, number).content["competencies"]}
        for number in (1, 2)
    )
    assert new["HYG-10"] == old["HYG-01"]


def test_after_publishing_the_draft_goes_on_from_there(client: Client, educator: User) -> None:
    draft = begin_draft(educator)
    client.post(edit_url(draft), form_of(draft, **superseded(draft)) | {"action-publish": "1"})
    draft = FrameworkDraft.objects.get().get_latest_revision_as_object()
    assert not draft.is_old
    assert draft.preview().changes == ()
    assert client.post(edit_url(draft), form_of(draft) | {"action-publish": "1"}).status_code == 302


def _areas(blocks: dict[str, Any]) -> None:
    blocks["competencies"][0][1]["area"] = "XXX"


def _twice(blocks: dict[str, Any]) -> None:
    blocks["competencies"][1][1]["code"] = "HYG-10"


def _circular(blocks: dict[str, Any]) -> None:
    first = blocks["successions"][0][1]
    blocks["successions"].append(("succession", first | {"old": "HYG-10", "new": "HYG-01"}))


def _bare(blocks: dict[str, Any]) -> None:
    blocks["competencies"].append(("competency", blocks["competencies"][1][1] | {"code": "HYG-77", "rules_like": ""}))


def _falling(blocks: dict[str, Any]) -> None:
    blocks["successions"][0][1].update(level_1=3, level_2=1)


WRONG = [
    (_areas, "XXX is not in this file"),
    (_twice, "HYG-10 is there twice"),
    (_circular, "circular: HYG-01, HYG-10"),
    (_bare, "HYG-77: nothing could show it"),
    (_falling, "A higher level cannot count as less"),
]


@pytest.mark.parametrize(("damage", "says"), WRONG)
def test_what_is_wrong_is_kept_as_a_draft_and_not_published(
    client: Client, educator: User, damage: Any, says: str
) -> None:
    draft = begin_draft(educator)
    blocks = superseded(draft)
    damage(blocks)
    form = form_of(draft, **blocks)
    assert client.post(edit_url(draft), form).status_code == 302
    for action in ("action-publish", "action-submit"):
        response = client.post(edit_url(draft), form | {action: "1"})
        assert response.status_code == 200
        assert says in response.content.decode()
    assert len(framework_versions(present_framework())) == 1
    assert competency("HYG-01").retired_at is None


def test_a_draft_that_began_before_another_version_is_refused(client: Client, educator: User) -> None:
    draft = begin_draft(educator)
    form = form_of(draft, **superseded(draft))
    load_framework(world.superseded("HYG-20"), now())
    response = client.post(edit_url(draft), form | {"action-publish": "1"})
    assert "begin the draft anew" in response.content.decode()
    with pytest.raises(DraftIsOld):
        draft.get_latest_revision().publish(user=educator)
    assert competencies()[0].code == "HYG-20"
    draft.refresh_from_db()
    assert not draft.live
    begin_draft(educator)
    assert FrameworkDraft.objects.get().get_latest_revision_as_object().preview().changes


def test_a_split_and_a_new_competency_get_rules_and_requirements(client: Client, educator: User) -> None:
    draft = begin_draft(educator)
    blocks = superseded(draft)
    new = blocks["competencies"][0][1]
    blocks["competencies"] += [
        ("competency", new | {"code": "HYG-11"}),
        ("competency", new | {"code": "HYG-12", "rules_like": "MED-01"}),
    ]
    second = blocks["successions"][0][1] | {"new": "HYG-11", "level_2": 1, "level_3": 2, "level_4": 2}
    blocks["successions"].append(("succession", second))
    assert client.post(edit_url(draft), form_of(draft, **blocks) | {"action-publish": "1"}).status_code == 302
    content = framework_content(present_framework())
    evidence = {row["code"]: row["evidence"] for row in content["competencies"]}
    assert evidence["HYG-10"] == evidence["HYG-11"]
    assert evidence["HYG-12"] == evidence["MED-01"]
    asked = {line.competency.code: line.level for line in profile_of("underskoterska", today()).lines}
    assert asked == {"HYG-10": 2, "HYG-11": 1, "HYG-02": 2, "MED-02": 2}


def test_another_editor_reviews_and_approving_publishes(client: Client, educator: User) -> None:
    draft = begin_draft(educator)
    form = form_of(draft, **superseded(draft))
    assert client.post(edit_url(draft), form | {"action-submit": "1"}).status_code == 302
    state = FrameworkDraft.objects.get().current_workflow_task_state
    actions = state.task.specific.get_actions
    draft = FrameworkDraft.objects.get()
    other = make.account("educator", make.region(), "Lo")
    assert actions(draft, educator) == []
    assert [name for name, _label, _asks in actions(draft, other)] == ["reject", "approve"]
    assert actions(draft, make.account("educator", factories.municipality("granvik", make.region()), "Mo")) == []
    as_written = form_of(FrameworkDraft.objects.get().get_latest_revision_as_object())
    assert signed_in(other).post(edit_url(draft), as_written | APPROVES).status_code == 302
    assert competencies()[0].code == "HYG-10"
    assert len(framework_versions(present_framework())) == 2
    assert FrameworkDraft.objects.get().current_workflow_state is None


def submitted(client: Client, educator: User) -> FrameworkDraft:
    """A draft that its author has sent for review, as it lies."""
    draft = begin_draft(educator)
    client.post(edit_url(draft), form_of(draft, **superseded(draft)) | {"action-submit": "1"})
    return FrameworkDraft.objects.get().get_latest_revision_as_object()


def test_nobody_approves_what_she_wrote_herself_whoever_sent_it_for_review(client: Client, educator: User) -> None:
    other = signed_in(make.account("educator", make.region(), "Lo"))
    draft = submitted(client, educator)
    client.post(edit_url(draft), form_of(draft) | APPROVES)
    changed = form_of(draft) | {"label": "Los"}
    other.post(edit_url(draft), changed)
    other.post(edit_url(draft), changed | APPROVES)
    assert len(framework_versions(present_framework())) == 1
    assert client.post(edit_url(draft), changed | APPROVES).status_code == 302
    assert next(version.label for version in framework_versions(present_framework())) == "Los"


def test_whoever_approves_changes_nothing_meanwhile(client: Client, educator: User) -> None:
    other = signed_in(make.account("educator", make.region(), "Lo"))
    draft = submitted(client, educator)
    answer = other.post(edit_url(draft), form_of(draft) | {"label": "Los"} | APPROVES)
    assert "The draft is no longer as you read it." in answer.content.decode()
    assert len(framework_versions(present_framework())) == 1


def test_where_another_may_approve_nobody_publishes_alone(client: Client, educator: User) -> None:
    other = make.account("educator", make.region(), "Lo")
    draft = begin_draft(educator)
    form = form_of(draft, **superseded(draft)) | {"action-publish": "1"}
    client.post(edit_url(draft), form)
    assert len(framework_versions(present_framework())) == 1
    assert "action-publish" not in client.get(edit_url(draft)).content.decode()
    assert "approves what is to be published" in client.get(reverse("framework_home")).content.decode()
    other.is_active = False
    other.save()
    assert "action-publish" in client.get(edit_url(draft)).content.decode()
    client.post(edit_url(draft), form)
    assert len(framework_versions(present_framework())) == 2


@pytest.mark.parametrize(("role", "is_below"), [("admin", False), ("chief_nurse", False), ("educator", True)], ids=str)
def test_whoever_may_not_edit_the_framework_is_no_second_person(
    educator: User, client: Client, role: str, is_below: bool
) -> None:
    region = make.region()
    make.account(role, factories.municipality("granvik", region) if is_below else region, "Lo")
    assert not needs_second_person(educator, today())


def test_to_begin_anew_ends_a_review(client: Client, educator: User) -> None:
    make.account("educator", make.region(), "Lo")
    submitted(client, educator)
    begin_draft(educator)
    assert FrameworkDraft.objects.get().current_workflow_state is None


def test_a_file_becomes_the_draft_where_another_must_approve(client: Client, educator: User) -> None:
    other = signed_in(make.account("educator", make.region(), "Lo"))
    page = upload(client, world.superseded())
    assert "Make this the draft" in page.content.decode()
    answer = client.post(reverse("framework_confirm"), {"sealed": page.context["sealed"]}, follow=True)
    assert "Send it for review" in answer.content.decode()
    assert len(framework_versions(present_framework())) == 1
    draft = FrameworkDraft.objects.get().get_latest_revision_as_object()
    client.post(edit_url(draft), form_of(draft) | {"action-submit": "1"})
    other.post(edit_url(draft), form_of(draft) | APPROVES)
    assert [version.label for version in framework_versions(present_framework())] == ["2025-04-11", "2025-01-01"]
    assert competencies()[0].code == "HYG-10"
    assert FrameworkDraft.objects.get().from_file == {}


def test_rules_of_a_file_are_approved_by_who_decides_on_rules(client: Client, educator: User) -> None:
    other = make.account("educator", make.region(), "Lo")
    factories.holds("admin", make.region(), educator.person)
    rule = world.framework(version="2025-04-11")
    rule["competencies"][0]["validity_months"] = 48
    rule["competencies"][0]["evidence"][-1]["validity_months"] = 48
    page = upload(client, rule)
    client.post(reverse("framework_confirm"), {"sealed": page.context["sealed"]})
    draft = FrameworkDraft.objects.get().get_latest_revision_as_object()
    client.post(edit_url(draft), form_of(draft) | {"action-submit": "1"})
    row = FrameworkDraft.objects.get()
    actions = row.current_workflow_task_state.task.specific.get_actions
    assert [name for name, _label, _asks in actions(row, other)] == ["reject"]
    factories.holds("admin", make.region(), other.person)
    signed_in(other).post(edit_url(draft), form_of(draft) | APPROVES)
    assert framework_content(present_framework())["competencies"][0]["validity_months"] == 48


def test_the_preview_says_what_would_change_or_what_is_wrong(client: Client, educator: User) -> None:
    draft = begin_draft(educator)
    url = reverse("wagtailsnippets_courses_frameworkdraft:preview_on_edit", args=[draft.pk])
    client.post(url, form_of(draft, **superseded(draft)))
    html = client.get(url).content.decode()
    assert "Superseded" in html
    assert "by HYG-10" in html
    assert "Tillsammans med en kollega." in html


# Who may


def test_only_educators_of_the_owner_and_administrators_edit_the_framework(educator: User) -> None:
    assert {group.name for group in educator.groups.all()} == {EDUCATORS, FRAMEWORK_EDITORS}
    draft = begin_draft(educator)
    chief = make.account("chief_nurse", make.region(), "Ada")
    local = make.account("educator", factories.municipality("granvik", make.region()), "Bo")
    boss = make.account(name="Cia")
    boss.is_superuser = boss.is_staff = True
    boss.save()
    for user, expected in ((educator, 200), (boss, 200), (chief, 404), (local, 404)):
        for name in PAGES:
            assert signed_in(user).get(reverse(name)).status_code == expected, (user, name)
        assert signed_in(user).get(reverse("framework_download", args=["json"])).status_code == expected
        status = 200 if expected == 200 else 302
        assert signed_in(user).get(edit_url(draft)).status_code == status


@pytest.mark.parametrize(
    "name",
    [
        "list",
        "list_results",
        "edit",
        "history",
        "history_results",
        "usage",
        "delete",
        "unpublish",
        "workflow_history",
    ],
)
def test_no_page_of_the_draft_opens_for_a_municipal_educator(educator: User, name: str) -> None:
    draft = begin_draft(educator)
    local = make.account("educator", factories.municipality("granvik", make.region()), "Bo")
    args = [] if name.startswith("list") else [draft.pk]
    response = signed_in(local).get(reverse(f"wagtailsnippets_courses_frameworkdraft:{name}", args=args), follow=True)
    assert "HYG-01" not in response.content.decode()
    assert "draft of version" not in response.content.decode()
    assert response.redirect_chain or response.status_code in (403, 404)


def test_nobody_adds_a_second_draft_or_deletes_it(client: Client, educator: User) -> None:
    draft = begin_draft(educator)
    boss = make.account(name="Cia")
    boss.is_superuser = boss.is_staff = True
    boss.save()
    for who in (client, signed_in(boss)):
        for name, args in (("add", []), ("delete", [draft.pk])):
            who.post(reverse(f"wagtailsnippets_courses_frameworkdraft:{name}", args=args), {"label": "x"})
    assert FrameworkDraft.objects.count() == 1


def test_who_is_educator_no_longer_is_turned_away_at_once(client: Client, educator: User) -> None:
    draft = begin_draft(educator)
    educator.person.role_grants.update(ends_on=factories.LONG_AGO)
    assert client.get(reverse("framework_home")).status_code == 404
    assert client.post(edit_url(draft), form_of(draft) | {"action-publish": "1"}).status_code == 302
    assert len(framework_versions(present_framework())) == 1


def test_the_review_step_is_made_once() -> None:
    assert Workflow.objects.filter(name="Granskning av kompetensramverket").count() == 1


# Versions and files


def test_two_versions_are_compared(client: Client) -> None:
    changed = world.superseded()
    changed["level_scale"][2]["descriptor_sv"] = "Tillsammans."
    changed["competencies"][1]["title_sv"] = "Nytt namn"
    load_framework(changed, now())
    html = client.get(reverse("framework_compare")).content.decode()
    for words in ("Superseded", "by HYG-10", "Tillsammans.", "Nytt namn", "Added", "Changed"):
        assert words in html
    same = client.get(reverse("framework_compare"), {"from": "2", "to": "2"}).content.decode()
    assert "Nothing differs." in same
    assert client.get(reverse("framework_compare"), {"from": "9"}).status_code == 404
    assert client.get(reverse("framework_compare"), {"from": "x", "to": "-1"}).status_code == 200


@pytest.mark.parametrize("ending", ["json", "xlsx", "zip"])
def test_the_framework_is_handed_out_as_a_file(client: Client, ending: str) -> None:
    answer = client.get(reverse("framework_download", args=[ending]))
    content = framework_content(present_framework())
    assert answer["Content-Disposition"] == f'attachment; filename="kommunal-vard-och-omsorg.{ending}"'
    if ending != "xlsx":
        assert answer.content == framework_as_file(f"x.{ending}", content)
    for wrong in (reverse("framework_download", args=["exe"]), f"{answer.request['PATH_INFO']}?version=7"):
        assert client.get(wrong).status_code == 404


def upload(client: Client, content: dict[str, Any], name: str = "ramverk.json") -> Any:
    data = json.dumps(content).encode() if name.endswith(".json") else framework_as_file(name, content)
    return client.post(reverse("framework_upload"), {"file": SimpleUploadedFile(name, data)})


def test_a_file_is_shown_before_it_is_published(client: Client) -> None:
    page = upload(client, world.superseded())
    assert "Superseded" in page.content.decode()
    assert len(framework_versions(present_framework())) == 1
    answer = client.post(reverse("framework_confirm"), {"sealed": page.context["sealed"]}, follow=True)
    assert "Version 2025-04-11 of the framework is published." in answer.content.decode()
    assert competencies()[0].code == "HYG-10"
    # Sent again, by the other who had it open: the framework is another by now.
    again = client.post(reverse("framework_confirm"), {"sealed": page.context["sealed"]}, follow=True)
    assert "Choose the file once more" in again.content.decode()
    assert len(framework_versions(present_framework())) == 2


def test_an_editor_changes_no_rule_or_requirement_by_a_file(client: Client, educator: User) -> None:
    rule, asked = world.framework(version="2025-04-11"), world.framework(version="2025-04-11")
    rule["competencies"][0]["validity_months"] = 48
    rule["competencies"][0]["evidence"][-1]["validity_months"] = 48
    asked["professions"][0]["profile"] = asked["professions"][0]["profile"][1:]
    for content in (rule, asked):
        page = upload(client, content)
        assert "They are changed where they can be tried first" in page.content.decode()
        assert "sealed" not in page.context
    factories.holds("admin", make.region(), educator.person)
    assert upload(client, rule).context["sealed"]


def test_what_was_shown_to_another_or_tampered_with_is_not_published(client: Client) -> None:
    sealed = upload(client, world.superseded()).context["sealed"]
    other = signed_in(make.account("educator", make.region(), "Lo"))
    for who, text in ((other, sealed), (client, sealed[:-2]), (client, "")):
        answer = who.post(reverse("framework_confirm"), {"sealed": text}, follow=True)
        assert "Choose the file once more" in answer.content.decode()
    assert len(framework_versions(present_framework())) == 1


def test_a_wrong_file_is_refused_with_everything_wrong(client: Client) -> None:
    content = world.superseded()
    content["competencies"][0]["area"] = "XXX"
    content["competencies"][1]["risk"] = 99
    html = upload(client, content).content.decode()
    assert "competencies[1].risk: must be a whole number from 1 to 10" in html
    assert "Nothing was changed." in html


def test_a_version_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        framework_version(present_framework(), 99)


def test_nothing_chooses_a_draft() -> None:
    """Wagtail's chooser would name it to whoever may enter the workshop."""
    with pytest.raises(NoReverseMatch):
        reverse("wagtailsnippetchoosers_courses_frameworkdraft:choose")
