"""The statement of the Experience API: JSON in, a typed statement or a list of what is wrong out. Pure."""

from __future__ import annotations

from .check import check
from .model import (
    ActivityLink,
    ActivityRole,
    AgentLink,
    AgentRole,
    InvalidStatement,
    ObjectKind,
    Statement,
    parse,
    read,
)
from .values import StatementError

__all__ = [
    "ActivityLink",
    "ActivityRole",
    "AgentLink",
    "AgentRole",
    "InvalidStatement",
    "ObjectKind",
    "Statement",
    "StatementError",
    "check",
    "parse",
    "read",
]
