"""Pages below /titlar/."""

from __future__ import annotations

from django.urls import path

from people.titles import views

urlpatterns = [
    path("", views.titles, name="titles"),
    path("lista.csv", views.titles_file, name="titles_file"),
    path("<uuid:uuid>/", views.title_right, name="title_right"),
]
