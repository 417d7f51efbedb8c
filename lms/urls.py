"""Every address. A path of the contract that is not built yet is absent here and answers 404."""

from __future__ import annotations

from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns = [
    path("cms/", include(wagtailadmin_urls)),
    path("konto/", include("people.urls")),
    path("xapi/", include("xapi.urls")),
    path("kurser/", include("courses.urls")),
    path("", include("competency.urls")),
]
