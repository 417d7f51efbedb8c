"""What makes writing many pages quick, and dating them in the past possible. Used by the importer alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db.models.signals import post_save
from modelsearch.signal_handlers import post_save_signal_handler
from wagtail.models import Page, PageLogEntry, ReferenceIndex, Revision
from wagtail.search.backends import get_search_backend
from wagtail.signal_handlers import disable_reference_index_auto_update

from courses.models import CoursePage, ModulePage


@contextmanager
def indexing_at_end() -> Iterator[list[Page]]:
    """Index the pages put into the list once, when all are written; Wagtail would do it three times for each."""
    pages: list[Page] = []
    for model in (CoursePage, ModulePage):
        post_save.disconnect(post_save_signal_handler, sender=model)
    try:
        with disable_reference_index_auto_update():
            yield pages
    finally:
        for model in (CoursePage, ModulePage):
            post_save.connect(post_save_signal_handler, sender=model)
    _index(pages)


def _index(pages: Sequence[Page]) -> None:
    for model in (CoursePage, ModulePage):
        written = list(model.objects.filter(pk__in=[page.pk for page in pages]))
        get_search_backend().add_bulk(model, written)
        for page in written:
            ReferenceIndex.create_or_update_for_object(page)


def backdate(pages: Sequence[Page], at: datetime) -> None:
    """Let the workshop say that these pages were written and published at `at`."""
    pks = [page.pk for page in pages]
    Page.objects.filter(pk__in=pks).update(first_published_at=at, last_published_at=at, latest_revision_created_at=at)
    Revision.page_revisions.filter(object_id__in=[str(pk) for pk in pks]).update(created_at=at)
    PageLogEntry.objects.filter(page__in=pks).update(timestamp=at)
