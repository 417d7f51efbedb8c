"""Pages about competence: my own, my team's, and what each role asks for."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("plan/", views.plan, name="plan"),
    path("plan/<uuid:uuid>/", views.plan, name="plan"),
    path("plan/<uuid:uuid>/kompetens/", views.competence, name="competence"),
    path("plan/<uuid:uuid>/kompetens/<slug:code>/", views.reason, name="reason"),
    path("kompetens/", views.competence, name="competence"),
    path("kompetens/<slug:code>/", views.reason, name="reason"),
    path("team/", views.teams, name="teams"),
    path("team/<slug:slug>/", views.team, name="team"),
    path("team/<slug:slug>/lista/", views.team_list, name="team_list"),
    path("team/<slug:slug>/bedom/<uuid:uuid>/<slug:code>/", views.assess, name="assess"),
    path("roller/", views.roles, name="roles"),
    path("roller/<slug:code>/", views.role, name="role"),
]
