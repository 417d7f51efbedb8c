"""Pages for administrators, below /anslutningar/."""

from __future__ import annotations

from django.urls import path

from . import forward_views, views

urlpatterns = [
    path("", views.connection_list, name="connections"),
    path("ny/", views.connection_new, name="connection_new"),
    path("<uuid:uuid>/", views.connection_page, name="connection"),
    path("<uuid:uuid>/hemlighet/", views.connection_secret, name="connection_secret"),
    path("<uuid:uuid>/gamla-hemligheten/", views.connection_end_old, name="connection_end_old"),
    path("<uuid:uuid>/avsluta/", views.connection_revoke, name="connection_revoke"),
    path("vidaresandning/", forward_views.forward_list, name="forwards"),
    path("vidaresandning/ny/", forward_views.forward_new, name="forward_new"),
    path("vidaresandning/<uuid:uuid>/", forward_views.forward_page, name="forward"),
    path("vidaresandning/<uuid:uuid>/pausa/", forward_views.forward_pause, name="forward_pause"),
    path("vidaresandning/<uuid:uuid>/fortsatt/", forward_views.forward_resume, name="forward_resume"),
    path("vidaresandning/<uuid:uuid>/skicka-igen/", forward_views.forward_resend, name="forward_resend"),
    path("vidaresandning/<uuid:uuid>/ta-bort/", forward_views.forward_remove, name="forward_remove"),
]
