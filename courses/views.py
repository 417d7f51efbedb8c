"""Courses over HTTP. Reading is open to everyone; what is to be remembered asks for a sign-in and comes back here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from courses import pages, player
from courses.attempts import seat_of
from courses.blocks import FOCUS_AREAS
from courses.catalogue import is_short, narrow, progress_of, read_wish, shelf, show
from courses.content import CourseContent, CourseNotFound, course_content, current_slug
from courses.framing import card_html, module_html
from courses.player import Answered, Learner, UnknownQuestion, learner_of
from courses.tickets import StaleForm, read_answer, read_focus
from people.api import DomainError, now, person_of, today, whole_number

UNPROCESSABLE = 422

View = Callable[..., HttpResponse]


def of_course(view: View) -> View:
    """Give the view the published course of that name; an address from before a rename leads to today's."""

    @wraps(view)
    def wrapped(request: HttpRequest, course: str, **names: Any) -> HttpResponse:
        try:
            content = course_content(course)
        except CourseNotFound:
            moved = current_slug(course)
            if moved is None or request.method != "GET":
                raise
            return HttpResponseRedirect(_moved(request, moved))
        return view(request, content, **names)

    return wrapped


def _moved(request: HttpRequest, course: str) -> str:
    """Return the address asked for, under the course's name of today."""
    asked = request.resolver_match
    path = reverse(asked.view_name, kwargs={**asked.kwargs, "course": course})
    return f"{path}?{request.META['QUERY_STRING']}" if request.META["QUERY_STRING"] else path


def for_learner(back: Callable[..., str]) -> Callable[[View], View]:
    """Give the view the learner who acts; a broken rule becomes a message on the page that `back` names.

    Whoever is not signed in is asked to, and then returns to that page: what was sent is not kept meanwhile.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, course: CourseContent, **names: Any) -> HttpResponse:
            page = back(course, **names)
            learner = learner_of(request)
            if learner is None:
                return _sign_in(request, page)
            try:
                return view(request, course, learner, **names)
            except DomainError as error:
                messages.error(request, str(error.message))
                return _again(request, page)

        return wrapped

    return decorate


def _sign_in(request: HttpRequest, page: str) -> HttpResponse:
    answer = redirect_to_login(page)
    return HttpResponseClientRedirect(answer.url) if request.htmx else answer


def _again(request: HttpRequest, page: str) -> HttpResponse:
    return HttpResponseClientRefresh() if request.htmx else HttpResponseRedirect(page)


def _course_url(course: CourseContent, **_names: str) -> str:
    return reverse("courses:course", args=[course.slug])


def _module_url(course: CourseContent, module: str) -> str:
    if all(found.slug != module for found in course.modules):
        return _course_url(course)
    return reverse("courses:module", args=[course.slug, module])


def _retry_url(course: CourseContent) -> str:
    return reverse("courses:retry", args=[course.slug])


# --- Reading ----------------------------------------------------------------------------------------------------------


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    wish = read_wish(request.GET)
    items = shelf()
    person = person_of(request.user)
    found = show(narrow(items, wish.text, wish.focus_area), progress_of(person, items) if person else {})
    if wish.in_five:
        found = [shown for shown in found if is_short(shown)]
    cards = [card_html(shown, in_five=wish.in_five) for shown in found]
    context = {"found": found, "cards": cards, "wish": wish, "focus_areas": FOCUS_AREAS.items()}
    return render(request, "courses/partials/shelf.html" if request.htmx else "courses/catalogue.html", context)


@require_safe
@of_course
def course(request: HttpRequest, course: CourseContent) -> HttpResponse:
    page = pages.course_page(course, person_of(request.user), today())
    return render(request, "courses/course.html", {"course_page": page, "course": course})


@require_safe
@of_course
def module(request: HttpRequest, course: CourseContent, module: str) -> HttpResponse:
    moment = now()
    found = course.module(module)
    seat = seat_of(request.user.pk, course.key) if request.user.is_authenticated else None
    page = pages.module_page(course, found, seat, today(moment), moment, _focus(request))
    return HttpResponse(module_html(request, page))


@require_safe
@of_course
@for_learner(_course_url)
def result(request: HttpRequest, course: CourseContent, learner: Learner) -> HttpResponse:
    page = pages.result_page(course, learner, today(), now())
    if page.taking.registration is None:
        return HttpResponseRedirect(_course_url(course))
    return render(request, "courses/result.html", {"result_page": page, "course": course})


# --- Doing ------------------------------------------------------------------------------------------------------------


@require_POST
@of_course
@for_learner(_course_url)
def open_course(request: HttpRequest, course: CourseContent, learner: Learner) -> HttpResponse:
    taking = player.open_course(learner, course, now())
    return HttpResponseRedirect(pages.onward(course, taking).url)


@require_POST
@of_course
@for_learner(_module_url)
def answer(request: HttpRequest, course: CourseContent, learner: Learner, module: str) -> HttpResponse:
    moment = now()
    focus, answered = _grade(request, course, learner, moment, module)
    found = answered.module if answered else course.module(module)
    page = pages.module_page(course, found, seat_of(request.user.pk, course.key), today(moment), moment, focus)
    context = {"module_page": page, "course": course, "module": found}
    if request.htmx:
        return render(request, "courses/partials/answered.html", context | {"card": page.focused})
    if answered is None:
        return HttpResponse(module_html(request, page), status=UNPROCESSABLE)
    _tell(request, focus)
    return HttpResponseRedirect(page.focus_url)


@require_POST
@of_course
@for_learner(_module_url)
def finish_module(request: HttpRequest, course: CourseContent, learner: Learner, module: str) -> HttpResponse:
    sent = read_answer(request.POST)
    taking = player.finish_module(learner, course, sent.ticket, module, sent.screens_shown, now())
    return HttpResponseRedirect(pages.ending(course, taking).url)


@require_POST
@of_course
@for_learner(_module_url)
def save_place(request: HttpRequest, course: CourseContent, learner: Learner, module: str) -> HttpResponse:
    """Sent by the page as it closes; nobody reads the answer."""
    sent = read_answer(request.POST)
    player.save_place(learner, course, sent.ticket, module, sent.screens_shown, now())
    return HttpResponse(status=204)


# --- All questions anew -----------------------------------------------------------------------------------------------


@require_safe
@of_course
@for_learner(_course_url)
def retry(request: HttpRequest, course: CourseContent, learner: Learner) -> HttpResponse:
    page = pages.retry_page(course, player.taking_of(learner.person, course), learner.person, now(), _focus(request))
    if page.is_elsewhere:
        return HttpResponseRedirect(pages.onward(course, page.taking).url)
    return render(request, "courses/retry.html", {"retry_page": page, "course": course})


@require_POST
@of_course
@for_learner(_course_url)
def new_attempt(request: HttpRequest, course: CourseContent, learner: Learner) -> HttpResponse:
    player.retry(learner, course, whole_number(request.POST.get("after", "")) or 0, now())
    return HttpResponseRedirect(_retry_url(course))


@require_POST
@of_course
@for_learner(_retry_url)
def retry_answer(request: HttpRequest, course: CourseContent, learner: Learner) -> HttpResponse:
    moment = now()
    focus, answered = _grade(request, course, learner, moment)
    taking = answered.taking if answered else player.taking_of(learner.person, course)
    page = pages.retry_page(course, taking, learner.person, moment, focus)
    context = {"retry_page": page, "course": course}
    if request.htmx:
        return render(request, "courses/partials/retry_question.html", context)
    if answered is None:
        return render(request, "courses/retry.html", context, status=UNPROCESSABLE)
    _tell(request, focus)
    return HttpResponseRedirect(f"{_retry_url(course)}?fraga={focus.question_id}&val={focus.choice}")


@require_POST
@of_course
@for_learner(_course_url)
def restart(request: HttpRequest, course: CourseContent, learner: Learner) -> HttpResponse:
    try:
        registration = UUID(request.POST.get("registration", ""))
    except ValueError:
        raise StaleForm from None
    taking = player.restart(learner, course, registration, now())
    return HttpResponseRedirect(pages.onward(course, taking).url)


def _grade(
    request: HttpRequest, course: CourseContent, learner: Learner, at: datetime, module: str | None = None
) -> tuple[pages.Focus, Answered | None]:
    """Record what was sent. Without a choice nothing is, and the question is asked again with a word about it."""
    sent = read_answer(request.POST)
    if sent.question_id is None:
        raise UnknownQuestion
    if sent.choice is None:
        return pages.Focus(sent.question_id, error=_("Choose an answer first.")), None
    answered = player.answer(
        learner,
        course,
        sent.ticket,
        sent.question_id,
        sent.choice,
        at=at,
        screens_shown=sent.screens_shown,
        module_slug=module,
    )
    return pages.Focus(sent.question_id, sent.choice, note=_note(answered)), answered


def _note(answered: Answered) -> str:
    if not answered.is_new:
        return _("You had already answered this question. The first answer is the one that counts.")
    if answered.is_of_older_edition:
        return _("The course has been updated since you opened the page. Your answer was graded as the question stood.")
    return ""


def _tell(request: HttpRequest, focus: pages.Focus) -> None:
    if focus.note:
        messages.info(request, focus.note)


def _focus(request: HttpRequest) -> pages.Focus | None:
    question_id, choice = read_focus(request.GET)
    return pages.Focus(question_id, choice) if question_id else None
