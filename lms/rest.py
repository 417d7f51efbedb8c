"""What of `/api/` belongs to no room above the ground: staff files, the OpenAPI document, and refusals of forgeries."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.csrf import csrf_failure as django_csrf_failure
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from lms.openapi import document
from people.api import BadQuery, DomainError, ImportReport, NotAllowed, import_people, problem, today
from xapi.api import CREDENTIAL, Answer, Scope, asker_of, endpoint


class Finding(Answer):
    line: int
    field: str
    outcome: str
    code: str
    sentence: str


class Imported(Answer):
    """`applied` is false of a dry run, and of a file that waits for somebody's decision (`waits`)."""

    applied: bool
    waits: str | None
    lines: int
    created: int
    changed: int
    unchanged: int
    rejected: int
    findings: list[Finding]


class BadFile(DomainError):
    code = "people_file"
    default_message = _("The file was refused whole, and nothing was changed. See what is said of each line.")


class TooLarge(DomainError):
    code = "too_large"
    status = 413
    default_message = _("The file is too large. Send it in parts, or import it where the server runs.")


class SystemsOnly(NotAllowed):
    default_message = _("Staff files are sent by a system with the scope people/import.")


class Forged(NotAllowed):
    code = "csrf"
    default_message = _("Send the token of your session with what changes something: X-CSRFToken, as in the cookie.")


@csrf_exempt  # no session is listened to here
@endpoint(
    "POST",
    answers=Imported,
    query={"dry_run": "`false` imports; else nothing is written.", "complete": "`true`: who is not in it has left."},
    scope=Scope.PEOPLE_IMPORT,
    by=(CREDENTIAL,),
    body="text/csv",
)
def people_import(request: HttpRequest, now: datetime) -> HttpResponse:
    """Send the staff file of an HR system, as it comes, for the system's own organisation.

    It is a dry run unless `dry_run=false`. A file that names another organisation's units is refused whole.
    """
    if not request.headers.get("Authorization"):
        raise SystemsOnly
    credential = asker_of(request, Scope.PEOPLE_IMPORT, now).credential
    assert credential is not None, "a header was sent, so it is no session"
    is_dry, is_complete = _flag(request, "dry_run", "true"), _flag(request, "complete", "false")
    asked: dict[str, Any] = {"on": today(now), "at": now, "within": credential.organisation, "is_complete": is_complete}
    data = _body(request)
    report = import_people(data, apply=False, **asked)
    if report.is_refused or any(line.code == "not_your_organisation" for line in report.lines):
        return problem(BadFile(), findings=_findings(report))
    if not is_dry:
        report = import_people(data, apply=True, **asked)
    return JsonResponse(
        {
            "applied": report.is_applied,
            "waits": str(report.waits_as) if report.waits_as else None,
            "lines": report.line_count,
            "created": report.created,
            "changed": report.changed,
            "unchanged": report.unchanged,
            "rejected": report.rejected,
            "findings": _findings(report),
        }
    )


def _body(request: HttpRequest) -> bytes:
    try:
        return request.body
    except RequestDataTooBig as error:
        raise TooLarge from error


def _flag(request: HttpRequest, name: str, default: str) -> bool:
    said = request.GET.get(name, default)
    if said not in ("true", "false"):
        raise BadQuery(_("Say %(name)s as true or false.") % {"name": name})
    return said == "true"


def _findings(report: ImportReport) -> list[dict[str, Any]]:
    return [
        {
            "line": line.line,
            "field": line.field,
            "outcome": str(line.outcome),
            "code": line.code,
            "sentence": line.sentence,
        }
        for line in report.lines
    ]


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document, as a page for whoever reads and as JSON for whoever asks for that."""
    if not request.accepts("text/html") or request.GET.get("format") == "json":
        return JsonResponse(document(), content_type="application/vnd.oai.openapi+json")
    return render(request, "lms/api_docs.html", {"operations": sorted(document()["paths"].items())})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A machine is told in a problem document, a person on a page."""
    if request.path.startswith("/api/"):
        return problem(Forged())
    return django_csrf_failure(request, reason)


v1 = [path("imports/people", people_import, name="api_people_import")]
