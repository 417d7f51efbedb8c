"""Pages below /konto/."""

from __future__ import annotations

from allauth.account import views as allauth
from django.urls import path, re_path
from django.views.i18n import set_language

from people import views

# Of allauth's pages only those for signing in and for passwords: addresses are kept by HR, accounts by administrators.
urlpatterns = [
    path("", views.account, name="account"),
    path("anstallning/", views.switch_employment, name="switch_employment"),
    path("sprak/", set_language, name="set_language"),
    path("login/", allauth.login, name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("signup/", allauth.signup, name="account_signup"),  # closed: it only says so (adapters.ClosedSignupAdapter)
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path("password/set/", allauth.password_set, name="account_set_password"),
    path("password/reset/", allauth.password_reset, name="account_reset_password"),
    path("password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]
