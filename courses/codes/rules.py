"""Who may put up codes: those who teach a workplace or answer for it, in the name of the node where they do.

A code leads to what everybody may read, so making one gives nobody anything. What is guarded is the wall: codes and
their counts are seen, moved and ended by those who hold one of the roles at the code's node or above it.
"""

from __future__ import annotations

from datetime import date

from people.api import Organisation, Person, Role, roles_of

MAKES_CODES = frozenset({Role.EDUCATOR, Role.MANAGER, Role.CHIEF_NURSE, Role.CHIEF_REHAB})


def code_nodes(person: Person | None, on: date) -> list[Organisation]:
    """Return the nodes in whose name she may make codes, as granted, in the order of the tree."""
    grants = roles_of(person, on) if person else []
    nodes = {grant.node.pk: grant.node for grant in grants if grant.role in MAKES_CODES}
    return sorted(nodes.values(), key=lambda node: node.path)


def makes_codes(person: Person | None, on: date) -> bool:
    return bool(code_nodes(person, on))


def may_make(person: Person, node: Organisation, on: date) -> bool:
    """Whether she may make a code in the name of `node`, or change one."""
    return any(node.is_at_or_below(each) for each in code_nodes(person, on))
