"""Pages for those who decide what shows a level: see the rules, change one, try it, publish it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.api import DomainError, now, today

from ..dry_run.services import start_dry_run
from ..pages import reader_of
from . import pages


@require_safe
@login_required
def rules(request: HttpRequest) -> HttpResponse:
    pages.check_reads(reader_of(request), today())
    return render(request, "competency/rules.html", {"areas": pages.rules_by_area(today())})


@require_safe
@login_required
def rule(request: HttpRequest, code: str) -> HttpResponse:
    page = pages.rule_page(reader_of(request), code, today())
    return render(request, "competency/rule.html", {"rule_page": page, "competency": page.competency})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_rule(request: HttpRequest, code: str, level: int) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    editor = pages.Editor(reader_of(request), code, level, today(), data)
    status = 200
    if data is not None and data.get("step") != "add" and (proposal := editor.proposal()):
        try:
            return redirect("dry_run", uuid=start_dry_run(proposal, editor.reader, editor.node, now()).uuid)
        except DomainError as error:
            editor.form.add_error(None, str(error.message))
            status = error.status
    return render(request, "competency/new_rule.html", {"editor": editor, "form": editor.form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def acceptances(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    page = pages.AcceptancePage(reader, today())
    form = page.form(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("dry_run", uuid=start_dry_run(form.proposal, reader, form.receiver, now()).uuid)
        except DomainError as error:
            form.add_error(None, str(error.message))
            status = error.status
    return render(request, "competency/acceptances.html", {"acceptances": page, "form": form}, status=status)


@require_POST
@login_required
def end_acceptance(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    line = pages.AcceptancePage(reader, today()).line(request.POST.get("line", ""))
    return redirect("dry_run", uuid=start_dry_run(pages.ending_of(line), reader, line.node, now()).uuid)
