"""What this room hands to the others: frozen values, ready to be shown. None holds another employer's statements."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from people.clock import STOCKHOLM

from .status import Status
from .trees import CONFIRMATION, OBSERVATION, Leaf
from .words import KIND_LABELS, REFERENCE_LABELS, ROLE_LABELS, STATUS_LABELS, WHY_NOT_LABELS

if TYPE_CHECKING:
    from people.models import EmploymentTerms, Organisation, Person

    from .models import Area, Competency, Level, Profession


def last_day(until: datetime | None) -> date | None:
    """Return the last day something holds, given the first instant after it; None when it never ends."""
    return None if until is None else (until - timedelta(microseconds=1)).astimezone(STOCKHOLM).date()


# What courses hand in


@dataclass(frozen=True)
class Teaches:
    """A claim of a course: this competency (its code), to this level."""

    competency: str
    level: int


@dataclass(frozen=True)
class OfferSpec:
    """A published course as this room needs to know it. `revision` is “major.minor”.

    `ends_earlier_on` (a new major version only): the day until which what was earned on earlier majors counts, decided
    by the chief nurse with a `reason`; left out, it counts until its own expiry.
    """

    activity_iri: str
    title: str
    path: str
    minutes: int
    revision: str
    teaches: tuple[Teaches, ...]
    questions_iri: str = ""
    kind: str = "course"
    focus_area: str = ""
    target_professions: tuple[str, ...] = ()
    node: Organisation | None = None
    ends_earlier_on: date | None = None
    reason: str = ""

    @property
    def major(self) -> int:
        return int(self.revision.split(".")[0])


# Offers and requirements


@dataclass(frozen=True)
class OfferLine:
    """One way to learn. `level` is what it can show by itself; `is_reviewed` at the reader's own employer."""

    activity_iri: str
    title: str
    path: str
    minutes: int
    kind: str
    level: int
    focus_area: str = ""
    is_for_profession: bool = True
    is_reviewed: bool = False


class InWords:
    """What shows a level, in words: a kind of evidence, and the roles that may give it."""

    kind: str
    by: tuple[str, ...]

    @property
    def label(self) -> str:
        return str(KIND_LABELS[self.kind])

    @property
    def by_labels(self) -> tuple[str, ...]:
        return tuple(str(ROLE_LABELS.get(code, code)) for code in self.by)


@dataclass(frozen=True)
class Way(InWords):
    """What else shows the level: an observation, a confirmation, a qualification or a certificate."""

    kind: str
    level: int
    by: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()
    in_person: bool = False
    checklist: bool = False


@dataclass(frozen=True)
class Asking:
    """Who asks: “asked of undersköterska in home care by Granvik since 1 May”. `setting` "all" is everywhere."""

    profession: Profession
    setting: str
    setting_title: str
    unit: Organisation
    node: Organisation | None
    level: int
    since: date


@dataclass(frozen=True)
class Requirement:
    """The level asked of a person on a day by one employer. `is_meetable` is false when nothing could show it."""

    competency: Competency
    organisation: Organisation
    asked: int
    asked_by: tuple[Asking, ...]
    is_meetable: bool = True

    @property
    def area(self) -> Area:
        return self.competency.area


@dataclass(frozen=True)
class Gap:
    """One requirement beside what is held. Also what is met has one, so that a whole profile can be listed."""

    competency: Competency
    organisation: Organisation
    asked: int
    held: int
    status: Status
    valid_until: datetime | None
    """When the level asked (if met) or held (if not) lapses; for what has expired, when it did. None: never."""
    weight: int
    risk: int
    offers: tuple[OfferLine, ...]
    ways: tuple[Way, ...]
    asked_by: tuple[Asking, ...]

    @property
    def area(self) -> Area:
        return self.competency.area

    @property
    def status_label(self) -> str:
        return str(STATUS_LABELS[self.status])

    @property
    def missing_levels(self) -> int:
        return max(0, self.asked - self.held)

    @property
    def minutes(self) -> int | None:
        """Minutes of the shortest offer that helps, or None when there is none."""
        return self.offers[0].minutes if self.offers else None

    @property
    def valid_through(self) -> date | None:
        return last_day(self.valid_until)


@dataclass(frozen=True)
class Counts:
    """The four counts. `met` holds those that are lapsing too; `missing` holds what has expired."""

    met: int = 0
    on_the_way: int = 0
    missing: int = 0
    lapsing: int = 0

    @property
    def asked(self) -> int:
        return self.met + self.on_the_way + self.missing


@dataclass(frozen=True)
class Plan:
    """What to do next: `gaps` in order of weight, what is `lapsing` by date, what is `met`.

    `unmeetable`: requirements that nothing can meet; they are the framework owner's to mend and not the person's gap.
    """

    person: Person
    as_of: date
    gaps: tuple[Gap, ...]
    lapsing: tuple[Gap, ...]
    met: tuple[Gap, ...]
    unmeetable: tuple[Requirement, ...]
    counts: Counts
    computed_at: datetime | None

    @property
    def offers(self) -> tuple[OfferLine, ...]:
        """The shortest offer of each gap, each once, in the order of the plan."""
        first = (gap.offers[0] for gap in (*self.gaps, *self.lapsing) if gap.offers)
        return tuple({offer.activity_iri: offer for offer in first}.values())

    @property
    def minutes(self) -> int:
        return sum(offer.minutes for offer in self.offers)


# Standings


@dataclass(frozen=True)
class StandingLine:
    """The level held on a day by one employer's rules, since when and until when; `asked` is 0 when nobody asks."""

    competency: Competency
    organisation: Organisation
    level: int
    since: datetime | None
    valid_until: datetime | None
    asked: int
    status: Status | None

    @property
    def area(self) -> Area:
        return self.competency.area

    @property
    def status_label(self) -> str:
        return str(STATUS_LABELS[self.status]) if self.status else ""

    @property
    def valid_through(self) -> date | None:
        return last_day(self.valid_until)


@dataclass(frozen=True)
class RuleView:
    """The version of the rule that was in force."""

    level: int
    version: int
    valid_from: datetime
    published_at: datetime
    validity_months: int | None
    ends_earlier_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class CarriedOver:
    """By which equivalence a statement counts: it was made of an older competency, which `since` counts as this one."""

    competency: Competency
    since: datetime
    reason: str


@dataclass(frozen=True)
class Reason(InWords):
    """One statement that counts, and what it shows. From another employer only level and date are given."""

    kind: str
    level: int
    happened_at: datetime
    valid_until: datetime | None
    statement_id: UUID | None = None
    stored: datetime | None = None
    activity_iri: str = ""
    title: str = ""
    path: str = ""
    revision: str = ""
    by: tuple[str, ...] = ()
    licence: str = ""
    from_start: bool = False
    from_elsewhere: bool = False
    is_of_employer: bool = False
    """Earned under the very employer by whose rules this is explained; else only she herself may open the statement."""
    time_was_corrected: bool = False
    """The device's clock was ahead: the time of arrival was used instead (semantics 8)."""
    carried_over: CarriedOver | None = None

    @property
    def is_assessment(self) -> bool:
        """Whether somebody has said it about her, so that she may answer."""
        return self.kind in (OBSERVATION, CONFIRMATION)

    @property
    def valid_through(self) -> date | None:
        return last_day(self.valid_until)


@dataclass(frozen=True)
class NotCounted:
    """One statement that was looked at and does not count, with why. `why` is a key of `WHY_NOT_LABELS`."""

    reason: Reason
    why: str

    @property
    def why_label(self) -> str:
        return str(WHY_NOT_LABELS[self.why])


@dataclass(frozen=True)
class Period:
    """`level` held from `since` until `until`, by `rule` because of `reasons`."""

    since: datetime
    until: datetime | None
    level: int
    rule: RuleView | None
    reasons: tuple[Reason, ...]

    @property
    def through(self) -> date | None:
        return last_day(self.until)


@dataclass(frozen=True)
class NextStep(InWords):
    """What is missing for a level: a tree of all-of/any-of with what is already done marked."""

    kind: str
    is_done: bool
    level: int
    children: tuple[NextStep, ...] = ()
    by: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()
    in_person: bool = False
    checklist: bool = False
    answers: int = 0
    days: int = 0

    @classmethod
    def of(cls, leaf: Leaf, level: int, *, is_done: bool = False) -> NextStep:
        by, licences = tuple(sorted(leaf.by)), tuple(sorted(leaf.licences))
        return cls(leaf.kind, is_done, level, (), by, licences, leaf.in_person, leaf.checklist, leaf.answers, leaf.days)


@dataclass(frozen=True)
class Explanation:
    """Why a level is what it is: the statements, the rule in force, until when, and what the next level asks for."""

    person: Person
    competency: Competency
    organisation: Organisation
    as_of: date
    known_at: datetime | None
    level: int
    since: datetime | None
    valid_until: datetime | None
    rule: RuleView | None
    reasons: tuple[Reason, ...]
    not_counted: tuple[NotCounted, ...]
    history: tuple[Period, ...]
    next_level: int | None
    next_step: NextStep | None
    offers: tuple[OfferLine, ...]
    requirement: Requirement | None
    status: Status | None

    @property
    def status_label(self) -> str:
        return str(STATUS_LABELS[self.status]) if self.status else ""

    @property
    def valid_through(self) -> date | None:
        return last_day(self.valid_until)

    @property
    def for_others(self) -> Explanation:
        """Return what anybody but herself is told: of other employers only what counts here (semantics 2)."""
        return replace(self, not_counted=tuple(each for each in self.not_counted if not each.reason.from_elsewhere))


# Team


@dataclass(frozen=True, slots=True)
class Cell:
    """One person and one competency. `asked` 0 and `status` None: held though nobody asks."""

    held: int
    asked: int
    status: Status | None
    until: datetime | None

    @property
    def status_label(self) -> str:
        return str(STATUS_LABELS[self.status]) if self.status else ""

    @property
    def through(self) -> date | None:
        return last_day(self.until)


@dataclass(frozen=True)
class Column:
    competency: Competency
    counts: Counts

    @property
    def area(self) -> Area:
        return self.competency.area


@dataclass(frozen=True)
class TeamRow:
    """One person of the team; `cells` follow the team's columns, None where nothing is asked or held."""

    person: Person
    terms: EmploymentTerms
    profession: Profession | None
    cells: tuple[Cell | None, ...]
    counts: Counts
    key: str
    """Changes when, and only when, something shown in the row changes: for a cached fragment."""


@dataclass(frozen=True)
class Team:
    unit: Organisation
    as_of: date
    columns: tuple[Column, ...]
    rows: tuple[TeamRow, ...]
    counts: Counts
    computed_at: datetime | None
    """When anybody shown was last computed; whoever does not wait is up to date."""
    pending: int
    """How many of the people shown wait to be computed again."""


# Public pages, imports


@dataclass(frozen=True)
class ProfileLine:
    """What is expected of a profession in one competency: everywhere (0: nothing) and more in some settings."""

    competency: Competency
    level: int
    in_settings: tuple[tuple[str, int], ...]

    @property
    def area(self) -> Area:
        return self.competency.area


@dataclass(frozen=True)
class Profile:
    profession: Profession
    as_of: date
    lines: tuple[ProfileLine, ...]
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class Unreached:
    """A requirement that no offer reaches: `offered` is the highest level that some course shows by itself."""

    profession: str
    competency: str
    setting: str
    asked: int
    offered: int
    is_meetable: bool
    """False when no observation, confirmation, qualification or certificate could show it either."""


@dataclass(frozen=True)
class Reference:
    """Something that speaks of a competency: `kind` is `requirement`, `course`, `task` or `need`, `what` its name."""

    competency: str
    kind: str
    what: str

    def __str__(self) -> str:
        values = {"competency": self.competency, "what": self.what}
        return str(REFERENCE_LABELS[self.kind]) % values


@dataclass(frozen=True)
class FrameworkReport:
    """What an import of a framework did. Both numbers are 0 when the same file is imported again."""

    version: str
    added: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    unreached: tuple[Unreached, ...] = ()
    references: tuple[Reference, ...] = ()
    """What still speaks of a retired competency, after what could follow has followed."""

    @property
    def is_unchanged(self) -> bool:
        return not any(self.added.values()) and not any(self.changed.values())


@dataclass(frozen=True)
class RowOutcome:
    line: int
    field: str
    outcome: str
    """`recorded`, `known` (the same row was imported before) or `rejected`."""
    message: str = ""


@dataclass(frozen=True)
class StartUpReport:
    rows: tuple[RowOutcome, ...]

    def count(self, outcome: str) -> int:
        return sum(row.outcome == outcome for row in self.rows)
