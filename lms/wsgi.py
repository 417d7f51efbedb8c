"""The WSGI entry point for gunicorn and its like."""

import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from lms.requests import Request

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.local")
application = get_wsgi_application()
application.request_class = Request

from lms.health import demo_is_wanted  # noqa: E402 - needs the settings that the line above loads

if not demo_is_wanted():
    raise ImproperlyConfigured(
        "The database holds the demo's accounts, whose password everybody knows. Use a database without the demo."
    )
