"""Pages about the plan, below /plan/."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("", views.plan, name="plan"),
    path("<uuid:uuid>/", views.plan, name="plan"),
    path("besked/<uuid:uuid>/", views.put_notice_away, name="plan_notice"),
    path("<uuid:uuid>/mal/", views.new_goal, name="plan_new_goal"),
    path("<uuid:uuid>/mal/<uuid:key>/", views.goal, name="plan_goal"),
    path("<uuid:uuid>/bedomare/<slug:code>/", views.observers, name="plan_observers"),
    path("<uuid:uuid>/samtal/", views.note, name="plan_note"),
    path("<uuid:uuid>/samtal/<uuid:key>/", views.note, name="plan_note"),
    path("<uuid:uuid>/tid/", views.time, name="plan_time"),
    path("<uuid:uuid>/underskrift/", views.signature, name="plan_sign"),
    path("<uuid:uuid>/versioner/", views.history, name="plan_history"),
    path("<uuid:uuid>/versioner/<int:number>/", views.version, name="plan_version"),
    path("<uuid:uuid>/versioner/<int:number>/pdf/", views.version_pdf, name="plan_version_pdf"),
]
