"""Pages about practice occasions, below /handelser/."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("", views.occasions, name="occasions"),
    path("ny/", views.choose_unit, name="occasion_choose_unit"),
    path("ny/<slug:slug>/", views.new, name="occasion_new"),
    path("<uuid:uuid>/", views.occasion, name="occasion"),
    path("besked/<uuid:uuid>/", views.put_notice_away, name="occasion_notice"),
    path("<uuid:uuid>/plats/", views.seat, name="occasion_seat"),
]
