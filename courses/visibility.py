"""Which pages the workshop names to whom: those that are live, and those of the organisations a user answers for.

Wagtail lets everybody who may change something in a tree see all of it; lists, search, choosers and its API ask here.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Substr
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from courses.models import COURSE_DEPTH, CatalogueIndex, CoursePage
from courses.rules import answered_for
from people.api import today


def shown_to(user: Any, pages: QuerySet[Page]) -> QuerySet[Page]:
    """Return those of the pages that a user may be told of. A module is as open as its course, and no more."""
    if user.is_superuser:
        return pages
    own = CoursePage.objects.filter(owner_node__in=answered_for(user, today())).values("path")
    live = CoursePage.objects.live().values("path")
    above = Q(depth__lt=COURSE_DEPTH)
    course_path = Substr("path", 1, CatalogueIndex.steplen * COURSE_DEPTH)
    shown = Page.objects.annotate(course_path=course_path).filter(
        above | Q(course_path__in=own) | Q(live=True, course_path__in=live)
    )
    return pages.filter(pk__in=shown.order_by().values("pk"))


class ShownPagesPolicy(PagePermissionPolicy):
    """Wagtail's rights on pages, less what another organisation has not published."""

    def explorable_instances(self, user: Any) -> QuerySet[Page]:
        return shown_to(user, super().explorable_instances(user))
