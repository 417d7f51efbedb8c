"""Reads, each for one purpose. They take days and moments as arguments and change nothing."""

from .assessors import Assessor, assessable_levels, licences_of
from .explaining import explanation
from .framework import (
    areas,
    competencies,
    competency,
    focus_areas,
    law_stamp,
    levels,
    professions,
    profile_of,
    settings,
    settings_that_ask,
)
from .offers import (
    claims_of,
    is_reviewed,
    offers_that_teach,
    reviewed_courses,
    reviewed_nodes,
    unreached_requirements,
)
from .replies import Reply, replies_of, statement_to_answer
from .requirements import requirements_of
from .standings import computed_at, counts_of, gaps_of, levels_of, pending_of, plan_of, standings_of
from .team import team_of

__all__ = [
    "Assessor",
    "Reply",
    "areas",
    "assessable_levels",
    "claims_of",
    "competencies",
    "competency",
    "computed_at",
    "counts_of",
    "explanation",
    "focus_areas",
    "gaps_of",
    "is_reviewed",
    "law_stamp",
    "levels",
    "levels_of",
    "licences_of",
    "offers_that_teach",
    "pending_of",
    "plan_of",
    "professions",
    "profile_of",
    "replies_of",
    "requirements_of",
    "reviewed_courses",
    "reviewed_nodes",
    "settings",
    "settings_that_ask",
    "standings_of",
    "statement_to_answer",
    "team_of",
    "unreached_requirements",
]
