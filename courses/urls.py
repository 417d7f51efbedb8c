"""Courses for learners. The words after a course's name are taken; a module never gets one of them as its own."""

from __future__ import annotations

from django.urls import path

from courses import views

app_name = "courses"

urlpatterns = [
    path("", views.catalogue, name="catalogue"),
    path("<slug:course>/", views.course, name="course"),
    path("<slug:course>/oppna/", views.open_course, name="open"),
    path("<slug:course>/prov/", views.retry, name="retry"),
    path("<slug:course>/prov/nytt/", views.new_attempt, name="new_attempt"),
    path("<slug:course>/prov/svar/", views.retry_answer, name="retry_answer"),
    path("<slug:course>/resultat/", views.result, name="result"),
    path("<slug:course>/borja-om/", views.restart, name="restart"),
    path("<slug:course>/<slug:module>/", views.module, name="module"),
    path("<slug:course>/<slug:module>/svar/", views.answer, name="answer"),
    path("<slug:course>/<slug:module>/klar/", views.finish_module, name="finish"),
    path("<slug:course>/<slug:module>/plats/", views.save_place, name="place"),
]
