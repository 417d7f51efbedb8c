"""Two questions of operations: is the process alive, and can it serve?"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from people.api import User

DEMO_DOMAIN = "@demo.example.org"


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer without asking anything else, so that a slow database does not get the process restarted."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when every check passes, else 503; the body names what fails, without details of the machine."""
    failed = [name for name, check in CHECKS.items() if not _passes(check)]
    body = {"status": "not ready" if failed else "ready", "failed": failed}
    return JsonResponse(body, status=503 if failed else 200)


def _passes(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except DatabaseError:
        return False


def schema_is_current() -> bool:
    """Every migration of this code has been applied."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return _migrations() <= set(cursor.fetchall())


@cache
def _migrations() -> frozenset[tuple[str, str]]:
    """Return every migration on disk by its file, as Django would; importing them all takes half a second."""
    return frozenset(
        (config.label, file.stem)
        for config in apps.get_app_configs()
        for file in Path(config.path, "migrations").glob("[!_~]*.py")
    )


ROLE_IS_DANGEROUS = """
    SELECT rolsuper OR rolbypassrls
        OR EXISTS (SELECT 1 FROM pg_class
            WHERE relnamespace = current_schema()::regnamespace AND pg_has_role(relowner, 'MEMBER'))
        OR EXISTS (SELECT 1 FROM pg_database WHERE datname = current_database() AND pg_has_role(datdba, 'MEMBER'))
    FROM pg_roles WHERE rolname = current_user
"""


def role_is_fenced_in() -> bool:
    """On PostgreSQL the application is no superuser, owns nothing here and does not bypass row security."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute(ROLE_IS_DANGEROUS)
        return cursor.fetchone() == (False,)


def demo_is_wanted() -> bool:
    """Invented people can sign in only where the demo is meant to be."""
    return bool(settings.DEMO) or not User.objects.filter(email__endswith=DEMO_DOMAIN).exists()


CHECKS: dict[str, Callable[[], bool]] = {
    "schema": schema_is_current,
    "role": role_is_fenced_in,
    "demo": demo_is_wanted,
}
