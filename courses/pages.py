"""What each learner page shows, put together for the one who reads it. The published part is the same for everyone and
comes from the cache; her own state is laid over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import quote
from uuid import UUID, uuid5

from django.urls import reverse
from django.utils.functional import cached_property

from competency.api import (
    Competency,
    Explanation,
    Gap,
    StandingLine,
    competencies,
    explanation,
    levels,
    plan_of,
    refresh,
    reviewed_nodes,
    standings_of,
)
from courses.attempts import Seat
from courses.content import CourseContent, ModuleContent, QuestionContent, Screen
from courses.player import Learner, Taking, taking_from, taking_of
from courses.progress import Mark, Result, due, shuffled
from courses.tickets import Ticket
from people.api import Kept, Organisation, Person

SEE_NEXT = 3
REVIEW_SECONDS = 60


def module_url(course: CourseContent, module: ModuleContent) -> str:
    return reverse("courses:module", args=[course.slug, module.slug])


# --- A question ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Option:
    index: int
    text: str


@dataclass(frozen=True)
class QuestionCard:
    """A question as it stands for the reader: open, or answered with its feedback.

    What she chose is known only right after she answered: the store keeps responses apart from what pages read.
    """

    question: QuestionContent
    options: tuple[Option, ...]
    number: int
    total: int
    action: str
    is_answered: bool = False
    is_right: bool = False
    choice: int | None = None
    error: str = ""
    note: str = ""
    has_focus: bool = False

    @property
    def chosen(self) -> str:
        return self.question.options[self.choice] if self.choice is not None else ""

    @property
    def correct(self) -> str:
        return self.question.options[self.question.correct_index]

    @property
    def option_feedback(self) -> str:
        """What was written about the option chosen, if anything was."""
        texts = self.question.option_feedback
        return texts[self.choice] if self.choice is not None and self.choice < len(texts) else ""


@dataclass(frozen=True)
class Focus:
    """The question that the reader just did something with: chose, or forgot to choose."""

    question_id: UUID
    choice: int | None = None
    error: str = ""
    note: str = ""


def card_of(
    question: QuestionContent,
    options: tuple[Option, ...],
    mark: Mark | None,
    focus: Focus | None,
    *,
    number: int,
    total: int,
    action: str,
) -> QuestionCard:
    focus = focus if focus and focus.question_id == question.id else None
    choice = focus.choice if focus else None
    if mark and choice is not None and question.is_right(choice) is not mark.success:
        choice = None  # It was answered before, otherwise: the first answer is the one that counts.
    return QuestionCard(
        question=question,
        options=options,
        number=number,
        total=total,
        action=action,
        is_answered=mark is not None,
        is_right=bool(mark and mark.success),
        choice=choice,
        error=focus.error if focus else "",
        note=focus.note if focus else "",
        has_focus=focus is not None,
    )


def in_order(question: QuestionContent, attempt: UUID | None = None) -> tuple[Option, ...]:
    """Return the options as written, or in the order of a retry. An option keeps its index wherever it stands."""
    options = [Option(index, text) for index, text in enumerate(question.options)]
    return tuple(shuffled(options, uuid5(attempt, str(question.id))) if attempt else options)


# --- A module --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One screen of a module: content, or a question. `sign_in`: where a visitor signs in to come back to it."""

    number: int
    sign_in: str
    screen: Screen | None = None
    card: QuestionCard | None = None


@dataclass(frozen=True)
class ModulePage:
    course: CourseContent
    module: ModuleContent
    taking: Taking | None
    is_reviewed: bool
    ticket: str = ""
    focus: Focus | None = None

    @property
    def is_personal(self) -> bool:
        """Whether somebody reads who can answer; a visitor can not."""
        return self.taking is not None

    @property
    def number(self) -> int:
        return self.module.position + 1

    @property
    def next(self) -> ModuleContent | None:
        return self.course.modules[self.number] if self.number < len(self.course.modules) else None

    @property
    def is_completed(self) -> bool:
        return bool(self.taking and self.taking.progress.is_completed(self.module.key))

    @property
    def questions_left(self) -> int:
        if self.taking is None:
            return len(self.module.questions)
        return sum(1 for question in self.module.questions if not self.taking.progress.is_answered(question.id))

    @cached_property
    def cards(self) -> tuple[QuestionCard, ...]:
        return tuple(self.card(question) for question in self.module.questions)

    def card(self, question: QuestionContent) -> QuestionCard:
        return card_of(
            question,
            in_order(question),
            self.taking.progress.newest_answer(question.id) if self.taking else None,
            self.focus,
            number=[item.id for item in self.module.questions].index(question.id) + 1,
            total=len(self.module.questions),
            action=reverse("courses:answer", args=[self.course.slug, self.module.slug]),
        )

    @property
    def focused(self) -> QuestionCard | None:
        return next((card for card in self.cards if self.focus and card.question.id == self.focus.question_id), None)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        things: list[Screen | QuestionCard] = [*self.module.screens, *self.cards]
        return tuple(self._step(number, thing) for number, thing in enumerate(things, start=1))

    def _step(self, number: int, thing: Screen | QuestionCard) -> Step:
        sign_in = f"{self.sign_in}%23steg-{number}"
        if isinstance(thing, Screen):
            return Step(number, sign_in, screen=thing)
        return Step(number, sign_in, card=thing)

    @property
    def sign_in(self) -> str:
        return f"{reverse('account_login')}?next={quote(module_url(self.course, self.module))}"

    @property
    def state(self) -> tuple[object, ...]:
        """All that the page says about its reader."""
        progress = self.taking.progress if self.taking else None
        answers = [progress.newest_answer(question.id) for question in self.module.questions] if progress else []
        return (
            progress is None,
            tuple(mark and mark.success for mark in answers),
            self.is_completed,
            progress.modules_done if progress else 0,
            self.ending,
            self.start,
        )

    @property
    def start(self) -> int:
        """The step to begin on: where she left, as long as the module is not done."""
        registration = self.taking.registration if self.taking else None
        if registration is None or self.is_completed or registration.place_module != self.module.key:
            return 1
        return max(1, min(registration.place_screen, len(self.module.screens) + len(self.module.questions)))

    @property
    def focus_url(self) -> str:
        """The page again, at the question that the reader just did something with, if it is still there."""
        if self.module not in self.course.modules:
            live = next((module for module in self.course.modules if module.key == self.module.key), None)
            return module_url(self.course, live) if live else self.course.url
        url = module_url(self.course, self.module)
        for step in self.steps:
            if self.focus and step.card and step.card.question.id == self.focus.question_id:
                return f"{url}?fraga={self.focus.question_id}&val={self.focus.choice}#steg-{step.number}"
        return url

    @property
    def ending(self) -> Onward:
        """Where the end of this module leads: onward, and at the end of the course by way of its result."""
        return ending(self.course, self.taking)


@dataclass(frozen=True)
class Onward:
    """The one thing to do next in a course. `kind`: read, open (a form), go_on, retry, answer_on, result."""

    kind: str
    url: str
    module: ModuleContent | None = None


def onward(course: CourseContent, taking: Taking | None) -> Onward:
    if taking is None:
        first = course.modules[0] if course.modules else None
        return Onward("read", module_url(course, first) if first else course.url, first)
    progress = taking.progress
    if progress.is_satisfied:
        return Onward("result", reverse("courses:result", args=[course.slug]))
    if taking.registration is None or taking.attempt is None or due(progress):
        return Onward("open", reverse("courses:open", args=[course.slug]))
    left = set(progress.left_in(taking.attempt.number)) if taking.attempt.number == 1 else set()
    for module in course.modules:
        if not progress.is_completed(module.key) or any(question.id in left for question in module.questions):
            return Onward("go_on", module_url(course, module), module)
    return Onward("retry" if progress.may_retry else "answer_on", reverse("courses:retry", args=[course.slug]))


def ending(course: CourseContent, taking: Taking | None) -> Onward:
    """Return the next module, or the result of the course: also after a fail, which says what to read again."""
    found = onward(course, taking)
    return Onward("result", reverse("courses:result", args=[course.slug])) if found.kind == "retry" else found


def module_page(
    course: CourseContent,
    module: ModuleContent,
    seat: Seat | None,
    on: date,
    at: datetime,
    focus: Focus | None = None,
) -> ModulePage:
    taking = taking_from(seat, course) if seat else None
    ticket = ticket_for(seat.person_uuid, course, taking, at) if seat and taking else ""
    return ModulePage(course, module, taking, is_reviewed(course, on), ticket, focus)


def ticket_for(person: UUID, course: CourseContent, taking: Taking, at: datetime) -> str:
    registration = taking.registration.uuid if taking.registration else None
    attempt = taking.attempt.number if taking.attempt else 0
    return Ticket(course.key, course.revision, person, registration, attempt, at).sign()


_reviews: Kept[bool] = Kept(size=500, seconds=REVIEW_SECONDS)


def is_reviewed(course: CourseContent, on: date) -> bool:
    """Whether some chief nurse has reviewed the course; a module may learn of it a minute after its course page."""
    key = (course.key, course.revision, on)
    return _reviews.get(key, lambda: bool(reviewed_nodes(course.activity_iri, course.revision, on)))


# --- A course --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ModuleRow:
    module: ModuleContent
    number: int
    url: str
    is_completed: bool
    is_next: bool


@dataclass(frozen=True)
class TaughtLine:
    """A competency that the course teaches, to which level, beside what the reader holds."""

    competency: Competency
    level: int
    level_name: str
    standing: StandingLine | None = None
    why: Explanation | None = None

    @property
    def is_reached(self) -> bool:
        return self.standing is not None and self.standing.level >= self.level


@dataclass(frozen=True)
class CoursePage:
    course: CourseContent
    taking: Taking | None
    rows: tuple[ModuleRow, ...]
    taught: tuple[TaughtLine, ...]
    reviewed_by: tuple[Organisation, ...]
    onward: Onward

    @property
    def is_begun(self) -> bool:
        return bool(self.taking and self.taking.registration)


def course_page(course: CourseContent, person: Person | None, on: date) -> CoursePage:
    taking = taking_of(person, course) if person else None
    return CoursePage(
        course=course,
        taking=taking,
        rows=module_rows(course, taking),
        taught=taught_lines(course),
        reviewed_by=tuple(reviewed_nodes(course.activity_iri, course.revision, on)),
        onward=onward(course, taking),
    )


def module_rows(course: CourseContent, taking: Taking | None) -> tuple[ModuleRow, ...]:
    done = [bool(taking and taking.progress.is_completed(module.key)) for module in course.modules]
    upcoming = done.index(False) if False in done else None
    return tuple(
        ModuleRow(module, place + 1, module_url(course, module), done[place], place == upcoming)
        for place, module in enumerate(course.modules)
    )


def taught_lines(course: CourseContent, standings: Sequence[StandingLine] = ()) -> tuple[TaughtLine, ...]:
    """Return what the course teaches, in its own order; a competency that has left the framework is left out."""
    known = {row.code: row for row in competencies(retired=True)}
    names = {row.level: row.name for row in levels()}
    standing = {line.competency.code: line for line in standings}
    return tuple(
        TaughtLine(known[row.competency], row.level, names.get(row.level, str(row.level)), standing.get(row.competency))
        for row in course.teaches
        if row.competency in known
    )


# --- The question set anew -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RetryPage:
    """One question of a retry, or the way into one. `card` is None when nothing is open."""

    course: CourseContent
    taking: Taking
    ticket: str = ""
    card: QuestionCard | None = None
    answered: int = 0
    total: int = 0

    @property
    def last(self) -> Result | None:
        """The result of the attempt that ended, when a new one may be asked for."""
        attempt = self.taking.attempt
        return self.taking.progress.result_of(attempt.number) if attempt else None

    @property
    def is_over(self) -> bool:
        return self.answered == self.total

    @property
    def is_elsewhere(self) -> bool:
        """True when there is nothing to do here: no retry has been issued and none may be."""
        return self.card is None and not self.taking.progress.may_retry


def retry_page(
    course: CourseContent,
    taking: Taking,
    person: Person,
    at: datetime,
    focus: Focus | None = None,
) -> RetryPage:
    """Return the question to show: the one just answered with its feedback, else the next in this attempt's order."""
    attempt = taking.attempt
    if attempt is None or attempt.number == 1:
        return RetryPage(course, taking)
    order = shuffled(course.questions, attempt.uuid)
    answers = taking.progress.answered_in(attempt.number)
    left = [question for question in order if question.id not in answers]
    named = next((question for question in order if focus and question.id == focus.question_id), None)
    question = named or (left[0] if left else None)
    answered = len(order) - len(left)
    ticket = ticket_for(person.uuid, course, taking, at)
    if question is None:
        return RetryPage(course, taking, ticket, None, answered, len(order))
    card = card_of(
        question,
        in_order(question, attempt.uuid),
        answers.get(question.id),
        focus,
        number=order.index(question) + 1,
        total=len(order),
        action=reverse("courses:retry_answer", args=[course.slug]),
    )
    return RetryPage(course, taking, ticket, card, answered, len(order))


# --- The result ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ResultPage:
    course: CourseContent
    taking: Taking
    result: Result | None
    taught: tuple[TaughtLine, ...]
    to_read_again: tuple[ModuleRow, ...]
    next_gaps: tuple[Gap, ...]
    is_reviewed: bool

    @property
    def onward(self) -> Onward:
        return onward(self.course, self.taking)

    @property
    def needed(self) -> int:
        """How many right answers the pass mark asks for."""
        asked = len(self.course.questions)
        return -(-self.course.pass_percent * asked // 100)


def result_page(course: CourseContent, learner: Learner, on: date, at: datetime) -> ResultPage:
    """Return what was gained and what is next, with her standings brought up to date first."""
    person = learner.person
    refresh(person, at)
    organisation = learner.employment.organisation if learner.employment else None
    taking = taking_of(person, course)
    attempt = taking.attempt
    lines = taught_lines(course, standings_of(person, organisation, on))
    plan = plan_of(person, on, organisation=organisation)
    return ResultPage(
        course=course,
        taking=taking,
        result=taking.progress.result_of(attempt.number) if attempt else None,
        taught=tuple(_with_reason(line, person, organisation, on) for line in lines),
        to_read_again=_wrong(course, taking),
        next_gaps=plan.gaps[:SEE_NEXT],
        is_reviewed=is_reviewed(course, on),
    )


def _with_reason(line: TaughtLine, person: Person, organisation: Organisation | None, on: date) -> TaughtLine:
    """Return the line with what is left to do, where the level is not reached by the course alone."""
    if line.is_reached or organisation is None:
        return line
    return replace(line, why=explanation(person, line.competency, on, organisation=organisation))


def _wrong(course: CourseContent, taking: Taking) -> tuple[ModuleRow, ...]:
    """Return the modules whose questions went wrong in the newest attempt."""
    answers = taking.progress.answered_in(taking.attempt.number) if taking.attempt else {}
    wrong = {question for question, mark in answers.items() if not mark.success}
    rows = module_rows(course, taking)
    return tuple(row for row in rows if any(question.id in wrong for question in row.module.questions))
