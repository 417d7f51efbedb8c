"""Asking for a pack, seeing how far it has come, and taking it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from people.api import DomainError, now, pdf_response, today

from ..pages import reader_of
from . import pages
from .forms import PackForm
from .models import InspectionTaking
from .services import cancel_pack, start_pack, take_pack

ASKED = require_http_methods(["GET", "HEAD", "POST"])


@ASKED
@login_required
def packs(request: HttpRequest, slug: str) -> HttpResponse:
    reader = reader_of(request)
    unit = pages.inspected_unit(reader, slug, today())
    form = PackForm(request.POST if request.method == "POST" else None, today=today())
    if request.method == "POST" and form.is_valid():
        try:
            pack = start_pack(unit, form.cleaned_data["as_of"], reader, now())
            return redirect("inspection_pack", slug=slug, uuid=pack.uuid)
        except DomainError as error:
            form.add_error("as_of", str(error.message))
    return render(request, "competency/inspection/packs.html", {"form": form, "packs": pages.packs_of(reader, unit)})


@ASKED
@login_required
def pack(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    found = pages.pack_of(reader_of(request), slug, uuid, today())
    if request.method == "POST":
        cancel_pack(found, now())
        messages.info(request, _("The pack was stopped. Nothing of it is kept."))
        return redirect("inspection_packs", slug=slug)
    template = "competency/inspection/partials/pack.html" if request.htmx else "competency/inspection/pack.html"
    return render(request, template, {"pack": found})


@require_safe
@login_required
def as_pdf(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    reader = reader_of(request)
    found = pages.pack_of(reader, slug, uuid, today())
    take_pack(found, reader, InspectionTaking.Form.PDF, now())
    return pdf_response(bytes(found.document or b""), _name(found))


@require_safe
@login_required
def as_lines(request: HttpRequest, slug: str, uuid: UUID) -> StreamingHttpResponse:
    reader = reader_of(request)
    found = pages.pack_of(reader, slug, uuid, today())
    take_pack(found, reader, InspectionTaking.Form.LINES, now())
    lines = (f"{text}\n" for text in found.rows.values_list("text", flat=True).iterator())
    headers = {"Content-Disposition": f'attachment; filename="{_name(found)}.jsonl"'}
    return StreamingHttpResponse(lines, content_type="application/x-ndjson; charset=utf-8", headers=headers)


def _name(pack: pages.InspectionPack) -> str:
    return f"tillsyn-{pack.unit.slug}-{pack.as_of.isoformat()}"
