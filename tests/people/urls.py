"""The room's own addresses, so that its tests ask for no other room."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def start(request: HttpRequest) -> HttpResponse:
    return HttpResponse("start")


urlpatterns = [path("konto/", include("people.urls")), path("", start)]
