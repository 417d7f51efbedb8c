"""The ward that delegations are given in, also for their end."""

from tests.competency.delegation.conftest import ward

__all__ = ["ward"]
