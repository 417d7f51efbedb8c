"""Who may enter the workshop: Wagtail's groups follow the dated roles of `people`, and never the other way round."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Workflow,
    WorkflowContentType,
    WorkflowPage,
    WorkflowTask,
)
from wagtail.snippets.models import create_extra_permissions

from courses.models import CatalogueIndex, ChiefNurseTask, FrameworkDraft, FrameworkReviewTask
from courses.rules import edits_framework
from people.api import Role, User, person_of, roles_of

EDUCATORS = "Utbildare"
REVIEWERS = "MAS och MAR"
FRAMEWORK_EDITORS = "Kompetensramverket"
WORKFLOW = "Granskning av MAS eller MAR"
FRAMEWORK_WORKFLOW = "Granskning av kompetensramverket"
GROUP_OF_ROLE = {Role.EDUCATOR: EDUCATORS, Role.CHIEF_NURSE: REVIEWERS, Role.CHIEF_REHAB: REVIEWERS}

PAGE_PERMISSIONS = ("add_page", "change_page", "publish_page")
MEDIA_VERBS = ("add", "change", "choose")
COLLECTION_PERMISSIONS = tuple(
    f"{verb}_{kind}" for verb in ("add", "change", "choose") for kind in ("image", "document")
)
FRAMEWORK_PERMISSIONS = ("change_frameworkdraft", "publish_frameworkdraft", "view_frameworkdraft")
TERM_PERMISSIONS = ("add_glossaryterm", "change_glossaryterm", "view_glossaryterm")


def sync_cms_access(user: User, on: date) -> None:
    """Put a user in exactly the workshop groups that her roles on a day give her; other groups are left alone."""
    person = person_of(user)
    roles = {Role(grant.role) for grant in roles_of(person, on)} if person else set()
    wanted = {GROUP_OF_ROLE[role] for role in roles & GROUP_OF_ROLE.keys()}
    if edits_framework(user, on) and not user.is_superuser:
        wanted.add(FRAMEWORK_EDITORS)
    groups = {group.name: group for group in Group.objects.filter(name__in={EDUCATORS, REVIEWERS, FRAMEWORK_EDITORS})}
    user.groups.remove(*(group for name, group in groups.items() if name not in wanted))
    user.groups.add(*(group for name, group in groups.items() if name in wanted))


@transaction.atomic
def ensure_groups(**_kwargs: Any) -> None:
    """Make the groups, their rights and the review step, if they are not there. Runs after every migrate."""
    catalogue = CatalogueIndex.objects.first()
    if catalogue is None:
        return
    for label in ("wagtailadmin", "wagtailcore", "wagtailimages", "wagtaildocs", "courses"):
        create_permissions(installed.get_app_config(label), verbosity=0)
    educators, _made = Group.objects.get_or_create(name=EDUCATORS)
    reviewers, _made = Group.objects.get_or_create(name=REVIEWERS)
    for group in (educators, reviewers):
        group.permissions.add(*_permissions(["access_admin"]))
    educators.permissions.add(*_permissions(TERM_PERMISSIONS))
    _ensure_framework_editors()
    for permission in _permissions(PAGE_PERMISSIONS):
        GroupPagePermission.objects.get_or_create(group=educators, page=catalogue, permission=permission)
    for permission in _permissions(COLLECTION_PERMISSIONS):
        root = Collection.get_first_root_node()
        GroupCollectionPermission.objects.get_or_create(group=educators, collection=root, permission=permission)
    _ensure_workflow(catalogue)


def _ensure_framework_editors() -> None:
    """Make the group of those who edit the framework, and their review step. Wagtail's menus ask for the rights."""
    create_extra_permissions(installed.get_app_config("courses"), verbosity=0)
    editors, _made = Group.objects.get_or_create(name=FRAMEWORK_EDITORS)
    editors.permissions.add(*_permissions(["access_admin", *FRAMEWORK_PERMISSIONS]))
    kind = ContentType.objects.get_for_model(FrameworkDraft)
    if not WorkflowContentType.objects.filter(content_type=kind).exists():
        task, _made = FrameworkReviewTask.objects.get_or_create(name=FRAMEWORK_WORKFLOW)
        workflow, _made = Workflow.objects.get_or_create(name=FRAMEWORK_WORKFLOW)
        WorkflowTask.objects.get_or_create(workflow=workflow, task=task)
        WorkflowContentType.objects.create(content_type=kind, workflow=workflow)


def _permissions(codenames: Iterable[str]) -> list[Permission]:
    labels = ("wagtailadmin", "wagtailcore", "wagtailimages", "wagtaildocs", "courses")
    return list(Permission.objects.filter(codename__in=codenames, content_type__app_label__in=labels))


def _ensure_workflow(catalogue: CatalogueIndex) -> None:
    if WorkflowPage.objects.filter(page=catalogue.page_ptr).exists():
        return
    task, _made = ChiefNurseTask.objects.get_or_create(name=WORKFLOW)
    workflow, _made = Workflow.objects.get_or_create(name=WORKFLOW)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task)
    WorkflowPage.objects.create(page=catalogue.page_ptr, workflow=workflow)
