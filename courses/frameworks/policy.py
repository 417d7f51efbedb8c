"""Who may do what with the draft: the dated role decides, whatever groups say; nobody adds a second or deletes it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wagtail.permission_policies import ModelPermissionPolicy

from courses.rules import edits_framework
from people.api import today

NEVER = frozenset({"add", "delete"})


class FrameworkPolicy(ModelPermissionPolicy):
    def user_has_permission(self, user: Any, action: str) -> bool:
        return self._may(user, [action]) and bool(super().user_has_permission(user, action))

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        actions = set(actions) - NEVER
        return self._may(user, actions) and bool(super().user_has_any_permission(user, actions))

    def _may(self, user: Any, actions: Iterable[str]) -> bool:
        return bool(set(actions) - NEVER) and user.is_active and edits_framework(user, today())
