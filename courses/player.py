"""Taking a course: every act of a learner is a statement, and every result that follows is recorded with it.

Each service is one transaction that locks the registration, reads its statements, and records what is new. Sent
twice, it records nothing the second time. After the commit the record store's receivers have this learner's standings
rebuilt, so the next page shows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from competency.api import Profession
from courses.attempts import Attempt, Registration, Seat
from courses.content import CourseContent, ModuleContent, QuestionContent, course_version
from courses.progress import Act, DueKind, Mark, ModuleOutline, Outline, Progress, due, fold, is_module_due
from courses.statements import ACTS, Body, Profile, Sitting
from courses.tickets import StaleForm, Ticket
from people.api import (
    Conflict,
    DomainError,
    Employment,
    Kept,
    NotFound,
    Person,
    actor_of,
    chosen_employment,
    iri_base,
    person_of,
)
from xapi.api import (
    PLATFORM_AUTHORITY,
    StatementRow,
    StoredStatement,
    VoidedRow,
    record,
    statement,
    statements_in,
    vocabulary,
)


class UnknownQuestion(NotFound):
    code = "unknown_question"
    default_message = _("That question is no longer part of this module. Here is the module as it is now.")


class UnknownChoice(DomainError):
    code = "unknown_choice"
    default_message = _("Choose one of the answers, then send it again.")


class QuestionsLeft(Conflict):
    code = "questions_left"
    default_message = _("Answer the questions at the end of the module; then it is done.")


class ScreensLeft(Conflict):
    code = "screens_left"
    default_message = _("Look through the whole module; then it is done.")


class StartedAnew(Conflict):
    code = "started_anew"
    default_message = _("You have started this course anew since you opened that page. Go on from here.")


class CourseRemade(Conflict):
    code = "course_remade"
    default_message = _("The course has been remade since you opened that page. Start with the new version.")


class NoRetry(Conflict):
    code = "no_retry"
    default_message = _("There is nothing to try again right now: the questions are either open or already passed.")


class NotFinished(Conflict):
    code = "not_finished"
    default_message = _("Finish the course first; then you can take it again.")


@dataclass(frozen=True)
class Learner:
    """Who acts, and under which employment; none for somebody who is employed nowhere."""

    person: Person
    employment: Employment | None


@dataclass(frozen=True)
class Taking:
    """Where one person stands in one course. `earlier`: her newest registration, if it is on an older main version."""

    course: CourseContent
    progress: Progress
    registration: Registration | None = None
    attempts: tuple[Attempt, ...] = ()
    earlier: Registration | None = None
    voided_ids: frozenset[UUID] = frozenset()

    @property
    def attempt(self) -> Attempt | None:
        return self.attempts[-1] if self.attempts else None

    @property
    def next_cycle(self) -> int:
        newest = self.registration or self.earlier
        return newest.cycle + 1 if newest else 1

    @property
    def opened(self) -> tuple[Registration, Attempt]:
        """Her registration and its newest attempt, once the course is opened."""
        assert self.registration is not None, "the course has not been opened"
        return self.registration, self.attempts[-1]


@dataclass(frozen=True)
class Answered:
    """What became of an answer. `is_new` is false when the question had been answered already: the first one counts."""

    taking: Taking
    module: ModuleContent
    question: QuestionContent
    choice: int
    is_right: bool
    is_new: bool
    is_of_older_edition: bool


def learner_of(request: HttpRequest) -> Learner | None:
    person = person_of(request.user)
    return Learner(person, chosen_employment(request)) if person else None


def outline_of(course: CourseContent) -> Outline:
    modules = tuple(ModuleOutline(module.key, tuple(item.id for item in module.questions)) for module in course.modules)
    return Outline(course.key, modules, course.pass_percent)


def taking_of(person: Person, course: CourseContent) -> Taking:
    """Return where she stands: one query, and two more when anything has changed since it was last asked."""
    found = Registration.objects.stamp_of(person, course.key)
    return _kept(course, *found) if found else Taking(course, _nothing_yet(course))


def taking_from(seat: Seat, course: CourseContent) -> Taking:
    """Return the same for somebody whose seat is known: no query more, or two."""
    if seat.registration_pk is None:
        return Taking(course, _nothing_yet(course))
    return _kept(course, seat.registration_pk, seat.stamp)


def _kept(course: CourseContent, pk: int, stamp: object) -> Taking:
    return _takings.get((pk, str(stamp), course.revision), lambda: _read(course, pk))


def _nothing_yet(course: CourseContent) -> Progress:
    return fold(outline_of(course), (), ())


def _read(course: CourseContent, pk: int) -> Taking:
    attempts = tuple(Attempt.objects.filter(registration=pk).select_related("registration"))
    registration = attempts[0].registration
    if registration.major != course.major:
        return Taking(course, _nothing_yet(course), earlier=registration)
    return _folded(course, registration, attempts)


_takings: Kept[Taking] = Kept(size=2000)


def _folded(course: CourseContent, registration: Registration, attempts: tuple[Attempt, ...]) -> Taking:
    stored = statements_in(registration.uuid)
    progress = fold(outline_of(course), [attempt.number for attempt in attempts], marks_of(stored))
    voided_ids = frozenset(row.statement_id for row in stored if row.voided_at)
    return Taking(course, progress, registration, attempts, voided_ids=voided_ids)


def stamp_registrations(rows: list[StatementRow]) -> None:
    """Give each registration that our own new statements belong to, or that lost one by voiding, another stamp."""
    found = [row.registration for row in rows if row.authority_key == PLATFORM_AUTHORITY]
    found += [_registration_of(row.voids) for row in rows if row.voids]
    if touched := {uuid for uuid in found if uuid}:
        Registration.objects.filter(uuid__in=touched).change()


def _registration_of(voided: VoidedRow) -> UUID | None:
    return statement(voided.statement_id).registration


# --- From stored statements to marks ----------------------------------------------------------------------------------

# Only these pairs are the player's own; anything else that bears the registration says nothing about progress.
_KINDS = {
    Act.INITIALIZED: {"course"},
    Act.ANSWERED: {"question"},
    Act.COMPLETED: {"course", "module"},
    Act.PASSED: {"questions"},
    Act.FAILED: {"questions"},
    Act.SATISFIED: {"course"},
}


def marks_of(stored: Iterable[StoredStatement]) -> list[Mark]:
    """Return what the platform's own, unvoided statements say."""
    base = iri_base()
    words = vocabulary.own()
    return [
        mark
        for row in stored
        if row.authority_key == PLATFORM_AUTHORITY and not row.voided_at and (mark := _mark(row, base, words))
    ]


def _mark(row: StoredStatement, base: str, words: vocabulary.Own) -> Mark | None:
    act = ACTS.get(row.verb)
    kind, _slash, key = (row.activity or "").removeprefix(f"{base}/activities/").partition("/")
    if act is None or kind not in _KINDS[act]:
        return None
    extensions = row.payload["context"].get("extensions", {})
    return Mark(
        act=act,
        thing=UUID(key),
        happened_at=row.happened_at,
        attempt=extensions.get(words.attempt),
        success=row.payload.get("result", {}).get("success"),
        statement_id=row.statement_id,
    )


# --- Services ---------------------------------------------------------------------------------------------------------


def open_course(learner: Learner, course: CourseContent, at: datetime, began_at: datetime | None = None) -> Taking:
    """Return her taking of the course, opened if it was not. `began_at`: when the page she acts on was shown."""
    with transaction.atomic():
        taking = taking_of(learner.person, course)
        if taking.registration is None:
            taking = _register(learner, taking, began_at or at, at)
        return _settle(learner, _locked(taking), at)


def answer(
    learner: Learner,
    course: CourseContent,
    ticket: Ticket,
    question_id: UUID,
    choice: int,
    *,
    at: datetime,
    screens_shown: int = 0,
    module_slug: str | None = None,
) -> Answered:
    """Grade an answer by the edition in which the question was shown, and record it with the results that follow.

    The first answer to a question in an attempt counts. `screens_shown` says how far the module had been looked
    through: its last answer then completes it.
    """
    shown = _shown_edition(course, ticket)
    module, question = _find(shown, question_id, module_slug)
    if not 0 <= choice < len(question.options):
        raise UnknownChoice
    with transaction.atomic():
        taking = _resumed(learner, course, shown, ticket, at)
        attempt = _attempt_of(taking, ticket)
        is_new = question_id not in taking.progress.answered_in(attempt.number)
        if is_new:
            if attempt != taking.attempt:
                raise StaleForm
            body = _sitting(learner, taking, shown).answered(question, module, choice, at)
            taking = _record(learner, taking, [body], at)
        all_shown = screens_shown >= len(module.screens)
        taking = _complete(learner, taking, shown, module, ticket.shown_at, at, all_shown=all_shown)
        taking = _settle(learner, taking, at)
    first = taking.progress.answered_in(attempt.number)[question_id]
    older = shown.revision != course.revision
    return Answered(taking, module, question, choice, bool(first.success), is_new, older)


def finish_module(
    learner: Learner, course: CourseContent, ticket: Ticket, module_slug: str, screens_shown: int, at: datetime
) -> Taking:
    """Complete a module whose screens were all shown and whose questions are answered."""
    shown = _shown_edition(course, ticket)
    module = shown.module(module_slug)
    if screens_shown < len(module.screens):
        raise ScreensLeft
    with transaction.atomic():
        taking = _resumed(learner, course, shown, ticket, at)
        taking = _complete(learner, taking, shown, module, ticket.shown_at, at, all_shown=True)
        if not taking.progress.is_completed(module.key):
            raise QuestionsLeft
        return _settle(learner, taking, at)


def retry(learner: Learner, course: CourseContent, after: int, at: datetime) -> Taking:
    """Issue the attempt after number `after`, which ended in a fail. Asked twice, it issues one."""
    with transaction.atomic():
        taking = _locked(taking_of(learner.person, course))
        if taking.attempt and after > 0 and taking.attempt.number == after + 1:
            return taking
        if taking.attempt is None or taking.attempt.number != after or not taking.progress.may_retry:
            raise NoRetry
        registration, _ended = taking.opened
        Attempt.objects.create(registration=registration, number=after + 1, issued_at=at)
        Registration.objects.filter(pk=registration.pk).change()
        return _locked(taking)


def restart(learner: Learner, course: CourseContent, registration: UUID, at: datetime) -> Taking:
    """Open the course anew after `registration` was completed. Asked twice, it opens one."""
    with transaction.atomic():
        taking = _locked(taking_of(learner.person, course))
        if taking.registration is None or taking.registration.uuid != registration:
            return open_course(learner, course, at)
        if not taking.progress.is_course_completed:
            raise NotFinished
        return _register(learner, replace(taking, voided_ids=frozenset()), at, at)


def save_place(
    learner: Learner, course: CourseContent, ticket: Ticket, module_slug: str, screen: int, at: datetime
) -> None:
    """Remember the screen that she left a module on."""
    shown = _shown_edition(course, ticket)
    module = shown.module(module_slug)
    with transaction.atomic():
        taking = _resumed(learner, course, shown, ticket, at)
        place = max(0, min(screen, len(module.screens) + len(module.questions)))
        registration, _attempt = taking.opened
        Registration.objects.filter(pk=registration.pk).change(place_module=module.key, place_screen=place)


# --- What the services stand on ---------------------------------------------------------------------------------------


def _register(learner: Learner, taking: Taking, began_at: datetime, at: datetime) -> Taking:
    """Open the next cycle with its first attempt. Somebody quicker may have: then hers is the one."""
    course = taking.course
    registration, is_new = Registration.objects.get_or_create(
        person=learner.person,
        course_key=course.key,
        cycle=taking.next_cycle,
        defaults={"major": course.major, "opened_at": began_at},
    )
    if not is_new:
        return taking_of(learner.person, course)
    attempt = Attempt.objects.create(registration=registration, number=1, issued_at=began_at)
    opened = Taking(course, _nothing_yet(course), registration, (attempt,))
    return _record(learner, opened, [_sitting(learner, opened).initialized(began_at)], at)


def _locked(taking: Taking) -> Taking:
    """Return the same, read anew while nobody else can act on the registration."""
    if taking.registration is None:
        return taking
    registration = Registration.objects.select_for_update().get(pk=taking.registration.pk)
    return _folded(taking.course, registration, tuple(registration.attempts.all()))


def _resumed(learner: Learner, course: CourseContent, shown: CourseContent, ticket: Ticket, at: datetime) -> Taking:
    """Return the taking that the ticket belongs to, locked, opening the course if the page was shown before that."""
    if ticket.person != learner.person.uuid:
        raise StaleForm
    if ticket.registration is None and shown.major != course.major:
        raise CourseRemade
    # A main version begun goes on as that version for what was on the screen when the next one came.
    edition = course if shown.major == course.major else shown
    taking = taking_of(learner.person, edition)
    if taking.registration is None and ticket.registration is None:
        return _locked(_register(learner, taking, ticket.shown_at, at))
    if taking.registration is None or ticket.registration not in (None, taking.registration.uuid):
        raise StartedAnew
    return _locked(taking)


def _attempt_of(taking: Taking, ticket: Ticket) -> Attempt:
    """Return the attempt that the question was shown in; a page shown before the course was opened is in the first."""
    number = ticket.attempt or 1
    found = next((attempt for attempt in taking.attempts if attempt.number == number), None)
    if found is None:
        raise StaleForm
    return found


def _shown_edition(course: CourseContent, ticket: Ticket) -> CourseContent:
    if ticket.course_key != course.key:
        raise StaleForm
    if ticket.revision == course.revision:
        return course
    return course_version(ticket.course_key, ticket.revision)


def _find(course: CourseContent, question_id: UUID, module_slug: str | None) -> tuple[ModuleContent, QuestionContent]:
    for module in course.modules:
        if module_slug not in (None, module.slug):
            continue
        for question in module.questions:
            if question.id == question_id:
                return module, question
    raise UnknownQuestion


def _complete(
    learner: Learner,
    taking: Taking,
    shown: CourseContent,
    module: ModuleContent,
    began_at: datetime,
    at: datetime,
    *,
    all_shown: bool,
) -> Taking:
    outline = ModuleOutline(module.key, tuple(item.id for item in module.questions))
    if not is_module_due(taking.progress, outline, all_shown=all_shown):
        return taking
    return _record(learner, taking, [_sitting(learner, taking, shown).module_completed(module, began_at, at)], at)


def _settle(learner: Learner, taking: Taking, at: datetime) -> Taking:
    """Record the results that are due."""
    kinds = due(taking.progress)
    if not kinds:
        return taking
    sitting = _sitting(learner, taking)
    return _record(learner, taking, [_result_body(sitting, taking, kind, at) for kind in kinds], at)


def _result_body(sitting: Sitting, taking: Taking, kind: DueKind, at: datetime) -> Body:
    registration, attempt = taking.opened
    result = taking.progress.result_of(attempt.number)
    if kind is DueKind.RESULT and result:
        return sitting.question_set_ended(result, at)
    if kind is DueKind.COURSE:
        return sitting.course_completed(registration.opened_at, at)
    return sitting.satisfied(at)


def _record(learner: Learner, taking: Taking, bodies: Sequence[Body], at: datetime) -> Taking:
    """Append the statements under the employment chosen, and return the taking with them in it."""
    registration, attempt = taking.opened
    organisation = learner.employment.organisation if learner.employment else None
    record(bodies, organisation=organisation, at=at, not_before=attempt.issued_at)
    return _folded(taking.course, registration, taking.attempts)


def _sitting(learner: Learner, taking: Taking, shown: CourseContent | None = None) -> Sitting:
    registration, attempt = taking.opened
    return Sitting(
        vocabulary=vocabulary.own(),
        actor=actor_of(learner.person),
        registration=registration.uuid,
        course=shown or taking.course,
        attempt=attempt.uuid,
        attempt_number=attempt.number,
        issued_at=attempt.issued_at,
        profile=_profile(learner.employment),
        voided_ids=taking.voided_ids,
    )


def _profile(employment: Employment | None) -> Profile | None:
    """Return the profile of the profession that she acts in; a title that nobody has mapped has none."""
    code = employment.terms.profession if employment and employment.terms else ""
    profession = Profession.objects.filter(code=code).first() if code else None
    return Profile(profession.uuid, profession.title_sv) if profession else None
