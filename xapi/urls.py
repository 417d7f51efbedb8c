from __future__ import annotations

from django.urls import path

from . import endpoints

app_name = "xapi"

urlpatterns = [
    path("about", endpoints.about, name="about"),
]
