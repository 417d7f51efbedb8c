"""The words of our statements: verbs, activity types and extensions, each an IRI.

Published words are used wherever one exists with the meaning we need (ADL, cmi5, the Total Learning Architecture's
Master Object Model, acrossX, Activity Streams). Only what nobody has published is minted here, below the
installation's own `iri_base`, so `Own(base)` is a value and not a constant; `own()` gives this installation's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from people.api import iri_base

# --- Verbs -----------------------------------------------------------------------------------------------------------

INITIALIZED = "http://adlnet.gov/expapi/verbs/initialized"
COMPLETED = "http://adlnet.gov/expapi/verbs/completed"
ANSWERED = "http://adlnet.gov/expapi/verbs/answered"
PASSED = "http://adlnet.gov/expapi/verbs/passed"
FAILED = "http://adlnet.gov/expapi/verbs/failed"
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
SATISFIED = "https://w3id.org/xapi/adl/verbs/satisfied"
EVALUATED = "https://w3id.org/xapi/acrossx/verbs/evaluated"
"""She judged herself; always with the category `own().self_assessment`, and it never counts as evidence."""
VERIFIED = "https://w3id.org/xapi/tla/verbs/verified"
"""An authoritative source found evidence from elsewhere (a licence, a certificate) to be reliable."""
CERTIFIED = "https://w3id.org/xapi/tla/verbs/certified"
AGREED = "http://activitystrea.ms/schema/1.0/agree"
"""She agrees with what somebody has said about her; the object is a reference to that statement."""
DISAGREED = "http://activitystrea.ms/schema/1.0/disagree"

# --- Activity types --------------------------------------------------------------------------------------------------

COURSE = "http://adlnet.gov/expapi/activities/course"
MODULE = "http://adlnet.gov/expapi/activities/module"
QUESTION = "http://adlnet.gov/expapi/activities/cmi.interaction"
QUESTION_SET = "http://adlnet.gov/expapi/activities/assessment"
COMPETENCY = "https://w3id.org/xapi/tla/activity-types/competency"
PROFESSION_PROFILE = "https://w3id.org/xapi/tla/activity-types/job_duty_gig"
"""What a profession is expected to do, by setting; in `context.contextActivities.grouping` of our own statements."""
CREDENTIAL = "https://w3id.org/xapi/tla/activity-types/credential"
"""A licence, a degree or a certificate."""
CATEGORY = "http://id.tincanapi.com/activitytype/category"
STATEMENT_PROFILE = "http://adlnet.gov/expapi/activities/profile"
"""A set of rules that a statement follows, in `context.contextActivities.category`."""

# --- Published extensions that hold no free text ---------------------------------------------------------------------

CMI5_SESSION = "https://w3id.org/xapi/cmi5/context/extensions/sessionid"
CMI5_MASTERY_SCORE = "https://w3id.org/xapi/cmi5/context/extensions/masteryscore"
CMI5_LAUNCH_MODE = "https://w3id.org/xapi/cmi5/context/extensions/launchmode"
CMI5_MOVE_ON = "https://w3id.org/xapi/cmi5/context/extensions/moveon"
CMI5_PROGRESS = "https://w3id.org/xapi/cmi5/result/extensions/progress"

DISPLAY: dict[str, dict[str, str]] = {
    INITIALIZED: {"en": "initialized", "sv": "påbörjade"},
    COMPLETED: {"en": "completed", "sv": "genomförde"},
    ANSWERED: {"en": "answered", "sv": "svarade på"},
    PASSED: {"en": "passed", "sv": "klarade"},
    FAILED: {"en": "failed", "sv": "klarade inte"},
    VOIDED: {"en": "voided", "sv": "ogiltigförklarade"},
    SATISFIED: {"en": "satisfied", "sv": "genomförde och klarade"},
    EVALUATED: {"en": "evaluated", "sv": "skattade sig själv i"},
    VERIFIED: {"en": "verified", "sv": "fick styrkt"},
    CERTIFIED: {"en": "certified", "sv": "fick delegerat"},
    AGREED: {"en": "agreed with", "sv": "höll med om"},
    DISAGREED: {"en": "disagreed with", "sv": "höll inte med om"},
}


@dataclass(frozen=True)
class Own:
    """The words that we had to mint, below `base`."""

    base: str

    @property
    def assessed(self) -> str:
        """Verb: someone entitled to (`context.instructor`) observed or confirmed what the actor can do.

        Published verbs of that name (DoD-ISD) have the assessor as actor; ours has the learner (semantics 6).
        """
        return f"{self.base}/verbs/assessed"

    @property
    def retained(self) -> str:
        """Verb: the actor has answered rightly so many times, so far apart, that a rule calls it remembered.

        Written once for each such row of answers, as their summary; the object is the competency.
        """
        return f"{self.base}/verbs/retained"

    @property
    def practised(self) -> str:
        """Verb: the actor did it under supervision, by her own log. No evidence of any level."""
        return f"{self.base}/verbs/practised"

    # What becomes of a delegation. Its receiver is the actor and its giver `context.instructor` in all of them; that
    # both have signed is the published `certified`.

    @property
    def offered(self) -> str:
        return f"{self.base}/verbs/offered"

    @property
    def suspended(self) -> str:
        return f"{self.base}/verbs/suspended"

    @property
    def returned(self) -> str:
        """She gave a delegation back, or declined one that was offered."""
        return f"{self.base}/verbs/returned"

    @property
    def revoked(self) -> str:
        return f"{self.base}/verbs/revoked"

    @property
    def expired(self) -> str:
        return f"{self.base}/verbs/expired"

    @property
    def taken_over(self) -> str:
        """Another licensed person's decision took the place of this one."""
        return f"{self.base}/verbs/taken-over"

    @property
    def delegation(self) -> str:
        """Activity type: one decision to delegate a task to a person."""
        return f"{self.base}/activity-types/delegation"

    # Categories: activities for `context.contextActivities.category`.

    @property
    def platform_profile(self) -> str:
        """Every statement that the platform itself writes follows the rules of this profile."""
        return f"{self.base}/profiles/larnara"

    @property
    def self_assessment(self) -> str:
        return f"{self.base}/categories/self-assessment"

    @property
    def from_start(self) -> str:
        """Recorded when the organisation began to use the platform ("från införandet"), with ground and registrar."""
        return f"{self.base}/categories/from-start"

    @property
    def observation(self) -> str:
        """An `assessed` that somebody saw done."""
        return f"{self.base}/categories/observation"

    @property
    def confirmation(self) -> str:
        """An `assessed` after a conversation, without watching the task."""
        return f"{self.base}/categories/confirmation"

    @property
    def qualification(self) -> str:
        """A `verified` licence, degree or specialist education."""
        return f"{self.base}/categories/qualification"

    @property
    def certificate(self) -> str:
        """A `verified` certificate, with competency, level and its own end date."""
        return f"{self.base}/categories/certificate"

    # Extensions. Their values are numbers, codes, UUIDs, IRIs or dates unless said; what is free text is listed in
    # `free_text` and lies in the redactable part.

    @property
    def level(self) -> str:
        """Result: the level 0 to 4 that was shown, an integer."""
        return f"{self.base}/extensions/level"

    @property
    def competency(self) -> str:
        """Context: the UUID of the competency that a certificate or qualification speaks for."""
        return f"{self.base}/extensions/competency"

    @property
    def licence(self) -> str:
        """Context: code of the profession that a verified licence or degree belongs to."""
        return f"{self.base}/extensions/licence"

    @property
    def assessor(self) -> str:
        """Context: `{"role": code, "profession": code, "licence": code}` of the assessor, as checked when recorded."""
        return f"{self.base}/extensions/assessor"

    @property
    def valid_from(self) -> str:
        """Context: the first day (YYYY-MM-DD, Stockholm) that a certificate holds."""
        return f"{self.base}/extensions/valid-from"

    @property
    def valid_until(self) -> str:
        """Context: the last day (YYYY-MM-DD, Stockholm) that a certificate holds."""
        return f"{self.base}/extensions/valid-until"

    @property
    def ground(self) -> str:
        """Context: on what ground something was entered; free text."""
        return f"{self.base}/extensions/ground"

    @property
    def registrar(self) -> str:
        """Context: opaque actor key of the person who entered it."""
        return f"{self.base}/extensions/registrar"

    @property
    def limits(self) -> str:
        """About: `{"bytes": most in one request, "statements": most in one answer}`."""
        return f"{self.base}/extensions/limits"

    @property
    def comment(self) -> str:
        """Result: what the assessor wrote, or the learner in her answer; free text."""
        return f"{self.base}/extensions/comment"

    @property
    def checklist(self) -> str:
        """Result: `{"id": UUID, "steps": ["done" | "not_done" | "not_seen", …]}`, in the order of the checklist."""
        return f"{self.base}/extensions/checklist"

    @property
    def times(self) -> str:
        """Result: how many times something was practised, a whole number."""
        return f"{self.base}/extensions/times"

    @property
    def supervisor(self) -> str:
        """Context: code of the role or licence of whoever stood beside."""
        return f"{self.base}/extensions/supervisor"

    @property
    def spaced(self) -> str:
        """Context: `{"answers": number, "first": date, "last": date}` of the days that a summary rests on."""
        return f"{self.base}/extensions/spaced"

    @property
    def attempt(self) -> str:
        """Context: number of the attempt at a question set within its registration, from 1."""
        return f"{self.base}/extensions/attempt"

    @property
    def question_version(self) -> str:
        """Context: the revision of the question that was shown and graded."""
        return f"{self.base}/extensions/question-version"

    @property
    def issued_at(self) -> str:
        """Context: when the attempt was issued to the learner (RFC 3339), the earliest time that is believed."""
        return f"{self.base}/extensions/issued-at"

    @property
    def organisation(self) -> str:
        """Context: UUID of the organisation that the evidence was earned under, for readers outside the platform."""
        return f"{self.base}/extensions/organisation"

    @property
    def task(self) -> str:
        """Context: code of the task that a delegation is about."""
        return f"{self.base}/extensions/task"

    @property
    def scope(self) -> str:
        """Context: UUID of the unit or area that a delegation holds for."""
        return f"{self.base}/extensions/scope"

    @property
    def shown(self) -> str:
        """Context: SHA-256 of what was shown to whoever signed."""
        return f"{self.base}/extensions/shown"

    @property
    def free_text(self) -> frozenset[str]:
        return frozenset({self.ground, self.comment})

    @property
    def coded(self) -> frozenset[str]:
        """Extensions known to hold no free text, though they may hold strings."""
        return frozenset(
            {
                self.level,
                self.competency,
                self.licence,
                self.assessor,
                self.valid_from,
                self.valid_until,
                self.registrar,
                self.checklist,
                self.times,
                self.supervisor,
                self.spaced,
                self.attempt,
                self.question_version,
                self.issued_at,
                self.organisation,
                self.task,
                self.scope,
                self.shown,
                CMI5_SESSION,
                CMI5_MASTERY_SCORE,
                CMI5_LAUNCH_MODE,
                CMI5_MOVE_ON,
                CMI5_PROGRESS,
            }
        )

    @property
    def display(self) -> dict[str, dict[str, str]]:
        """How each verb that we use reads, in English and Swedish."""
        return DISPLAY | {
            self.assessed: {"en": "assessed", "sv": "bedömdes i"},
            self.practised: {"en": "practised", "sv": "övade på"},
            self.retained: {"en": "still remembered", "sv": "kom fortfarande ihåg"},
            self.offered: {"en": "was offered", "sv": "erbjöds"},
            self.suspended: {"en": "was suspended from", "sv": "fick vilande"},
            self.returned: {"en": "gave back", "sv": "lämnade tillbaka"},
            self.revoked: {"en": "had revoked", "sv": "fick återkallad"},
            self.expired: {"en": "came to the end of", "sv": "nådde slutet på"},
            self.taken_over: {"en": "had replaced", "sv": "fick ersatt"},
        }


@lru_cache(maxsize=4)
def _own(base: str) -> Own:
    return Own(base)


def own() -> Own:
    """This installation's own words."""
    return _own(iri_base())


def verb(iri: str) -> dict[str, object]:
    """The `verb` object of a statement, with its display in both languages when it is one of ours."""
    display = own().display.get(iri)
    return {"id": iri, "display": display} if display else {"id": iri}
