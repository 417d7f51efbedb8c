"""Writes: verbs, one transaction each, with every side effect visible in the body."""

from .frameworks import change_rule, load_framework, require
from .judging import (
    approve_certificate,
    assess,
    assessment,
    confirm,
    verify_qualification,
    withdraw_qualification,
)
from .offers import accept_equivalent, accept_source, register_offer, review, set_policy, withdraw_offer
from .rebuilding import mark, mark_all, rebuild, rebuild_all, rebuild_marked, refresh, verify_standings
from .replying import reply
from .retaining import summarise_retention
from .start_up import start_up_import

__all__ = [
    "accept_equivalent",
    "accept_source",
    "approve_certificate",
    "assess",
    "assessment",
    "change_rule",
    "confirm",
    "load_framework",
    "mark",
    "mark_all",
    "rebuild",
    "rebuild_all",
    "rebuild_marked",
    "refresh",
    "register_offer",
    "reply",
    "require",
    "review",
    "set_policy",
    "start_up_import",
    "summarise_retention",
    "verify_qualification",
    "verify_standings",
    "withdraw_offer",
    "withdraw_qualification",
]
