"""All that other rooms may import from competency.

Moments are arguments everywhere: services take `at` (when it is recorded), queries take `as_of` (a day) and `known_at`.
A page for one person calls `refresh(person, at)` first, so that what she just did is on it.
"""

from __future__ import annotations

from .assignment.queries import AssignmentLine, assignments_of, assignments_told
from .assignment.services import assign as assign_competency
from .assignment.services import assign_course
from .delegation.calendar import round_of_the_day as delegation_round
from .delegation.models import DelegableTask
from .delegation.notices import put_away as put_notice_away
from .delegation.overview import Told as DelegationTold
from .delegation.overview import told as delegation_notices
from .delegation.services import accept as accept_delegation
from .delegation.services import draft as draft_delegation
from .delegation.services import give_back as return_delegation
from .delegation.services import revoke as revoke_delegation
from .delegation.services import sign as sign_delegation
from .delegation.tasks_file import load_tasks
from .dry_run.services import advance_dry_runs, try_course
from .errors import (
    AlreadyReplied,
    FrameworkError,
    NobodyAssessesHerself,
    NotEntitled,
    RuleError,
    StartUpFileError,
    UnknownCompetency,
)
from .frameworks.difference import difference as framework_difference
from .frameworks.drafting import merged as merged_framework
from .frameworks.files import content_of_file as framework_from_file
from .frameworks.files import file_of_content as framework_as_file
from .frameworks.models import FrameworkVersion
from .frameworks.preview import Preview as FrameworkPreview
from .frameworks.preview import preview_of as preview_framework
from .frameworks.queries import content_of as framework_content
from .frameworks.queries import framework_version, framework_versions, present_framework
from .frameworks.words import Section as FrameworkSection
from .frameworks.words import in_sections as framework_sections
from .inspection.services import advance_inspections, discard_old_packs
from .models import Area, Competency, Framework, Kind, Level, Offer, Profession, Setting
from .observing.practising import log_practice
from .observing.services import set_checklist
from .observing.steps import steps_in
from .occasions.changes import on_occasion_changed
from .occasions.models import OccasionNotice
from .occasions.notices import occasion_notices
from .occasions.published import OccasionText, occasion_texts, occasions_seen
from .occasions.services import arrange as arrange_occasion
from .occasions.services import book as book_seat
from .plan.following import round_of_the_day as plan_round
from .plan.life import Goal as PlanGoal
from .plan.life import Side as PlanSide
from .plan.models import PlanNotice
from .plan.notices import plan_notices
from .plan.proposing import Today as PlanToday
from .plan.proposing import Whose as WhosePlan
from .plan.services import protect_time
from .plan.services import set_goal as set_plan_goal
from .plan.services import sign as sign_plan
from .plan.services import write_note as write_plan_note
from .queries import (
    Assessor,
    Reply,
    areas,
    assessable_levels,
    claims_of,
    competencies,
    competency,
    computed_at,
    counts_of,
    explanation,
    focus_areas,
    gaps_of,
    is_reviewed,
    law_stamp,
    levels,
    levels_of,
    licences_of,
    offers_that_teach,
    pending_of,
    plan_of,
    professions,
    profile_of,
    replies_of,
    requirements_of,
    reviewed_courses,
    reviewed_nodes,
    settings,
    settings_that_ask,
    standings_of,
    team_of,
    unreached_requirements,
)
from .rules import DECIDES_LAW, DECIDES_REQUIREMENTS, may_decide, may_end_earlier
from .services import (
    accept_equivalent,
    accept_source,
    approve_certificate,
    assess,
    assessment,
    change_rule,
    confirm,
    load_framework,
    mark,
    mark_all,
    rebuild,
    rebuild_all,
    rebuild_marked,
    refresh,
    register_offer,
    reply,
    require,
    review,
    set_policy,
    start_up_import,
    summarise_retention,
    verify_qualification,
    verify_standings,
    withdraw_offer,
    withdraw_qualification,
)
from .shapes import (
    Asking,
    Cell,
    Column,
    Counts,
    Explanation,
    FrameworkReport,
    Gap,
    NextStep,
    NotCounted,
    OfferLine,
    OfferSpec,
    Period,
    Plan,
    Profile,
    ProfileLine,
    Reason,
    Requirement,
    RowOutcome,
    RuleView,
    StandingLine,
    StartUpReport,
    Teaches,
    Team,
    TeamRow,
    Unreached,
    Way,
    last_day,
)
from .status import Status
from .teamtable import team_counts

__all__ = [
    "DECIDES_LAW",
    "DECIDES_REQUIREMENTS",
    "AlreadyReplied",
    "Area",
    "Asking",
    "Assessor",
    "AssignmentLine",
    "Cell",
    "Column",
    "Competency",
    "Counts",
    "DelegableTask",
    "DelegationTold",
    "Explanation",
    "Framework",
    "FrameworkError",
    "FrameworkPreview",
    "FrameworkReport",
    "FrameworkSection",
    "FrameworkVersion",
    "Gap",
    "Kind",
    "Level",
    "NextStep",
    "NobodyAssessesHerself",
    "NotCounted",
    "NotEntitled",
    "OccasionNotice",
    "OccasionText",
    "Offer",
    "OfferLine",
    "OfferSpec",
    "Period",
    "Plan",
    "PlanGoal",
    "PlanNotice",
    "PlanSide",
    "PlanToday",
    "Profession",
    "Profile",
    "ProfileLine",
    "Reason",
    "Reply",
    "Requirement",
    "RowOutcome",
    "RuleError",
    "RuleView",
    "Setting",
    "StandingLine",
    "StartUpFileError",
    "StartUpReport",
    "Status",
    "Teaches",
    "Team",
    "TeamRow",
    "UnknownCompetency",
    "Unreached",
    "Way",
    "WhosePlan",
    "accept_delegation",
    "accept_equivalent",
    "accept_source",
    "advance_dry_runs",
    "advance_inspections",
    "approve_certificate",
    "areas",
    "arrange_occasion",
    "assess",
    "assessable_levels",
    "assessment",
    "assign_competency",
    "assign_course",
    "assignments_of",
    "assignments_told",
    "book_seat",
    "change_rule",
    "claims_of",
    "competencies",
    "competency",
    "computed_at",
    "confirm",
    "counts_of",
    "delegation_notices",
    "delegation_round",
    "discard_old_packs",
    "draft_delegation",
    "explanation",
    "focus_areas",
    "framework_as_file",
    "framework_content",
    "framework_difference",
    "framework_from_file",
    "framework_sections",
    "framework_version",
    "framework_versions",
    "gaps_of",
    "is_reviewed",
    "last_day",
    "law_stamp",
    "levels",
    "levels_of",
    "licences_of",
    "load_framework",
    "load_tasks",
    "log_practice",
    "mark",
    "mark_all",
    "may_decide",
    "may_end_earlier",
    "merged_framework",
    "occasion_notices",
    "occasion_texts",
    "occasions_seen",
    "offers_that_teach",
    "on_occasion_changed",
    "pending_of",
    "plan_notices",
    "plan_of",
    "plan_round",
    "present_framework",
    "preview_framework",
    "professions",
    "profile_of",
    "protect_time",
    "put_notice_away",
    "rebuild",
    "rebuild_all",
    "rebuild_marked",
    "refresh",
    "register_offer",
    "replies_of",
    "reply",
    "require",
    "requirements_of",
    "return_delegation",
    "review",
    "reviewed_courses",
    "reviewed_nodes",
    "revoke_delegation",
    "set_checklist",
    "set_plan_goal",
    "set_policy",
    "settings",
    "settings_that_ask",
    "sign_delegation",
    "sign_plan",
    "standings_of",
    "start_up_import",
    "steps_in",
    "summarise_retention",
    "team_counts",
    "team_of",
    "try_course",
    "unreached_requirements",
    "verify_qualification",
    "verify_standings",
    "withdraw_offer",
    "withdraw_qualification",
    "write_plan_note",
]
