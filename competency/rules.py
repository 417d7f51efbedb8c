"""Who may decide what is asked of people and what shows it: at her own node and below, never above."""

from __future__ import annotations

from datetime import date

from people.api import Organisation, Person, Role, roles_of

from .models import Framework

DECIDES_REQUIREMENTS = frozenset({Role.MANAGER, Role.CHIEF_NURSE, Role.CHIEF_REHAB, Role.ADMIN})
DECIDES_LAW = frozenset({Role.CHIEF_NURSE, Role.CHIEF_REHAB, Role.ADMIN})


def nodes_decided_by(person: Person, on: date) -> list[Organisation]:
    """Return the nodes at which she may add or raise what is asked, as granted, in the order of the tree."""
    nodes = {grant.node.pk: grant.node for grant in roles_of(person, on) if grant.role in DECIDES_REQUIREMENTS}
    return sorted(nodes.values(), key=lambda node: node.path)


def may_accept(person: Person, node: Organisation, on: date) -> bool:
    """Whether she may say what other organisations' findings are worth at `node` and below."""
    return any(grant.role in DECIDES_LAW and node.is_at_or_below(grant.node) for grant in roles_of(person, on))


def may_decide(person: Person, node: Organisation | None, on: date) -> bool:
    """Whether she may change what is asked at `node` and below; None asks about the framework itself."""
    if node is not None:
        return any(node.is_at_or_below(each) for each in nodes_decided_by(person, on))
    owners = [row.owner for row in Framework.objects.select_related("owner") if row.owner]
    grants = [grant for grant in roles_of(person, on) if grant.role in DECIDES_LAW]
    return bool(owners) and all(any(owner.is_at_or_below(grant.node) for grant in grants) for owner in owners)
