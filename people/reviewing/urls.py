"""Pages below /personal/granskning/."""

from __future__ import annotations

from django.urls import path

from people.reviewing import views

urlpatterns = [
    path("", views.waiting_files, name="waiting_files"),
    path("<uuid:uuid>/", views.waiting_file, name="waiting_file"),
]
