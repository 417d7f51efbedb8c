"""An installation for real people. Starts only when what must be decided has been decided."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403
from .base import ALLOWED_HOSTS, DEMO, SECRET_KEY, SITE_URL, env

DEBUG = env.bool("DEBUG", default=False)
MIN_SECRET_LENGTH = 50


def _require(is_met: bool, sentence: str) -> None:
    if not is_met:
        raise ImproperlyConfigured(sentence)


_require(not DEBUG, "DEBUG shows the inside of the program to visitors. Remove it from the environment.")
_require(not DEMO, "LARNARA_DEMO is set: the demo's accounts have a password that everybody knows. Remove it.")
_require(
    len(SECRET_KEY) >= MIN_SECRET_LENGTH and len(set(SECRET_KEY)) > 9,
    f"SECRET_KEY must be {MIN_SECRET_LENGTH} or more random characters of this installation's own.",
)
_require(bool(ALLOWED_HOSTS), "ALLOWED_HOSTS must name the hosts that this installation answers for.")
_require(SITE_URL.startswith("https://"), "SITE_URL must be the https:// address that people visit.")

CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked from inside, over plain HTTP
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
