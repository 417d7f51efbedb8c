"""Every address. A path of the contract that is not built yet is absent here and answers 404."""

from __future__ import annotations

from django.urls import include, path
from django.views.i18n import set_language
from wagtail.admin import urls as wagtailadmin_urls

from lms import rest, views
from lms.health import healthz, readyz
from lms.media import media

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("", views.home, name="home"),
    path("om/", views.about, name="about"),
    path("tillganglighet/", views.accessibility, name="accessibility"),
    path("tema/", views.theme, name="theme"),
    path("i18n/setlang/", set_language, name="setlang"),
    path("cms/", include(wagtailadmin_urls)),
    path("konto/", include("people.urls")),
    path("api/v1/", include("competency.rest.urls")),
    path("api/v1/", include("courses.rest")),
    path("api/v1/", include(rest.v1)),
    path("api/docs", rest.docs, name="api_docs"),
    path("personal/granskning/", include("people.reviewing.urls")),
    path("api/v1/", include("search.api_urls")),
    path("titlar/", include("people.titles.urls")),
    path("xapi/", include("xapi.urls")),
    path("anslutningar/", include("xapi.administration.urls")),
    path("handelselogg/", include("xapi.page_urls")),
    path("kurser/", include("courses.urls")),
    path("sok/", include("search.urls")),
    path("q/", include("courses.codes.follow_urls")),
    path("koder/", include("courses.codes.urls")),
    path("delegeringar/", include("competency.delegation.urls")),
    path("handelser/", include("competency.occasions.urls")),
    path("media/<path:path>", media, name="media"),
    path("", include("competency.urls")),
]
