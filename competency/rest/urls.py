"""Addresses below `/api/v1/`."""

from __future__ import annotations

from django.urls import include, path

from . import endpoints

urlpatterns = [
    path("me", endpoints.me, name="api_me"),
    path("people/<uuid:uuid>/standings", endpoints.standings, name="api_standings"),
    path("people/<uuid:uuid>/standings/<slug:code>/explanation", endpoints.reasons, name="api_explanation"),
    path("people/<uuid:uuid>/plan", endpoints.plan, name="api_plan"),
    path("units", endpoints.all_units, name="api_units"),
    path("units/<uuid:uuid>/gaps", endpoints.gaps, name="api_gaps"),
    path("units/<uuid:uuid>/coverage", endpoints.coverage, name="api_coverage"),
    path("professions", endpoints.all_professions, name="api_professions"),
    path("competencies", endpoints.all_competencies, name="api_competencies"),
    path("", include("competency.delegation.api_urls")),
]
