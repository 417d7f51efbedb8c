"""Pages below /team/<unit>/uppdrag/."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("", views.assignments, name="assignments"),
    path("nytt/", views.new, name="new_assignment"),
    path("kurs/", views.new_course, name="new_course_assignment"),
    path("<uuid:uuid>/ta-tillbaka/", views.take_back, name="take_back_assignment"),
]
