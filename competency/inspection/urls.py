"""Pages below /team/<unit>/tillsyn/."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("", views.packs, name="inspection_packs"),
    path("<uuid:uuid>/", views.pack, name="inspection_pack"),
    path("<uuid:uuid>/pdf/", views.as_pdf, name="inspection_pdf"),
    path("<uuid:uuid>/rader/", views.as_lines, name="inspection_lines"),
]
