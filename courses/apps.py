from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_delete, post_migrate, post_save
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("Courses")

    def ready(self) -> None:
        from wagtail.models import Page
        from wagtail.permissions import register_permission_policy

        from courses import player, publishing
        from courses.access import ensure_groups
        from courses.content import forget_glossary
        from courses.frameworks.draft import FrameworkDraft
        from courses.frameworks.policy import FrameworkPolicy
        from courses.visibility import ShownPagesPolicy
        from xapi.api import on_recorded

        register_permission_policy(Page, ShownPagesPolicy())
        register_permission_policy(FrameworkDraft, FrameworkPolicy(FrameworkDraft))

        publishing.connect()
        on_recorded(player.stamp_registrations)
        for signal in (post_save, post_delete):
            signal.connect(forget_glossary, sender="courses.GlossaryTerm", dispatch_uid="courses_glossary")
        post_delete.connect(_on_term_gone, sender="courses.GlossaryTerm", dispatch_uid="courses_term_gone")
        post_migrate.connect(ensure_groups, sender=self, dispatch_uid="courses_groups")
        user_logged_in.connect(_on_login, dispatch_uid="courses_access_at_login")
        post_save.connect(_on_role, sender="people.RoleGrant", dispatch_uid="courses_access_of_role")


def _on_term_gone(sender: Any, instance: Any, **_kwargs: Any) -> None:
    """Sent inside the transaction that deletes it."""
    from courses.changes import announce_term

    announce_term(instance.pk)


def _on_login(sender: Any, user: Any, **_kwargs: Any) -> None:
    """Roles begin and end with the calendar: the workshop's groups are set again at each sign-in."""
    from courses.access import sync_cms_access
    from people.api import today

    sync_cms_access(user, today())


def _on_role(sender: Any, instance: Any, **_kwargs: Any) -> None:
    from courses.access import sync_cms_access
    from people.api import today

    if instance.person.user:
        sync_cms_access(instance.person.user, today())
