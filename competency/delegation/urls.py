"""Pages below /delegeringar/."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("", views.delegations, name="delegations"),
    path("ny/", views.choose_unit, name="delegation_choose_unit"),
    path("ny/<slug:slug>/", views.new, name="delegation_new"),
    path("enheter/", views.units, name="delegation_units"),
    path("overta/", views.takeover, name="delegation_takeover"),
    path("meddelande/<uuid:uuid>/", views.put_notice_away, name="delegation_notice"),
    path("<uuid:uuid>/", views.delegation, name="delegation"),
    path("<uuid:uuid>/pdf/", views.as_pdf, name="delegation_pdf"),
    path("<uuid:uuid>/signera/", views.sign_draft, name="delegation_sign"),
    path("<uuid:uuid>/fornya/", views.renew, name="delegation_renew"),
    path("<uuid:uuid>/svara/", views.answer, name="delegation_answer"),
    path("<uuid:uuid>/lamna/", views.hand_back, name="delegation_hand_back"),
    path("<uuid:uuid>/aterkalla/", views.withdraw, name="delegation_withdraw"),
]
