"""A copy of another organisation's course holds what that one published, and belongs to whoever copied it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from wagtail.models import Page

from courses.models import CoursePage
from courses.rules import first_owner
from people.api import Organisation, today


@transaction.atomic
def make_own(copy: Page, source: Page, user: Any) -> None:
    """Give a fresh copy to the copier, without the source's drafts: Wagtail copies every revision and draft module."""
    owner = first_owner(user, today())
    for module in source.get_children().filter(live=False):
        for draft in copy.get_children().filter(slug=module.slug):
            draft.delete()
    for page in Page.objects.get(pk=copy.pk).get_descendants(inclusive=True).specific():
        _keep_what_was_published(page, owner)


def _keep_what_was_published(page: Page, owner: Organisation | None) -> None:
    page.revisions.all().delete()
    page = type(page).objects.get(pk=page.pk)
    if isinstance(page, CoursePage) and owner is not None:
        page.owner_node = owner
    page.draft_title = page.title
    page.save(clean=False)
    page.save_revision(clean=False)
