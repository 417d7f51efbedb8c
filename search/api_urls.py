"""Addresses below `/api/v1/`."""

from __future__ import annotations

from django.urls import path

from search import endpoints

urlpatterns = [path("search", endpoints.search, name="api_search")]
