from __future__ import annotations

from django.urls import path

from . import endpoints

app_name = "xapi"

urlpatterns = [
    path("about", endpoints.about, name="about"),
    path("statements", endpoints.statements, name="statements"),
    path("statements/more/<str:token>", endpoints.more, name="more"),
]
