"""Pages for people, below /handelselogg/."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("", views.statement_list, name="statement_list"),
    path("<uuid:statement_id>/", views.statement_page, name="statement_page"),
]
