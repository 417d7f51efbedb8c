from __future__ import annotations

from django.urls import path

from .endpoints.about import about
from .endpoints.statements import more, statements

app_name = "xapi"

urlpatterns = [
    path("about", about, name="about"),
    path("statements", statements, name="statements"),
    path("statements/more/<str:token>", more, name="more"),
]
