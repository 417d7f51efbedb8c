"""Following a code, and the pages on which codes are made, counted and printed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.codes import printing, queries, services
from courses.codes.forms import CodeForm, LabelsForm
from courses.codes.rules import code_nodes, makes_codes
from people.api import DomainError, NotFound, Person, now, pdf_response, person_of, today

NOTHING_HERE = 404
BROWSER_LOOKS_AHEAD = "prefetch"


@never_cache
@require_safe
def follow(request: HttpRequest, text: str) -> HttpResponse:
    """Lead to what the code points at; a page that asks for a sign-in brings the reader back to itself."""
    code = queries.find(text)
    if code is None:
        return render(request, "courses/codes/unknown.html", {"typed": text}, status=NOTHING_HERE)
    if request.method == "GET" and BROWSER_LOOKS_AHEAD not in request.headers.get("Sec-Purpose", ""):
        services.count_scan(code, today())
    target = queries.target_of(code)
    if target.url and code.retired_at is None:
        return HttpResponseRedirect(target.url)
    return render(request, "courses/codes/withdrawn.html", {"code": code, "target": target}, status=NOTHING_HERE)


@require_safe
@login_required
def codes(request: HttpRequest) -> HttpResponse:
    person = _maker(request)
    lines = queries.lines_of(queries.codes_of(person, today()), today())
    return render(request, "courses/codes/codes.html", {"lines": lines, "days": queries.DAYS_SHOWN})


@require_safe
@login_required
def choose(request: HttpRequest) -> HttpResponse:
    """Show what a code can open. With `kod`, the choice is where that code is to lead from now on."""
    person = _maker(request)
    context = {"courses": queries.on_the_shelf(), "moved": _moved(request, person)}
    return render(request, "courses/codes/choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest, module: UUID) -> HttpResponse:
    person = _maker(request)
    moved = _moved(request, person)
    form = CodeForm(
        request.POST if request.method == "POST" else None,
        target=queries.module_named(module),
        nodes=code_nodes(person, today()),
        code=moved.code if moved else None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = _save(form, person, moved)
            return redirect("code_page", text=made.text)
        except DomainError as error:
            form.add_error("place", str(error.message))
    return render(request, "courses/codes/new.html", {"form": form, "target": form.target, "moved": moved})


def _save(form: CodeForm, person: Person, moved: queries.CodeLine | None) -> queries.Code:
    place = form.cleaned_data["place"]
    if moved:
        return services.move_code(moved.code, person, form.chosen, place, now())
    return services.make_code(person, form.owner, form.chosen, place, now())


@require_safe
@login_required
def code(request: HttpRequest, text: str) -> HttpResponse:
    line = queries.line_of(_maker(request), text, today())
    context = {"line": line, "days": queries.days_of(line.code, today())}
    return render(request, "courses/codes/code.html", context)


@require_POST
@login_required
def retire(request: HttpRequest, text: str) -> HttpResponse:
    person = _maker(request)
    line = queries.line_of(person, text, today())
    services.retire_code(line.code, person, now())
    messages.success(request, _("The code %(code)s is ended. Take down what hangs there.") % {"code": line.code.text})
    return redirect("codes")


@require_safe
@login_required
def as_poster(request: HttpRequest, text: str, size: str) -> HttpResponse:
    line = queries.line_of(_maker(request), text, today())
    if size not in printing.SIZES:
        raise NotFound
    return pdf_response(printing.poster(line, size, now()), f"affisch-{line.code.text}-{size}")


@require_safe
@login_required
def as_labels(request: HttpRequest) -> HttpResponse:
    found = list(queries.codes_of(_maker(request), today()))
    form = LabelsForm(request.GET, codes=found)
    if not form.is_valid():
        for error in (error for errors in form.errors.values() for error in errors):
            messages.error(request, error)
        return redirect("codes")
    chosen = [each for each in found if each.text in form.cleaned_data["code"]]
    lines = queries.lines_of(chosen, today())
    return pdf_response(printing.labels(lines, form.cleaned_data["copies"], now()), "etiketter")


def _maker(request: HttpRequest) -> Person:
    """Return who reads, if she may put up codes at all. Raises NotFound: others have no such page."""
    person = person_of(request.user)
    if person is None or not makes_codes(person, today()):
        raise NotFound
    return person


def _moved(request: HttpRequest, person: Person) -> queries.CodeLine | None:
    text = request.GET.get("kod")
    return queries.line_of(person, text, today()) if text else None
