"""Who may decide what is asked of people and what shows it: at her own node and below, never above."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from people.api import Organisation, Person, Role, roles_of

from .models import Framework

DECIDES_REQUIREMENTS = frozenset({Role.MANAGER, Role.CHIEF_NURSE, Role.CHIEF_REHAB, Role.ADMIN})
CHIEFS = frozenset({Role.CHIEF_NURSE, Role.CHIEF_REHAB})
DECIDES_LAW = CHIEFS | {Role.ADMIN}


def nodes_decided_by(person: Person, on: date) -> list[Organisation]:
    """Return the nodes at which she may add or raise what is asked, as granted, in the order of the tree."""
    nodes = {grant.node.pk: grant.node for grant in roles_of(person, on) if grant.role in DECIDES_REQUIREMENTS}
    return sorted(nodes.values(), key=lambda node: node.path)


def may_accept(person: Person, node: Organisation, on: date) -> bool:
    """Whether she may say what other organisations' findings are worth at `node` and below."""
    return any(node.is_at_or_below(each) for each in accepts_at(person, on))


def may_decide(person: Person, node: Organisation | None, on: date) -> bool:
    """Whether she may change what is asked at `node` and below; None asks about the framework itself."""
    if node is not None:
        return any(node.is_at_or_below(each) for each in nodes_decided_by(person, on))
    return _holds_for_owners(person, DECIDES_LAW, on)


def may_end_earlier(person: Person, on: date, owner: Organisation | None = None) -> bool:
    """Whether she may end earlier evidence before its time: a chief's decision alone (semantics 15).

    Of what `owner` answers for, such as a course; None asks about the framework.
    """
    if owner is not None:
        return any(owner.is_at_or_below(grant.node) for grant in roles_of(person, on) if grant.role in CHIEFS)
    return _holds_for_owners(person, CHIEFS, on)


def may_try_course(person: Person, node: Organisation | None, on: date) -> bool:
    """Whether she may see what a version of a course would mean at `node` and below: who makes courses there, too."""
    if may_decide(person, node, on):
        return True
    makes_at = [grant.node for grant in roles_of(person, on) if grant.role == Role.EDUCATOR]
    return node is not None and any(node.is_at_or_below(each) for each in makes_at)


def accepts_at(person: Person, on: date) -> list[Organisation]:
    """Return the nodes, as granted, at which she says what others' findings are worth. Whoever has any reads rules."""
    nodes = {grant.node.pk: grant.node for grant in roles_of(person, on) if grant.role in DECIDES_LAW}
    return sorted(nodes.values(), key=lambda node: node.path)


def _holds_for_owners(person: Person, roles: Collection[Role], on: date) -> bool:
    """Whether she holds one of the roles at, or above, the owner of every framework."""
    owners = [row.owner for row in Framework.objects.select_related("owner") if row.owner]
    grants = [grant for grant in roles_of(person, on) if grant.role in roles]
    return bool(owners) and all(any(owner.is_at_or_below(grant.node) for grant in grants) for owner in owners)
