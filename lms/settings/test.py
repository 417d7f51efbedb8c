"""What the tests run on: their own databases, quick password hashes, nothing that leaves the machine."""

from __future__ import annotations

import os

from lms.database import configure

from .base import *  # noqa: F403
from .base import BASE_DIR, env

DATA_DIR = BASE_DIR / "var" / "test"
SECRET_KEY = "only-for-tests"
PSEUDONYM_KEY = "only-for-the-pseudonyms-of-these-tests"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
DEMO = False

# tests/conftest.py makes these databases from a kept template and points this at the copy.
TEST_DATABASE_URL = env.str("TEST_DATABASE_URL", default="")
DATABASES = {"default": configure(TEST_DATABASE_URL or f"sqlite:///{DATA_DIR / 'unused.sqlite3'}?synchronous=OFF")}
DATABASES["default"]["CONN_MAX_AGE"] = 0

BROKER_URL = CELERY_BROKER_URL = env.str("TEST_BROKER_URL", default="")
# Of this process alone; tests/conftest.py removes it.
CELERY_TASK_DEFAULT_QUEUE = f"larnara-test-{os.getpid()}"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MEDIA_ROOT = DATA_DIR / f"media-{os.getpid()}"
