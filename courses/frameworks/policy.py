"""Who may do what with the draft: the dated role decides, whatever groups say; nobody adds a second or deletes it.

Publishing without a review is for whoever is alone: where another could approve, she must.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wagtail.permission_policies import ModelPermissionPolicy

from courses.rules import edits_framework, needs_second_person
from people.api import today

NEVER = frozenset({"add", "delete"})


class FrameworkPolicy(ModelPermissionPolicy):
    def user_has_permission(self, user: Any, action: str) -> bool:
        return self._may(user, [action]) and bool(super().user_has_permission(user, action))

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        actions = set(actions) - NEVER
        return self._may(user, actions) and bool(super().user_has_any_permission(user, actions))

    def _may(self, user: Any, actions: Iterable[str]) -> bool:
        left = set(actions) - NEVER
        if not left or not user.is_active or not edits_framework(user, today()):
            return False
        return bool(left - {"publish"}) or not needs_second_person(user, today())
