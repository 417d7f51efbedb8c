"""Courses for learners. Names are any text without a slash, because the workshop lets addresses have å, ä and ö."""

from __future__ import annotations

from django.urls import path

from courses import views

app_name = "courses"

# Looked up before modules: a module with one of these as its address would not be reached.
TAKEN_SLUGS = frozenset({"oppna", "prov", "resultat", "borja-om"})

urlpatterns = [
    path("", views.catalogue, name="catalogue"),
    path("<str:course>/", views.course, name="course"),
    path("<str:course>/oppna/", views.open_course, name="open"),
    path("<str:course>/prov/", views.retry, name="retry"),
    path("<str:course>/prov/nytt/", views.new_attempt, name="new_attempt"),
    path("<str:course>/prov/svar/", views.retry_answer, name="retry_answer"),
    path("<str:course>/resultat/", views.result, name="result"),
    path("<str:course>/borja-om/", views.restart, name="restart"),
    path("<str:course>/<str:module>/", views.module, name="module"),
    path("<str:course>/<str:module>/svar/", views.answer, name="answer"),
    path("<str:course>/<str:module>/klar/", views.finish_module, name="finish"),
    path("<str:course>/<str:module>/plats/", views.save_place, name="place"),
]
