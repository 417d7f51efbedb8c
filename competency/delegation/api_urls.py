"""Addresses of delegations below /api/v1/."""

from __future__ import annotations

from django.urls import path

from . import endpoints

urlpatterns = [
    path("delegations/check", endpoints.check, name="delegation_check"),
    path("delegations/<uuid:uuid>/revoke", endpoints.revocation, name="delegation_revoke_api"),
]
