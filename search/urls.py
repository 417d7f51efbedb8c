"""Pages below /sok/."""

from __future__ import annotations

from django.urls import path

from search import views

urlpatterns = [
    path("", views.find, name="search"),
    path("noterat/", views.noted, name="search_noted"),
    path("saknas/", views.missed, name="search_missed"),
    path("spara/", views.save, name="search_save"),
    path("glom/", views.forget, name="search_forget"),
]
