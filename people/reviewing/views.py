"""Staff files that wait: look at what one would do, approve it or reject it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from people.clock import now, today
from people.errors import DomainError, NotFound
from people.reviewing import pages
from people.reviewing.deciding import ChangedMeanwhile, approve, look_again, reject


@require_safe
@login_required
def waiting_files(request: HttpRequest) -> HttpResponse:
    return render(request, "people/reviewing/files.html", {"pages": pages.waiting_pages(request, today())})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def waiting_file(request: HttpRequest, uuid: UUID) -> HttpResponse:
    page = pages.waiting_page(request, uuid, today())
    if request.method == "POST":
        if not page.may_decide:
            raise NotFound
        return _decide(request, page)
    return render(request, "people/reviewing/file.html", {"page": page})


def _decide(request: HttpRequest, page: pages.WaitingPage) -> HttpResponse:
    try:
        if request.POST.get("step") == "reject":
            reject(page.waiting, page.reader, now())
            messages.success(request, _("The file is rejected. Nothing of it comes true but the last days it gave."))
        elif request.POST.get("shown") != page.shown:
            raise ChangedMeanwhile
        else:
            approve(page.waiting, page.reader, now())
            messages.success(request, _("The file is imported. The register says what it said."))
    except ChangedMeanwhile as error:
        look_again(page.waiting, now())
        messages.error(request, str(error.message))
        return redirect("waiting_file", uuid=page.waiting.uuid)
    except DomainError as error:
        messages.error(request, str(error.message))
    return redirect("home")
