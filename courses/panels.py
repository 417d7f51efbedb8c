"""Panels of the workshop's forms that Wagtail has not got."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wagtail.admin.panels import Panel


class TryPanel(Panel):
    """The way to what publishing would mean for those who have taken the course already."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "wagtailadmin/courses/try_panel.html"

        def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
            return super().get_context_data(parent_context) | {"course": self.instance}


class ModulesPanel(Panel):
    """The modules of a course in its own form, with the way to a new one: Wagtail keeps them on another page."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "wagtailadmin/courses/modules_panel.html"

        def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
            course = self.instance
            rights = course.permissions_for_user(self.request.user) if course.pk else None
            return super().get_context_data(parent_context) | {
                "course": course,
                "modules": course.modules() if course.pk else [],
                "may_add": rights and rights.can_add_subpage(),
                "may_publish": rights and rights.can_publish(),
            }
