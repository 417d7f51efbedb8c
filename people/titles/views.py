"""The right to the title: who has it, and registering it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from people.clock import now, today
from people.errors import DomainError
from people.titles import pages
from people.titles.forms import TitleRightForm
from people.titles.queries import report_for
from people.titles.services import register_title_right


@require_safe
@login_required
def titles(request: HttpRequest) -> HttpResponse:
    on = today()
    page = pages.titles_page(pages.reader_of(request, on), on, request.GET)
    return render(request, "people/titles.html", {"titles": page})


@require_safe
@login_required
def titles_file(request: HttpRequest) -> HttpResponse:
    on = today()
    data = pages.csv_of(report_for(pages.reader_of(request, on), on))
    response = HttpResponse(data, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="titlar-{on.isoformat()}.csv"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def title_right(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask, let her check what she answered, and only then register it."""
    on = today()
    reader = pages.reader_of(request, on)
    terms = pages.terms_to_register(reader, uuid, on)
    form = TitleRightForm(request.POST if request.method == "POST" else None, employment=terms.employment, today=on)
    context = {"form": form, "terms": terms, "person": terms.employment.person, "reader": reader}
    step = request.POST.get("step")
    if request.method != "POST" or not form.is_valid() or step == "change":
        return render(request, "people/title_right.html", context)
    if step != "register":
        return render(request, "people/title_right_check.html", context)
    return _register(request, form, context)


def _register(request: HttpRequest, form: TitleRightForm, context: dict[str, Any]) -> HttpResponse:
    said = form.cleaned_data
    try:
        register_title_right(
            context["reader"],
            context["terms"].employment,
            said["ground"],
            said["valid_from"],
            now(),
            reason=said["reason"],
        )
    except DomainError as error:
        form.add_error(None, str(error.message))
        return render(request, "people/title_right.html", context, status=error.status)
    messages.success(request, _("Registered. The list is up to date."))
    return redirect("titles")
