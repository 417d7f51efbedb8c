"""Where a scanned code lands. Without a slash at the end: each sign on a poster is one more to type."""

from __future__ import annotations

from django.urls import path

from courses.codes import views

urlpatterns = [path("<str:text>", views.follow, name="code"), path("<str:text>/", views.follow)]
